# SPDX-License-Identifier: Apache-2.0
"""Whether the run before a run of a schedule never began.

When a run never began, only the next run can notify people of it. This module
decides whether it has to. The trigger and the other runs come from the caller
(:mod:`protection_dashboard.notifications.execution_report`).
"""

from collections.abc import Iterable
import datetime

from protection_dashboard.executions import log as execution_log
from protection_dashboard.recurrence import occurrences
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import validation

# Mistral's cron may be a minute late
_MINUTE = datetime.timedelta(minutes=1)


def previous_occurrence(
    schedule: Schedule,
    started: datetime.datetime,
    armed: datetime.datetime | None,
) -> datetime.datetime | None:
    """When the run before the one that began at ``started`` was due.

    ``armed`` is since when the schedule has a trigger, None if
    it has none; both are aware. None when no trigger was there to start it,
    when it lay before the schedule's first or after its end, or when nobody
    can read when the schedule is due.
    """
    if armed is None or validation.unreadable_parts(schedule):
        return None
    own = occurrences.occurrences_around(
        schedule.pattern, schedule.zone, started
    )
    before = own and occurrences.occurrences_around(
        schedule.pattern, schedule.zone, own[0] - 2 * occurrences.EARLY
    )
    if not before or before[0] <= armed + _MINUTE:
        return None
    due = before[0]
    since = due - occurrences.EARLY
    is_due = due in occurrences.last_occurrences(schedule, since, due)
    return due if is_due else None


def is_missed(
    due: datetime.datetime,
    started: datetime.datetime,
    others: Iterable[execution_log.LogEntry],
    execution_id: str = '',
) -> bool:
    """Whether nothing began at ``due``, the occurrence before a run's own.

    ``execution_id`` is that of the run, which began at ``started``;
    ``others`` are the other runs of its schedule that began within
    ``occurrences.EARLY`` before ``due`` or later, the oldest first. They are
    read no further than needed. Runs by hand do not count. Of two that began
    in the same second, as with two triggers, the one with the smaller id is
    the first: it is the one that tells, and that the overlap guard lets go
    on.
    """
    own = (started, execution_id)
    since = due - occurrences.EARLY
    for run in others:
        if run.started > started:
            return True
        if run.started >= since and not run.by and (run.started, run.id) < own:
            return False
    return True
