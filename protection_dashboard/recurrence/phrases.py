# SPDX-License-Identifier: Apache-2.0
"""Cron patterns for people: as a frequency in a form, and in words."""

import hashlib

from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import enumeration
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence.cron import InvalidSchedule

PATTERNS = {
    'hourly': '{minute} * * * *',
    'daily': '{minute} {hour} * * *',
    'weekly': '{minute} {hour} * * {weekday}',
    'monthly': '{minute} {hour} {day} * *',
}
WEEKDAYS = (
    _("Sunday"),
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
)
MONTHS = (
    _("January"),
    _("February"),
    _("March"),
    _("April"),
    _("May"),
    _("June"),
    _("July"),
    _("August"),
    _("September"),
    _("October"),
    _("November"),
    _("December"),
)

_CRON = _("Cron %(pattern)s")
_MAX_LISTED = 4
#: day -> the sentence for each month that has it
_NOT_ALL_MONTHS = {
    29: _(
        "On day %(day)s of every month, in February of leap years only, at "
        "%(times)s"
    ),
    30: _("On day %(day)s of every month but February at %(times)s"),
    31: _("On day %(day)s of the seven months that have one, at %(times)s"),
}
#: days and months
_LEAP_DAY = ((29,), (2,))
_WORKDAYS = (1, 2, 3, 4, 5)


def pattern_for(
    frequency: str,
    minute: int = 0,
    hour: int = 0,
    weekday: int = 0,
    day: int = 1,
) -> str:
    """The pattern of 'hourly', 'daily', 'weekly' or 'monthly'.

    ``weekday`` counts from Sunday, which is 0.
    """
    return PATTERNS[frequency].format(
        minute=minute, hour=hour, weekday=weekday, day=day
    )


def frequency_of(pattern: str) -> tuple[str, dict[str, int]]:
    """``(frequency, values)`` from which the pattern can be made again.

    ``values`` are keywords of :func:`pattern_for`. ``('custom', {})`` for
    any other pattern, also for one that cannot be read.
    """
    try:
        parsed = cron.parse(pattern)
    except InvalidSchedule:
        return 'custom', {}
    values = {
        'minute': parsed.minutes[0],
        'hour': parsed.hours[0],
        'weekday': parsed.weekdays[0],
        'day': parsed.days[0],
    }
    for frequency, template in PATTERNS.items():
        used = {k: v for k, v in values.items() if f'{{{k}}}' in template}
        if cron.parse(template.format(**used)) == parsed:
            return frequency, used
    return 'custom', {}


def off_peak_time(
    seed: str, first_hour: int = 22, minutes: int = 480
) -> tuple[int, int]:
    """``(hour, minute)`` of a quiet time, always the same for a seed.

    Seeds are spread evenly over the ``minutes`` (at least 1) from
    ``first_hour`` on, but for those close to the full or half hour, when
    everyone else's jobs start; they count if there are no others.
    """
    start = 60 * first_hour
    window = range(start, start + minutes)
    quiet = [one for one in window if 5 <= one % 30 <= 25] or window
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest())
    hour, minute = divmod(quiet[number % len(quiet)], 60)
    return hour % 24, minute


def pattern_in_words(pattern: str, zone: str) -> TranslatableText:
    """A pattern as a sentence, ``Every day at 02:30``.

    Times are local times of the zone. The sentence does not name it: it is
    the parameter ``zone`` of the text, for the page to show. A pattern that
    cannot be read stands in the sentence as it is.
    """
    try:
        words = _of_pattern(cron.parse(pattern))
    except InvalidSchedule:
        words = TranslatableText(_CRON, {'pattern': pattern})
    return TranslatableText(words.message, {**words.params, 'zone': zone})


def _of_pattern(parsed: cron.Cron) -> TranslatableText:
    words = _each_hour(parsed) if parsed.every_hour else _at_times(parsed)
    return words or TranslatableText(_CRON, {'pattern': str(parsed)})


def _each_hour(parsed: cron.Cron) -> TranslatableText | None:
    """A text for a pattern of every hour; None when there is no short one."""
    if not parsed.every_day:
        return None
    minutes, count = parsed.minutes, len(parsed.minutes)
    if count == 60:
        return TranslatableText(_("Every minute"))
    if count == 1:
        message = _("Every hour at minute %(minute)s")
        return TranslatableText(message, {'minute': minutes[0]})
    if 60 % count == 0 and minutes == tuple(range(0, 60, 60 // count)):
        message = _("Every %(minutes)s minutes")
        return TranslatableText(message, {'minutes': 60 // count})
    if count > _MAX_LISTED:
        return None
    message = _("Every hour at minutes %(minutes)s")
    return TranslatableText(
        message, {'minutes': enumeration(list(map(str, minutes)))}
    )


def _at_times(parsed: cron.Cron) -> TranslatableText | None:
    """A text for a pattern that names hours; None for no short ones."""
    if len(parsed.times) > _MAX_LISTED:
        return _every_few_hours(parsed)
    words = _dates(parsed)
    if words is None:
        return None
    times = enumeration([f'{t // 60:02}:{t % 60:02}' for t in parsed.times])
    return TranslatableText(words.message, {**words.params, 'times': times})


def _every_few_hours(parsed: cron.Cron) -> TranslatableText | None:
    step = 24 // len(parsed.hours)
    even = parsed.hours == tuple(range(0, 24, step))
    if not (even and parsed.every_day and len(parsed.minutes) == 1):
        return None
    message = _("Every %(hours)s hours at minute %(minute)s")
    return TranslatableText(
        message, {'hours': step, 'minute': parsed.minutes[0]}
    )


def _dates(parsed: cron.Cron) -> TranslatableText | None:
    """A text for the days, with a place for ``times``; None for no short."""
    if parsed.every_day:
        return TranslatableText(_("Every day at %(times)s"))
    if parsed.either_day:
        return None
    if len(parsed.weekdays) < 7:
        return _weekdays(parsed)
    return _days(parsed)


def _weekdays(parsed: cron.Cron) -> TranslatableText | None:
    if len(parsed.days) < 31 or len(parsed.months) < 12:
        return None
    if parsed.weekdays == _WORKDAYS:
        return TranslatableText(_("Every weekday at %(times)s"))
    monday_first = sorted(parsed.weekdays, key=lambda w: (w - 1) % 7)
    days = enumeration([TranslatableText(WEEKDAYS[w]) for w in monday_first])
    return TranslatableText(_("Every %(days)s at %(times)s"), {'days': days})


def _days(parsed: cron.Cron) -> TranslatableText | None:
    days, months = parsed.days, parsed.months
    if len(days) == 1 and len(months) == 12:
        message = _NOT_ALL_MONTHS.get(
            days[0], _("On day %(day)s of every month at %(times)s")
        )
        return TranslatableText(message, {'day': days[0]})
    if len(days) <= _MAX_LISTED and len(months) == 12:
        message = (
            _("On days %(days)s, in the months that have them, at %(times)s")
            if days[-1] in _NOT_ALL_MONTHS
            else _("On days %(days)s of every month at %(times)s")
        )
        return TranslatableText(
            message, {'days': enumeration(list(map(str, days)))}
        )
    if len(days) == 1 and len(months) == 1:
        message = (
            _("Every leap year on %(day)s %(month)s at %(times)s")
            if (days, months) == _LEAP_DAY
            else _("Every year on %(day)s %(month)s at %(times)s")
        )
        month = TranslatableText(MONTHS[months[0] - 1])
        return TranslatableText(message, {'day': days[0], 'month': month})
    return None
