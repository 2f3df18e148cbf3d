# SPDX-License-Identifier: Apache-2.0
"""The overlap guard: while a run of a plan goes on, the next one is skipped.

The oldest running one goes on, of the same moment that with the least id, so
that of two that start together it is exactly one. A run looks two seconds
after it was made (``wait-before`` in plan.yaml): Mistral may keep times in
whole seconds, and a run of the same second has to be there to be seen.
"""

import datetime
import itertools

from protection_dashboard import times
from protection_dashboard.api import mistral

_LOOK = 20
# one that should have ended long ago is dead, and holds nobody up
_GRACE = datetime.timedelta(hours=1)


def older(cloud, workflow_name, execution_id, hours):
    """When the oldest run of a workflow began that still goes on, or None.

    Older than the run ``execution_id``, and within its limit of ``hours``.
    """
    since = times.now() - datetime.timedelta(hours=hours) - _GRACE
    found = mistral.execution_list(
        cloud,
        _LOOK,
        order='asc',
        workflow_name=workflow_name,
        state='RUNNING',
        created_at=f'gte:{times.text(since)}',
    )
    mine = (one for one in found if one.project_id == cloud.project_id)
    before = itertools.takewhile(lambda one: one.id != execution_id, mine)
    return next((times.utc(one.created_at) for one in before), None)
