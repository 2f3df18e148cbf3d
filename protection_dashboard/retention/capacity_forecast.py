# SPDX-License-Identifier: Apache-2.0
"""Whether a service's quota has room for what a plan will keep, in words.

It warns and forbids nothing: points may be removed otherwise, and quotas may
grow.
"""

import bisect
from collections.abc import Iterable
from collections.abc import Mapping
import dataclasses
import datetime
from typing import Any

from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.protections.base import Capacity
from protection_dashboard.recurrence import timezones
from protection_dashboard.retention import peak
from protection_dashboard.retention import simulation
from protection_dashboard.retention.policy import Policy
from protection_dashboard.retention.rules import day_phrase

#: runs that are simulated to find the day on which the quota is used up
_RUNS = 300
_ENDLESS_RUNS = 5_000
#: a quota that is used up later than so is no reason to act today
SOON = datetime.timedelta(days=90)
_ANY = Capacity(used=0, most=-1, gib_used=0, gib_most=-1)


@dataclasses.dataclass(frozen=True)
class Need:
    """What the points of some resources take of a quota.

    ``most`` is how many points of each resource stay at most, None: no
    bound. ``sizes`` are the GiB of one point of each resource, ``have`` how
    many points each has now. ``is_endless`` tells that points stay for ever;
    without a bound they may also stay for some days, of runs that people
    start.
    """

    most: int | None
    sizes: tuple[int, ...]
    have: tuple[int, ...]
    is_endless: bool = False

    @property
    def resources(self) -> int:
        return len(self.sizes)

    def more(self, each: int) -> tuple[int, int]:
        """``(points, GiB)`` besides today's, with ``each`` more a resource.

        A resource never has more than ``most`` and one: while a run lasts
        there is one point more than stays.
        """
        rooms = [each] * self.resources
        if self.most is not None:
            rooms = [max(0, self.most + 1 - have) for have in self.have]
        taken = [min(each, room) for room in rooms]
        pairs = zip(taken, self.sizes, strict=True)
        return sum(taken), sum(count * size for count, size in pairs)


@dataclasses.dataclass(frozen=True)
class Forecast:
    """A line for a page, and when the quota is used up.

    ``fits`` tells whether it is not, or not soon: then nobody has to act.
    ``full`` is the time (aware), None if it never is, if no schedule will do
    so, or if the time is too far away to compute.
    """

    words: TranslatableText
    fits: bool = True
    full: datetime.datetime | None = None


def need_of_plan(
    document: Mapping[str, Any],
    resources: Iterable[tuple[int | None, int]],
    *,
    chain: int = 1,
) -> Need:
    """The :class:`Need` of a plan's document for resources.

    ``resources`` are pairs of the size in GiB, or None, and the number of
    points that the resource has. ``chain`` is the number of points in the
    longest chain of increments.
    """
    most = peak.most_points_of_plan(document)
    return Need(
        # the oldest that a rule keeps may be the last of its chain
        most=most and most + chain - 1,
        sizes=tuple(size or 0 for size, _have in resources),
        have=tuple(have for _size, have in resources),
        is_endless=_keeps_everything(document),
    )


def _keeps_everything(document: Mapping[str, Any]) -> bool:
    """Whether some runs of a plan make points that stay for ever."""
    policy = Policy.from_document(document)
    own = [rule for rule, _zone in policy.schedules.values()]
    governed = len(own) < len(document['schedules']) or not own
    rules = [*own, policy.rule] if governed else own
    return not all(rule.given for rule in rules)


def forecast(
    document: Mapping[str, Any],
    need: Need,
    capacity: Capacity | None,
    now: datetime.datetime,
) -> Forecast:
    """The :class:`Forecast` of a Need in a service's Capacity.

    None as capacity: the service tells no limit. ``now`` is aware. What
    retention bounds does not fit if it fills the quota before it removes
    anything; what nothing bounds, if it does so within SOON.
    """
    room = capacity or _ANY
    each = _too_many(need, room)
    full = each and _reached(document, need, each, now)
    values = {
        'needed': need_phrase(need, room, briefly=_briefly(need, room)),
        'left': capacity_left_phrase(capacity),
    }
    if full:
        zone = timezones.zone_by_name(Policy.from_document(document).zone)
        day = day_phrase(full.astimezone(zone), now.astimezone(zone))
        message = _("%(needed)s; %(left)s: full on %(day)s")
        return Forecast(
            TranslatableText(message, {**values, 'day': day}),
            fits=need.most is None and full > now + SOON,
            full=full,
        )
    if each and need.most is None and each > 1:
        return Forecast(_enough_for_runs(each - 1, values))
    if each:
        message = _("%(needed)s; %(left)s: that is not enough")
        return Forecast(TranslatableText(message, values), fits=False)
    return Forecast(TranslatableText(_("%(needed)s; %(left)s"), values))


def _enough_for_runs(
    count: int, values: Mapping[str, TranslatableText]
) -> TranslatableText:
    message = (
        _("%(needed)s; %(left)s: enough for 1 run")
        if count == 1
        else _("%(needed)s; %(left)s: enough for %(count)s runs")
    )
    return TranslatableText(message, {**values, 'count': count})


def _too_many(need: Need, room: Capacity) -> int | None:
    """The least number of further points of each resource without room.

    None: there is room for all.
    """
    most = _ENDLESS_RUNS if need.most is None else need.most + 1
    counts = range(1, most + 1)
    at = bisect.bisect_left(
        counts, 1, key=lambda count: int(not _fits(need, room, count))
    )
    return counts[at] if at < len(counts) else None


def _fits(need: Need, room: Capacity, each: int) -> bool:
    lefts = (room.left, room.gib_left)
    return all(
        left is None or more <= left
        for more, left in zip(need.more(each), lefts, strict=True)
    )


def _reached(
    document: Mapping[str, Any],
    need: Need,
    each: int,
    now: datetime.datetime,
) -> datetime.datetime | None:
    """When a resource will have ``each`` more points (aware).

    None: not within the runs that are simulated.
    """
    if need.most is None:
        runs = [
            run for run, _id in simulation.simulated_runs(document, now, each)
        ]
        return runs[-1] if len(runs) == each else None
    grown = simulation.points_after_runs(document, now, _RUNS)
    return next((at for at, points in grown if points >= each), None)


def _briefly(need: Need, room: Capacity) -> bool:
    """Whether there is room for all but the one point more of a run."""
    if need.most is None or _fits(need, room, need.most + 1):
        return False
    at_rest = dataclasses.replace(need, most=need.most - 1)
    return _fits(at_rest, room, need.most)


def need_phrase(
    need: Need, room: Capacity, *, briefly: bool
) -> TranslatableText:
    """A TranslatableText for a Need, in the terms of a Capacity.

    ``briefly`` tells that there is room for all but the one point more that
    exists while a run lasts.
    """
    count = need.resources * (need.most or 1)
    size = sum(need.sizes) * (need.most or 1)
    amount = _amount(count, size, room)
    if need.most is None:
        message = (
            _("%(amount)s more with each run, without end")
            if need.is_endless
            else _("%(amount)s more with each run")
        )
        return TranslatableText(message, {'amount': amount})
    words = TranslatableText(_("at most %(amount)s"), {'amount': amount})
    if any(need.have):
        message = _("%(words)s (today: %(count)s)")
        words = TranslatableText(
            message, {'words': words, 'count': sum(need.have)}
        )
    if briefly:
        message = _("%(words)s, and one more of each while a run lasts")
        words = TranslatableText(message, {'words': words})
    return words


def _counted(count: int, capacity: Capacity) -> TranslatableText:
    """A number of what a Capacity counts: "1 snapshot"."""
    one, more = capacity.counted
    if count == 1:
        return TranslatableText(one)
    return TranslatableText(more, {'count': count})


def _amount(count: int, size: int, room: Capacity) -> TranslatableText:
    points = _counted(count, room)
    if not size or room.gib_used is None:
        return points
    message = _("%(points)s and %(size)s GiB")
    return TranslatableText(message, {'points': points, 'size': size})


def capacity_left_phrase(capacity: Capacity | None) -> TranslatableText:
    """What is left of a Capacity, as text; None: no limit is known."""
    if capacity is None:
        return TranslatableText(_("its service tells no limit"))
    points, size = capacity.left, capacity.gib_left
    values = {
        'points': None if points is None else _counted(points, capacity),
        'size': size,
    }
    if points is None and size is None:
        return TranslatableText(_("its service sets no limit"))
    if points is None:
        return TranslatableText(_("you have %(size)s GiB left"), values)
    if size is None:
        return TranslatableText(_("you have %(points)s left"), values)
    return TranslatableText(
        _("you have %(points)s and %(size)s GiB left"), values
    )
