# SPDX-License-Identifier: Apache-2.0
"""Admin > Protection > Execution History: executions of all projects."""

import dataclasses

from django import forms
from django import urls
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard.common import concurrency
from protection_dashboard.executions import search as execution_search
from protection_dashboard.panels.admin_executions import tables
from protection_dashboard.panels.executions import filters as execution_filters
from protection_dashboard.panels.executions import tables as execution_tables
from protection_dashboard.panels.executions import views as execution_views
from protection_dashboard.plans import service as plan_service
from protection_dashboard.reports import all_executions
from protection_dashboard.reports import project_names
from protection_dashboard.ui import filters as ui_filters
from protection_dashboard.ui import readiness
from protection_dashboard.ui import request_user

_CUT = _(
    "Only %d executions were looked through for this owner: choose other "
    "filters, too."
)


class AdminExecutionFilters(ui_filters.FilterForm):
    named = {'since': 'from', 'until': 'to'}

    project = ui_filters.FilterSelectField(label=_("Project"))
    plan = ui_filters.FilterIdField(label=_("Plan"))
    kind = ui_filters.FilterChoiceField(
        label=_("Kind"), choices=execution_tables.KINDS.items
    )
    state = ui_filters.FilterChoiceField(
        label=_("State"), choices=execution_filters.STATES
    )
    person = forms.CharField(label=tables.OWNER, required=False)
    since = ui_filters.FilterDateField(label=_("From"))
    until = ui_filters.FilterDateField(label=_("To"))


class IndexView(execution_views.ExecutionListView):
    """All executions, filtered.

    Mistral cannot filter by owner: of the newest executions those of the owner
    are picked here.
    """

    rules = request_user.ADMIN_RULES
    home = tables.HOME
    table_class = tables.AdminExecutionsTable
    page_title = _("Execution History")
    filter_class = AdminExecutionFilters

    @property
    def csv(self):
        return tables.csv_columns(self.names)

    #: names of all projects, empty until they are loaded
    names = project_names.ProjectNames()
    found = ()

    def fetch(self, cloud, limit, marker, order):
        calls = {
            'runs': lambda: all_executions.page_of_executions(
                cloud, self.search, limit, marker, order
            ),
            'names': lambda: project_names.all_project_names(cloud),
        }
        loaded, errors = concurrency.gather(calls, {'names': self.names})
        self.report(*errors)
        self.names, (self.found, cut) = loaded['names'], loaded['runs']
        if cut:
            self.notices.append(
                readiness.ReadinessNotice(_CUT % execution_search.MAX_SEARCHED)
            )
        self.get_table().names = self.names
        return self.found

    def all_rows(self, cloud):
        self.names.update(project_names.all_project_names(cloud))
        return all_executions.matching_executions(cloud, self.search)

    @property
    def search(self):
        """The AllProjectsSearch that the chosen filters stand for."""
        plan, since = self.chosen.get('plan'), self.chosen.get('since')
        until = self.chosen.get('until')
        return all_executions.AllProjectsSearch(
            execution_search.Search(
                plans=(plan,) if plan else None,
                purpose=self.chosen.get('kind', ''),
                state=self.chosen.get('state', ''),
                since=since and ui_filters.start_of_day(since),
                until=until and ui_filters.end_of_day(until),
            ),
            project_id=self.chosen.get('project', ''),
            person=self.chosen.get('person', ''),
        )

    def offers(self, cloud):
        return {
            'project': self.names.choices,
            'plan': self._plans(cloud),
        }

    def _plans(self, cloud):
        """Choices: plans of the chosen project, else those of the rows."""
        chosen = self.chosen.get('project')
        if chosen:
            found = plan_service.plan_list(cloud.within(chosen))
            return [(plan.id, plan.name) for plan in found]
        runs = [one.run for one in self.found if one.run.plan_id]
        return sorted({(run.plan_id, run.name) for run in runs})


class DetailView(execution_views.DetailView):
    """The project's own page of the execution, without links and actions.

    They would lead to pages of that project, which an administrator who works
    in another project cannot open.
    """

    rules = request_user.ADMIN_RULES
    home = tables.HOME
    part = 'horizon:admin:protection_history:part'
    template_name = 'protection/admin_executions/detail.html'

    @cached_property
    def entry(self):
        cloud = request_user.cloud(self.request)
        return all_executions.get_execution(cloud, str(self.kwargs['run_id']))

    @cached_property
    def cloud(self):
        """The Cloud as it is within the execution's project."""
        return request_user.cloud(self.request).within(self.entry.project_id)

    @property
    def finds_points(self):
        own = request_user.cloud(self.request).project_id
        return own == self.entry.project_id

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        table = tables.AdminExecutionsTable(self.request)
        table.names = project_names.all_project_names(self.cloud)
        return {
            **context,
            'project': table.names[self.entry.project_id],
            'person': self.entry.person,
            'actions': table.render_row_actions(self.entry),
            'url': urls.reverse(tables.INDEX),
            'started_by': _according_to_the_tenant(
                execution_tables.starter_name(self.run)
            ),
            'plan_address': '',
            'original': '',
            'retries': [],
            'groups': [
                _group_without_links(group) for group in context['groups']
            ],
        }


def _according_to_the_tenant(name):
    return gettext("%s (according to the tenant)") % name


def _group_without_links(group):
    """An OutcomeGroup whose outcomes have no URLs."""
    outcomes = [
        dataclasses.replace(one, address='', points='')
        for one in group.outcomes
    ]
    return dataclasses.replace(group, outcomes=outcomes)


class AdminExecutionFragmentView(DetailView):
    """The part of the page that is fetched again while the run goes on."""

    template_name = 'protection/executions/_detail.html'
