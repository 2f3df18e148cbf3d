# SPDX-License-Identifier: Apache-2.0
"""Recovery points whose plan no longer protects their resource.

The plan's retention looks at the resources of its runs only, so these points
stay until somebody deletes them.
"""

from collections.abc import Iterable
from collections.abc import Mapping

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.plans import selection
from protection_dashboard.plans.document import Plan
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections.base import RecoveryPoint
from protection_dashboard.recovery_points import fetch

#: ``{type: resources}``; a type that could not be listed is missing
Resources = Mapping[str, Iterable[Resource]]


def may_be_left(point: RecoveryPoint, plan: Plan) -> bool:
    """Whether a point could be one of them, by what the plan says alone.

    Not one that is pinned, as somebody wants to keep that.
    """
    if point.id in plan.pins or not point.resource_id:
        return False
    if plan.document.get('exclusions'):
        return True
    ref = ResourceRef.of_point(point)
    return ref not in map(ResourceRef.of_entry, plan.document['resources'])


def left_points(
    points: Iterable[tuple[RecoveryPoint, Plan]], resources: Resources
) -> list[tuple[RecoveryPoint, Plan]]:
    """Those points, each with its plan, whose resource the plan leaves out.

    The resource must exist and be known with its metadata: nobody can tell
    what the rules of a plan match while a service does not answer.
    """
    pairs = list(points)
    known = _by_ref(resources)
    looked_at: dict[str, dict[ResourceRef, Resource]] = {}
    for point, plan in pairs:
        ref = ResourceRef.of_point(point)
        if ref in known:
            looked_at.setdefault(plan.id, {})[ref] = known[ref]
    left = {
        plan.id: looked_at[plan.id].keys()
        - _protected(plan.document, looked_at[plan.id])
        for _point, plan in pairs
        if plan.id in looked_at
    }
    return [
        (point, plan)
        for point, plan in pairs
        if ResourceRef.of_point(point) in left.get(plan.id, ())
    ]


def leaving_resources(
    old: PlanDocument, new: PlanDocument, resources: Resources
) -> list[Resource]:
    """The resources that the old document protects and the new one not."""
    if all(old.get(key) == new.get(key) for key in _CHOICE_KEYS):
        return []
    known = _by_ref(resources)
    leaving = _protected(old, known) - _protected(new, known)
    return [one for ref, one in known.items() if ref in leaving]


def points_left_by_change(
    cloud: Cloud, old: PlanDocument, leaving: Iterable[Resource]
) -> tuple[
    list[tuple[Resource, list[RecoveryPoint]]],
    list[exceptions.ProtectionError],
]:
    """``([(resource, points)], errors)``: what stays when some leave a plan.

    Points that the plan has made, without pinned ones; resources without
    such points are left out. A service that fails costs its own points.
    """
    resources = list(leaving)
    refs = [ResourceRef.of_resource(one) for one in resources]
    points, errors = fetch.fetch_points_of_resources(cloud, refs)
    pinned = {pin['id'] for pin in old.get('pins', [])}
    by_ref: dict[ResourceRef, list[RecoveryPoint]] = {}
    for point in points:
        if point.mark.plan == old['id'] and point.id not in pinned:
            by_ref.setdefault(ResourceRef.of_point(point), []).append(point)
    found = [
        (one, by_ref[ref])
        for ref, one in zip(refs, resources, strict=True)
        if ref in by_ref
    ]
    return found, errors


_CHOICE_KEYS = ('resources', 'selectors', 'exclusions')


def _by_ref(resources: Resources) -> dict[ResourceRef, Resource]:
    return {
        ResourceRef.of_resource(one): one
        for listed in resources.values()
        for one in listed
    }


def _protected(
    document: PlanDocument, known: Mapping[ResourceRef, Resource]
) -> set[ResourceRef]:
    """Those of some resources that a plan names or selects by its rules."""
    named = known.keys() & map(ResourceRef.of_entry, document['resources'])
    chosen = [
        *(known[ref] for ref in named),
        *selection.matching_resources(
            known.values(), document.get('selectors', [])
        ),
    ]
    exclusions = document.get('exclusions', [])
    return {
        ResourceRef.of_resource(one)
        for one in chosen
        if not selection.is_excluded(one, exclusions)
    }
