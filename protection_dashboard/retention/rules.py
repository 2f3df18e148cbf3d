# SPDX-License-Identifier: Apache-2.0
"""The rules of a retention: what each keeps, and how it is put in words.

``hourly`` to ``yearly`` sort points into hours, days, ISO weeks, months and
years on the clocks of a zone. They keep the newest point of each period, and
count only periods that hold a point: after a week without runs "7 daily" are
still seven. An hour that the clocks show twice counts as two hours.
"""

from collections.abc import Callable
from collections.abc import Hashable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
import dataclasses
import datetime
import functools
from typing import Self
from typing import TypeAlias
from typing import cast

from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import enumeration
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.protections.base import RecoveryPoint
from protection_dashboard.recurrence.phrases import MONTHS
from protection_dashboard.recurrence.schedule import RetentionDocument

_Reasons: TypeAlias = Iterable[tuple[RecoveryPoint, TranslatableText]]
#: ``(points, number, now)``: what a rule keeps of points, the newest first
_KeptByRule: TypeAlias = Callable[
    [Sequence[RecoveryPoint], int, datetime.datetime], _Reasons
]

#: rule -> the texts for one and for more
_PHRASES = {
    'last': (_("the last one"), _("the last %(count)s")),
    'days': (_("1 day"), _("%(count)s days")),
    'hourly': (_("1 hourly"), _("%(count)s hourly")),
    'daily': (_("1 daily"), _("%(count)s daily")),
    'weekly': (_("1 weekly"), _("%(count)s weekly")),
    'monthly': (_("1 monthly"), _("%(count)s monthly")),
    'yearly': (_("1 yearly"), _("%(count)s yearly")),
}
#: rule -> to where a person can go back, for one and for more
_REACHES = {
    'last': (_("the last copy"), _("any of the last %(count)s copies")),
    'days': (
        _("any copy of the last day"),
        _("any copy of the last %(count)s days"),
    ),
    'hourly': (_("the last hour"), _("any of the last %(count)s hours")),
    'daily': (_("the last day"), _("any of the last %(count)s days")),
    'weekly': (_("the last week"), _("any of the last %(count)s weeks")),
    'monthly': (_("the last month"), _("any of the last %(count)s months")),
    'yearly': (_("the last year"), _("any of the last %(count)s years")),
}


@dataclasses.dataclass(frozen=True)
class Retention:
    """How many points each rule keeps, ``days``: for how many days.

    None is a rule that is off. A point is kept if any rule keeps it; without
    a rule every point is.
    """

    last: int | None = None
    days: int | None = None
    hourly: int | None = None
    daily: int | None = None
    weekly: int | None = None
    monthly: int | None = None
    yearly: int | None = None

    @classmethod
    def from_document(
        cls, mapping: RetentionDocument | Mapping[str, int | None] | None
    ) -> Self:
        """The rules of a document's ``retention``; None keeps everything."""
        given = cast('Mapping[str, int | None]', mapping or {})
        return cls(**{k: v for k, v in given.items() if v})

    @property
    def given(self) -> dict[str, int]:
        """``{rule: number}`` of the rules that are on."""
        return {name: number for name, number in vars(self).items() if number}

    @property
    def empty(self) -> bool:
        """Whether every point is kept."""
        return not self.given

    def __bool__(self) -> bool:
        return not self.empty

    def words(self) -> TranslatableText:
        """A TranslatableText such as "7 daily, 4 weekly"."""
        said = [
            _count_phrase(_PHRASES[name], n) for name, n in self.given.items()
        ]
        if not said:
            return TranslatableText(_("everything"))
        return functools.reduce(_comma, said)

    def reach(self) -> TranslatableText:
        """To where one can go back: "any of the last 7 days".

        ValueError where every point is kept.
        """
        return enumeration(
            _count_phrase(_REACHES[name], n) for name, n in self.given.items()
        )

    @property
    def least(self) -> int:
        """How many points the rules keep at least, in the long run."""
        counts = [n for name, n in self.given.items() if name != 'days']
        return max(counts, default=1)

    def kept(
        self,
        points: Sequence[RecoveryPoint],
        zone: datetime.tzinfo,
        now: datetime.datetime,
    ) -> dict[str, TranslatableText]:
        """``{point id: reason}`` of the points that the rules keep.

        ``points`` are good ones of one resource, the newest first; ``now``
        is aware.
        """
        reasons: dict[str, TranslatableText] = {}
        local = now.astimezone(zone)
        for name, number in self.given.items():
            for point, words in _KEPT[name](points, number, local):
                reasons.setdefault(point.id, words)
        return reasons


def _count_phrase(said: tuple[str, str], count: int) -> TranslatableText:
    one, more = said
    return (
        TranslatableText(one)
        if count == 1
        else TranslatableText(more, {'count': count})
    )


def _comma(
    first: TranslatableText, following: TranslatableText
) -> TranslatableText:
    message = _("%(first)s, %(following)s")
    return TranslatableText(message, {'first': first, 'following': following})


def _last(
    points: Sequence[RecoveryPoint], number: int, _now: datetime.datetime
) -> _Reasons:
    said = (_("kept: the last one"), _("kept: one of the last %(count)s"))
    words = _count_phrase(said, number)
    return [(point, words) for point in points[:number]]


def _days(
    points: Sequence[RecoveryPoint], number: int, now: datetime.datetime
) -> _Reasons:
    said = (
        _("kept: younger than 1 day"),
        _("kept: younger than %(count)s days"),
    )
    words = _count_phrase(said, number)
    # days on the clocks of the zone: the number of daily runs in them does
    # not change when the clocks do
    since = now - datetime.timedelta(days=number)
    return [(point, words) for point in points if point.created > since]


def _newest_of_each(
    period: Callable[[datetime.datetime], Hashable],
    said: Callable[
        [datetime.datetime, datetime.datetime], TranslatableText | str
    ],
    points: Sequence[RecoveryPoint],
    number: int,
    now: datetime.datetime,
) -> Iterator[tuple[RecoveryPoint, TranslatableText]]:
    """The newest point of each of the newest periods that hold one."""
    found: set[Hashable] = set()
    for point in points:
        local = point.created.astimezone(now.tzinfo)
        if period(local) in found:
            continue
        if len(found) == number:
            return
        found.add(period(local))
        message = _("kept: newest of %(period)s")
        yield point, TranslatableText(message, {'period': said(local, now)})


def _hour(local: datetime.datetime) -> tuple[datetime.date, int, int]:
    return local.date(), local.hour, local.fold


def _week(local: datetime.datetime) -> tuple[int, int]:
    return local.isocalendar()[:2]


def _month(local: datetime.datetime) -> tuple[int, int]:
    return local.year, local.month


def _year(local: datetime.datetime) -> int:
    return local.year


def _hour_phrase(
    local: datetime.datetime, now: datetime.datetime
) -> TranslatableText:
    message = _("%(day)s, %(hour)s:00")
    day = day_phrase(local, now)
    return TranslatableText(message, {'day': day, 'hour': f'{local.hour:02}'})


def day_phrase(
    local: datetime.datetime, now: datetime.datetime
) -> TranslatableText:
    """A text such as "14 October", with the year unless it is that of now.

    Both times are aware and in the zone whose calendar is meant.
    """
    month = _month_phrase(local, now)
    return TranslatableText(
        _("%(day)s %(month)s"), {'day': local.day, 'month': month}
    )


def _week_phrase(
    local: datetime.datetime, now: datetime.datetime
) -> TranslatableText:
    year, week = _week(local)
    if year == _week(now)[0]:
        return TranslatableText(_("week %(week)s"), {'week': week})
    return TranslatableText(
        _("week %(week)s of %(year)s"), {'week': week, 'year': year}
    )


def _month_phrase(
    local: datetime.datetime, now: datetime.datetime
) -> TranslatableText:
    month = TranslatableText(MONTHS[local.month - 1])
    if local.year == now.year:
        return month
    values = {'month': month, 'year': local.year}
    return TranslatableText(_("%(month)s %(year)s"), values)


def _year_phrase(local: datetime.datetime, _now: datetime.datetime) -> str:
    return str(local.year)


_KEPT: dict[str, _KeptByRule] = {
    'last': _last,
    'days': _days,
    'hourly': functools.partial(_newest_of_each, _hour, _hour_phrase),
    'daily': functools.partial(
        _newest_of_each, datetime.datetime.date, day_phrase
    ),
    'weekly': functools.partial(_newest_of_each, _week, _week_phrase),
    'monthly': functools.partial(_newest_of_each, _month, _month_phrase),
    'yearly': functools.partial(_newest_of_each, _year, _year_phrase),
}
