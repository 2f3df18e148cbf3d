# SPDX-License-Identifier: Apache-2.0
"""Project > Protection > Plans."""

from django import urls
from django.utils.translation import gettext_lazy as _
import horizon

from protection_dashboard.panels.plans import delete
from protection_dashboard.panels.plans import dry_run
from protection_dashboard.panels.plans import export
from protection_dashboard.panels.plans import filters
from protection_dashboard.panels.plans import imports
from protection_dashboard.panels.plans import protect
from protection_dashboard.panels.plans import tables
from protection_dashboard.panels.plans.detail import views as plan_detail_views
from protection_dashboard.panels.plans.wizard import views as wizard_views
from protection_dashboard.panels.shared import unreadable_plans
from protection_dashboard.plans import current_matches
from protection_dashboard.reports import project_status
from protection_dashboard.ui import memory_paging
from protection_dashboard.ui import request_user

INDEX = 'horizon:project:protection_plans:index'


class Panel(horizon.Panel):
    name = _("Plans")
    slug = 'protection_plans'
    urls = 'plans'
    policy_rules = request_user.LOOK


class IndexView(memory_paging.ListView):
    table_class = tables.Table
    page_title = _("Plans")
    filter_class = filters.Filters
    csv = export.CSV

    def every(self, cloud):
        states, unread = project_status.states_and_unreadable(cloud)
        chosen = filters.matching([*states, *unread], self.chosen)
        return sorted(chosen, key=filters.urgency)

    def rows(self, cloud):
        rows = super().rows(cloud)
        documents = [
            row.plan.document
            for row in rows
            if not unreadable_plans.is_one(row)
        ]
        self.get_table().matched = current_matches.counts(cloud, documents)
        return rows


_ONE = '<uuid:plan_id>/'
_RESOURCE = '<slug:type>/<str:resource_id>/'
urlpatterns = [
    *wizard_views.urlpatterns,
    urls.path('', IndexView.as_view(), name='index'),
    urls.path('import/', imports.ImportView.as_view(), name='import'),
    urls.path(_ONE, plan_detail_views.DetailView.as_view(), name='detail'),
    urls.path(
        _ONE + 'export/', plan_detail_views.ExportView.as_view(), name='export'
    ),
    urls.path(_ONE + 'dry-run/', dry_run.DryRunView.as_view(), name='dry_run'),
    urls.path(_ONE + 'delete/', delete.DeleteView.as_view(), name='delete'),
    urls.path(
        'schedule/' + _RESOURCE,
        protect.ScheduleView.as_view(),
        name='schedule',
    ),
    urls.path(
        'protect/' + _RESOURCE, protect.ProtectView.as_view(), name='protect'
    ),
]
