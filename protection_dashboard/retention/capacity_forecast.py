# SPDX-License-Identifier: Apache-2.0
"""Whether what a plan will keep has room in the services, in words.

It warns and forbids nothing: points may go by other ways, limits may grow.
"""

import bisect
import dataclasses
import datetime

from protection_dashboard.common.i18n import Words
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.protections.base import Capacity
from protection_dashboard.recurrence import timezones
from protection_dashboard.retention import peak
from protection_dashboard.retention import simulation
from protection_dashboard.retention.policy import Policy
from protection_dashboard.retention.rules import said_day

#: runs that are looked at for the day on which a service is full
_RUNS = 300
_ENDLESS_RUNS = 5_000
_ANY = Capacity(used=0, most=-1, gib_used=0, gib_most=-1)


@dataclasses.dataclass(frozen=True)
class Need:
    """What the points of some resources take.

    ``most`` is how many of each stay at most, None: ever more. ``sizes``
    are GiB of one point of each resource, ``have`` how many there are.
    """

    most: int | None
    sizes: tuple
    have: tuple

    @property
    def resources(self):
        return len(self.sizes)

    def more(self, each):
        """``(points, GiB)`` on top of today's, up to ``each`` a resource.

        While a run lasts there is one more than stays.
        """
        rooms = [each] * self.resources
        if self.most is not None:
            rooms = [max(0, self.most + 1 - have) for have in self.have]
        taken = [min(each, room) for room in rooms]
        pairs = zip(taken, self.sizes, strict=True)
        return sum(taken), sum(count * size for count, size in pairs)


@dataclasses.dataclass(frozen=True)
class Forecast:
    """A line for a page; ``full`` is when there is no more room (aware).

    ``fits`` is False as well when that is too far away to be told.
    """

    words: Words
    fits: bool = True
    full: datetime.datetime | None = None


def need(document, resources, *, chain=1):
    """The :class:`Need` of ``[(GiB or None, points that it has)]``.

    ``chain`` is how many points in a row may need one another.
    """
    most = peak.most(document)
    return Need(
        # the oldest that a rule keeps may be the last of its chain
        most=most and most + chain - 1,
        sizes=tuple(size or 0 for size, _have in resources),
        have=tuple(have for _size, have in resources),
    )


def of(document, wanted, capacity, now):
    """The :class:`Forecast` of a Need in a service's Capacity or None."""
    room = capacity or _ANY
    each = _too_many(wanted, room)
    full = each and _reached(document, wanted, each, now)
    values = {
        'needed': needed(wanted, room, briefly=_briefly(wanted, room)),
        'left': room_left(capacity),
    }
    if full:
        zone = timezones.named(Policy.of(document).zone)
        day = said_day(full.astimezone(zone), now.astimezone(zone))
        message = _("%(needed)s; %(left)s: full on %(day)s")
        return Forecast(
            Words(message, {**values, 'day': day}), fits=False, full=full
        )
    if each:
        message = _("%(needed)s; %(left)s: that is not enough")
        return Forecast(Words(message, values), fits=False)
    return Forecast(Words(_("%(needed)s; %(left)s"), values))


def _too_many(wanted, room):
    """How many more points of each resource have no room; None: all have."""
    most = _ENDLESS_RUNS if wanted.most is None else wanted.most + 1
    counts = range(1, most + 1)
    at = bisect.bisect_left(
        counts, 1, key=lambda count: int(not _fits(wanted, room, count))
    )
    return counts[at] if at < len(counts) else None


def _fits(wanted, room, each):
    lefts = (room.left, room.gib_left)
    return all(
        left is None or more <= left
        for more, left in zip(wanted.more(each), lefts, strict=True)
    )


def _reached(document, wanted, each, now):
    """When a resource has so many more points; None: not soon."""
    if wanted.most is None:
        runs = [run for run, _id in simulation.runs(document, now, each)]
        return runs[-1] if len(runs) == each else None
    grown = simulation.growth(document, now, _RUNS)
    return next((at for at, points in grown if points >= each), None)


def _briefly(wanted, room):
    """Whether only the one point more of a run that lasts has no room."""
    if wanted.most is None or _fits(wanted, room, wanted.most + 1):
        return False
    at_rest = dataclasses.replace(wanted, most=wanted.most - 1)
    return _fits(at_rest, room, wanted.most)


def needed(wanted, room, *, briefly):
    """``Words`` of a Need in a Capacity's terms.

    ``briefly`` if it has room but for the one point more of a run.
    """
    count = wanted.resources * (wanted.most or 1)
    size = sum(wanted.sizes) * (wanted.most or 1)
    amount = _amount(count, size, room)
    if wanted.most is None:
        return Words(
            _("%(amount)s more with each run, without end"), {'amount': amount}
        )
    words = Words(_("at most %(amount)s"), {'amount': amount})
    if any(wanted.have):
        message = _("%(words)s (today: %(count)s)")
        words = Words(message, {'words': words, 'count': sum(wanted.have)})
    if briefly:
        message = _("%(words)s, and one more of each while a run lasts")
        words = Words(message, {'words': words})
    return words


def _amount(count, size, room):
    one, more = room.counted
    points = Words(one) if count == 1 else Words(more, {'count': count})
    if not size or room.gib_used is None:
        return points
    message = _("%(points)s and %(size)s GiB")
    return Words(message, {'points': points, 'size': size})


def room_left(capacity):
    """``Words`` of what a Capacity leaves; of None too."""
    if capacity is None:
        return Words(_("its service tells no limit"))
    points, size = capacity.left, capacity.gib_left
    values = {'points': points, 'size': size}
    if points is None and size is None:
        return Words(_("its service sets no limit"))
    if points is None:
        return Words(_("you have %(size)s GiB left"), values)
    if size is None:
        return Words(_("you have %(points)s left"), values)
    return Words(_("you have %(points)s and %(size)s left"), values)
