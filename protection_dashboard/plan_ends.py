# SPDX-License-Identifier: Apache-2.0
"""What is lost when a plan goes together with its recovery points."""

import dataclasses
import hashlib

from protection_dashboard import plan_points
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
        keys = sorted(f'{p.protection}:{p.id}' for p in self.going)
        return hashlib.sha256('\n'.join(keys).encode()).hexdigest()


def of(document, points):
    """The Loss of a plan; ``points`` are all of its types, whoever's."""
    needed = _needed(document, points)
    mine = [p for p in points if p.mark.plan == document['id']]
    going = [point for point in mine if point.id not in needed]
    return Loss(
        going=tuple(_increments_first(going)),
        staying=tuple(point for point in mine if point.id in needed),
        last=tuple(_last(points, {point.id for point in going})),
    )


def _needed(document, points):
    """Ids of the points that stay, with all that they build on."""
    pins = {pin['id'] for pin in document.get('pins', [])}
    parents = {point.id: point.parent for point in points}
    kept = [
        point.id
        for point in points
        if point.mark.plan != document['id']
        or point.id in pins
        or point.state == base.PENDING
    ]
    needed = set()
    for point_id in kept:
        while point_id and point_id not in needed:
            needed.add(point_id)
            point_id = parents.get(point_id, '')
    return needed


def _increments_first(points):
    """The newest first: an increment is younger than what it builds on."""
    return sorted(points, key=lambda point: point.created, reverse=True)


def _last(points, going):
    """Resources that have good points, all of which go."""
    left = {}
    for point in points:
        if point.state == base.AVAILABLE:
            key = plan_points.key(point)
            left[key] = left.get(key, False) or point.id not in going
    return [key for key, some in left.items() if not some]
