# SPDX-License-Identifier: Apache-2.0
"""Chains of increments: each point needs its parent, down to a full one."""

from protection_dashboard.protections import base

#: points from a full one on: no retention can remove one of them while the
#: newest stays, so a chain must end for any to go
LONGEST = 7


def parent(points, plan):
    """Id of the newest point that a plan's next increment can build on.

    ``points`` are a resource's, the newest first. None when a full one has
    to be made: the plan has none yet, the chain below it is broken, or long
    enough.
    """
    available = {p.id: p for p in points if p.state == base.AVAILABLE}
    mine = (p for p in available.values() if plan and p.mark.plan == plan)
    chains = ((p.id, _length(p, available)) for p in mine)
    newest, length = next((one for one in chains if one[1]), (None, 0))
    return newest if length < LONGEST else None


def _length(point, available):
    """How many points a chain has down to its full one, 0 if it is broken."""
    length = 1
    while point and point.parent:
        point = available.get(point.parent)
        length += 1
    return length if point else 0


def of(point, points):
    """A point that is an increment of this one and not broken, or None."""
    later = (p for p in points if p.parent == point.id)
    return next((p for p in later if p.state != base.ERROR), None)
