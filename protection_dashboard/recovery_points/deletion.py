# SPDX-License-Identifier: Apache-2.0
"""What it means to delete some recovery points: said before it is done."""

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Sequence
import dataclasses
import hashlib
from typing import Any

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common.references import PointRef
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.protections import base
from protection_dashboard.recovery_points import fetch

#: from here on somebody has to type how many they are
MANY = 11

Point = base.RecoveryPoint


@dataclasses.dataclass(frozen=True)
class Deletion:
    """Of chosen points: those that can go, those that stay, what it means.

    ``going`` are in the order to delete them: increments before what they
    build on. ``staying`` are pinned, being made or removed, or needed by a
    point that stays. ``last`` are the ResourceRefs of the resources whose
    last good point is among those that go, None where ``errors`` of services
    hide what else there is.
    """

    going: tuple[Point, ...]
    staying: tuple[Point, ...]
    last: tuple[ResourceRef, ...] | None
    errors: tuple[Exception, ...] = ()

    @property
    def digest(self) -> str:
        """Another one whenever another point would go."""
        return digest(str(PointRef.of_point(one)) for one in self.going)

    @property
    def is_grave(self) -> bool:
        """Whether to ask for more than a click."""
        return self.last != () or len(self.going) >= MANY


def ask(
    cloud: Cloud, points: Sequence[Point], pinned: Collection[str]
) -> Deletion:
    """The Deletion of points, once the services have told of the others.

    ``pinned`` are ids of points that stay in any case.
    """
    keys = {ResourceRef.of_point(point) for point in points}
    known, errors = fetch.points(cloud, keys)
    return of(points, known, pinned, errors)


def of_plan(document: dict[str, Any], points: Sequence[Point]) -> Deletion:
    """The Deletion of all points that a plan has made.

    ``points`` are all of the types of the plan, whoever made them.
    """
    mine = [point for point in points if point.mark.plan == document['id']]
    pinned = {pin['id'] for pin in document.get('pins', [])}
    return of(mine, points, pinned)


def of(
    points: Sequence[Point],
    known: Sequence[Point],
    pinned: Collection[str],
    errors: Collection[Exception] = (),
) -> Deletion:
    """The Deletion of points; ``known`` are all of their resources."""
    chosen = {point.id for point in points}
    kept = [
        one.id
        for one in [*known, *points]
        if one.id not in chosen
        or one.id in pinned
        or one.state == base.PENDING
    ]
    needed = _needed([*known, *points], kept)
    going = [point for point in points if point.id not in needed]
    last = _last(known, {point.id for point in going})
    # the newest first: an increment is younger than what it builds on
    going.sort(key=lambda point: point.created, reverse=True)
    return Deletion(
        going=tuple(going),
        staying=tuple(point for point in points if point.id in needed),
        last=None if errors else tuple(last),
        errors=tuple(errors),
    )


def _needed(points: Iterable[Point], kept: Iterable[str]) -> set[str]:
    """Ids of the points that stay: ``kept`` ones, and what they build on."""
    parents = {point.id: point.parent for point in points}
    found: set[str] = set()
    for point_id in kept:
        while point_id and point_id not in found:
            found.add(point_id)
            point_id = parents.get(point_id, '')
    return found


def _last(
    points: Iterable[Point], going: Collection[str]
) -> list[ResourceRef]:
    """The resources that have good points, all of which go.

    ``points`` are all of these resources, ``going`` ids.
    """
    left: dict[ResourceRef, bool] = {}
    for point in points:
        if point.state == base.AVAILABLE:
            key = ResourceRef.of_point(point)
            left[key] = left.get(key, False) or point.id not in going
    return [key for key, some in left.items() if not some]


def digest(keys: Iterable[str]) -> str:
    """Another text whenever another thing would go; ``keys`` are texts."""
    return hashlib.sha256('\n'.join(sorted(keys)).encode()).hexdigest()
