# SPDX-License-Identifier: Apache-2.0
"""What has lost its plan or its resource, by kinds; nothing is removed here.

Of each kind it is known why it is there and what cleaning it up would mean.
Somebody may have deleted a plan and want to keep what it made: whoever cleans
up (:mod:`~protection_dashboard.coverage.orphan_cleanup`) has looked at the
list before.
"""

import dataclasses
import json

from protection_dashboard.common.i18n import Words
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.common.references import PointRef
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.coverage import orphan_facts
from protection_dashboard.recovery_points import deletion as point_deletion
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.schedules import trove_client_schedules
from protection_dashboard.workflows import definitions

PLANLESS = 'planless'
SOURCELESS = 'sourceless'
SCHEDULES = 'schedules'
RESOURCES = 'resources'
LEFTOVERS = 'leftovers'
MARKS = 'marks'

_NO_PLAN = Words(
    _(
        "no plan has the id in its mark: the plan is gone, or version 0.1 "
        "made this by hand"
    )
)
_NO_SOURCE = Words(_("its resource is gone"))
_NO_WISH = Words(_("its plan has no such schedule any more"))
_UNKNOWN = Words(_("the plan that it starts is gone"))
_NO_INSTANCE = Words(_("its database instance is gone"))
_LEFT = Words(_("nothing needs it any more"))


@dataclasses.dataclass(frozen=True)
class Orphan:
    """One thing: ``id`` tells it from others of its kind, ``why`` is Words.

    ``subject`` is a RecoveryPoint, a cron trigger, ``(Plan, entry)``, the
    slug of a protection or the key of a mark.
    """

    id: str
    name: str
    why: Words
    subject: object


@dataclasses.dataclass(frozen=True)
class Kind:
    """All orphans of a kind; ``errors`` of services may hide more.

    ``looked`` is ``{protection's slug: count}`` where only so many of the
    newest points were looked through.
    """

    orphans: tuple = ()
    errors: tuple = ()
    looked: dict = dataclasses.field(default_factory=dict)

    @property
    def is_told(self):
        """Whether there is anything to say of it."""
        return bool(self.orphans or self.errors or self.looked)

    @property
    def digest(self):
        """Another one whenever something else is in it."""
        return point_deletion.digest(one.id for one in self.orphans)


def find(cloud, kinds=None, also=()):
    """``({slug: Kind}, Facts)``: of some kinds, or of all.

    ``also`` names further parts of the Facts to read.
    """
    wanted = [slug for slug in KINDS if slug in (kinds or KINDS)]
    needed = {part for slug in wanted for part in KINDS[slug][1]}
    facts = orphan_facts.read(cloud, needed.union(also))
    return {slug: _kind(slug, facts) for slug in wanted}, facts


def _kind(slug, facts):
    look, needed = KINDS[slug]
    of_points = orphan_facts.POINTS in needed
    return Kind(
        orphans=tuple(look(facts)),
        errors=facts.troubles(*needed),
        looked={
            slug: found.looked
            for slug, found in facts.points.items()
            if of_points and found.looked
        },
    )


def _planless(facts):
    """Points whose mark names a plan that is gone.

    Of what Protect Now made, no mark names one; up to version 0.1 it named
    the id of a document that nobody kept.
    """
    if facts.workflows is None or facts.by_hand is None:
        return []
    return [
        _point(point, _NO_PLAN)
        for point in facts.planless
        if point.mark.execution not in facts.by_hand
    ]


def _sourceless(facts):
    """Points of a resource that is gone; they can still be restored."""
    return [
        _point(point, _NO_SOURCE)
        for point in facts.every_point
        if _is_gone(facts, *ResourceRef.of_point(point))
    ]


def _point(point, why):
    return Orphan(str(PointRef.of_point(point)), point.label, why, point)


def _is_gone(facts, slug, resource_id):
    """Whether it is sure that there is no such resource."""
    known = bool(resource_id) and slug in facts.names
    return known and resource_id not in facts.names[slug]


def _schedules(facts):
    """Cron triggers that start what is gone: ours, and the client's."""
    if facts.triggers is None:
        return []
    clients = [
        Orphan(one.trigger_id, one.name or one.id, _NO_INSTANCE, one)
        for one in facts.clients
        if _is_gone(facts, trove_client_schedules.TYPE, one.instance)
    ]
    return [*_ours(facts), *clients]


def _ours(facts):
    if facts.workflows is None:
        return []
    plans = {plan.id: plan for plan in facts.plans}
    found = []
    for wish_id, triggers in cron_triggers.by_schedule(facts.triggers).items():
        for trigger in triggers:
            given = _given(trigger)
            plan = plans.get(_plan_id(trigger, given))
            name = str(given.get('name') or trigger.name)
            subject = trigger, plan
            if _plan_id(trigger, given) not in facts.plan_ids:
                found.append(Orphan(trigger.id, name, _UNKNOWN, subject))
            elif plan and wish_id not in [w['id'] for w in plan.schedules]:
                found.append(Orphan(trigger.id, name, _NO_WISH, subject))
    return found


def _given(trigger):
    """The input that a trigger gives to what it starts."""
    given = json.loads(trigger.workflow_input or '{}')
    return given if isinstance(given, dict) else {}


def _plan_id(trigger, given):
    """Of the plan that a trigger starts, by itself or through the gate."""
    workflow = str(given.get('workflow') or trigger.workflow_name)
    return workflow.removeprefix(definitions.PREFIX)


def _resources(facts):
    """What plans pick although it is gone."""
    return [
        Orphan(
            resource_id(plan, entry),
            entry['name'] or entry['id'],
            _NO_SOURCE,
            (plan, entry),
        )
        for plan in facts.plans
        for entry in plan.resources
        if _is_gone(facts, *ResourceRef.of_entry(entry))
    ]


def resource_id(plan, entry):
    """What tells a resource that a plan picks from all others."""
    return f'{plan.id}:{ResourceRef.of_entry(entry)}'


def _leftovers(facts):
    """What protections would sweep away."""
    return [
        Orphan(id_, words, _LEFT, slug)
        for slug, left in facts.leftovers.items()
        for id_, words in left.items()
    ]


def _marks(facts):
    """Words about resources that are gone: that they need no protection."""
    return [
        Orphan(key, note.note or key, _NO_SOURCE, key)
        for key, note in (facts.kept or {}).items()
        if _is_gone(facts, *ResourceRef.parse(key))
    ]


#: slug -> (what finds it, the parts of the Facts that it needs)
KINDS = {
    PLANLESS: (
        _planless,
        (orphan_facts.POINTS, orphan_facts.PLANS, orphan_facts.BY_HAND),
    ),
    SOURCELESS: (_sourceless, (orphan_facts.POINTS, orphan_facts.NAMES)),
    SCHEDULES: (
        _schedules,
        (orphan_facts.TRIGGERS, orphan_facts.PLANS, orphan_facts.NAMES),
    ),
    RESOURCES: (_resources, (orphan_facts.PLANS, orphan_facts.NAMES)),
    LEFTOVERS: (_leftovers, (orphan_facts.LEFTOVERS,)),
    MARKS: (_marks, (orphan_facts.KEPT, orphan_facts.NAMES)),
}
