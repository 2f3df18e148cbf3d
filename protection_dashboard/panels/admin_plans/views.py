# SPDX-License-Identifier: Apache-2.0
"""Admin > Protection > Plans: plans of all projects, the worst first."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard.panels.admin_executions import (
    tables as admin_execution_tables,
)
from protection_dashboard.panels.admin_plans import tables
from protection_dashboard.reports import all_plans
from protection_dashboard.reports import project_names
from protection_dashboard.reports import project_status
from protection_dashboard.ui import cells
from protection_dashboard.ui import filters as ui_filters
from protection_dashboard.ui import memory_paging
from protection_dashboard.ui import request_user


class AdminPlanFilters(ui_filters.FilterForm):
    project = ui_filters.FilterSelectField(label=_("Project"))
    health = ui_filters.FilterChoiceField(
        label=_("Health"),
        choices=[
            (word, text) for word, (_icon, text) in tables.HEALTH.items()
        ],
    )


class IndexView(memory_paging.InMemoryListView):
    rules = request_user.ADMIN_RULES
    home = admin_execution_tables.HOME
    table_class = tables.AdminPlansTable
    template_name = 'protection/admin_plans/index.html'
    page_title = _("Plans")
    filter_class = AdminPlanFilters
    names = project_names.ProjectNames()
    #: sentences about what the list leaves out
    notes = ()

    @property
    def csv(self):
        return tables.csv_columns(self)

    def all_rows(self, cloud):
        found = all_plans.plans_of_all_projects(cloud)
        self.names = self.get_table().names = found.names
        self.report(*found.errors)
        self.notes = list(_limit_notes(found))
        wanted = self.chosen
        return [
            entry
            for entry in [*found.unreadable, *found.entries]
            if wanted.get('project') in (None, entry.project_id)
            and wanted.get('health') in (None, entry.health)
        ]

    def offers(self, cloud):
        return {'project': self.names.choices}

    def facts(self):
        return {'notes': self.notes}


def _limit_notes(found):
    """Sentences about what is left out of an AllPlans."""
    known_from = found.window.known_from
    if found.is_cut:
        yield gettext("There are more plans than the %d that stand here.") % (
            all_plans.MAX_PLANS
        )
    if known_from and known_from > found.window.now - project_status.LOOK_BACK:
        yield gettext("Executions before %s are not known.") % (
            cells.local_time(known_from)
        )
