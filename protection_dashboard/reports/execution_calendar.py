# SPDX-License-Identifier: Apache-2.0
"""Backups by local day: how they ended, and how many are to come."""

import bisect
import collections
from collections.abc import Iterable
from collections.abc import Iterator
import dataclasses
import datetime

from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import records as execution_records
from protection_dashboard.recurrence import timezones
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import upcoming

UTC = datetime.UTC
_Run = execution_log.LogEntry | execution_records.Execution
DAY = datetime.timedelta(days=1)
#: state of a run of the database client's -> field of a CalendarDay
_CLIENT_FIELDS = {
    execution_records.SUCCESS: 'client_ok',
    execution_records.ERROR: 'client_failed',
}


@dataclasses.dataclass(frozen=True)
class CalendarDay:
    """How many backups began on a local date, by how they ended.

    These are executions of plans and of Protect Now, also those that a person
    started. ``missed`` ones should have begun, ``planned`` ones will. ``lost``
    are those of the failed that Mistral lost in the middle. ``client_ok`` and
    ``client_failed`` are runs of the database client's schedules, which are
    in none of the other numbers. Unless ``known`` is true, not all executions
    of this day could be read.
    """

    ok: int = 0
    failed: int = 0
    lost: int = 0
    missed: int = 0
    skipped: int = 0
    cancelled: int = 0
    running: int = 0
    planned: int = 0
    client_ok: int = 0
    client_failed: int = 0
    known: bool = True


def calendar_days(
    status: project_status.ProjectStatus,
    zone: str,
    back: int = 42,
    ahead: int = 14,
) -> dict[datetime.date, CalendarDay]:
    """A CalendarDay for each local date, in order.

    From ``back`` days ago to ``ahead`` days from now. ``status`` is what
    ``project_status.status_for_overview`` gives, ``zone`` names a time zone.
    """
    local, now = timezones.zone_by_name(zone), status.window.now
    today = now.astimezone(local).date()
    dates = [today + day * DAY for day in range(-back, ahead + 2)]
    midnights = [
        datetime.datetime.combine(date, datetime.time(), local).astimezone(UTC)
        for date in dates
    ]
    counts: list[collections.Counter[str]] = [
        collections.Counter() for _date in dates
    ]
    for moment, field in _events(status, midnights[-1]):
        if midnights[0] <= moment < midnights[-1]:
            index = bisect.bisect_right(midnights, moment) - 1
            counts[index][field] += 1
    known = status.known_from
    return {
        date: CalendarDay(**count, known=known is None or midnight >= known)
        for date, midnight, count in zip(
            dates[:-1], midnights, counts, strict=False
        )
    }


def _events(
    status: project_status.ProjectStatus, until: datetime.datetime
) -> Iterator[tuple[datetime.datetime, str]]:
    """``(moment, field of a CalendarDay)``: executions, done or to come."""
    backups: Iterable[_Run] = (*status.runs, *status.once_runs)
    for run in backups:
        yield run.started, execution_records.execution_outcome(run.state)
        if run.is_lost:
            yield run.started, 'lost'
    for run in status.client_runs:
        if run.state in _CLIENT_FIELDS:
            yield run.started, _CLIENT_FIELDS[run.state]
    for schedule in status.schedules:
        for one in schedule.expected:
            if one.status == 'missed':
                yield one.due, 'missed'
        for time in upcoming.upcoming_times(
            schedule, status.window.now, until
        ):
            yield time, 'planned'
