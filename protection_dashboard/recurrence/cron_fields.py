# SPDX-License-Identifier: Apache-2.0
"""What plain cron allows in each of its five fields."""

import dataclasses
import re

from protection_dashboard import exceptions
from protection_dashboard.common.i18n import Words
from protection_dashboard.common.i18n import gettext_noop as _

_VALUE = '(?:[0-9]{1,2}|[a-z]{3})'
_ITEM = re.compile(
    rf'(?:(?P<first>{_VALUE})-(?P<last>{_VALUE})|\*)'
    rf'(?:/(?P<step>[0-9]{{1,2}}))?|(?P<only>{_VALUE})'
)
_SPECIAL = re.compile(r'[#?]|\b[0-9]*[hlrw][0-9]*\b')


class InvalidSchedule(exceptions.Refused, ValueError):
    """One sentence that a user can act on; it never quotes the input.

    ``words`` are what a page translates.
    """

    def __init__(self, message, **params):
        super().__init__(message)
        self.message = message
        self.params = params
        self.words = Words(message, params)

    def __str__(self):
        return str(self.words)


@dataclasses.dataclass(frozen=True)
class Field:
    """One of the five: what it takes, and the sentence that says so."""

    lowest: int
    highest: int
    rule: str
    names: str = ''

    def check(self, text):
        """InvalidSchedule unless plain cron knows the text."""
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

    def _allows(self, item):
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
    def every(self):
        """All values; weekday 7 is Sunday once more."""
        size = len(self.names.split()) or self.highest - self.lowest + 1
        return tuple(range(self.lowest, self.lowest + size))

    def _number(self, value):
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
