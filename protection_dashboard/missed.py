# SPDX-License-Identifier: Apache-2.0
"""Runs of a schedule that never began: found by the run after them."""

import datetime
import json

from protection_dashboard import schedules
from protection_dashboard import times
from protection_dashboard.api import mistral

# Mistral's cron may be a little early, and a minute late
_EARLY = datetime.timedelta(seconds=5)
_MINUTE = datetime.timedelta(minutes=1)
# how far back two runs may lie: hours, days, weeks, months, years
_SPANS = (0.25, 1, 8, 40, 400, 1500)
_LOOK = 200


def before(cloud, workflow_name, wish, started):
    """When the run before was due, if it never began; None if it did.

    ``wish`` is the schedule of the run that asks and began at ``started``
    (aware). What was due before the schedule was armed is not missed.
    """
    due = _last_due(wish, started + _EARLY)
    since = _armed(cloud, wish['id'])
    if len(due) < 2 or since is None or due[-2] <= since + _MINUTE:
        return None
    if _began(cloud, workflow_name, wish['id'], due[-2] - _MINUTE):
        return None
    return due[-2]


def _last_due(wish, until):
    """The last two times that were due, or fewer if there are none."""
    for days in _SPANS:
        since = until - datetime.timedelta(days=days)
        found = _due(wish, since, until)
        if len(found) > 1:
            return found[-2:]
    return []


def _due(wish, since, until):
    """Times due in a span, at most as many as the shortest may hold."""
    found = []
    while True:
        (run,) = schedules.next_runs(wish['pattern'], wish['zone'], since, 1)
        if run > until:
            return found
        found.append(run)
        since = run


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
        created_at=f'gte:{since:%Y-%m-%d %H:%M:%S}',
    )
    return any(
        _by_cron(one, schedule_id)
        for one in found
        if one.id != cloud.execution
    )


def _by_cron(execution, schedule_id):
    given = json.loads(execution.input or '{}')
    return given.get('schedule') == schedule_id and not given.get('by')
