# SPDX-License-Identifier: Apache-2.0
"""Orphans: what has lost its plan or its resource. Nothing is removed here.

Each orphan has the reason why it is one. Somebody may have deleted a plan
and want to keep what it made, so a person looks at the list before
:mod:`~protection_dashboard.coverage.orphan_cleanup` removes anything.
"""

from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
import dataclasses
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral.records import CronTrigger
from protection_dashboard.common import json_text
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.common.references import PointRef
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.coverage import left_points
from protection_dashboard.coverage import orphan_facts
from protection_dashboard.coverage.orphan_facts import OrphanFacts
from protection_dashboard.plans.document import Plan
from protection_dashboard.plans.schema import ResourceDocument
from protection_dashboard.plans.schema import ResourceEntry
from protection_dashboard.protections.base import RecoveryPoint
from protection_dashboard.recovery_points import deletion as point_deletion
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.schedules import trove_client_schedules
from protection_dashboard.workflows import definitions

PLANLESS = 'planless'
SOURCELESS = 'sourceless'
LEFT = 'left'
SCHEDULES = 'schedules'
RESOURCES = 'resources'
LEFTOVERS = 'leftovers'
EXEMPTIONS = 'marks'

_NO_PLAN = TranslatableText(
    _(
        "no plan has the id in its mark: the plan is gone, or version 0.1 "
        "made this by hand"
    )
)
_NO_SOURCE = TranslatableText(_("its resource is gone"))
_NOT_PROTECTED = _("no longer protected by %(plan)s")
_NO_SCHEDULE = TranslatableText(_("its plan has no such schedule any more"))
_PLAN_GONE = TranslatableText(_("the plan that it starts is gone"))
_NO_INSTANCE = TranslatableText(_("its database instance is gone"))
_LEFT = TranslatableText(_("nothing needs it any more"))


@dataclasses.dataclass(frozen=True)
class Orphan:
    """One thing that has lost its owner, and why it is an orphan.

    ``id`` is unique within its kind. ``subject`` depends on the kind: a
    RecoveryPoint; ``(cron trigger, Plan or None)``, or a schedule of the
    database client; ``(Plan, entry of its document)``; the slug of a
    protection; ``type:id`` of an exemption.
    """

    id: str
    name: str
    reason: TranslatableText
    subject: Any


@dataclasses.dataclass(frozen=True)
class OrphanKind:
    """All orphans of a kind; there may be more if there are ``errors``.

    ``looked`` is how many of the newest points were read, by the slug of
    a protection, where not all of them were.
    """

    orphans: tuple[Orphan, ...] = ()
    errors: tuple[exceptions.ProtectionError, ...] = ()
    looked: dict[str, int] = dataclasses.field(default_factory=dict)

    @property
    def has_content(self) -> bool:
        """Whether a page has anything to show about it."""
        return bool(self.orphans or self.errors or self.looked)

    @property
    def digest(self) -> str:
        """A hash that changes whenever the orphans do."""
        return point_deletion.keys_digest(one.id for one in self.orphans)


def find_orphans(
    cloud: Cloud,
    kinds: Collection[str] | None = None,
    also: Iterable[str] = (),
) -> tuple[dict[str, OrphanKind], OrphanFacts]:
    """The orphans of some kinds, or of all, by the kind's slug.

    ``also`` names further parts of the OrphanFacts to read (constants of
    :mod:`orphan_facts`).
    """
    slugs = [slug for slug in KINDS if slug in (kinds or KINDS)]
    needed = {part for slug in slugs for part in KINDS[slug][1]}
    facts = orphan_facts.read_facts(cloud, needed.union(also))
    return {slug: _kind(slug, facts) for slug in slugs}, facts


def _kind(slug: str, facts: OrphanFacts) -> OrphanKind:
    search, needed = KINDS[slug]
    of_points = orphan_facts.POINTS in needed
    return OrphanKind(
        orphans=tuple(search(facts)),
        errors=facts.errors_of(*needed),
        looked={
            slug: found.looked
            for slug, found in facts.points.items()
            if of_points and found.looked
        },
    )


def _planless(facts: OrphanFacts) -> list[Orphan]:
    """Points whose mark names a plan that is gone.

    Protect Now marks its points without a plan; up to version 0.1 it used
    the id of a document that was not stored.
    """
    if facts.workflows is None or facts.by_hand is None:
        return []
    return [
        _point(point, _NO_PLAN)
        for point in facts.planless
        if point.mark.execution not in facts.by_hand
    ]


def _sourceless(facts: OrphanFacts) -> list[Orphan]:
    """Points of a resource that is gone; they can still be restored."""
    return [
        _point(point, _NO_SOURCE)
        for point in facts.every_point
        if _is_gone(facts, *ResourceRef.of_point(point))
    ]


def _left(facts: OrphanFacts) -> list[Orphan]:
    """Points that no retention looks at, as their resource left the plan."""
    return [
        _point(point, TranslatableText(_NOT_PROTECTED, {'plan': plan.name}))
        for point, plan in left_points.left_points(
            facts.maybe_left, facts.resources
        )
    ]


def _point(point: RecoveryPoint, reason: TranslatableText) -> Orphan:
    return Orphan(str(PointRef.of_point(point)), point.label, reason, point)


def _is_gone(facts: OrphanFacts, slug: str, resource_id: str) -> bool:
    """Whether it is certain that a resource does not exist."""
    known = bool(resource_id) and slug in facts.names
    return known and resource_id not in facts.names[slug]


def _schedules(facts: OrphanFacts) -> list[Orphan]:
    """Cron triggers that start what is gone: ours, and Trove's client's."""
    if facts.triggers is None:
        return []
    clients = [
        Orphan(one.trigger_id, one.name or one.id, _NO_INSTANCE, one)
        for one in facts.client_schedules
        if _is_gone(facts, trove_client_schedules.TYPE, one.instance)
    ]
    return [*_plan_triggers(facts), *clients]


def _plan_triggers(facts: OrphanFacts) -> list[Orphan]:
    """Cron triggers of plans or schedules that are gone."""
    if facts.workflows is None:
        return []
    plans = {plan.id: plan for plan in facts.plans}
    found = []
    by_schedule = cron_triggers.triggers_by_schedule(facts.triggers or ())
    for schedule_id, triggers in by_schedule.items():
        for trigger in triggers:
            given = _trigger_input(trigger)
            plan = plans.get(_plan_id(trigger, given))
            name = str(given.get('name') or trigger.name)
            subject = trigger, plan
            if _plan_id(trigger, given) not in facts.plan_ids:
                found.append(Orphan(trigger.id, name, _PLAN_GONE, subject))
            elif plan and schedule_id not in [s.id for s in plan.schedules]:
                found.append(Orphan(trigger.id, name, _NO_SCHEDULE, subject))
    return found


def _trigger_input(trigger: CronTrigger) -> dict[str, Any]:
    """The input that a cron trigger gives to the workflow it starts."""
    return json_text.object_or_empty(trigger.workflow_input)


def _plan_id(trigger: CronTrigger, given: dict[str, Any]) -> str:
    """Id of the plan that a trigger starts, directly or through the gate."""
    workflow = str(given.get('workflow') or trigger.workflow_name)
    return workflow.removeprefix(definitions.PLAN_NAME_PREFIX)


def _resources(facts: OrphanFacts) -> list[Orphan]:
    """Resources that a plan names and that are gone."""
    return [
        Orphan(
            orphan_id_of_entry(plan, entry),
            entry['name'] or entry['id'],
            _NO_SOURCE,
            (plan, entry),
        )
        for plan in facts.plans
        for entry in plan.resources
        if _is_gone(facts, *ResourceRef.of_entry(entry))
    ]


def orphan_id_of_entry(
    plan: Plan, entry: ResourceDocument | ResourceEntry
) -> str:
    """The id of the orphan that an entry of a plan is."""
    return f'{plan.id}:{ResourceRef.of_entry(entry)}'


def _leftovers(facts: OrphanFacts) -> list[Orphan]:
    """What dead executions have left and protections would remove."""
    return [
        Orphan(id_, description, _LEFT, slug)
        for slug, left in facts.leftovers.items()
        for id_, description in left.items()
    ]


def _exemptions(facts: OrphanFacts) -> list[Orphan]:
    """Exemptions of resources that are gone."""
    return [
        Orphan(key, note.note or key, _NO_SOURCE, key)
        for key, note in (facts.stored_exemptions or {}).items()
        if _is_gone(facts, *ResourceRef.parse(key))
    ]


#: slug -> (what finds them, the parts of the OrphanFacts that this needs)
KINDS: dict[
    str, tuple[Callable[[OrphanFacts], list[Orphan]], tuple[str, ...]]
] = {
    PLANLESS: (
        _planless,
        (orphan_facts.POINTS, orphan_facts.PLANS, orphan_facts.BY_HAND),
    ),
    SOURCELESS: (_sourceless, (orphan_facts.POINTS, orphan_facts.NAMES)),
    LEFT: (
        _left,
        (
            orphan_facts.POINTS,
            orphan_facts.PLANS,
            orphan_facts.NAMES,
            orphan_facts.RESOURCES,
        ),
    ),
    SCHEDULES: (
        _schedules,
        (orphan_facts.TRIGGERS, orphan_facts.PLANS, orphan_facts.NAMES),
    ),
    RESOURCES: (_resources, (orphan_facts.PLANS, orphan_facts.NAMES)),
    LEFTOVERS: (_leftovers, (orphan_facts.LEFTOVERS,)),
    EXEMPTIONS: (_exemptions, (orphan_facts.EXEMPTIONS, orphan_facts.NAMES)),
}
