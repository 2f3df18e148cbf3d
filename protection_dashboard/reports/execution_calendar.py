# SPDX-License-Identifier: Apache-2.0
"""What became of runs on each day of a calendar, and what is to come."""

import bisect
import collections
import dataclasses
import datetime

from protection_dashboard.executions import records as execution_records
from protection_dashboard.recurrence import timezones
from protection_dashboard.schedules import upcoming

UTC = datetime.UTC
DAY = datetime.timedelta(days=1)


@dataclasses.dataclass(frozen=True)
class Day:
    """How many runs of plans began on a local date, by how they ended.

    Those by hand count as well. ``missed`` never began, ``planned`` will.
    Unless it is ``known`` only some of what ran is known.
    """

    ok: int = 0
    failed: int = 0
    missed: int = 0
    skipped: int = 0
    cancelled: int = 0
    running: int = 0
    planned: int = 0
    known: bool = True


def of(agenda, zone, back=42, ahead=14):
    """``{local date: Day}`` from ``back`` days ago to ``ahead``, in order.

    ``agenda`` is of ``agenda.overview``, ``zone`` the name of a time zone.
    """
    zone, now = timezones.named(zone), agenda.look.now
    today = now.astimezone(zone).date()
    dates = [today + day * DAY for day in range(-back, ahead + 2)]
    midnights = [
        datetime.datetime.combine(date, datetime.time(), zone).astimezone(UTC)
        for date in dates
    ]
    counts = [collections.Counter() for _date in dates]
    for moment, field in _events(agenda, midnights[-1]):
        if midnights[0] <= moment < midnights[-1]:
            index = bisect.bisect_right(midnights, moment) - 1
            counts[index][field] += 1
    known = agenda.look.known_from
    return {
        date: Day(**count, known=known is None or midnight >= known)
        for date, midnight, count in zip(
            dates[:-1], midnights, counts, strict=False
        )
    }


def _events(agenda, until):
    """``(moment, field of a Day)`` of each run."""
    for run in (*agenda.runs, *agenda.requests):
        yield run.started, execution_records.outcome(run.state)
    for schedule in agenda.schedules:
        for one in schedule.expected:
            if one.status == 'missed':
                yield one.due, 'missed'
        for time in upcoming.planned(schedule, agenda.look.now, until):
            yield time, 'planned'
