# SPDX-License-Identifier: Apache-2.0
"""The recovery points of the types of resources that a plan protects."""

import functools

from protection_dashboard import plugins
from protection_dashboard.common import concurrency


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


def key(point):
    """The resource that a point is of: ``(type slug, id)``."""
    return point.resource_type, point.resource_id


def _for(cloud, slug):
    """Protections of a type whose services are part of the cloud."""
    return [
        one
        for one in plugins.for_type(slug)
        if not plugins.missing(cloud, one.service_type, one.service)
    ]
