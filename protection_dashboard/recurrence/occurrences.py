# SPDX-License-Identifier: Apache-2.0
"""The occurrences of schedules: the moments at which they are due.

A page may need those of many schedules over weeks, so they are cheap to get:
on a local day without a change of the clocks they are the day's midnight plus
the times of the pattern. Only the other days are walked through by
:mod:`.local_cron`.
"""

import bisect
from collections.abc import Iterator
import datetime
import functools
import typing

from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence import gate_pattern
from protection_dashboard.recurrence import local_cron
from protection_dashboard.recurrence import timezones
from protection_dashboard.recurrence.cron import InvalidSchedule
from protection_dashboard.recurrence.schedule import Schedule

UTC = datetime.UTC
DAY = datetime.timedelta(days=1)
#: Mistral's cron may be a little early
EARLY = datetime.timedelta(seconds=5)
#: how many of the past occurrences are returned at most, about: the last ones
MAX_PAST = 2000
#: and of the future ones, the first: six days of every minute
MAX_FUTURE = 9000
#: how far two times of one schedule may lie apart, in days: to leap years
_SPANS = (1, 8, 40, 400, 1500)
_SOON = _SPANS[:3]
#: how many days are computed and cached together, at most
_LENGTH = 64
_MOMENT = datetime.timedelta(microseconds=1)
_NOON = datetime.time(12)


def last_occurrences(
    schedule: Schedule, since: datetime.datetime, until: datetime.datetime
) -> list[datetime.datetime]:
    """The last occurrences in a span: aware, in UTC, sorted.

    After ``since`` (aware) and not after ``until`` (aware), within the
    schedule's ``first`` and ``end``; at most about MAX_PAST. A pattern or zone
    that cannot be read has none; InvalidSchedule for such a first or end.
    """
    since, until = _within(schedule, since, until)
    span = _span(schedule.pattern, MAX_PAST)
    return _between(
        schedule.pattern, schedule.zone, max(since, until - span), until
    )


def first_occurrences(
    schedule: Schedule, since: datetime.datetime, until: datetime.datetime
) -> list[datetime.datetime]:
    """As last_occurrences, but the first ones, at most about MAX_FUTURE."""
    since, until = _within(schedule, since, until)
    span = _span(schedule.pattern, MAX_FUTURE)
    return _between(
        schedule.pattern, schedule.zone, since, min(until, since + span)
    )


@typing.overload
def _within(
    schedule: Schedule, since: datetime.datetime, until: datetime.datetime
) -> tuple[datetime.datetime, datetime.datetime]: ...
@typing.overload
def _within(
    schedule: Schedule, since: datetime.datetime, until: None
) -> tuple[datetime.datetime, datetime.datetime | None]: ...
def _within(
    schedule: Schedule,
    since: datetime.datetime,
    until: datetime.datetime | None,
) -> tuple[datetime.datetime, datetime.datetime | None]:
    """The part of a span between a schedule's ``first`` and ``end``.

    ``until`` None: the span has no end.
    """
    first = gate_pattern.limit_moment(schedule, 'first')
    end = gate_pattern.limit_moment(schedule, 'end')
    if first:
        # first itself is due
        since = max(since, first - _MOMENT)
    if end:
        until = min(until or end, end)
    return since, until


def _span(pattern: str, most: int) -> datetime.timedelta:
    """How long a pattern takes at least for so many occurrences.

    A moment for one that cannot be read.
    """
    try:
        return most / len(cron.parse(pattern).times) * DAY
    except InvalidSchedule:
        return _MOMENT


def occurrences(
    schedule: Schedule, after: datetime.datetime
) -> Iterator[datetime.datetime]:
    """All times at which a schedule is due after a moment, aware, one by one.

    Within its ``first`` and ``end``, which are due themselves. InvalidSchedule
    when it cannot be read; without an end it fails beyond the year 9999.
    """
    since, until = _within(schedule, after, None)
    for time in local_cron.occurrences_after(
        schedule.pattern, schedule.zone, since
    ):
        if until and time > until:
            return
        yield time


def next_occurrence(
    schedule: Schedule, after: datetime.datetime
) -> datetime.datetime | None:
    """The first of ``occurrences``, None when there is none."""
    since, until = _within(schedule, after, None)
    if until and until <= since:
        return None
    for days in _SOON:
        found = last_occurrences(schedule, since, since + days * DAY)
        if found:
            return found[0]
    return next(occurrences(schedule, since), None)


def previous_occurrence(
    schedule: Schedule, until: datetime.datetime
) -> datetime.datetime | None:
    """The last occurrence not after a moment (aware), in UTC.

    None when there is none within 1500 days, or when the pattern or zone
    cannot be read; InvalidSchedule for such a first or end.
    """
    for days in _SPANS:
        found = last_occurrences(schedule, until - days * DAY, until)
        if found:
            return found[-1]
    return None


def _between(
    pattern: str,
    zone: str,
    since: datetime.datetime,
    until: datetime.datetime,
) -> list[datetime.datetime]:
    """All occurrences of a pattern in a span; [] when it cannot be read."""
    try:
        cron.parse(pattern)
        timezones.zone_by_name(zone)
    except InvalidSchedule:
        return []
    if since >= until:
        return []
    length = _length(pattern)
    numbers = [
        moment.toordinal() // length for moment in (since - DAY, until + DAY)
    ]
    found: list[datetime.datetime] = []
    for number in range(numbers[0], numbers[1] + 1):
        found += _chunk(pattern, zone, number * length, length)
    low = bisect.bisect_right(found, since)
    return found[low : bisect.bisect_right(found, until)]


@functools.lru_cache(maxsize=4096)
def _chunk(
    pattern: str, zone: str, start: int, length: int
) -> list[datetime.datetime]:
    """The occurrences on ``length`` local dates from an ordinal on.

    A chunk begins at a multiple of its length, whatever is asked for, so that
    200 plans fill only a few hundred entries of the cache.
    """
    parsed = cron.parse(pattern)
    found: list[tuple[datetime.date, datetime.datetime]] = []
    changing: list[datetime.date] = []
    minutes = [datetime.timedelta(minutes=time) for time in parsed.times]
    for date, midnight in _days(zone, start, length):
        if midnight is None:
            changing.append(date)
            continue
        if changing:
            found += _exactly(pattern, zone, changing, midnight)
            changing = []
        if parsed.runs_on(date):
            found += [(date, midnight + minute) for minute in minutes]
    dates = range(start, start + length)
    return [time for date, time in found if date.toordinal() in dates]


@functools.lru_cache(maxsize=256)
def _days(
    zone_name: str, start: int, length: int
) -> list[tuple[datetime.date, datetime.datetime | None]]:
    """``[(local date, its midnight in UTC)]`` from an ordinal on.

    The midnight is None near a change of the clocks. They are some days more
    than asked for, so that each change begins and ends among them.
    """
    zone, found = timezones.zone_by_name(zone_name), []
    dates = map(datetime.date.fromordinal, range(start - 2, start + length))
    for date in dates:
        found.append((date, _midnight(date, zone)))
    while found[-1][1] is None:
        date += DAY
        found.append((date, _midnight(date, zone)))
    return found


def _midnight(
    date: datetime.date, zone: datetime.tzinfo
) -> datetime.datetime | None:
    """In UTC; None when the offset changes from noon to noon around it."""
    noons = [
        datetime.datetime.combine(date + days * DAY, _NOON, zone)
        for days in (-1, 1)
    ]
    before, after = (timezones.offset_at(zone, noon) for noon in noons)
    start = datetime.datetime.combine(date, datetime.time(), UTC)
    return start - after if before == after else None


def _exactly(
    pattern: str,
    zone: str,
    dates: list[datetime.date],
    until: datetime.datetime,
) -> list[tuple[datetime.date, datetime.datetime]]:
    """``[(local date, occurrence)]`` where the clocks change, one by one."""
    zone_info = timezones.zone_by_name(zone)
    start = datetime.datetime.combine(dates[0] - DAY, _NOON, zone_info)
    offset = timezones.offset_at(zone_info, start)
    midnight = datetime.datetime.combine(dates[0], datetime.time(), UTC)
    since = midnight - offset - _MOMENT
    found: list[tuple[datetime.date, datetime.datetime]] = []
    while True:
        (time,) = local_cron.next_occurrences(pattern, zone, since, 1)
        if time >= until:
            return found
        found.append((time.astimezone(zone_info).date(), time))
        since = time


def _near(
    pattern: str, zone: str, at: datetime.datetime
) -> tuple[datetime.datetime, datetime.datetime] | None:
    """The occurrences around a moment if one chunk holds both, else None."""
    try:
        length = _length(pattern)
        start = at.toordinal() // length * length
        times = _chunk(pattern, zone, start, length)
    except InvalidSchedule:
        return None
    index = bisect.bisect_right(times, at)
    if 0 < index < len(times):
        return times[index - 1], times[index]
    return None


def _length(pattern: str) -> int:
    """How many days of a pattern are computed together."""
    return min(_LENGTH, MAX_PAST // len(cron.parse(pattern).times))


def occurrences_around(
    pattern: str, zone: str, moment: datetime.datetime
) -> tuple[datetime.datetime, datetime.datetime] | None:
    """``(last occurrence until a moment, first after it)``, all aware.

    None when one of them is more than 1500 days away or there is none.
    """
    at = moment + EARLY
    near = _near(pattern, zone, at)
    if near:
        return near
    for days in _SPANS:
        since, until = at - days * DAY, at + days * DAY
        times = _between(pattern, zone, since, until)
        index = bisect.bisect_right(times, at)
        if 0 < index < len(times):
            return times[index - 1], times[index]
    return None
