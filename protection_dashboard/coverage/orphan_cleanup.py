# SPDX-License-Identifier: Apache-2.0
"""Cleans up what has lost its plan or its resource, kind by kind.

Each function takes what :func:`orphans.find` has just found, so that a page
can refuse when that is not what its user has seen. It gives the id of the
execution that does it, or True when it is done.
"""

import collections
import contextlib

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.coverage import exemptions
from protection_dashboard.coverage import orphan_facts
from protection_dashboard.coverage import orphans
from protection_dashboard.plans import service as plan_service
from protection_dashboard.recovery_points import deletion as point_deletion
from protection_dashboard.schedules import service as schedule_service

#: recovery points that one execution deletes, at most
MOST_POINTS = 500


def deletion(kind, facts):
    """The Deletion of the points of a Kind, the oldest ``MOST_POINTS``.

    Pinned ones stay, and what others build on.
    """
    pinned = {point_id for plan in facts.plans for point_id in plan.pins}
    points = [one.subject for one in kind.orphans]
    points.sort(key=lambda point: point.created)
    unsure = [*kind.errors, *facts.troubles(orphan_facts.PLANS)]
    # an increment may be younger than those that go now
    return point_deletion.of(
        points[:MOST_POINTS], facts.every_point, pinned, unsure
    )


def emptied(kind):
    """Plans that protect nothing once their lost resources are taken out."""
    return [
        plan
        for plan, left in _left(kind).values()
        if not left and not plan.selectors
    ]


def clean(cloud, slug, kind):
    """Remove everything in a Kind that is not made of points."""
    _ENDS[slug](cloud, kind)
    return True


def _schedules(cloud, kind):
    """Delete the triggers; Refused while a run goes on under one of them."""
    subjects = [one.subject for one in kind.orphans]
    plans = {s[1].id: s[1] for s in subjects if isinstance(s, tuple) and s[1]}
    for plan in plans.values():
        schedule_service.check_idle(cloud, plan)
    for one in kind.orphans:
        # somebody else was quicker
        with contextlib.suppress(exceptions.NotFound):
            mistral.cron_trigger_delete(cloud, one.id)


def _left(kind):
    """``{plan id: (Plan, what it picks that is still there)}``."""
    gone = {one.id for one in kind.orphans}
    plans = {one.subject[0].id: one.subject[0] for one in kind.orphans}
    return {
        plan.id: (
            plan,
            [
                entry
                for entry in plan.document['resources']
                if orphans.resource_id(plan, entry) not in gone
            ],
        )
        for plan in plans.values()
    }


def _resources(cloud, kind):
    """Take them out of the plans that have others; empty ones stay."""
    left_empty = {plan.id for plan in emptied(kind)}
    gone = collections.defaultdict(set)
    for one in kind.orphans:
        plan, entry = one.subject
        gone[plan.id].add(ResourceRef.of_entry(entry))
    for plan_id in gone.keys() - left_empty:
        plan = plan_service.plan_get(cloud, plan_id)
        kept = [
            entry
            for entry in plan.document['resources']
            if ResourceRef.of_entry(entry) not in gone[plan_id]
        ]
        plan_service.plan_save(cloud, plan, resources=kept)


def _leftovers(cloud, kind):
    for slug in sorted({one.subject for one in kind.orphans}):
        plugins.protection(slug).sweep(cloud)


def _marks(cloud, kind):
    exemptions.forget(cloud, [one.subject for one in kind.orphans])


_ENDS = {
    orphans.SCHEDULES: _schedules,
    orphans.RESOURCES: _resources,
    orphans.LEFTOVERS: _leftovers,
    orphans.MARKS: _marks,
}
