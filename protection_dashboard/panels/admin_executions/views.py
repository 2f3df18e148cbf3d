# SPDX-License-Identifier: Apache-2.0
"""Admin > Protection > Execution History: runs of all projects."""

from django import forms
from django.utils.translation import gettext_lazy as _

from protection_dashboard.common import concurrency
from protection_dashboard.executions import search as execution_search
from protection_dashboard.panels.admin_executions import tables
from protection_dashboard.panels.executions import filters as execution_filters
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
    state = ui_filters.FilterChoiceField(
        label=_("State"), choices=execution_filters.STATES
    )
    person = forms.CharField(label=_("Owner"), required=False)
    since = ui_filters.FilterDateField(label=_("From"))
    until = ui_filters.FilterDateField(label=_("To"))


class IndexView(execution_views.IndexView):
    """Filtered by what Mistral can tell, and by owner among the newest."""

    rules = request_user.ADMIN_RULES
    home = tables.HOME
    table_class = tables.AdminExecutionsTable
    page_title = _("Execution History")
    filter_class = AdminExecutionFilters

    @property
    def csv(self):
        return tables.csv_columns(self.names)

    #: projects.Names, once they are known
    names = project_names.Names()
    found = ()

    def fetch(self, cloud, limit, marker, order):
        calls = {
            'runs': lambda: all_executions.page(
                cloud, self.audit, limit, marker, order
            ),
            'names': lambda: project_names.names(cloud),
        }
        loaded, errors = concurrency.gather(calls, {'names': self.names})
        self.report(*errors)
        self.names, (self.found, cut) = loaded['names'], loaded['runs']
        if cut:
            self.notices.append(readiness.Notice(_CUT % execution_search.MOST))
        self.get_table().names = self.names
        return self.found

    def every(self, cloud):
        self.names.update(project_names.names(cloud))
        return all_executions.every(cloud, self.audit)

    @property
    def audit(self):
        """The audit.Audit that is meant."""
        plan, since = self.chosen.get('plan'), self.chosen.get('since')
        until = self.chosen.get('until')
        return all_executions.Audit(
            execution_search.Search(
                plans=(plan,) if plan else None,
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
        """All of the project that is chosen, else those of the page."""
        chosen = self.chosen.get('project')
        if chosen:
            found = plan_service.plan_list(cloud.within(chosen))
            return [(plan.id, plan.name) for plan in found]
        runs = [one.run for one in self.found if one.run.plan_id]
        return sorted({(run.plan_id, run.name) for run in runs})
