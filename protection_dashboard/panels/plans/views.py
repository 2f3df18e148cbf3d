# SPDX-License-Identifier: Apache-2.0
"""Project > Protection > Plans."""

from django.utils.translation import gettext_lazy as _

from protection_dashboard.panels.plans import export
from protection_dashboard.panels.plans import filters
from protection_dashboard.panels.plans import tables
from protection_dashboard.panels.shared import unreadable_plans
from protection_dashboard.plans import selection
from protection_dashboard.reports import project_status
from protection_dashboard.ui import memory_paging

INDEX = 'horizon:project:protection_plans:index'


class IndexView(memory_paging.InMemoryListView):
    table_class = tables.PlansTable
    page_title = _("Plans")
    filter_class = filters.PlanFilters
    csv = export.CSV_COLUMNS

    def all_rows(self, cloud):
        states, unread = project_status.states_and_unreadable(cloud)
        chosen = filters.matching_plans([*states, *unread], self.chosen)
        return sorted(chosen, key=filters.urgency)

    def rows(self, cloud):
        rows = super().rows(cloud)
        documents = [
            row.plan.document
            for row in rows
            if not unreadable_plans.is_unreadable(row)
        ]
        self.get_table().matched = selection.rule_match_counts(
            cloud, documents
        )
        return rows
