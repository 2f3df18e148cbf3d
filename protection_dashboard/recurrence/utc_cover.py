# SPDX-License-Identifier: Apache-2.0
"""A UTC pattern that fires whenever a local pattern can be due.

Each field is widened on its own, so the pattern also fires at minutes that
are not due.
"""

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
import datetime

from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence.cron import FIELDS
from protection_dashboard.recurrence.cron import Field
from protection_dashboard.recurrence.utc_shift import compact_field

#: a time that the clocks of a zone skip: the moment (in UTC) at which they
#: go forward, the offset before it and that after it, both in minutes
Gap = tuple[datetime.datetime, int, int]

_DAY = 24 * 60
# every month's end, that of February in both kinds of years
_DATES = [
    datetime.date(year, 1, 1) + datetime.timedelta(days=day)
    for year, days in ((2000, 366), (2001, 365))
    for day in range(days)
]


def covering_pattern(
    parsed: cron.Cron, offsets: Collection[int], gaps: Iterable[Gap]
) -> str:
    """The UTC pattern for a local one, short enough for Mistral's table.

    ``offsets`` are all offsets of the zone in minutes, ``gaps`` the local
    times that its clocks skip.
    """
    moved = [
        divmod(time - offset, _DAY)
        for offset in offsets
        for time in parsed.times
    ]
    if not parsed.every_hour:
        moved += _skipped(parsed, gaps)
    times = {time for _day, time in moved}
    days = {day for day, _time in moved}
    minutes = sorted({time % 60 for time in times})
    hours = sorted({time // 60 for time in times})
    return _fitting(
        compact_field(FIELDS[0], minutes),
        compact_field(FIELDS[1], hours),
        _dates(parsed, days),
    )


def _skipped(
    parsed: cron.Cron, gaps: Iterable[Gap]
) -> Iterator[tuple[int, int]]:
    """``(day, time)`` of the changes at which a skipped local time is due.

    ``time`` is in minutes after midnight in UTC; ``day`` is the day in UTC,
    counted from the local day of the skipped time.
    """
    for change, before, after in gaps:
        moment = change.hour * 60 + change.minute
        for wall in range(moment + before, moment + after):
            if wall % _DAY in parsed.times:
                yield -(wall // _DAY), moment


def _dates(parsed: cron.Cron, days: Collection[int]) -> str:
    """The fields day, month and weekday of the days around those chosen."""
    if parsed.every_day:
        return '* * *'
    dates = [d for d in _DATES if d.month in parsed.months]
    chosen = [d for d in dates if d.day in parsed.days]
    days_of_month: Collection[int] = {d.day for d in _near(chosen, days)}
    possible = dates if parsed.either_day else chosen
    months = {d.month for d in _near(possible, days)}
    weekdays: Collection[int] = {
        (w + day) % 7 for w in parsed.weekdays for day in days
    }
    if len(parsed.days) == 31:
        # a month such as February has fewer, but a day beside the weekday
        # would mean either
        days_of_month = range(1, 32)
    if parsed.either_day and (len(days_of_month) == 31 or len(weekdays) == 7):
        # a star beside the other field would no longer mean either
        days_of_month, weekdays = range(1, 32), range(7)
    return ' '.join(
        (
            _days(FIELDS[2], days_of_month, either_day=parsed.either_day),
            compact_field(FIELDS[3], sorted(months)),
            _days(FIELDS[4], weekdays, either_day=parsed.either_day),
        )
    )


def _near(
    dates: Iterable[datetime.date], days: Collection[int]
) -> list[datetime.date]:
    """All dates, each moved by all numbers of days."""
    return [d + datetime.timedelta(days=day) for d in dates for day in days]


def _days(field: Field, values: Collection[int], *, either_day: bool) -> str:
    text = compact_field(field, sorted(values))
    if either_day and len(text) > 1:
        # plain cron: a step of * is not allowed beside the other field
        text = text.replace('*', f'{field.lowest}-{field.every[-1]}')
    return text


def _fitting(minutes: str, hours: str, dates: str) -> str:
    """The first of wider and wider patterns that is not too long."""
    for fields in (
        (minutes, hours, dates),
        (minutes, hours, '* * *'),
        (minutes, '*', '* * *'),
    ):
        text = ' '.join(fields)
        if len(text) <= cron.MAX_PATTERN_LENGTH:
            return text
    return '* * * * *'
