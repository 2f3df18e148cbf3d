# SPDX-License-Identifier: Apache-2.0
"""Runs of a schedule that never began: found by the run after them."""

import datetime
import json

from protection_dashboard import dues
from protection_dashboard import times
from protection_dashboard.api import mistral

# Mistral's cron may be a minute late
_MINUTE = datetime.timedelta(minutes=1)
_LOOK = 200


def before(cloud, workflow_name, wish, started):
    """When the run before was due, if it never began; None if it did.

    ``wish`` is the schedule of the run that asks and began at ``started``
    (aware). What was due before the schedule was armed is not missed.
    """
    due = _due_before(wish['pattern'], wish['zone'], started)
    since = _armed(cloud, wish['id'])
    if due is None or since is None or due <= since + _MINUTE:
        return None
    if _began(cloud, workflow_name, wish['id'], due - _MINUTE):
        return None
    return due


def _due_before(pattern, zone, started):
    """The last time but one that was due until then, or None."""
    last = dues.around(pattern, zone, started)
    found = last and dues.around(pattern, zone, last[0] - 2 * dues.EARLY)
    return found and found[0]


def _armed(cloud, schedule_id):
    """Since when Mistral has a cron trigger for a schedule, or None."""
    found = mistral.cron_trigger_list(cloud, name=f'has:{schedule_id}')
    made = [times.utc(trigger.created_at) for trigger in found]
    return max(made, default=None)


def _began(cloud, workflow_name, schedule_id, since):
    """Whether cron began another run of a schedule than this one."""
    found = mistral.execution_list(
        cloud,
        _LOOK,
        workflow_name=workflow_name,
        created_at=f'gte:{times.text(since)}',
    )
    return any(
        _by_cron(one, schedule_id)
        for one in found
        if one.id != cloud.execution
    )


def _by_cron(execution, schedule_id):
    given = json.loads(execution.input or '{}')
    return given.get('schedule') == schedule_id and not given.get('by')
