# SPDX-License-Identifier: Apache-2.0
"""What the services tell of what may have lost its plan or its resource.

First what may be lost, then what it belongs to: what begins meanwhile is not
taken for lost. A service that fails costs its own part.
"""

import collections
import dataclasses
import functools

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import trove_schedules
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.coverage import exemptions
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protections import scan
from protection_dashboard.protections.query import Wanted
from protection_dashboard.schedules import trove_client_schedules
from protection_dashboard.workflows import definitions
from protection_dashboard.workflows import shared_workflows

POINTS = 'points'
TRIGGERS = 'triggers'
LEFTOVERS = 'leftovers'
KEPT = 'kept'
PLANS = 'plans'
NAMES = 'names'
BY_HAND = 'by hand'
#: runs of Protect Now that are looked through: the oldest, as the marks of
#: version 0.1 name plans that never were
_MOST_RUNS = 5000


@dataclasses.dataclass(frozen=True)
class Facts:
    """What is known, as ``None`` or left out where a service failed.

    ``points`` is ``{protection's slug: Found}``, ``triggers`` are cron
    triggers of Mistral, ``leftovers`` is ``{protection's slug: {id: words}}``
    and ``kept`` ``{key: unneeded.Note}``. ``workflows`` are those of plans,
    ``names`` is ``{type: {resource id: name}}``. ``by_hand`` are ids of runs
    of Protect Now. ``errors`` is ``{part:
    [error]}`` by the constants above.
    """

    points: dict = dataclasses.field(default_factory=dict)
    triggers: list | None = None
    leftovers: dict = dataclasses.field(default_factory=dict)
    kept: dict | None = None
    workflows: list | None = None
    names: dict = dataclasses.field(default_factory=dict)
    by_hand: frozenset | None = frozenset()
    errors: dict = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def every_point(self):
        return [p for found in self.points.values() for p in found.points]

    @functools.cached_property
    def plans(self):
        """The Plans that can be read."""
        read = map(plan_document.read_or_none, self.workflows or ())
        return [plan for plan in read if plan]

    @functools.cached_property
    def plan_ids(self):
        """Of all plans that there are, also of one that cannot be read."""
        return definitions.ids(self.workflows or ())

    @functools.cached_property
    def planless(self):
        """Points whose mark names a plan that there is not."""
        return [
            point
            for point in self.every_point
            if point.mark.plan and point.mark.plan not in self.plan_ids
        ]

    def troubles(self, *parts):
        """The errors of some parts, each once."""
        found = [e for part in parts for e in self.errors.get(part, ())]
        return tuple({str(error): error for error in found}.values())

    @property
    def clients(self):
        """Schedules that the database client made."""
        return trove_schedules.schedules_of_triggers(self.triggers or ())

    @property
    def types(self):
        """Slugs of what anything here belongs to."""
        return {
            *(point.resource_type for point in self.every_point),
            *(
                ResourceRef.parse_leniently(key).type
                for key in self.kept or ()
            ),
            *(one['type'] for plan in self.plans for one in plan.resources),
            *(trove_client_schedules.TYPE for _one in self.clients),
        }


def read(cloud, parts):
    """The Facts of some parts, by the constants above."""
    found = _gathered(_lost(cloud, parts))
    if PLANS in parts:
        found |= _owners(found, _plans(cloud))
    if BY_HAND in parts and _facts(found).planless:
        found |= _owners(found, _by_hand(cloud))
    if NAMES in parts:
        found |= _owners(found, _names(cloud, _facts(found).types))
    return _facts(found)


def _owners(found, calls):
    """What ``{key: (service type, call)}`` give.

    A service that was silent before is not waited for again.
    """
    down = _down(found)
    asked = {key: call for key, (of, call) in calls.items() if of not in down}
    told = {key: down[of] for key, (of, _call) in calls.items() if of in down}
    return {**told, **_gathered(asked)}


def _down(found):
    """``{service type: error}`` of the services that are silent."""
    down = {}
    for (part, slug), value in found.items():
        if not isinstance(value, exceptions.Unavailable):
            continue
        if part == POINTS:
            down[plugins.protection(slug).service_type] = value
        elif part in (TRIGGERS, KEPT, PLANS):
            down[mistral.TYPE] = value
    return down


def _lost(cloud, parts):
    """``{(part, slug): call}`` for what may be lost."""
    calls = {
        **_of_protections(cloud, POINTS, _newest),
        **_of_protections(cloud, LEFTOVERS, _leftovers),
        (TRIGGERS, ''): functools.partial(mistral.cron_trigger_list, cloud),
        (KEPT, ''): functools.partial(exemptions.kept, cloud),
    }
    return {key: call for key, call in calls.items() if key[0] in parts}


def _of_protections(cloud, part, call):
    return {
        (part, slug): functools.partial(call, cloud, protection)
        for slug, protection in plugins.protections().items()
        if not plugins.missing(
            cloud, protection.service_type, protection.service
        )
    }


def _newest(cloud, protection):
    fetch = functools.partial(protection.points, cloud)
    return scan.through(fetch, Wanted())


def _leftovers(cloud, protection):
    return protection.leftovers(cloud)


def _plans(cloud):
    lists = functools.partial(
        mistral.workflow_list, cloud, tags=definitions.PLAN_TAG
    )
    return {(PLANS, ''): (mistral.TYPE, lists)}


def _by_hand(cloud):
    name = shared_workflows.name_of(cloud, 'once')
    lists = functools.partial(mistral.execution_ids, cloud, name, _MOST_RUNS)
    return {(BY_HAND, ''): (mistral.TYPE, lists)}


def _names(cloud, types):
    known = plugins.protectables()
    return {
        (NAMES, slug): (
            known[slug].service_type,
            functools.partial(known[slug].names, cloud),
        )
        for slug in types
        if slug in known and not known[slug].unavailable(cloud)
    }


def _gathered(calls):
    """``{key: value or ProtectionError}`` of calls, made side by side."""
    attempts = {
        key: functools.partial(concurrency.attempt, call)
        for key, call in calls.items()
    }
    return concurrency.gather(attempts)[0]


def _facts(found):
    """The Facts of ``{(part, slug): value or error}``."""
    parts, errors = (
        collections.defaultdict(dict),
        collections.defaultdict(list),
    )
    for (part, slug), value in found.items():
        if isinstance(value, exceptions.ProtectionError):
            errors[part].append(value)
        else:
            parts[part][slug] = value
    return Facts(
        points=parts[POINTS],
        leftovers=parts[LEFTOVERS],
        names=parts[NAMES],
        triggers=parts[TRIGGERS].get(''),
        kept=parts[KEPT].get(''),
        workflows=parts[PLANS].get(''),
        by_hand=_runs(parts, errors),
        errors=dict(errors),
    )


def _runs(parts, errors):
    """Ids of the runs of Protect Now, None if they are not known."""
    if errors.get(BY_HAND):
        return None
    return frozenset(parts[BY_HAND].get('', ()))
