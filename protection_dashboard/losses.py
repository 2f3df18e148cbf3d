# SPDX-License-Identifier: Apache-2.0
"""What is lost with recovery points that somebody wants to delete."""

import hashlib

from protection_dashboard import plan_points
from protection_dashboard.protections import base


def last(points, going):
    """``(type slug, id)`` of resources that have good points, all of which go.

    ``points`` are all of these resources, ``going`` ids.
    """
    left = {}
    for point in points:
        if point.state == base.AVAILABLE:
            key = plan_points.key(point)
            left[key] = left.get(key, False) or point.id not in going
    return [key for key, some in left.items() if not some]


def needed(points, kept):
    """Ids of the points that stay: ``kept`` ones, and what they build on.

    ``points`` are all there are, ``kept`` ids.
    """
    parents = {point.id: point.parent for point in points}
    found = set()
    for point_id in kept:
        while point_id and point_id not in found:
            found.add(point_id)
            point_id = parents.get(point_id, '')
    return found


def increments_first(points):
    """The newest first: an increment is younger than what it builds on."""
    return sorted(points, key=lambda point: point.created, reverse=True)


def digest(keys):
    """Another text whenever another thing would go; ``keys`` are texts."""
    return hashlib.sha256('\n'.join(sorted(keys)).encode()).hexdigest()


def key(point):
    """The text that tells a point from all others."""
    return f'{point.protection}:{point.id}'
