# SPDX-License-Identifier: Apache-2.0
"""Which resources are protected, which are not and why.

A resource is protected if a schedule that will run covers it: one of a plan
that names it or selects it by a rule and does not exclude it, or one that
the database client made. A plan of the whole project covers those of its
resources that its protection includes.
"""

import collections
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
import dataclasses
from typing import Any
from typing import Protocol

from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.coverage import exemptions
from protection_dashboard.plans import selection
from protection_dashboard.plans.document import Plan
from protection_dashboard.plans.schema import ResourceDocument
from protection_dashboard.plans.schema import RuleDocument
from protection_dashboard.protectables import base
from protection_dashboard.protections import methods
from protection_dashboard.protections.base import Protection
from protection_dashboard.schedules import status as schedule_status
from protection_dashboard.schedules import trove_client_schedules

PROTECTED = 'protected'
UNPROTECTED = 'open'
EXEMPT = 'unneeded'
#: type of the project itself: it contains resources, and is not counted as
#: one of them
PROJECT = 'project'
#: states of schedules that will run
RUNNING_STATES = (schedule_status.ARMED, schedule_status.LATE)


#: of a plan, or made by the database client
AnySchedule = (
    schedule_status.ScheduleStatus | trove_client_schedules.TroveScheduleStatus
)


class PlanSchedules(Protocol):
    """What is read here of a plan's state (``reports.plan_status``)."""

    @property
    def plan(self) -> Plan: ...

    @property
    def schedules(self) -> Sequence[schedule_status.ScheduleStatus]: ...


@dataclasses.dataclass(frozen=True)
class ResourceCoverage:
    """A resource, and the schedules that protect it.

    ``state`` is 'protected', 'open' (not protected) or 'unneeded' (marked as
    not needing protection). ``schedules`` are those that will run, of plans
    and of the database client. For an open resource ``reason`` says what is
    missing, and ``plan`` is the plan that this is about, or None.
    ``exemption`` is the exemption of a resource that is marked. ``source``
    refers to the resource whose recovery points hold this one: itself, or the
    project.
    """

    resource: base.Resource
    state: str
    source: ResourceRef
    schedules: tuple[AnySchedule, ...] = ()
    reason: TranslatableText | None = None
    plan: Plan | None = None
    exemption: exemptions.Exemption | None = None

    @property
    def key(self) -> str:
        """Its id in forms and tables: ``type:id``."""
        return str(ResourceRef.of_resource(self.resource))

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.resource.label

    @property
    def plans(self) -> dict[str, Plan]:
        """``{id: Plan}`` of the plans that protect it."""
        found: list[Plan | None] = [
            getattr(one, 'plan', None) for one in self.schedules
        ]
        return {plan.id: plan for plan in found if plan}


def protectable_types(cloud: Cloud) -> list[str]:
    """Slugs of the protectables that this cloud has and can protect.

    On their own, not only as a part of the project.
    """
    return [
        slug
        for slug, kind in plugins.protectables().items()
        if slug != PROJECT
        and not kind.unavailable(cloud)
        and any(
            _is_there(cloud, method)
            for method in methods.standalone_protections(slug)
        )
    ]


def _is_there(cloud: Cloud, method: Protection) -> bool:
    return not plugins.missing_service_reason(
        cloud, method.service_type, method.service
    )


def resource_coverages(
    resources: Sequence[base.Resource],
    states: Iterable[PlanSchedules],
    others: Iterable[trove_client_schedules.TroveScheduleStatus] = (),
    kept: Mapping[str, exemptions.Exemption] | None = None,
) -> list[ResourceCoverage]:
    """A :class:`ResourceCoverage` of each resource, in their order.

    ``states`` are those of all plans of the project, ``others`` the
    schedules of the database client, and ``kept`` the exemptions that
    Mistral stores, by ``type:id``.
    """
    found = _Plans(resources, states)
    clients = _by_instance(others)
    return [
        _cover(one, found, clients, exemptions.exemption_of(one, kept or {}))
        for one in resources
    ]


def unprotectable_resources(
    resources: Iterable[base.Resource],
) -> list[base.Resource]:
    """The resources that no installed protection can protect alone."""
    resources = list(resources)
    able = {
        slug: methods.standalone_protections(slug)
        for slug in {one.type for one in resources}
    }
    return [
        one
        for one in resources
        if not any(method.suits(one) for method in able[one.type])
    ]


def _by_instance(
    schedules: Iterable[trove_client_schedules.TroveScheduleStatus],
) -> dict[ResourceRef, list[trove_client_schedules.TroveScheduleStatus]]:
    found = collections.defaultdict(list)
    for one in schedules:
        found[ResourceRef('database', one.made.instance)].append(one)
    return found


def _cover(
    resource: base.Resource,
    plans: '_Plans',
    clients: Mapping[
        ResourceRef, list[trove_client_schedules.TroveScheduleStatus]
    ],
    exemption: exemptions.Exemption | None,
) -> ResourceCoverage:
    own = ResourceRef.of_resource(resource)
    states, excluding, source = plans.of_resource(resource)
    running = [*_running(states), *clients.get(own, ())]
    if running:
        return ResourceCoverage(
            resource, PROTECTED, source, tuple(running), exemption=exemption
        )
    if exemption:
        return ResourceCoverage(resource, EXEMPT, own, exemption=exemption)
    reason, plan = _unprotected_reason(states, excluding)
    return ResourceCoverage(
        resource, UNPROTECTED, own, reason=reason, plan=plan
    )


def _running(
    states: Iterable[PlanSchedules],
) -> list[schedule_status.ScheduleStatus]:
    return [
        schedule
        for state in states
        for schedule in state.schedules
        if schedule.state in RUNNING_STATES
    ]


def _unprotected_reason(
    states: Sequence[PlanSchedules], excluding: Sequence[PlanSchedules]
) -> tuple[TranslatableText, Plan | None]:
    """Why a resource is not protected, and the plan that comes closest."""
    if states:
        plan = states[0].plan
        stopped = {one.state for one in states[0].schedules}
        if stopped == {schedule_status.ENDED}:
            return _ended_reason(states[0]), plan
        message = next((_STOPPED[s] for s in _STOPPED if s in stopped), _IDLE)
        return TranslatableText(message, {'plan': plan.name}), plan
    if excluding:
        plan = excluding[0].plan
        return TranslatableText(_EXCLUDED, {'plan': plan.name}), plan
    return TranslatableText(_NO_PLAN), None


def _ended_reason(state: PlanSchedules) -> TranslatableText:
    """That all schedules of a plan have ended, and when the last one did."""
    ends = [one.schedule.end or '' for one in state.schedules]
    # local time, 2026-12-31T23:59
    facts = {'plan': state.plan.name, 'date': max(ends).partition('T')[0]}
    return TranslatableText(_ENDED, facts)


_ENDED = _("%(plan)s ended on %(date)s, no newer copy is planned")
_NO_PLAN = _("No plan")
_EXCLUDED = _("%(plan)s excludes it")
_IDLE = _("%(plan)s has no schedule")
#: what stops the schedules of a plan, the worst first
_STOPPED = {
    schedule_status.UNREADABLE: _("A schedule of %(plan)s cannot be read"),
    schedule_status.UNARMED: _("%(plan)s is not armed"),
    schedule_status.PAUSED: _("%(plan)s is paused"),
}


class _Plans:
    """Plans by what they cover: equal rules are matched only once."""

    def __init__(
        self,
        resources: Iterable[base.Resource],
        states: Iterable[PlanSchedules],
    ) -> None:
        self._by_ref: dict[ResourceRef, list[PlanSchedules]] = (
            collections.defaultdict(list)
        )
        #: (project id, its Protection if that is installed, the plan)
        self._whole: list[tuple[str, Protection | None, PlanSchedules]] = []
        selected = collections.defaultdict(list)
        for state in states:
            for entry in state.plan.document['resources']:
                self._pick(entry, state)
            for selector in state.plan.rules:
                selected[_frozen(selector)].append((selector, state))
        self._select(resources, selected.values())

    def _pick(self, entry: ResourceDocument, state: PlanSchedules) -> None:
        if entry['type'] == PROJECT:
            self._whole.append((entry['id'], _method(entry, state), state))
        else:
            self._by_ref[ResourceRef.of_entry(entry)].append(state)

    def _select(
        self,
        resources: Iterable[base.Resource],
        groups: Iterable[list[tuple[RuleDocument, PlanSchedules]]],
    ) -> None:
        index = _index(resources)
        for group in groups:
            selector = group[0][0]
            candidates = index.get(_index_key(selector), ())
            for one in selection.matching_resources(candidates, [selector]):
                self._by_ref[ResourceRef.of_resource(one)] += [
                    s for _rule, s in group
                ]

    def of_resource(
        self, resource: base.Resource
    ) -> tuple[Sequence[PlanSchedules], Sequence[PlanSchedules], ResourceRef]:
        """The plans that cover it, those that exclude it, and the source.

        The source refers to what its recovery points are of. A plan of the
        whole project counts where no other plan covers the resource.
        """
        source = ResourceRef.of_resource(resource)
        states = self._by_ref.get(source, ())
        kept = [one for one in states if not _excludes(one, resource)]
        if kept:
            return kept, [], source
        whole = [
            (project, state)
            for project, method, state in self._whole
            if method and method.includes(PROJECT, resource)
        ]
        if whole:
            return (
                [s for _id, s in whole],
                [],
                ResourceRef(PROJECT, whole[0][0]),
            )
        return [], list(states), source


def _index(
    resources: Iterable[base.Resource],
) -> dict[tuple[str, ...], list[base.Resource]]:
    """Resources by ``(type,)``, and by ``(type, key, value)`` of metadata."""
    found: dict[tuple[str, ...], list[base.Resource]] = (
        collections.defaultdict(list)
    )
    for one in resources:
        found[(one.type,)].append(one)
        for pair in one.metadata.items():
            found[(one.type, *pair)].append(one)
    return found


def _index_key(selector: RuleDocument) -> tuple[str, ...]:
    """The key of the index under which are all that a rule may match."""
    pairs = selector.get('metadata', {}).items()
    return (selector['type'], *next(iter(pairs), ()))


def _excludes(state: PlanSchedules, resource: base.Resource) -> bool:
    exclusions = state.plan.document.get('exclusions', [])
    return selection.is_excluded(resource, exclusions)


def _method(
    entry: ResourceDocument, state: PlanSchedules
) -> Protection | None:
    """The entry's own protection, or that of its type; None: not installed."""
    shared = state.plan.document.get('methods', {}).get(entry['type'])
    slug = entry.get('protection') or (shared['protection'] if shared else '')
    found: Protection | None = plugins.protections().get(slug)
    return found


def _frozen(selector: RuleDocument) -> tuple[Any, ...]:
    """A rule as a hashable value: equal rules give equal ones."""
    pairs = sorted(selector.get('metadata', {}).items())
    return (selector['type'], selector.get('name'), *pairs)
