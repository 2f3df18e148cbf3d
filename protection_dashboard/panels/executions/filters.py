# SPDX-License-Identifier: Apache-2.0
"""Filters of the list of executions."""

from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.common import concurrency
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import search as execution_search
from protection_dashboard.panels.executions import tables
from protection_dashboard.plans import selection
from protection_dashboard.plans import service as plan_service
from protection_dashboard.ui import cells
from protection_dashboard.ui import filters as ui_filters

STATES = (
    ('success', _("Success")),
    ('failed', _("Failed")),
    ('lost', _("Lost")),
    ('running', _("Running")),
    ('cancelled', _("Cancelled")),
    ('skipped', _("Skipped")),
)


def _type_choices():
    found = plugins.protectables().values()
    return [(one.slug, gettext(one.name)) for one in found]


class ExecutionFilters(ui_filters.FilterForm):
    named = {'since': 'from', 'until': 'to'}

    plan = ui_filters.FilterIdField(label=_("Plan"))
    schedule = ui_filters.FilterIdField(label=_("Schedule"))
    type = ui_filters.FilterChoiceField(label=_("Type"), choices=_type_choices)
    resource = ui_filters.FilterSelectField(label=_("Resource"))
    kind = ui_filters.FilterChoiceField(
        label=_("Kind"), choices=tables.KINDS.items
    )
    state = ui_filters.FilterChoiceField(label=_("State"), choices=STATES)
    by = ui_filters.FilterSelectField(label=_("Started By"), empty=_("Anyone"))
    since = ui_filters.FilterDateField(label=_("From"))
    until = ui_filters.FilterDateField(label=_("To"))


def _names(plans):
    """``{id: name}`` of plans."""
    return {plan.id: plan.name for plan in plans}


class FilteredExecutions:
    """The executions that match the chosen filters.

    Mistral knows the plan of an execution only: a schedule or a resource is
    found by way of the plans, which are loaded for that.
    """

    def __init__(self, cloud, chosen):
        self.cloud = cloud
        self.chosen = chosen

    @cached_property
    def plans(self):
        return plan_service.plan_list(self.cloud)

    @cached_property
    def resource(self):
        """The chosen Resource, None if it does not exist."""
        if not {'type', 'resource'} <= self.chosen.keys():
            return None
        kind = plugins.protectable(self.chosen['type'])
        try:
            return kind.show(self.cloud, self.chosen['resource'])
        except exceptions.NotFound:
            return None

    def page(self, limit, marker, order):
        """``(executions, errors)`` of a page; loads the plans meanwhile."""
        calls = {
            'runs': lambda: execution_search.search_page(
                self.cloud, self.search, limit, marker, order
            ),
            'plans': lambda: self.plans,
        }
        found, errors = concurrency.gather(calls, {'plans': None})
        names = _names(found['plans'] or ())
        runs = [
            execution_records.with_plan_name(run, names)
            for run in found['runs']
        ]
        return runs, errors

    def all(self):
        """All executions that match, the newest first, as they are read."""
        names = _names(self.plans)
        return (
            execution_records.with_plan_name(run, names)
            for run in execution_search.search_all(self.cloud, self.search)
        )

    @property
    def search(self):
        """The Search that the chosen filters stand for."""
        since, until = self.chosen.get('since'), self.chosen.get('until')
        return execution_search.Search(
            plans=self._plan_ids(),
            schedule=self.chosen.get('schedule', ''),
            purpose=self.chosen.get('kind', ''),
            state=self.chosen.get('state', ''),
            by=self.chosen.get('by', ''),
            since=since and ui_filters.start_of_day(since),
            until=until and ui_filters.end_of_day(until),
        )

    def _plan_ids(self):
        """Ids of the plans whose executions match, None for any."""
        plan = self.chosen.get('plan')
        if not {'schedule', 'type', 'resource'} & self.chosen.keys():
            return (plan,) if plan else None
        return tuple(
            one.id
            for one in self.plans
            if plan in (None, one.id)
            and self._has_schedule(one)
            and self._covers(one)
        )

    def _has_schedule(self, plan):
        wanted = self.chosen.get('schedule')
        return not wanted or wanted in [one.id for one in plan.schedules]

    def _covers(self, plan):
        slug, wanted = self.chosen.get('type'), self.chosen.get('resource')
        if not wanted:
            return slug in (None, *_plan_types(plan))
        picked = [
            one
            for one in plan.document['resources']
            if one['id'] == wanted and slug in (None, one['type'])
        ]
        return bool(picked) or self._selects(plan, slug)

    def _selects(self, plan, slug):
        if slug not in [one['type'] for one in plan.rules]:
            return False
        found = self.resource
        return bool(found) and selection.covers(plan.document, found)

    def offers(self, runs):
        """``{field: choices}`` of the selects; users are those of ``runs``."""
        people = {run.by for run in runs if run.by} | {self.cloud.user}
        return {
            'by': (
                (execution_search.BY_SCHEDULE, gettext("Any schedule")),
                (execution_search.BY_PERSON, gettext("By hand")),
                *((name, name) for name in sorted(people)),
            ),
            'plan': [(one.id, one.name) for one in self.plans],
            'schedule': list(self._schedules()),
            'resource': self._resources(),
        }

    def _schedules(self):
        """The schedules of the chosen plan, or of all plans."""
        chosen = self.chosen.get('plan')
        for plan in self.plans:
            if chosen in (None, plan.id):
                for one in plan.schedules:
                    words = cells.schedule_text(one)
                    yield one.id, f'{plan.name}: {words}'

    def _resources(self):
        """Choices: resources that plans name, and the chosen one, by name."""
        named = {
            one['id']: f'{one["name"]} ({cells.type_name(one["type"])})'
            for plan in self.plans
            for one in plan.document['resources']
        }
        if self.resource:
            kind = cells.type_name(self.resource.type)
            named[self.resource.id] = f'{self.resource.label} ({kind})'
        return sorted(named.items(), key=lambda pair: pair[1].lower())


def _plan_types(plan):
    named = [*plan.document['resources'], *plan.rules]
    return {one['type'] for one in named}
