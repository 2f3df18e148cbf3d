# SPDX-License-Identifier: Apache-2.0
"""Schedules that are right all year, though cron counts in UTC.

Where a zone changes its clocks, or its days begin at another time than
those of UTC, no one pattern in UTC may say what a local pattern says. Then
a *gate* does: a UTC pattern that fires at every minute that can be due and
at some that cannot, and :func:`due`, which each firing asks.
"""

import dataclasses
import datetime
import functools

from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence import local_cron
from protection_dashboard.recurrence import local_time
from protection_dashboard.recurrence import timezones
from protection_dashboard.recurrence import utc_cover
from protection_dashboard.recurrence import utc_shift
from protection_dashboard.recurrence.cron import InvalidSchedule
from protection_dashboard.recurrence.schedule import Schedule

UTC = datetime.UTC
MINUTE = datetime.timedelta(minutes=1)
#: days from an arming on whose changes of the clocks are known to it
AHEAD = 10 * 365
#: cron fires up to 2 s before its minute
EARLY = datetime.timedelta(seconds=5)
#: minutes; a firing that is later caught up all that cron missed
LATE = 2


@dataclasses.dataclass(frozen=True)
class Arming:
    """What a cron trigger counts by: plain cron in UTC.

    With a ``gate`` it fires at times that are not due as well.
    """

    pattern: str
    gate: bool


def arming(pattern, zone, now, *, end=False):
    """The Arming of a local pattern, right for the years after ``now``.

    A schedule that has an ``end`` needs a gate in any case: nothing else
    refuses what comes after. InvalidSchedule for no pattern or no zone.
    """
    parsed = cron.parse(pattern)
    offsets, gaps = _clock(zone, now.astimezone(UTC).date())
    plain = _plain(parsed, offsets)
    if plain:
        return Arming(plain, gate=end)
    return Arming(utc_cover.pattern(parsed, offsets, gaps), gate=True)


def due(pattern, zone, fired, armed, last=None, end=None):
    """Whether a firing of a schedule's gate has to start a run.

    ``fired`` and ``armed`` (when its trigger was made) are aware. ``last``
    is when the gate fired before, None if unknown: each local time since
    then counts, for cron catches up one firing for all that it missed.
    ``end`` is a naive local time after which nothing is due.
    """
    minute = _minute(fired + EARLY)
    if end and minute > moment(end, zone):
        return False
    if last:
        since = max(_minute(last + EARLY), _minute(armed))
    else:
        since = _since(pattern, zone, minute, armed)
    (run,) = local_cron.next_runs(pattern, zone, since, count=1)
    return run <= minute


def moment(local, zone):
    """The moment in UTC of a naive local time, as zones.first_moment has it.

    What lies beyond local_times.EARLIEST and LATEST is taken for these.
    """
    local = local_time.in_range(local)
    return timezones.first_moment(local, timezones.named(zone))


def local(schedule: Schedule, part: str) -> datetime.datetime | None:
    """The moment in UTC of a schedule's ``first`` or ``end``, or None.

    ``part`` names which of the two. InvalidSchedule when the schedule's text
    or zone cannot be read.
    """
    text = getattr(schedule, part)
    if text is None:
        return None
    return moment(local_time.read(text), schedule.zone)


def _since(pattern, zone, minute, armed):
    """With earlier firings unknown: after what a firing's times count."""
    gate = cron.parse(arming(pattern, zone, armed).pattern)
    for late in range(LATE + 1):
        planned = minute - late * MINUTE
        naive = planned.replace(tzinfo=None)
        if next(gate.walk(naive)) == naive:
            return planned - MINUTE
    return _minute(armed)


def _minute(moment):
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


@functools.lru_cache(maxsize=64)
def _clock(zone, date):
    """``(offsets, gaps)`` of the years from a date on; see supersets.py."""
    zone = timezones.named(zone)
    low = datetime.datetime.combine(date, datetime.time(), UTC)
    before = _offset(zone, low)
    offsets, gaps = {before}, []
    for _day in range(AHEAD):
        high = low + datetime.timedelta(days=1)
        after = _offset(zone, high)
        if after > before:
            gaps.append(
                (timezones.change_between(zone, low, high), before, after)
            )
        low, before = high, after
        offsets.add(after)
    return sorted(offsets), gaps


def _offset(zone, moment):
    return timezones.offset_at(zone, moment) // MINUTE


def _plain(parsed, offsets):
    """The UTC pattern that means the same at all offsets, '' for none."""
    # other patterns run once in an hour that is skipped or comes twice
    if len(offsets) > 1 and not parsed.every_hour:
        return ''
    try:
        found = {utc_shift.earlier(parsed, o * MINUTE) for o in offsets}
    except InvalidSchedule:
        return ''
    return found.pop() if len(found) == 1 else ''
