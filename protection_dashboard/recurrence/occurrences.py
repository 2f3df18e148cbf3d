# SPDX-License-Identifier: Apache-2.0
"""All times at which schedules are due in a span: many, at little cost.

On days without a change of the clocks midnight and the times of a pattern
say it all; the others are walked through by :mod:`schedules`.
"""

import bisect
from collections.abc import Iterator
import datetime
import functools

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
#: at most about so many times are looked at: of what was due the last ones
MOST = 2000
#: and of what will be due the first ones: six days of every minute
MOST_AHEAD = 9000
#: how far two times of one schedule may lie apart, in days: to leap years
_SPANS = (1, 8, 40, 400, 1500)
_SOON = _SPANS[:3]
#: days that are worked out together, at most
_LENGTH = 64
_MOMENT = datetime.timedelta(microseconds=1)
_NOON = datetime.time(12)


def of(schedule, since, until):
    """Aware UTC times after ``since`` until ``until`` of a schedule.

    Within its ``first`` and ``end``, and at most about MOST, the last ones.
    A pattern that is not plain cron has none.
    """
    since, until = _within(schedule, since, until)
    span = _span(schedule.pattern, MOST)
    return _between(
        schedule.pattern, schedule.zone, max(since, until - span), until
    )


def ahead(schedule, since, until):
    """As ``of``, but at most about MOST_AHEAD, the first ones."""
    since, until = _within(schedule, since, until)
    span = _span(schedule.pattern, MOST_AHEAD)
    return _between(
        schedule.pattern, schedule.zone, since, min(until, since + span)
    )


def _within(schedule, since, until):
    """The part of a span in which a schedule holds; ``until`` None: no end."""
    first, end = (
        gate_pattern.local(schedule, 'first'),
        gate_pattern.local(schedule, 'end'),
    )
    if first:
        # first itself is due
        since = max(since, first - _MOMENT)
    if end:
        until = min(until or end, end)
    return since, until


def _span(pattern, most):
    """How long a pattern takes for so many times; it has none: a moment."""
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
    for time in local_cron.runs(schedule.pattern, schedule.zone, since):
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
        found = of(schedule, since, since + days * DAY)
        if found:
            return found[0]
    return next(occurrences(schedule, since), None)


def _between(pattern, zone, since, until):
    try:
        cron.parse(pattern)
        timezones.named(zone)
    except InvalidSchedule:
        return []
    if since >= until:
        return []
    length = _length(pattern)
    numbers = [
        moment.toordinal() // length for moment in (since - DAY, until + DAY)
    ]
    found = []
    for number in range(numbers[0], numbers[1] + 1):
        found += _chunk(pattern, zone, number * length, length)
    low = bisect.bisect_right(found, since)
    return found[low : bisect.bisect_right(found, until)]


@functools.lru_cache(maxsize=4096)
def _chunk(pattern, zone, start, length):
    """The times on ``length`` local dates from an ordinal on.

    They do not depend on what is asked for: 200 plans fill a few hundred.
    """
    parsed, found, changing = cron.parse(pattern), [], []
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
def _days(zone, start, length):
    """``[(local date, its midnight in UTC)]``, None near a clock change.

    Some days more than asked for: each change begins and ends among them.
    """
    zone, found = timezones.named(zone), []
    dates = map(datetime.date.fromordinal, range(start - 2, start + length))
    for date in dates:
        found.append((date, _midnight(date, zone)))
    while found[-1][1] is None:
        date += DAY
        found.append((date, _midnight(date, zone)))
    return found


def _midnight(date, zone):
    """In UTC; None when the offset changes from noon to noon around it."""
    noons = [
        datetime.datetime.combine(date + days * DAY, _NOON, zone)
        for days in (-1, 1)
    ]
    before, after = (noon.utcoffset() for noon in noons)
    start = datetime.datetime.combine(date, datetime.time(), UTC)
    return start - after if before == after else None


def _exactly(pattern, zone, dates, until):
    """``[(local date, time)]`` where the clocks change, one by one."""
    zone_info = timezones.named(zone)
    start = datetime.datetime.combine(dates[0] - DAY, _NOON)
    offset = start.replace(tzinfo=zone_info).utcoffset()
    midnight = datetime.datetime.combine(dates[0], datetime.time(), UTC)
    since, found = midnight - offset - _MOMENT, []
    while True:
        (time,) = local_cron.next_runs(pattern, zone, since, 1)
        if time >= until:
            return found
        found.append((time.astimezone(zone_info).date(), time))
        since = time


def _near(pattern, zone, at):
    """The times around a moment if one chunk holds both, else None."""
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


def _length(pattern):
    """How many days of a pattern are worked out together."""
    return min(_LENGTH, MOST // len(cron.parse(pattern).times))


def around(pattern, zone, moment):
    """``(last time until a moment, first time after it)``; None for none."""
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
