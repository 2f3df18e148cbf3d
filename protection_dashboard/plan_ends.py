# SPDX-License-Identifier: Apache-2.0
"""What is lost when a plan goes together with its recovery points."""

import dataclasses

from protection_dashboard import losses
from protection_dashboard.protections import base


@dataclasses.dataclass(frozen=True)
class Loss:
    """Of a plan's points: those that can go, those that stay, what they mean.

    ``going`` are in the order to delete them: increments before what they
    build on. ``staying`` are pinned, still in the making, or needed by a
    point that stays. ``last`` are ``(type slug, id)`` of the resources whose
    last good point is among those that go.
    """

    going: tuple
    staying: tuple
    last: tuple

    @property
    def digest(self):
        """Another one whenever another point would go."""
        return losses.digest(map(losses.key, self.going))


def of(document, points):
    """The Loss of a plan; ``points`` are all of its types, whoever's."""
    needed = losses.needed(points, _kept(document, points))
    mine = [p for p in points if p.mark.plan == document['id']]
    going = [point for point in mine if point.id not in needed]
    return Loss(
        going=tuple(losses.increments_first(going)),
        staying=tuple(point for point in mine if point.id in needed),
        last=tuple(losses.last(points, {point.id for point in going})),
    )


def _kept(document, points):
    """Ids of the points that stay whatever happens to the plan."""
    pins = {pin['id'] for pin in document.get('pins', [])}
    return [
        point.id
        for point in points
        if point.mark.plan != document['id']
        or point.id in pins
        or point.state == base.PENDING
    ]
