# SPDX-License-Identifier: Apache-2.0
"""The tabs of a plan's page; each fetches what it shows when it is opened."""

import functools

from django import urls
from django.utils import http
from django.utils.translation import gettext_lazy as _
from horizon import tabs

from protection_dashboard import exceptions
from protection_dashboard.common import concurrency
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import service as execution_service
from protection_dashboard.panels.executions import tables as execution_tables
from protection_dashboard.panels.plans.detail import recovery_points
from protection_dashboard.panels.plans.detail import resources
from protection_dashboard.panels.plans.detail import schedules
from protection_dashboard.panels.shared import plan_facts
from protection_dashboard.plans import cli_commands
from protection_dashboard.plans import selection
from protection_dashboard.plans import service as plan_service
from protection_dashboard.plans import yaml_file
from protection_dashboard.recovery_points import fetch as point_fetch
from protection_dashboard.reports import project_status
from protection_dashboard.ui import request_user
from protection_dashboard.ui import views as ui_views
from protection_dashboard.workflows import definitions

RUN_COUNT = 200


class PlanTab(tabs.Tab):
    """A tab; it shows a line for each service that does not answer."""

    preload = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # to run an action Horizon loads the table before the tab is shown
        self.errors = []

    @property
    def cloud(self):
        return request_user.cloud(self.request)

    @property
    def plan(self):
        return self.tab_group.plan

    def get_context_data(self, request, **kwargs):
        request_user.activate_zone(request)
        try:
            facts = self.facts()
        except (exceptions.Refused, exceptions.Unavailable) as error:
            self.errors.append(error)
            facts = {'failed': True}
        errors = list(dict.fromkeys(map(str, self.errors)))
        return {
            'errors': errors,
            'may_change': request_user.is_allowed(
                request, request_user.CHANGE_RULES
            ),
            **facts,
        }

    def facts(self):
        """The context of the tab; adds what could not be fetched to errors."""
        raise NotImplementedError

    def gather(self, **calls):
        """The results of calls made side by side; None where one failed."""
        found, errors = concurrency.gather(calls, dict.fromkeys(calls))
        self.errors += errors
        return found

    def runs(self):
        """The newest runs of the plan."""
        name = definitions.plan_workflow_name(self.tab_group.plan_id)
        return execution_service.list_executions(
            self.cloud, RUN_COUNT, workflow_name=name
        )


class PlanTableTab(PlanTab, tabs.TableTab):
    """A tab with one table of the rows of :meth:`rows`."""

    template_name = 'protection/plans/detail/_table.html'

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        (self.table_class,) = self.table_classes
        name = self.table_class._meta.name
        setattr(self, f'get_{name}_data', self.data_of_table)

    def rows(self):
        raise NotImplementedError

    def data_of_table(self):
        request_user.activate_zone(self.request)
        try:
            return self.rows()
        except (exceptions.Refused, exceptions.Unavailable) as error:
            self.errors.append(error)
            self._tables[
                self.table_class._meta.name
            ]._no_data_message = ui_views.NOT_LOADED_MESSAGE
            return []

    def facts(self):
        self.load_table_data()
        (table,) = self._tables.values()
        return {'table': table, **self.more()}

    def more(self):
        """Additional context, computed after the rows."""
        return {}


class OverviewTab(PlanTab):
    name = _("Overview")
    slug = 'overview'
    template_name = 'protection/plans/detail/_overview.html'

    def facts(self):
        return plan_facts.overview_facts(self.tab_group.state)


class ResourcesTab(PlanTab):
    name = _("Resources")
    slug = 'resources'
    template_name = 'protection/plans/detail/_resources.html'

    def facts(self):
        document = self.plan.document
        found = self.gather(
            today=lambda: selection.selected_resources(self.cloud, document),
            points=lambda: point_fetch.fetch_points_of_plan(
                self.cloud, document
            ),
            runs=self.runs,
        )
        points, errors = found['points']
        self.errors += errors
        lines = resources.resource_lines(
            self.tab_group.state, found['today'], points, found['runs']
        )
        return {
            'lines': lines,
            'known': {'points': not errors, 'runs': found['runs'] is not None},
        }


class SchedulesTab(PlanTableTab):
    name = _("Schedules")
    slug = 'schedules'
    table_classes = (schedules.PlanSchedulesTable,)

    def rows(self):
        return self.tab_group.state.schedules


class ExecutionsTab(PlanTableTab):
    name = _("Executions")
    slug = 'executions'
    table_classes = (execution_tables.ExecutionsTable,)

    def rows(self):
        name = definitions.plan_workflow_name(self.tab_group.plan_id)
        found = execution_service.list_executions(
            self.cloud, ui_views.PAGE_SIZE, workflow_name=name
        )
        names = {self.plan.id: self.plan.name}
        return [execution_records.with_plan_name(run, names) for run in found]

    def more(self):
        address = urls.reverse('horizon:project:protection_executions:index')
        query = http.urlencode({'plan': self.tab_group.plan_id})
        return {'all_address': f'{address}?{query}'}


class RecoveryPointsTab(PlanTableTab):
    name = _("Recovery Points")
    slug = 'points'
    table_classes = (recovery_points.PlanPointsTable,)

    def rows(self):
        rows, errors = recovery_points.plan_point_rows(self.cloud, self.plan)
        self.errors += errors
        return rows


class DocumentTab(PlanTab):
    name = _("Document")
    slug = 'document'
    template_name = 'protection/plans/detail/_document.html'

    def facts(self):
        return document_facts(self.cloud, self.plan)


class PlanTabs(tabs.TabGroup):
    slug = 'plan'
    tabs = (
        OverviewTab,
        ResourcesTab,
        SchedulesTab,
        ExecutionsTab,
        RecoveryPointsTab,
        DocumentTab,
    )

    @property
    def plan_id(self):
        return str(self.kwargs['plan_id'])

    @functools.cached_property
    def plan(self):
        return plan_service.plan_get(
            request_user.cloud(self.request), self.plan_id
        )

    @functools.cached_property
    def state(self):
        return project_status.get_plan_state(
            request_user.cloud(self.request), self.plan_id
        )


def document_facts(cloud, plan):
    """What the tab shows."""
    return {
        'plan': plan,
        'yaml': yaml_file.plan_to_yaml(plan.document),
        'commands': cli_commands.plan_commands(cloud, plan),
    }
