# SPDX-License-Identifier: Apache-2.0
"""What the deletion of some recovery points means, before it is done.

Which of them can be deleted, in which order, and for which resources no good
point is left.
"""

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Sequence
import dataclasses
import hashlib

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common.references import PointRef
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.protections import base
from protection_dashboard.recovery_points import fetch

#: from this number of points on a person has to type the number
MIN_POINTS_TO_CONFIRM = 11

Point = base.RecoveryPoint


@dataclasses.dataclass(frozen=True)
class Deletion:
    """Which of the chosen points can be deleted, and what that means.

    ``deletable`` are those that can be deleted, in the order to do so:
    increments before what they build on. ``remaining`` are pinned, being made
    or removed, or needed by a point that stays. ``without_good_point`` are the
    resources whose last good point is among ``deletable``; None when that is
    not known, because services have not answered: ``errors``.
    """

    deletable: tuple[Point, ...]
    remaining: tuple[Point, ...]
    without_good_point: tuple[ResourceRef, ...] | None
    errors: tuple[Exception, ...] = ()

    @property
    def digest(self) -> str:
        """A hash of the ids in ``deletable``: other points, other hash."""
        return keys_digest(
            str(PointRef.of_point(one)) for one in self.deletable
        )

    @property
    def needs_typed_confirmation(self) -> bool:
        """Whether a person has to type something to confirm it."""
        return (
            self.without_good_point != ()
            or len(self.deletable) >= MIN_POINTS_TO_CONFIRM
        )


def fetch_deletion(
    cloud: Cloud, points: Sequence[Point], pinned: Collection[str]
) -> Deletion:
    """The deletion of points, among all points of their resources.

    Those are fetched from the services. ``pinned`` are ids of points that
    stay in any case.
    """
    keys = {ResourceRef.of_point(point) for point in points}
    known, errors = fetch.fetch_points_of_resources(cloud, keys)
    return deletion_of_points(points, known, pinned, errors)


def deletion_of_plan(
    document: PlanDocument, points: Sequence[Point]
) -> Deletion:
    """The deletion of all points that a plan has made.

    ``points`` are all points of the plan's types of resources, also those
    that the plan has not made.
    """
    mine = [point for point in points if point.mark.plan == document['id']]
    pinned = {pin['id'] for pin in document.get('pins', [])}
    return deletion_of_points(mine, points, pinned)


def deletion_of_points(
    points: Sequence[Point],
    known: Sequence[Point],
    pinned: Collection[str],
    errors: Collection[Exception] = (),
) -> Deletion:
    """The deletion of points; ``known`` are all points of their resources.

    ``pinned`` are ids of points that stay in any case; ``errors`` are those
    of services whose points are missing in ``known``.
    """
    chosen = {point.id for point in points}
    kept = [
        one.id
        for one in [*known, *points]
        if one.id not in chosen
        or one.id in pinned
        or one.state == base.PENDING
    ]
    needed = _needed([*known, *points], kept)
    deletable = [point for point in points if point.id not in needed]
    without = _resources_without_good_point(
        known, {point.id for point in deletable}
    )
    # the newest first, as an increment is newer than what it builds on
    deletable.sort(key=lambda point: point.created, reverse=True)
    return Deletion(
        deletable=tuple(deletable),
        remaining=tuple(point for point in points if point.id in needed),
        without_good_point=None if errors else tuple(without),
        errors=tuple(errors),
    )


def _needed(points: Iterable[Point], kept: Iterable[str]) -> set[str]:
    """The ids ``kept``, and those of all points that these build on."""
    parents = {point.id: point.parent for point in points}
    found: set[str] = set()
    for point_id in kept:
        while point_id and point_id not in found:
            found.add(point_id)
            point_id = parents.get(point_id, '')
    return found


def _resources_without_good_point(
    points: Iterable[Point], deletable: Collection[str]
) -> list[ResourceRef]:
    """The resources that have good points, all of which are deleted.

    ``points`` are all points of these resources; ``deletable`` are the ids of
    those that are deleted.
    """
    left: dict[ResourceRef, bool] = {}
    for point in points:
        if point.state == base.AVAILABLE:
            key = ResourceRef.of_point(point)
            left[key] = left.get(key, False) or point.id not in deletable
    return [key for key, has_some in left.items() if not has_some]


def keys_digest(keys: Iterable[str]) -> str:
    """A hash of a set of texts, whatever their order."""
    return hashlib.sha256('\n'.join(sorted(keys)).encode()).hexdigest()
