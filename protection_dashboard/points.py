# SPDX-License-Identifier: Apache-2.0
"""Recovery points of all protections in one list, page by page.

Each service sorts and cuts its own list; a cursor holds how many points of
each protection stand before the page: ``{slug: offset}``. An offset, because
not every service honours a marker.
"""

import dataclasses
import functools
import heapq

from protection_dashboard import parallel
from protection_dashboard import plugins


@dataclasses.dataclass(frozen=True)
class Page:
    """Points, newest first, and the cursors of the pages beside it.

    ``previous`` and ``following`` are None where there is no such page.
    ``errors`` are of the services whose points are missing.
    """

    points: list
    previous: dict | None
    following: dict | None
    errors: list


def page(cloud, limit, cursor=None, resource=None):
    """One Page of ``limit`` points after a cursor; from the newest without.

    ``resource`` is ``(type slug, id)`` of the only resource of interest.
    """
    start = {
        slug: (cursor or {}).get(slug, 0) for slug in _slugs(cloud, resource)
    }
    found, errors = _fetch(
        cloud, {slug: (at, limit + 1) for slug, at in start.items()}, resource
    )
    shown = found[:limit]
    following = _count(start, shown) if len(found) > limit else None
    previous = None
    if any(start.values()):
        previous = _before(cloud, limit, start, resource)
    return Page(shown, previous, following, errors)


def _slugs(cloud, resource):
    """Of the protections whose services are part of the cloud."""
    installed = (
        plugins.for_type(resource[0])
        if resource
        else plugins.protections().values()
    )
    return [
        protection.slug
        for protection in installed
        if not plugins.missing(
            cloud, protection.service_type, protection.service
        )
    ]


def _fetch(cloud, windows, resource):
    """Points of ``{slug: (offset, limit)}``, merged, newest first."""
    calls = {
        slug: functools.partial(
            plugins.protection(slug).points,
            cloud,
            resource_id=resource and resource[1],
            limit=limit,
            offset=offset,
        )
        for slug, (offset, limit) in windows.items()
    }
    found, errors = parallel.gather(calls, dict.fromkeys(calls, ()))
    # each service's own order is kept, whatever it sorts by: offsets count it
    merged = heapq.merge(
        *found.values(), key=lambda point: point.created, reverse=True
    )
    return list(merged), errors


def _count(start, points):
    after = dict(start)
    for point in points:
        after[point.protection] += 1
    return after


def _before(cloud, limit, start, resource):
    """The cursor of the page that ends where this one begins."""
    windows = {
        slug: (max(0, at - limit), min(limit, at))
        for slug, at in start.items()
        if at
    }
    if len(windows) == 1:
        return {slug: offset for slug, (offset, _limit) in windows.items()}
    found, _errors = _fetch(cloud, windows, resource)
    before = dict(start)
    for point in found[-limit:]:
        before[point.protection] -= 1
    return before
