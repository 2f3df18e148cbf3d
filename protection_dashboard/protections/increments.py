# SPDX-License-Identifier: Apache-2.0
"""Chains of increments: each point needs its parent, down to a full one."""

from protection_dashboard.protections import base


def parent(points, plan):
    """Id of the newest point that a plan's next increment can build on.

    ``points`` are a resource's, the newest first. None when a full one has
    to be made: the plan has none yet, or the chain below it is broken.
    """
    available = {p.id: p for p in points if p.state == base.AVAILABLE}
    mine = (p for p in available.values() if plan and p.mark.plan == plan)
    return next((p.id for p in mine if _is_whole(p, available)), None)


def _is_whole(point, available):
    while point and point.parent:
        point = available.get(point.parent)
    return bool(point)


def of(point, points):
    """A point that is an increment of this one and not broken, or None."""
    later = (p for p in points if p.parent == point.id)
    return next((p for p in later if p.state != base.ERROR), None)
