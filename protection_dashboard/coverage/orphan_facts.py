# SPDX-License-Identifier: Apache-2.0
"""What the services know about possible orphans and their owners.

Possible orphans are read first, then the plans and resources that they may
belong to, so that nothing that is created meanwhile looks like an orphan. A
service that fails costs its own part only.
"""

import collections
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
import dataclasses
import functools
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import trove_schedules
from protection_dashboard.api.mistral.records import CronTrigger
from protection_dashboard.api.mistral.records import Workflow
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.coverage import exemptions
from protection_dashboard.coverage import left_points
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protectables.base import Protectable
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import scan
from protection_dashboard.protections.base import Protection
from protection_dashboard.protections.base import RecoveryPoint
from protection_dashboard.protections.query import Found
from protection_dashboard.protections.query import Wanted
from protection_dashboard.schedules import trove_client_schedules
from protection_dashboard.workflows import definitions

POINTS = 'points'
TRIGGERS = 'triggers'
LEFTOVERS = 'leftovers'
EXEMPTIONS = 'kept'
PLANS = 'plans'
NAMES = 'names'
RESOURCES = 'resources'
BY_HAND = 'by hand'
#: executions of Protect Now that are read, the oldest first: version 0.1
#: marked what they made with ids of plans that never existed
_MAX_EXECUTIONS = 5000

#: of a part: its name above, and the slug of a protection or protectable; ''
#: for a part that is read as a whole
_Key = tuple[str, str]
_Call = Callable[[], Any]


@dataclasses.dataclass(frozen=True)
class OrphanFacts:
    """What is known; None, or not in its dict, where a service failed.

    ``points`` and ``leftovers`` are by a protection's slug, the latter ``{id:
    description}``. ``triggers`` are Mistral's cron triggers,
    ``stored_exemptions`` the exemptions in Mistral by ``type:id``, and
    ``workflows`` those of plans. ``names`` is ``{type: {resource id: name}}``,
    ``resources`` ``{type: resources}`` of the types of ``maybe_left``;
    ``by_hand`` are the ids of executions of Protect Now. ``errors`` are by the
    constants above.
    """

    points: dict[str, Found] = dataclasses.field(default_factory=dict)
    triggers: list[CronTrigger] | None = None
    leftovers: dict[str, dict[str, str]] = dataclasses.field(
        default_factory=dict
    )
    stored_exemptions: dict[str, exemptions.Exemption] | None = None
    workflows: list[Workflow] | None = None
    names: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)
    resources: dict[str, list[Resource]] = dataclasses.field(
        default_factory=dict
    )
    by_hand: frozenset[str] | None = frozenset()
    errors: dict[str, list[exceptions.ProtectionError]] = dataclasses.field(
        default_factory=dict
    )

    @functools.cached_property
    def every_point(self) -> list[RecoveryPoint]:
        return [p for found in self.points.values() for p in found.points]

    @functools.cached_property
    def plans(self) -> list[plan_document.Plan]:
        """The Plans that can be read."""
        plans = map(plan_document.plan_or_none, self.workflows or ())
        return [plan for plan in plans if plan]

    @functools.cached_property
    def plan_ids(self) -> set[str]:
        """Ids of all plans that exist, also of those that cannot be read."""
        return definitions.plan_ids(self.workflows or ())

    @functools.cached_property
    def planless(self) -> list[RecoveryPoint]:
        """Points whose mark names a plan that does not exist."""
        return [
            point
            for point in self.every_point
            if point.mark.plan and point.mark.plan not in self.plan_ids
        ]

    @functools.cached_property
    def maybe_left(
        self,
    ) -> list[tuple[RecoveryPoint, plan_document.Plan]]:
        """Points with their plan, which may not protect their resource."""
        plans = {plan.id: plan for plan in self.plans}
        with_plan = [(p, plans.get(p.mark.plan)) for p in self.every_point]
        return [
            (point, plan)
            for point, plan in with_plan
            if plan and left_points.may_be_left(point, plan)
        ]

    def errors_of(self, *parts: str) -> tuple[exceptions.ProtectionError, ...]:
        """The errors of some parts, each once."""
        found = [e for part in parts for e in self.errors.get(part, ())]
        return tuple({str(error): error for error in found}.values())

    @property
    def client_schedules(self) -> list[trove_schedules.TroveSchedule]:
        """Schedules that the database client made."""
        return trove_schedules.schedules_of_triggers(self.triggers or ())

    @property
    def types(self) -> set[str]:
        """Slugs of the protectables that anything here belongs to."""
        return {
            *(point.resource_type for point in self.every_point),
            *(
                ResourceRef.parse_leniently(key).type
                for key in self.stored_exemptions or ()
            ),
            *(one['type'] for plan in self.plans for one in plan.resources),
            *(trove_client_schedules.TYPE for _one in self.client_schedules),
        }


def read_facts(cloud: Cloud, parts: Collection[str]) -> OrphanFacts:
    """The OrphanFacts of some parts, named by the constants above."""
    found = _gathered(_possible_orphans(cloud, parts))
    if PLANS in parts:
        found |= _owners(found, _plans(cloud))
    if BY_HAND in parts and _facts(found).planless:
        found |= _owners(found, _by_hand(cloud))
    if NAMES in parts:
        found |= _owners(found, _names(cloud, _facts(found).types))
    if RESOURCES in parts:
        points = _facts(found).maybe_left
        types = {point.resource_type for point, _plan in points}
        found |= _owners(found, _resources(cloud, types))
    return _facts(found)


def _owners(
    found: Mapping[_Key, Any], calls: Mapping[_Key, tuple[str, _Call]]
) -> dict[_Key, Any]:
    """The results of calls; ``calls`` is ``{key: (service type, call)}``.

    A service that did not answer before, by ``found``, is not called again.
    """
    down = _down(found)
    asked = {key: call for key, (of, call) in calls.items() if of not in down}
    silent = {key: down[of] for key, (of, _c) in calls.items() if of in down}
    return {**silent, **_gathered(asked)}


def _down(found: Mapping[_Key, Any]) -> dict[str, exceptions.Unavailable]:
    """Errors of the services that did not answer, by service type."""
    down: dict[str, exceptions.Unavailable] = {}
    for (part, slug), value in found.items():
        if not isinstance(value, exceptions.Unavailable):
            continue
        if part == POINTS:
            down[plugins.protection(slug).service_type] = value
        elif part in (TRIGGERS, EXEMPTIONS, PLANS):
            down[mistral.SERVICE_TYPE] = value
    return down


def _possible_orphans(
    cloud: Cloud, parts: Collection[str]
) -> dict[_Key, _Call]:
    """The calls that read what may have lost its owner."""
    calls: dict[_Key, _Call] = {
        **_of_protections(cloud, POINTS, _newest),
        **_of_protections(cloud, LEFTOVERS, _leftovers),
        (TRIGGERS, ''): functools.partial(mistral.cron_trigger_list, cloud),
        (EXEMPTIONS, ''): functools.partial(
            exemptions.stored_exemptions, cloud
        ),
    }
    return {key: call for key, call in calls.items() if key[0] in parts}


def _of_protections(
    cloud: Cloud, part: str, call: Callable[[Cloud, Protection], Any]
) -> dict[_Key, _Call]:
    """A call for each installed protection whose service the cloud has."""
    return {
        (part, slug): functools.partial(call, cloud, protection)
        for slug, protection in plugins.protections().items()
        if not plugins.missing_service_reason(
            cloud, protection.service_type, protection.service
        )
    }


def _newest(cloud: Cloud, protection: Protection) -> Found:
    fetch = functools.partial(protection.points, cloud)
    found: Found = scan.search_pages(fetch, Wanted())
    return found


def _leftovers(cloud: Cloud, protection: Protection) -> dict[str, str]:
    found: dict[str, str] = protection.leftovers(cloud)
    return found


def _plans(cloud: Cloud) -> dict[_Key, tuple[str, _Call]]:
    lists = functools.partial(
        mistral.workflow_list, cloud, tags=definitions.PLAN_TAG
    )
    return {(PLANS, ''): (mistral.SERVICE_TYPE, lists)}


def _by_hand(cloud: Cloud) -> dict[_Key, tuple[str, _Call]]:
    name = definitions.shared_workflow_name(cloud, 'once')
    lists = functools.partial(
        mistral.execution_ids, cloud, name, _MAX_EXECUTIONS
    )
    return {(BY_HAND, ''): (mistral.SERVICE_TYPE, lists)}


def _names(
    cloud: Cloud, types: Iterable[str]
) -> dict[_Key, tuple[str, _Call]]:
    return {
        (NAMES, slug): (
            kind.service_type,
            functools.partial(kind.names, cloud),
        )
        for slug, kind in _available(cloud, types).items()
    }


def _resources(
    cloud: Cloud, types: Iterable[str]
) -> dict[_Key, tuple[str, _Call]]:
    return {
        (RESOURCES, slug): (
            kind.service_type,
            functools.partial(kind.list, cloud),
        )
        for slug, kind in _available(cloud, types).items()
    }


def _available(cloud: Cloud, types: Iterable[str]) -> dict[str, Protectable]:
    """``{slug: protectable}`` of those types whose service the cloud has."""
    known = plugins.protectables()
    return {
        slug: known[slug]
        for slug in types
        if slug in known and not known[slug].unavailable(cloud)
    }


def _gathered(calls: Mapping[_Key, _Call]) -> dict[_Key, Any]:
    """The value or ProtectionError of each call; they run in parallel."""
    attempts = {
        key: functools.partial(concurrency.value_or_error, call)
        for key, call in calls.items()
    }
    return concurrency.gather(attempts)[0]


def _facts(found: Mapping[_Key, Any]) -> OrphanFacts:
    """The OrphanFacts of the values and errors of all parts."""
    parts: dict[str, dict[str, Any]] = collections.defaultdict(dict)
    errors: dict[str, list[exceptions.ProtectionError]] = (
        collections.defaultdict(list)
    )
    for (part, slug), value in found.items():
        if isinstance(value, exceptions.ProtectionError):
            errors[part].append(value)
        else:
            parts[part][slug] = value
    return OrphanFacts(
        points=parts[POINTS],
        leftovers=parts[LEFTOVERS],
        names=parts[NAMES],
        resources=parts[RESOURCES],
        triggers=parts[TRIGGERS].get(''),
        stored_exemptions=parts[EXEMPTIONS].get(''),
        workflows=parts[PLANS].get(''),
        by_hand=_runs(parts, errors),
        errors=dict(errors),
    )


def _runs(
    parts: Mapping[str, Mapping[str, Any]],
    errors: Mapping[str, list[exceptions.ProtectionError]],
) -> frozenset[str] | None:
    """Ids of the executions of Protect Now, None if they are not known."""
    if errors.get(BY_HAND):
        return None
    return frozenset(parts[BY_HAND].get('', ()))
