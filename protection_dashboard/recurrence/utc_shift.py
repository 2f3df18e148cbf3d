# SPDX-License-Identifier: Apache-2.0
"""A cron pattern in local time, shifted to UTC by one offset of its zone.

Minute and hour shift together, and an occurrence can fall on the day before
or after. Plain cron can express the result when the shifted times are again
every chosen hour with every chosen minute, and when all of them shift by the
same number of days (which does not matter for a pattern of every day).
"""

from collections.abc import Iterator
from collections.abc import Sequence
from collections.abc import Set
import datetime
import itertools

from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence.cron import FIELDS
from protection_dashboard.recurrence.cron import Field
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


def shifted_pattern(parsed: cron.Cron, offset: datetime.timedelta) -> str:
    """The pattern that is due ``offset`` earlier than a parsed one.

    InvalidSchedule when plain cron cannot express it.
    """
    by = offset // datetime.timedelta(minutes=1)
    if not by:
        return str(parsed)
    moved = [divmod(time - by, _DAY) for time in parsed.times]
    minutes, hours = _split({time for _day, time in moved})
    days = {day for day, _time in moved} if not parsed.every_day else {0}
    minute, hour = parsed.fields[:2]
    return cron.joined_fields(
        (
            _field(FIELDS[0], minute, parsed.minutes, minutes),
            _field(FIELDS[1], hour, parsed.hours, hours),
            *_dates(parsed, days, by),
        )
    )


def _split(times: Set[int]) -> tuple[list[int], list[int]]:
    """``(minutes, hours)`` of times in minutes after midnight, sorted."""
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


def _dates(parsed: cron.Cron, days: Set[int], by: int) -> tuple[str, str, str]:
    """The fields day, month and weekday when times shift by ``days``.

    ``by`` is the offset in minutes.
    """
    day, month, weekday = parsed.fields[2:]
    if days == {0}:
        return day, month, weekday
    if len(days) > 1 or len(parsed.days) < 31 or len(parsed.months) < 12:
        raise InvalidSchedule(
            _BEFORE if by > 0 else _AFTER, limit=_time(by % _DAY)
        )
    weekdays = sorted((w + min(days)) % 7 for w in parsed.weekdays)
    return day, month, compact_field(FIELDS[4], weekdays)


def _field(
    field: Field, text: str, values: Sequence[int], moved: list[int]
) -> str:
    """The field as it was written, or a new text when its values moved."""
    return text if list(values) == moved else compact_field(field, moved)


def compact_field(field: Field, values: Sequence[int]) -> str:
    """The shortest text of a field for sorted values, in plain cron."""
    if len(values) == len(field.every):
        return '*'
    steps = {b - a for a, b in itertools.pairwise(values)}
    if len(values) > 2 and len(steps) == 1:
        return _steps(field, values, steps.pop())
    return ','.join(_ranges(values))


def _steps(field: Field, values: Sequence[int], step: int) -> str:
    first, last = values[0], values[-1]
    if step == 1:
        return f'{first}-{last}'
    if first == field.lowest and last + step > field.every[-1]:
        return f'*/{step}'
    return f'{first}-{last}/{step}'


def _ranges(values: Sequence[int]) -> Iterator[str]:
    runs = itertools.groupby(enumerate(values), lambda pair: pair[1] - pair[0])
    for _difference, pairs in runs:
        run = [value for _index, value in pairs]
        if len(run) > 2:
            yield f'{run[0]}-{run[-1]}'
        else:
            yield from map(str, run)


def _time(minutes: int) -> str:
    return f'{minutes // 60:02}:{minutes % 60:02}'
