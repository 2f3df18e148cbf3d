# SPDX-License-Identifier: Apache-2.0
"""The overlap guard: while a run of a plan goes on, the next one is skipped.

Mistral calls a run RUNNING for ever when it lost what would have continued it
(a message, an executor, an engine). So what counts is that its tasks move: one
whose tasks have not for ``LOST_AFTER`` is ended with that reason, and the next
run goes on.

The oldest running one goes on, of the same moment that with the least id, so
that of two that start together it is exactly one. A run looks two seconds
after it was made (``wait-before`` in plan.yaml): Mistral may keep times in
whole seconds, and a run of the same second has to be there to be seen.
"""

import contextlib
import datetime
import itertools
import time

from protection_dashboard import exceptions
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import executions
from protection_dashboard.common import clock
from protection_dashboard.executions import records

LOST_AFTER = datetime.timedelta(minutes=15)
# after a longer stop of Mistral all its runs stand still for a moment; one
# that waits asks every five seconds
_LOOK_AGAIN = 20
_LOOK = 20
# one that should have ended long ago holds nobody up, though it moves
_GRACE = datetime.timedelta(hours=1)


def older(cloud, workflow_name, execution_id, hours):
    """When the oldest run of a workflow began that still goes on, or None.

    Older than the run ``execution_id``, and within its limit of ``hours``.
    Those that are lost are ended.
    """
    before = _running_before(cloud, workflow_name, execution_id)
    lost = _lost(cloud, before)
    for run_id, moved in lost.items():
        # another run may have ended it in this moment
        with contextlib.suppress(exceptions.Refused, exceptions.NotFound):
            mistral.execution_fail(cloud, run_id, reason(moved))
    since = clock.now() - datetime.timedelta(hours=hours) - _GRACE
    begun = (clock.utc(one.created_at) for one in before if one.id not in lost)
    return next((begin for begin in begun if begin >= since), None)


def reason(moved):
    """Why a run is ended of which nothing moved after a time (aware, UTC)."""
    return (
        f"Lost: nothing of this run moved after {moved:%Y-%m-%d %H:%M} UTC, "
        "so the next run of its plan ended it. What had been started goes on "
        "in its service."
    )


def _running_before(cloud, workflow_name, execution_id):
    """The running executions of a workflow before one, the oldest first."""
    found = mistral.execution_list(
        cloud,
        _LOOK,
        order='asc',
        workflow_name=workflow_name,
        state=records.RUNNING,
    )
    mine = (one for one in found if one.project_id == cloud.project_id)
    return [*itertools.takewhile(lambda one: one.id != execution_id, mine)]


def _lost(cloud, running):
    """``{id: when it moved last}`` of the executions that are lost."""
    still = _still(
        cloud, {one.id: clock.utc(one.created_at) for one in running}
    )
    if not still:
        return {}
    time.sleep(_LOOK_AGAIN)
    again = _still(cloud, still)
    return {one: moved for one, moved in again.items() if moved == still[one]}


def _still(cloud, begun):
    """``{id: when it moved last}`` of those that moved too long ago.

    ``begun`` is ``{execution id: a time}`` for one without any task.
    """
    moved = {
        one: executions.last_moved(cloud, one) or begin
        for one, begin in begun.items()
    }
    late = clock.now() - LOST_AFTER
    return {one: when for one, when in moved.items() if when < late}
