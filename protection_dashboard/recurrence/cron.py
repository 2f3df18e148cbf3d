# SPDX-License-Identifier: Apache-2.0
"""Cron patterns of five fields, as plain cron and croniter both read them.

Mistral reads a pattern with croniter, which knows more than plain cron
(``L``, ``#``, ``W``, ``R``, seconds, years) and reads a few things in its
own way: ``5-5`` is the whole field, ``5/15`` is ``5-59/15``. Only what
means the same everywhere is allowed here, and croniter gives its meaning.
A day of the month and a weekday given together mean either of them.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
import dataclasses
import datetime
import functools
import itertools
import re
from typing import Any

from croniter import CroniterBadDateError
from croniter import croniter

from protection_dashboard import exceptions
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _

#: characters that a pattern may have in Mistral's table
MAX_PATTERN_LENGTH = 100
ALIASES = {
    '@hourly': '0 * * * *',
    '@daily': '0 0 * * *',
    '@midnight': '0 0 * * *',
    '@weekly': '0 0 * * 0',
    '@monthly': '0 0 1 * *',
    '@yearly': '0 0 1 1 *',
    '@annually': '0 0 1 1 *',
}

_DAY = 24 * 60
# weekdays and leap days meet in every way within 28 years
_CYCLE = [
    datetime.date(2000, 1, 1) + datetime.timedelta(days=day)
    for day in range(28 * 365 + 7)
]


@dataclasses.dataclass(frozen=True)
class Cron:
    """A parsed pattern: the values of each field, sorted; Sunday is 0.

    ``fields`` are its five texts. With ``either_day`` it runs on days that
    the day of the month or the weekday allows, else both must. With
    ``due_twice`` it runs both times at a local time that comes twice. Two are
    equal when they mean the same, however they are written.
    """

    fields: tuple[str, ...] = dataclasses.field(compare=False)
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    either_day: bool
    due_twice: bool

    def __str__(self) -> str:
        return ' '.join(self.fields)

    @property
    def every_hour(self) -> bool:
        """Whether it names all hours."""
        return len(self.hours) == 24

    @property
    def every_day(self) -> bool:
        """Whether it runs on all days of the year."""
        either = any if self.either_day else all
        return len(self.months) == 12 and either(
            (len(self.days) == 31, len(self.weekdays) == 7)
        )

    @functools.cached_property
    def times(self) -> list[int]:
        """Its times of a day in minutes after midnight, sorted."""
        return [60 * h + m for h in self.hours for m in self.minutes]

    def runs_on(self, date: datetime.date) -> bool:
        """Whether the pattern runs on a date."""
        either = any if self.either_day else all
        return date.month in self.months and either(
            (
                date.day in self.days,
                date.isoweekday() % 7 in self.weekdays,
            )
        )

    def least_gap(self) -> int:
        """Minutes between the two closest runs, on days of 24 hours."""
        overnight = self._least_days() * _DAY - self.times[-1] + self.times[0]
        gaps = [b - a for a, b in itertools.pairwise(self.times)]
        return min([*gaps, overnight])

    def _least_days(self) -> int:
        """Days between the two closest days on which it runs."""
        if self.every_day:
            return 1
        dates = filter(self.runs_on, _CYCLE)
        least = len(_CYCLE)
        for one, following in itertools.pairwise(dates):
            least = min(least, (following - one).days)
            if least == 1:
                break
        return least

    def local_times_from(
        self, since: datetime.datetime
    ) -> Iterator[datetime.datetime]:
        """Local times from ``since`` (naive, included) on, without end."""
        runs = croniter(str(self), since - datetime.timedelta(seconds=1))
        while True:
            yield runs.get_next(datetime.datetime)


@functools.lru_cache(maxsize=1024)
def parse(pattern: str) -> Cron:
    """The :class:`Cron` of a text; InvalidSchedule when it is none.

    Aliases such as ``@daily`` and names of months and weekdays are allowed,
    in any case.
    """
    fields = _fields(pattern)
    for field, text in zip(FIELDS, fields, strict=True):
        field.check(text)
    _check_days(fields[2], fields[4])
    expanded = croniter.expand(' '.join(fields))[0]
    minutes, hours, days, months, weekdays = (
        _values(field, values)
        for field, values in zip(FIELDS, expanded, strict=True)
    )
    cron = Cron(
        fields,
        minutes,
        hours,
        days,
        months,
        weekdays,
        either_day=expanded[2] != ['*'] and expanded[4] != ['*'],
        due_twice=len(hours) == 24 or not set('*/').isdisjoint(fields[0]),
    )
    _check_that_it_fires(cron)
    return cron


def joined_fields(fields: Iterable[str]) -> str:
    """The pattern of some fields; InvalidSchedule when it is too long."""
    text = ' '.join(fields)
    if len(text) > MAX_PATTERN_LENGTH:
        raise InvalidSchedule(
            _("A pattern has at most %(longest)s characters."),
            longest=MAX_PATTERN_LENGTH,
        )
    return text


def _fields(pattern: str) -> tuple[str, ...]:
    """The five texts of a pattern, in lower case, aliases resolved."""
    text = joined_fields(pattern.lower().split())
    if text.startswith('@') and text not in ALIASES:
        raise InvalidSchedule(
            _(
                "Of the short forms only @hourly, @daily, @weekly, @monthly "
                "and @yearly are supported."
            )
        )
    words = ALIASES.get(text, text).split()
    fields = tuple('*' if word == '*/1' else word for word in words)
    if len(fields) != len(FIELDS):
        raise InvalidSchedule(
            _(
                "A pattern has exactly five fields: minute, hour, day of the "
                "month, month and weekday."
            )
        )
    return fields


def _check_days(day: str, weekday: str) -> None:
    # Vixie cron then means both days, croniter either of them
    if '*' not in (day, weekday) and '*' in day + weekday:
        raise InvalidSchedule(
            _(
                "A step such as */2 as the day of the month or the weekday "
                "cannot go together with the other of the two: list the days."
            )
        )


def _values(field: 'Field', expanded: Sequence[Any]) -> tuple[int, ...]:
    return field.every if '*' in expanded else tuple(expanded)


def _check_that_it_fires(cron: Cron) -> None:
    try:
        next(cron.local_times_from(datetime.datetime(2000, 1, 1)))
    except CroniterBadDateError as error:
        raise InvalidSchedule(
            _("This pattern never runs: no chosen month has such a day.")
        ) from error


_VALUE = '(?:[0-9]{1,2}|[a-z]{3})'
_ITEM = re.compile(
    rf'(?:(?P<first>{_VALUE})-(?P<last>{_VALUE})|\*)'
    rf'(?:/(?P<step>[0-9]{{1,2}}))?|(?P<only>{_VALUE})'
)
_SPECIAL = re.compile(r'[#?]|\b[0-9]*[hlrw][0-9]*\b')


class InvalidSchedule(exceptions.Refused, ValueError):
    """A pattern, zone or local time that cannot be read.

    It is one sentence that a user can act on; it never quotes the input.
    ``words`` are what a page translates.
    """

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.params = params
        self.words = TranslatableText(message, params)

    def __str__(self) -> str:
        return str(self.words)


@dataclasses.dataclass(frozen=True)
class Field:
    """One of the five: what it takes, and ``rule``, a sentence that says so.

    ``names`` are those of its values from ``lowest`` on, with blanks between.
    """

    lowest: int
    highest: int
    rule: str
    names: str = ''

    def check(self, text: str) -> None:
        """InvalidSchedule unless plain cron knows the text of the field."""
        if text == '*' or all(map(self._allows, text.split(','))):
            return
        if _SPECIAL.search(text):
            raise InvalidSchedule(
                _(
                    "L, W, #, ?, R and H are not supported: use numbers, "
                    "names, lists, ranges and steps."
                )
            )
        raise InvalidSchedule(self.rule)

    def _allows(self, item: str) -> bool:
        """Whether it takes an item of a list, such as ``1-5/2``."""
        match = _ITEM.fullmatch(item)
        if not match:
            return False
        step = int(match['step'] or 1)
        least = 1 if match['first'] or match['only'] else 2
        values = [match[g] for g in ('first', 'last', 'only') if match[g]]
        numbers = [self._number(value) for value in values]
        return (
            least <= step < len(self.every)
            and all(self.lowest <= n <= self.highest for n in numbers)
            and numbers == sorted(set(numbers))
        )

    @property
    def every(self) -> tuple[int, ...]:
        """All values; weekday 7 is left out, as it is Sunday again."""
        size = len(self.names.split()) or self.highest - self.lowest + 1
        return tuple(range(self.lowest, self.lowest + size))

    def _number(self, value: str) -> int:
        """The number of a value or of its name; -1 for another text."""
        if value.isdigit():
            return int(value)
        names = self.names.split()
        return names.index(value) + self.lowest if value in names else -1


FIELDS = (
    Field(
        lowest=0,
        highest=59,
        rule=_(
            "The first field, the minute, takes 0 to 59, for example 5, "
            "0,30, 10-20 or */15."
        ),
    ),
    Field(
        lowest=0,
        highest=23,
        rule=_(
            "The second field, the hour, takes 0 to 23, for example 2, "
            "0,12, 8-18 or */6."
        ),
    ),
    Field(
        lowest=1,
        highest=31,
        rule=_(
            "The third field, the day of the month, takes 1 to 31, for "
            "example 1, 1,15, 1-7 or */2."
        ),
    ),
    Field(
        lowest=1,
        highest=12,
        rule=_(
            "The fourth field, the month, takes 1 to 12 or names, for "
            "example 1, jan,jul, 3-5 or */3."
        ),
        names='jan feb mar apr may jun jul aug sep oct nov dec',
    ),
    Field(
        lowest=0,
        highest=7,
        rule=_(
            "The fifth field, the weekday, takes 0 to 7 (0 and 7 are "
            "Sunday) or names, for example 1, mon,thu, mon-fri or 5-7."
        ),
        names='sun mon tue wed thu fri sat',
    ),
)
