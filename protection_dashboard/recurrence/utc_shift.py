# SPDX-License-Identifier: Apache-2.0
"""A cron pattern moved by the offset of a zone.

Minute and hour move together and a run can fall on the day before or
after. Plain cron can say the result when the moved times are again every
chosen hour with every chosen minute, and when all of them move by the same
number of days (on every day of the year that does not matter).
"""

import datetime
import itertools

from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence.cron import FIELDS
from protection_dashboard.recurrence.cron import InvalidSchedule

_DAY = 24 * 60
_BEFORE = _(
    "In UTC this falls on the day before: choose a time from %(limit)s on, "
    "or the zone UTC."
)
_AFTER = _(
    "In UTC this falls on the day after: choose a time before %(limit)s, or "
    "the zone UTC."
)


def earlier(parsed, offset):
    """The text of a :class:`cron.Cron` that runs ``offset`` earlier.

    ``offset`` is a timedelta. InvalidSchedule when plain cron cannot say it.
    """
    by = offset // datetime.timedelta(minutes=1)
    if not by:
        return str(parsed)
    moved = [divmod(time - by, _DAY) for time in parsed.times]
    minutes, hours = _split({time for _day, time in moved})
    days = {day for day, _time in moved} if not parsed.every_day else {0}
    minute, hour = parsed.fields[:2]
    return cron.short(
        (
            _field(FIELDS[0], minute, parsed.minutes, minutes),
            _field(FIELDS[1], hour, parsed.hours, hours),
            *_dates(parsed, days, by),
        )
    )


def _split(times):
    """Minutes and hours of times in minutes after midnight."""
    minutes = sorted({time % 60 for time in times})
    hours = sorted({time // 60 for time in times})
    if len(times) != len(minutes) * len(hours):
        raise InvalidSchedule(
            _(
                "One pattern in UTC cannot say this, as the zone is not whole "
                "hours away: choose a single minute, or the zone UTC."
            )
        )
    return minutes, hours


def _dates(parsed, days, by):
    """The fields day, month and weekday when times move by ``days``."""
    day, month, weekday = parsed.fields[2:]
    if days == {0}:
        return day, month, weekday
    if len(days) > 1 or len(parsed.days) < 31 or len(parsed.months) < 12:
        raise InvalidSchedule(
            _BEFORE if by > 0 else _AFTER, limit=_time(by % _DAY)
        )
    weekdays = sorted((w + min(days)) % 7 for w in parsed.weekdays)
    return day, month, compact(FIELDS[4], weekdays)


def _field(field, text, values, moved):
    return text if list(values) == moved else compact(field, moved)


def compact(field, values):
    """The shortest plain text of a field for sorted values."""
    if len(values) == len(field.every):
        return '*'
    steps = {b - a for a, b in itertools.pairwise(values)}
    if len(values) > 2 and len(steps) == 1:
        return _steps(field, values, steps.pop())
    return ','.join(_ranges(values))


def _steps(field, values, step):
    first, last = values[0], values[-1]
    if step == 1:
        return f'{first}-{last}'
    if first == field.lowest and last + step > field.every[-1]:
        return f'*/{step}'
    return f'{first}-{last}/{step}'


def _ranges(values):
    runs = itertools.groupby(enumerate(values), lambda pair: pair[1] - pair[0])
    for _difference, pairs in runs:
        run = [value for _index, value in pairs]
        if len(run) > 2:
            yield f'{run[0]}-{run[-1]}'
        else:
            yield from map(str, run)


def _time(minutes):
    return f'{minutes // 60:02}:{minutes % 60:02}'
