# SPDX-License-Identifier: Apache-2.0
"""Whether the run before a run of a schedule never began.

When a run never began, only the next run can notify people of it. This module
decides whether it has to, by the rule of :mod:`.expected_runs`. The trigger
and the other runs come from the caller
(:mod:`protection_dashboard.notifications.execution_report`).
"""

from collections.abc import Sequence
import datetime
import itertools

from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import records as execution_records
from protection_dashboard.recurrence import occurrences
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import expected_runs
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
    or when nobody can read when the schedule is due.
    """
    if armed is None or validation.unreadable_parts(schedule):
        return None
    own = occurrences.occurrences_around(
        schedule.pattern, schedule.zone, started
    )
    before = own and occurrences.occurrences_around(
        schedule.pattern, schedule.zone, own[0] - 2 * occurrences.EARLY
    )
    return before[0] if before and before[0] > armed + _MINUTE else None


def is_missed(
    schedule: Schedule,
    due: datetime.datetime,
    started: datetime.datetime,
    others: Sequence[execution_log.LogEntry],
) -> bool:
    """Whether nothing began at ``due``, the occurrence before a run's own.

    ``others`` are the schedule's runs but the one that began at ``started``,
    at least those that began within ``occurrences.EARLY`` before ``due`` or
    later.
    """
    own = execution_log.LogEntry(
        '', '', schedule.id, '', execution_records.RUNNING, started, started
    )
    runs = sorted([own, *others], key=_started, reverse=True)
    since = due - occurrences.EARLY
    # nobody waits any longer for what was due before a run that has begun
    window = expected_runs.RunWindow(started + expected_runs.GRACE, since)
    found = expected_runs.expected_until_now(
        schedule, runs, window, armed=since
    )
    until_own = itertools.dropwhile(lambda one: one.run is not own, found)
    return expected_runs.last_run_if_missed([*until_own][1:]) is not None


def _started(run: execution_log.LogEntry) -> datetime.datetime:
    return run.started
