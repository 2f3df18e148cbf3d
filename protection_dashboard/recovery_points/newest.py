# SPDX-License-Identifier: Apache-2.0
"""The newest good recovery point of each resource, from the services.

Each service's list is read from the newest point on, until there is a good
one of every resource, and not beyond a bound: of the other resources it is
then not known. A point dated later than now, by a clock that was ahead, counts
only where there is no other.
"""

from collections.abc import Collection
from collections.abc import Iterable
import dataclasses
import datetime
import functools
import time

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.protections import base
from protection_dashboard.protections.query import Sight

#: rows of a page: at least, at most, and for each resource that is wanted;
#: Trove takes 10 ms for each row
_MIN_SIZE, _MAX_SIZE, _FACTOR = 50, 1000, 1.5
_MAX_PAGES = 2
#: after so long no further page is read
_SECONDS = 3
_Points = dict[ResourceRef, base.RecoveryPoint]


@dataclasses.dataclass(frozen=True)
class NewestPoints:
    """The newest good points: ``{ResourceRef: RecoveryPoint}``.

    For resources in ``unknown`` none was found, but not all points were
    read. ``errors`` are those of services that did not answer.
    """

    points: dict[ResourceRef, base.RecoveryPoint] = dataclasses.field(
        default_factory=dict
    )
    unknown: frozenset[ResourceRef] = frozenset()
    errors: tuple[exceptions.ProtectionError, ...] = ()


def newest_good_points(
    cloud: Cloud, resources: Iterable[ResourceRef], slugs: Collection[str]
) -> NewestPoints:
    """The newest good points of some resources.

    ``slugs`` are those of the protections that make their points. Their
    services are asked side by side.
    """
    resources = frozenset(resources)
    readers = {
        protection.slug: _protectable(protection, resources)
        for protection in plugins.protections().values()
        if protection.slug in slugs
        and _protectable(protection, resources)
        and not plugins.missing_service_reason(
            cloud, protection.service_type, protection.service
        )
    }
    calls = {
        slug: functools.partial(_walk, cloud, plugins.protection(slug), keys)
        for slug, keys in readers.items()
    }
    found, errors = concurrency.gather(calls, dict.fromkeys(calls))
    points = _merged(one[0] for one in found.values() if one)
    unseen = [
        readers[slug] for slug, one in found.items() if not (one and one[1])
    ]
    return NewestPoints(
        points=points,
        unknown=frozenset().union(*unseen) - points.keys(),
        errors=tuple(errors),
    )


def _protectable(
    protection: base.Protection, resources: Iterable[ResourceRef]
) -> frozenset[ResourceRef]:
    """The resources that a protection can protect."""
    return frozenset(
        resource
        for resource in resources
        if resource[0] in protection.protectables
    )


def _walk(
    cloud: Cloud, protection: base.Protection, keys: Collection[ResourceRef]
) -> tuple[_Points, bool]:
    """``(points, is_complete)``: the newest good points of one protection.

    ``is_complete`` says that for resources without a point there is none.
    A service that takes long is not asked for a further page.
    """
    found: _Points = {}
    offset, begin, now = 0, time.monotonic(), clock.now()
    size = int(min(_MAX_SIZE, max(_MIN_SIZE, _FACTOR * len(keys))))
    for _page in range(_MAX_PAGES):
        seen = list(protection.sights(cloud, size, offset))
        for one in seen:
            key = ResourceRef.of_point(one)
            if one.state == base.AVAILABLE and key in keys:
                found[key] = _newer(found.get(key), one, now)
        if len(seen) < size or len(found) == len(keys):
            return found, True
        if time.monotonic() - begin > _SECONDS:
            break
        offset, size = offset + size, _MAX_SIZE
    return found, False


def _newer(
    known: base.RecoveryPoint | None,
    older: Sight,
    now: datetime.datetime,
) -> base.RecoveryPoint:
    """Which point is newer: ``known`` or that of a sight later in the list.

    ``known`` may be None. A point with an unknown time, or one later than
    ``now``, counts less.
    """
    if known and base.UNKNOWN_TIME < known.created <= now:
        return known
    point: base.RecoveryPoint = older.make()
    if known and point.recency(now) <= known.recency(now):
        return known
    return point


def _merged(walks: Iterable[_Points]) -> _Points:
    merged: _Points = {}
    now = clock.now()
    for found in walks:
        for key, point in found.items():
            known = merged.get(key, point)
            merged[key] = max(known, point, key=lambda p: p.recency(now))
    return merged
