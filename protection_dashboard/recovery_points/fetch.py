# SPDX-License-Identifier: Apache-2.0
"""The recovery points of the types of resources that a plan protects."""

import collections
import collections.abc
import functools

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef


def of_types(cloud, document):
    """``(points, errors)``: whoever made them, of whichever resource.

    One call for each protection that could make them, however many
    resources the plan has: those that it has no longer count as well.
    """
    found = {p.slug: p for slug in types(document) for p in _for(cloud, slug)}
    calls = {
        slug: functools.partial(protection.points, cloud)
        for slug, protection in found.items()
    }
    points, errors = concurrency.gather(calls, dict.fromkeys(calls, ()))
    return [point for some in points.values() for point in some], errors


def of_plan(cloud, document):
    """``(points, errors)``: those that the plan's runs have made."""
    points, errors = of_types(cloud, document)
    return [p for p in points if p.mark.plan == document['id']], errors


def types(document):
    """Slugs of the types of resources that a plan can protect, sorted."""
    told = [*document['resources'], *document.get('selectors', [])]
    found = {one['type'] for one in told}
    return sorted(found.union(document.get('methods', {})))


def _for(cloud, slug):
    """Protections of a type whose services are part of the cloud."""
    return [
        one
        for one in plugins.for_type(slug)
        if not plugins.missing(cloud, one.service_type, one.service)
    ]


_FEW = 5  # beyond, one list of all points costs less than one of each


def points(cloud, resources):
    """``(points, errors)`` of some ResourceRefs, by every protection.

    A service that cannot be asked costs its points and gives its error.
    """
    asked = _questions(cloud, resources)
    found = concurrency.each(lambda one: _points(cloud, *one), asked)
    errors = {str(e): e for e in found if isinstance(e, Exception)}
    listed = [p for one in found if isinstance(one, list) for p in one]
    wanted = set(resources)
    mine = [p for p in listed if ResourceRef.of_point(p) in wanted]
    return mine, [*errors.values()]


def _questions(cloud, resources):
    """``[(Protection, resource id, or None for all)]``."""
    ids = collections.defaultdict(list)
    for slug, resource_id in resources:
        for protection in plugins.for_type(slug):
            ids[protection].append(resource_id)
    return [
        (protection, resource_id)
        for protection, found in ids.items()
        if not plugins.missing(
            cloud, protection.service_type, protection.service
        )
        for resource_id in (found if len(found) <= _FEW else [None])
    ]


def _points(cloud, protection, resource_id):
    try:
        return list(protection.points(cloud, resource_id))
    except exceptions.ProtectionError as error:
        return error
