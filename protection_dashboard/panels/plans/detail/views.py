# SPDX-License-Identifier: Apache-2.0
"""The page of a plan, and its document as a file."""

import io
import re

from django import http
from django import urls
from django.views import generic
from horizon import tabs
from horizon.utils import http as requests

from protection_dashboard.panels.plans import tables as plan_tables
from protection_dashboard.panels.plans.detail import tabs as plan_detail_tabs
from protection_dashboard.plans import service as plan_service
from protection_dashboard.plans import yaml_file
from protection_dashboard.ui import views as ui_views

INDEX = 'horizon:project:protection_plans:index'


class DetailView(ui_views.PageMixin, tabs.TabbedTableView):
    """The page with its tabs, each of which is fetched on its own."""

    tab_group_class = plan_detail_tabs.PlanTabs
    template_name = 'protection/plans/detail/index.html'
    page_title = '{{ plan.name }}'

    def get_context_data(self, **kwargs):
        group = self.get_tabs(self.request, **self.kwargs)
        if requests.is_ajax(self.request):
            return {'tab_group': group}
        state = group.state
        return {
            'view': self,
            'tab_group': group,
            'plan': state.plan,
            'actions': plan_tables.PlansTable(self.request).render_row_actions(
                state
            ),
            'url': urls.reverse(INDEX),
        }


class ExportPlanView(ui_views.PageMixin, generic.View):
    """The plan's document as a YAML file."""

    def get(self, request, *args, **kwargs):
        plan = plan_service.plan_get(self.cloud, str(kwargs['plan_id']))
        name = re.sub(r'[^\w.-]+', '-', plan.name).strip('-.') or 'plan'
        return http.FileResponse(
            io.BytesIO(yaml_file.plan_to_yaml(plan.document).encode()),
            as_attachment=True,
            filename=f'{name[:100]}.yaml',
            content_type='application/yaml; charset=utf-8',
        )
