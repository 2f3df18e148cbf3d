# SPDX-License-Identifier: Apache-2.0
"""A UTC pattern that fires whenever a local pattern can be due.

``offsets`` are those of the zone, ``gaps`` the times that its clocks skip:
``(moment in UTC, offset before, offset after)``; offsets are in minutes.
Each field is widened on its own, so some firings are in vain.
"""

import datetime

from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence.cron import FIELDS
from protection_dashboard.recurrence.utc_shift import compact

_DAY = 24 * 60
# every month's end, that of February in both kinds of years
_DATES = [
    datetime.date(year, 1, 1) + datetime.timedelta(days=day)
    for year, days in ((2000, 366), (2001, 365))
    for day in range(days)
]


def pattern(parsed, offsets, gaps):
    """The text for a :class:`cron.Cron`, at most cron.LONGEST characters."""
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
        compact(FIELDS[0], minutes),
        compact(FIELDS[1], hours),
        _dates(parsed, days),
    )


def _skipped(parsed, gaps):
    """``(day, time)`` of the changes that stand for times they skip.

    The day is that of UTC, counted from the local day which is skipped.
    """
    for change, before, after in gaps:
        moment = change.hour * 60 + change.minute
        for wall in range(moment + before, moment + after):
            if wall % _DAY in parsed.times:
                yield -(wall // _DAY), moment


def _dates(parsed, days):
    """The fields day, month and weekday of the days around those chosen."""
    if parsed.every_day:
        return '* * *'
    dates = [d for d in _DATES if d.month in parsed.months]
    chosen = [d for d in dates if d.day in parsed.days]
    days_of_month = {d.day for d in _near(chosen, days)}
    possible = dates if parsed.either_day else chosen
    months = {d.month for d in _near(possible, days)}
    weekdays = {(w + day) % 7 for w in parsed.weekdays for day in days}
    if parsed.either_day and (len(days_of_month) == 31 or len(weekdays) == 7):
        # a star beside the other field would no longer mean either
        days_of_month, weekdays = range(1, 32), range(7)
    return ' '.join(
        (
            _days(FIELDS[2], days_of_month, parsed.either_day),
            compact(FIELDS[3], sorted(months)),
            _days(FIELDS[4], weekdays, parsed.either_day),
        )
    )


def _near(dates, days):
    return [d + datetime.timedelta(days=day) for d in dates for day in days]


def _days(field, values, either_day):
    text = compact(field, sorted(values))
    if either_day and len(text) > 1:
        # plain cron: a step of * is not allowed beside the other field
        text = text.replace('*', f'{field.lowest}-{field.every[-1]}')
    return text


def _fitting(minutes, hours, dates):
    """The first of wider and wider patterns that has room."""
    for fields in (
        (minutes, hours, dates),
        (minutes, hours, '* * *'),
        (minutes, '*', '* * *'),
    ):
        text = ' '.join(fields)
        if len(text) <= cron.LONGEST:
            return text
    return '* * * * *'
