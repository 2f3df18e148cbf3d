# SPDX-License-Identifier: Apache-2.0
"""Removes orphans: what has lost its plan or its resource, kind by kind.

Each function takes what :func:`orphans.find_orphans` has just found, so that
a page can refuse if that is not what its user has seen.
"""

import collections
from collections.abc import Callable
from collections.abc import Container
import contextlib
import functools

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.coverage import exemptions
from protection_dashboard.coverage import orphan_facts
from protection_dashboard.coverage import orphans
from protection_dashboard.plans import service as plan_service
from protection_dashboard.plans.document import Plan
from protection_dashboard.plans.schema import ResourceDocument
from protection_dashboard.recovery_points import deletion as point_deletion
from protection_dashboard.schedules import service as schedule_service

#: recovery points that one execution deletes, at most
MAX_POINTS = 500


def orphan_points_deletion(
    kind: orphans.OrphanKind, facts: orphan_facts.OrphanFacts
) -> point_deletion.Deletion:
    """The Deletion of the points of a kind, the oldest ``MAX_POINTS``.

    Pinned points stay, and those that points which stay build on.
    """
    pinned = {point_id for plan in facts.plans for point_id in plan.pins}
    points = [one.subject for one in kind.orphans]
    points.sort(key=lambda point: point.created)
    unsure = [*kind.errors, *facts.errors_of(orphan_facts.PLANS)]
    # an increment may be younger than those that go now
    return point_deletion.deletion_of_points(
        points[:MAX_POINTS], facts.every_point, pinned, unsure
    )


def emptied_plans(kind: orphans.OrphanKind) -> list[Plan]:
    """Plans that protect nothing once the lost resources are removed."""
    return [
        plan
        for plan, left in _left(kind).values()
        if not left and not plan.rules
    ]


def clean_up(cloud: Cloud, slug: str, kind: orphans.OrphanKind) -> bool:
    """Remove all orphans of a kind other than recovery points; gives True."""
    _CLEANERS[slug](cloud, kind)
    return True


def _schedules(cloud: Cloud, kind: orphans.OrphanKind) -> None:
    """Delete the triggers; Refused while an execution of one goes on."""
    subjects = [one.subject for one in kind.orphans]
    plans = {s[1].id: s[1] for s in subjects if isinstance(s, tuple) and s[1]}
    for plan in plans.values():
        schedule_service.check_idle(cloud, plan)
    for one in kind.orphans:
        # somebody else has deleted it
        with contextlib.suppress(exceptions.NotFound):
            mistral.cron_trigger_delete(cloud, one.id)


def _left(
    kind: orphans.OrphanKind,
) -> dict[str, tuple[Plan, list[ResourceDocument]]]:
    """Plans with the entries whose resources still exist, by plan id."""
    gone = {one.id for one in kind.orphans}
    plans = {one.subject[0].id: one.subject[0] for one in kind.orphans}
    return {
        plan.id: (
            plan,
            [
                entry
                for entry in plan.document['resources']
                if orphans.orphan_id_of_entry(plan, entry) not in gone
            ],
        )
        for plan in plans.values()
    }


def _resources(cloud: Cloud, kind: orphans.OrphanKind) -> None:
    """Remove them from the plans that have others, and only from these."""
    left_empty = {plan.id for plan in emptied_plans(kind)}
    gone = collections.defaultdict(set)
    for one in kind.orphans:
        plan, entry = one.subject
        gone[plan.id].add(ResourceRef.of_entry(entry))
    for plan_id in gone.keys() - left_empty:
        plan_service.plan_change(
            cloud,
            plan_id,
            functools.partial(_resources_without, gone[plan_id]),
        )


def _resources_without(
    gone: Container[ResourceRef], plan: Plan
) -> plan_service.Parts:
    """The resources of a plan but those that are gone."""
    entries = plan.document['resources']
    kept = [one for one in entries if ResourceRef.of_entry(one) not in gone]
    return {'resources': kept}


def _leftovers(cloud: Cloud, kind: orphans.OrphanKind) -> None:
    """Let the protections remove what dead executions have left."""
    for slug in sorted({one.subject for one in kind.orphans}):
        plugins.protection(slug).sweep(cloud)


def _exemptions(cloud: Cloud, kind: orphans.OrphanKind) -> None:
    """Delete the exemptions of resources that are gone."""
    exemptions.delete_stored_exemptions(
        cloud, [one.subject for one in kind.orphans]
    )


_CLEANERS: dict[str, Callable[[Cloud, orphans.OrphanKind], None]] = {
    orphans.SCHEDULES: _schedules,
    orphans.RESOURCES: _resources,
    orphans.LEFTOVERS: _leftovers,
    orphans.EXEMPTIONS: _exemptions,
}
