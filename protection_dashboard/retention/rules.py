# SPDX-License-Identifier: Apache-2.0
"""The rules of a retention: what each keeps, and how people say it.

``hourly`` to ``yearly`` sort points into hours, days, ISO weeks, months and
years on the clocks of a zone, keep the newest point of each, and count only
those that hold a point: after a week without runs "7 daily" are still seven.
An hour that the clocks show twice is two hours.
"""

import dataclasses
import datetime
import functools

from protection_dashboard.common.i18n import Words
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.recurrence.phrases import MONTHS

#: rule -> how it is said of one, and of more
_SAID = {
    'last': (_("the last one"), _("the last %(count)s")),
    'days': (_("1 day"), _("%(count)s days")),
    'hourly': (_("1 hourly"), _("%(count)s hourly")),
    'daily': (_("1 daily"), _("%(count)s daily")),
    'weekly': (_("1 weekly"), _("%(count)s weekly")),
    'monthly': (_("1 monthly"), _("%(count)s monthly")),
    'yearly': (_("1 yearly"), _("%(count)s yearly")),
}


@dataclasses.dataclass(frozen=True)
class Rule:
    """How many points each rule keeps, ``days`` for how long; None: off.

    A point that any of them keeps is kept; without any everything is.
    """

    last: int | None = None
    days: int | None = None
    hourly: int | None = None
    daily: int | None = None
    weekly: int | None = None
    monthly: int | None = None
    yearly: int | None = None

    @classmethod
    def read(cls, mapping):
        """The rule of a document's ``retention``; None keeps everything."""
        return cls(**{k: v for k, v in (mapping or {}).items() if v})

    @property
    def given(self):
        """``{rule: number}`` without those that are off."""
        return {name: number for name, number in vars(self).items() if number}

    @property
    def empty(self):
        """Whether it keeps everything."""
        return not self.given

    def __bool__(self):
        return not self.empty

    def words(self):
        """``Words`` such as "7 daily, 4 weekly"."""
        said = [_number(_SAID[name], n) for name, n in self.given.items()]
        if not said:
            return Words(_("everything"))
        return functools.reduce(_comma, said)

    def kept(self, points, zone, now):
        """``{id: Words}`` of the points that it keeps, and which rule did.

        ``points`` are good ones, the newest first; ``zone`` is a tzinfo and
        ``now`` is aware.
        """
        reasons = {}
        local = now.astimezone(zone)
        for name, number in self.given.items():
            for point, words in _KEPT[name](points, number, local):
                reasons.setdefault(point.id, words)
        return reasons


def _number(said, count):
    one, more = said
    return Words(one) if count == 1 else Words(more, {'count': count})


def _comma(first, following):
    message = _("%(first)s, %(following)s")
    return Words(message, {'first': first, 'following': following})


def _last(points, number, _now):
    said = (_("kept: the last one"), _("kept: one of the last %(count)s"))
    words = _number(said, number)
    return [(point, words) for point in points[:number]]


def _days(points, number, now):
    said = (
        _("kept: younger than 1 day"),
        _("kept: younger than %(count)s days"),
    )
    words = _number(said, number)
    # days on the clocks of the zone: runs of a fixed time stay as many
    since = now - datetime.timedelta(days=number)
    return [(point, words) for point in points if point.created > since]


def _newest_of_each(period, said, points, number, now):
    """The newest point of each of the newest periods that hold one."""
    found = set()
    for point in points:
        local = point.created.astimezone(now.tzinfo)
        if period(local) in found:
            continue
        if len(found) == number:
            return
        found.add(period(local))
        message = _("kept: newest of %(period)s")
        yield point, Words(message, {'period': said(local, now)})


def _hour(local):
    return local.date(), local.hour, local.fold


def _week(local):
    return local.isocalendar()[:2]


def _month(local):
    return local.year, local.month


def _year(local):
    return local.year


def _said_hour(local, now):
    message = _("%(day)s, %(hour)s:00")
    day = said_day(local, now)
    return Words(message, {'day': day, 'hour': f'{local.hour:02}'})


def said_day(local, now):
    """``Words`` such as "14 October", with the year unless it is now's.

    Both are in the zone whose calendar is meant.
    """
    month = _said_month(local, now)
    return Words(_("%(day)s %(month)s"), {'day': local.day, 'month': month})


def _said_week(local, now):
    year, week = _week(local)
    if year == _week(now)[0]:
        return Words(_("week %(week)s"), {'week': week})
    return Words(_("week %(week)s of %(year)s"), {'week': week, 'year': year})


def _said_month(local, now):
    month = Words(MONTHS[local.month - 1])
    if local.year == now.year:
        return month
    values = {'month': month, 'year': local.year}
    return Words(_("%(month)s %(year)s"), values)


def _said_year(local, _now):
    return str(local.year)


_KEPT = {
    'last': _last,
    'days': _days,
    'hourly': functools.partial(_newest_of_each, _hour, _said_hour),
    'daily': functools.partial(
        _newest_of_each, datetime.datetime.date, said_day
    ),
    'weekly': functools.partial(_newest_of_each, _week, _said_week),
    'monthly': functools.partial(_newest_of_each, _month, _said_month),
    'yearly': functools.partial(_newest_of_each, _year, _said_year),
}
