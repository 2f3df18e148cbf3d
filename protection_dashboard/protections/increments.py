# SPDX-License-Identifier: Apache-2.0
"""Chains of increments: each point needs its parent, down to a full one."""

from collections.abc import Iterable

from protection_dashboard.protections import base

#: points of a chain with its full one: retention can remove none of them
#: while the newest stays, so a chain must end for any to be removed
MAX_CHAIN_LENGTH = 7


def increment_parent(
    points: Iterable[base.RecoveryPoint], plan: str
) -> str | None:
    """The id of the newest point that a plan's next increment can build on.

    ``points`` are those of one resource, the newest first. None when a full
    one has to be made: the plan has none yet, or the chain below it is broken
    or long enough.
    """
    available = {p.id: p for p in points if p.state == base.AVAILABLE}
    own = (p for p in available.values() if plan and p.mark.plan == plan)
    chains = ((p.id, _length(p, available)) for p in own)
    unbroken = next((chain for chain in chains if chain[1]), None)
    if not unbroken or unbroken[1] >= MAX_CHAIN_LENGTH:
        return None
    return unbroken[0]


def _length(
    point: base.RecoveryPoint | None, available: dict[str, base.RecoveryPoint]
) -> int:
    """How many points a chain has down to its full one, 0 if it is broken."""
    length = 1
    while point and point.parent:
        point = available.get(point.parent)
        length += 1
    return length if point else 0


def increment_of(
    point: base.RecoveryPoint, points: Iterable[base.RecoveryPoint]
) -> base.RecoveryPoint | None:
    """A point that is an increment of this one and not broken, or None."""
    later = (p for p in points if p.parent == point.id)
    return next((p for p in later if p.state != base.ERROR), None)
