# SPDX-License-Identifier: Apache-2.0
"""Fetch the recovery points of a plan, or of some resources.

Every protection that can make points of the resource types is asked. A
service that does not answer costs its own points only.
"""

import collections
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Sequence
import functools

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.protections import base

#: points, and the errors of services whose points are missing
FetchedPoints = tuple[
    list[base.RecoveryPoint], list[exceptions.ProtectionError]
]


def fetch_points_of_plan_types(
    cloud: Cloud, document: PlanDocument
) -> FetchedPoints:
    """``(points, errors)`` of all resources of the plan's types.

    It does not matter whether the plan made a point, or still protects its
    resource. There is one call for each protection.
    """
    protections = {
        protection.slug: protection
        for slug in plan_types(document)
        for protection in _available_protections(cloud, slug)
    }
    calls = {
        slug: functools.partial(protection.points, cloud)
        for slug, protection in protections.items()
    }
    found, errors = concurrency.gather(calls, dict.fromkeys(calls, ()))
    return [point for some in found.values() for point in some], errors


def fetch_points_of_plan(
    cloud: Cloud, document: PlanDocument
) -> FetchedPoints:
    """``(points, errors)``: the points that the plan has made."""
    points, errors = fetch_points_of_plan_types(cloud, document)
    return [p for p in points if p.mark.plan == document['id']], errors


def plan_types(document: PlanDocument) -> list[str]:
    """Slugs of the types of resources that a plan can protect, sorted."""
    entries = [*document['resources'], *document.get('selectors', [])]
    found: set[str] = {entry['type'] for entry in entries}
    return sorted(found.union(document.get('methods', {})))


def _available_protections(cloud: Cloud, slug: str) -> list[base.Protection]:
    """The protections of a type whose services are part of the cloud."""
    return [
        one
        for one in plugins.protections_for_type(slug)
        if not plugins.missing_service_reason(
            cloud, one.service_type, one.service
        )
    ]


# with more resources, one list of all points costs less than one of each
_FEW_RESOURCES = 5


def fetch_points_of_resources(
    cloud: Cloud, resources: Collection[ResourceRef]
) -> FetchedPoints:
    """``(points, errors)`` of some resources, by every protection."""
    lists = _lists(cloud, resources)
    found = concurrency.map_concurrently(
        lambda one: _points(cloud, *one), lists
    )
    errors = {str(e): e for e in found if isinstance(e, Exception)}
    listed = [p for one in found if isinstance(one, list) for p in one]
    chosen = set(resources)
    mine = [p for p in listed if ResourceRef.of_point(p) in chosen]
    return mine, [*errors.values()]


def _lists(
    cloud: Cloud, resources: Iterable[ResourceRef]
) -> list[tuple[base.Protection, str | None]]:
    """The lists to read: ``(protection, resource id or None for all)``."""
    ids: dict[base.Protection, list[str]] = collections.defaultdict(list)
    for slug, resource_id in resources:
        for protection in plugins.protections_for_type(slug):
            ids[protection].append(resource_id)
    return [
        (protection, resource_id)
        for protection, found in ids.items()
        if not plugins.missing_service_reason(
            cloud, protection.service_type, protection.service
        )
        for resource_id in _resource_ids(found)
    ]


def _resource_ids(found: list[str]) -> Sequence[str | None]:
    """The ids if they are few, else None for a list of all points."""
    return found if len(found) <= _FEW_RESOURCES else [None]


def _points(
    cloud: Cloud, protection: base.Protection, resource_id: str | None
) -> list[base.RecoveryPoint] | exceptions.ProtectionError:
    try:
        return list(protection.points(cloud, resource_id))
    except exceptions.ProtectionError as error:
        return error
