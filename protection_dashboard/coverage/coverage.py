# SPDX-License-Identifier: Apache-2.0
"""Which resources are protected, which are not and why.

A resource is protected if a schedule that will run covers it: one of a plan
that picks or selects it and does not exclude it, or one that the database
client made. A plan of the whole project covers what its protection says.
"""

import collections
import dataclasses

from protection_dashboard import plugins
from protection_dashboard.common.i18n import Words
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.coverage import exemptions
from protection_dashboard.plans import selection
from protection_dashboard.protectables import base
from protection_dashboard.protections import methods
from protection_dashboard.schedules import status as schedule_status

PROTECTED = 'protected'
OPEN = 'open'
UNNEEDED = 'unneeded'
#: it holds what is covered, and is no resource to cover itself
WHOLE = 'project'
#: states of schedules that something will start
RUNNING = (schedule_status.ARMED, schedule_status.LATE)


@dataclasses.dataclass(frozen=True)
class Cover:
    """A resource and what protects it.

    ``state`` is 'protected', 'open' or 'unneeded'. ``schedules`` are those
    that will run, of plans and of the database client. ``why`` says, of an
    open one, what is missing, and ``plan`` is the Plan that it is about, or
    None. ``note`` is the unneeded.Note of one that needs no protection.
    ``source`` is the ResourceRef of what its recovery points are of.
    """

    resource: base.Resource
    state: str
    source: tuple
    schedules: tuple = ()
    why: Words | None = None
    plan: object = None
    note: exemptions.Note | None = None

    @property
    def key(self):
        return str(ResourceRef.of_resource(self.resource))

    @property
    def name(self):
        return self.resource.label

    @property
    def plans(self):
        """``{id: Plan}`` of the plans that protect it."""
        found = [getattr(one, 'plan', None) for one in self.schedules]
        return {plan.id: plan for plan in found if plan}


def types(cloud):
    """Slugs of what this cloud has, and can protect on its own."""
    return [
        slug
        for slug, kind in plugins.protectables().items()
        if slug != WHOLE
        and not kind.unavailable(cloud)
        and any(
            _is_there(cloud, method) for method in methods.standalone(slug)
        )
    ]


def _is_there(cloud, method):
    return not plugins.missing(cloud, method.service_type, method.service)


def of(resources, states, others=(), kept=None):
    """A :class:`Cover` of each resource, in their order.

    ``states`` are agenda.PlanStates, ``others`` schedules of the database
    client, ``kept`` is what unneeded.kept gives.
    """
    found = _Plans(resources, states)
    clients = _of_clients(others)
    return [
        _cover(one, found, clients, exemptions.note_of(one, kept or {}))
        for one in resources
    ]


def impossible(resources):
    """Those that no installed protection can protect on their own."""
    able = {
        slug: methods.standalone(slug)
        for slug in {one.type for one in resources}
    }
    return [
        one
        for one in resources
        if not any(method.suits(one) for method in able[one.type])
    ]


def _of_clients(schedules):
    found = collections.defaultdict(list)
    for one in schedules:
        found[ResourceRef('database', one.made.instance)].append(one)
    return found


def _cover(resource, plans, clients, note):
    own = ResourceRef.of_resource(resource)
    states, excluding, source = plans.of(resource)
    running = [*_running(states), *clients.get(own, ())]
    if running:
        return Cover(resource, PROTECTED, source, tuple(running), note=note)
    if note:
        return Cover(resource, UNNEEDED, own, note=note)
    why, plan = _why(states, excluding)
    return Cover(resource, OPEN, own, why=why, plan=plan)


def _running(states):
    return [
        schedule
        for state in states
        for schedule in state.schedules
        if schedule.state in RUNNING
    ]


def _why(states, excluding):
    """``(Words, Plan or None)``: the plan that is closest comes first."""
    if states:
        plan = states[0].plan
        stopped = {one.state for one in states[0].schedules}
        message = next((_STOPPED[s] for s in _STOPPED if s in stopped), _IDLE)
        return Words(message, {'plan': plan.name}), plan
    if excluding:
        plan = excluding[0].plan
        return Words(_EXCLUDED, {'plan': plan.name}), plan
    return Words(_NO_PLAN), None


_NO_PLAN = _("No plan")
_EXCLUDED = _("%(plan)s excludes it")
_IDLE = _("%(plan)s has no schedule")
#: what stops the schedules of a plan, the worst first
_STOPPED = {
    schedule_status.UNREADABLE: _("A schedule of %(plan)s cannot be read"),
    schedule_status.UNARMED: _("%(plan)s is not armed"),
    schedule_status.PAUSED: _("%(plan)s is paused"),
    schedule_status.ENDED: _("The schedules of %(plan)s have ended"),
}


class _Plans:
    """Plans by what they cover: each selector is matched only once."""

    def __init__(self, resources, states):
        self._by_key = collections.defaultdict(list)
        self._whole = []
        selected = collections.defaultdict(list)
        for state in states:
            for entry in state.plan.document['resources']:
                self._pick(entry, state)
            for selector in state.plan.selectors:
                selected[_frozen(selector)].append((selector, state))
        self._select(resources, selected.values())

    def _pick(self, entry, state):
        if entry['type'] == WHOLE:
            self._whole.append((entry['id'], _method(entry, state), state))
        else:
            self._by_key[ResourceRef.of_entry(entry)].append(state)

    def _select(self, resources, groups):
        index = _index(resources)
        for group in groups:
            selector = group[0][0]
            looked = index.get(_first(selector), ())
            for one in selection.matches(looked, [selector]):
                self._by_key[ResourceRef.of_resource(one)] += [
                    s for _told, s in group
                ]

    def of(self, resource):
        """``(states that cover it, that exclude it, source of its points)``.

        A plan of the whole project counts where no other covers it.
        """
        source = ResourceRef.of_resource(resource)
        states = self._by_key.get(source, ())
        kept = [one for one in states if not _excludes(one, resource)]
        if kept:
            return kept, [], source
        whole = [
            (project, state)
            for project, method, state in self._whole
            if method and method.includes(WHOLE, resource)
        ]
        if whole:
            return [s for _id, s in whole], [], ResourceRef(WHOLE, whole[0][0])
        return [], list(states), source


def _index(resources):
    """``{(type,): [Resource], (type, key, value): [Resource]}``."""
    found = collections.defaultdict(list)
    for one in resources:
        found[(one.type,)].append(one)
        for pair in one.metadata.items():
            found[(one.type, *pair)].append(one)
    return found


def _first(selector):
    """Where in the index all stand that a selector may match."""
    pairs = selector.get('metadata', {}).items()
    return (selector['type'], *next(iter(pairs), ()))


def _excludes(state, resource):
    exclusions = state.plan.document.get('exclusions')
    return bool(exclusions) and selection.excluded(resource, exclusions)


def _method(entry, state):
    told = state.plan.document.get('methods', {}).get(entry['type'], {})
    slug = entry.get('protection') or told.get('protection')
    return plugins.protections().get(slug)


def _frozen(selector):
    pairs = sorted(selector.get('metadata', {}).items())
    return (selector['type'], selector.get('name'), *pairs)
