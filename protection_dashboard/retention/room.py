# SPDX-License-Identifier: Apache-2.0
"""Which points a run may remove before it makes its own, for a full quota.

Retention removes what is too much after a run has made its copy. Where the
quota is full there is no place for that copy, so a run may remove beforehand
what it would remove afterwards. The last good point of a resource always
stays, as the new copy is not there yet; and so do all good ones of a resource
whose newest copy failed, as the next one may fail too.
"""

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
import datetime

from protection_dashboard.common.references import ResourceRef
from protection_dashboard.protections import base
from protection_dashboard.retention import policy as retention_policy
from protection_dashboard.retention import simulation
from protection_dashboard.retention.policy import Policy
from protection_dashboard.retention.policy import Verdict


def verdicts_to_make_room(
    points: Iterable[base.RecoveryPoint],
    policy: Policy,
    now: datetime.datetime,
    mark: base.Mark,
    resources: Collection[ResourceRef],
) -> list[Verdict]:
    """The verdicts on what may be removed before a run, in this order.

    ``points`` are all known points of ``resources``, which the run is to
    protect; ``mark`` is the one that its points get; ``now`` is aware. Failed
    points come first, then the oldest, and an increment before the point that
    it builds on: a run removes as many from the start of the list as it needs
    places. InvalidSchedule when a zone is not known.
    """
    known = [*points]
    new = [
        simulation.virtual_point_of_resource(now, resource, mark)
        for resource in resources
    ]
    spared = _spared(known, policy, now, mark.execution)
    found = retention_policy.retention_verdicts(
        [*known, *new], policy, now, mark.execution
    )
    removable = {
        one.point.id: one
        for one in found
        if not one.keep and one.point.id not in spared
    }
    ordered = sorted(removable.values(), key=_order)
    return [*_children_first(ordered)]


def _order(verdict: Verdict) -> tuple[bool, datetime.datetime, str]:
    point = verdict.point
    return point.state != base.ERROR, point.created, point.id


def _spared(
    points: list[base.RecoveryPoint],
    policy: Policy,
    now: datetime.datetime,
    execution: str,
) -> set[str]:
    """Ids of points to keep until the new ones are there, and of parents."""
    own = [
        point
        for point in points
        if policy.owns(point)
        and point.state in (base.AVAILABLE, base.ERROR)
        and base.UNKNOWN_TIME < point.created <= now
    ]
    newest: dict[ResourceRef, base.RecoveryPoint] = {}
    last_good: dict[ResourceRef, base.RecoveryPoint] = {}
    for point in sorted(own, key=lambda one: (one.created, one.id)):
        newest[ResourceRef.of_point(point)] = point
        if point.state == base.AVAILABLE:
            last_good[ResourceRef.of_point(point)] = point
    stay = {
        point.id
        for point in own
        if point.state == base.AVAILABLE
        and newest[ResourceRef.of_point(point)].state == base.ERROR
    }
    stay |= {point.id for point in last_good.values()}
    return stay | _ancestors(points, stay)


def _ancestors(
    points: list[base.RecoveryPoint], ids: Collection[str]
) -> set[str]:
    parents = {point.id: point.parent for point in points}
    found: set[str] = set()
    for one in ids:
        parent = parents.get(one, '')
        while parent and parent not in found:
            found.add(parent)
            parent = parents.get(parent, '')
    return found


def _children_first(verdicts: list[Verdict]) -> Iterator[Verdict]:
    """The verdicts in their order, each after those of its increments."""
    children: dict[str, list[Verdict]] = {}
    for one in verdicts:
        children.setdefault(one.point.parent, []).append(one)
    done: set[str] = set()
    for one in verdicts:
        branch = [one]
        for below in branch:
            branch += [
                child
                for child in children.get(below.point.id, ())
                if child not in branch
            ]
        for member in reversed(branch):
            if member.point.id not in done:
                done.add(member.point.id)
                yield member
