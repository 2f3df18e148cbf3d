# SPDX-License-Identifier: Apache-2.0
"""What it means to delete some recovery points: said before it is done."""

import dataclasses

from protection_dashboard import losses
from protection_dashboard import plan_points
from protection_dashboard import prunes
from protection_dashboard.protections import base

#: from here on somebody has to type how many they are
MANY = 11


@dataclasses.dataclass(frozen=True)
class Deletion:
    """Of chosen points: those that can go, those that stay, what it means.

    ``going`` are in the order to delete them: increments before what they
    build on. ``staying`` are pinned, being made or removed, or needed by a
    point that stays. ``last`` are ``(type slug, id)`` of the resources whose
    last good point is among those that go, None where ``errors`` of services
    hide what else there is.
    """

    going: tuple
    staying: tuple
    last: tuple | None
    errors: tuple = ()

    @property
    def digest(self):
        """Another one whenever another point would go."""
        return losses.digest(map(losses.key, self.going))

    @property
    def is_grave(self):
        """Whether to ask for more than a click."""
        return self.last != () or len(self.going) >= MANY


def ask(cloud, points, pinned):
    """The Deletion of points, once the services have told of the others.

    ``pinned`` are ids of points that stay in any case.
    """
    keys = {plan_points.key(point) for point in points}
    known, errors = prunes.points(cloud, keys)
    return of(points, known, pinned, errors)


def of(points, known, pinned, errors=()):
    """The Deletion of points; ``known`` are all of their resources."""
    chosen = {point.id for point in points}
    kept = [
        one.id
        for one in [*known, *points]
        if one.id not in chosen
        or one.id in pinned
        or one.state == base.PENDING
    ]
    needed = losses.needed([*known, *points], kept)
    going = [point for point in points if point.id not in needed]
    last = losses.last(known, {point.id for point in going})
    return Deletion(
        going=tuple(losses.increments_first(going)),
        staying=tuple(point for point in points if point.id in needed),
        last=None if errors else tuple(last),
        errors=tuple(errors),
    )
