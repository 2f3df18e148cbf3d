# SPDX-License-Identifier: Apache-2.0
"""The page of a run of any project, for an administrator: to read only."""

import dataclasses

from django import urls
from django.utils.functional import cached_property

from protection_dashboard.panels.admin_executions import tables
from protection_dashboard.panels.executions import detail as execution_detail
from protection_dashboard.panels.executions import tables as execution_tables
from protection_dashboard.reports import all_executions
from protection_dashboard.reports import project_names
from protection_dashboard.ui import request_user


class DetailView(execution_detail.DetailView):
    """What the project's own page says, without its links and actions.

    Those lead to pages of the project, which are none of the administrator's
    own.
    """

    rules = request_user.ADMIN_RULES
    home = tables.HOME
    part = 'horizon:admin:protection_history:part'
    template_name = 'protection/admin_executions/detail.html'

    @cached_property
    def entry(self):
        cloud = request_user.cloud(self.request)
        return all_executions.get(cloud, str(self.kwargs['run_id']))

    @cached_property
    def cloud(self):
        """As if the administrator were in the run's own project."""
        return request_user.cloud(self.request).within(self.entry.project_id)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        table = tables.AdminExecutionsTable(self.request)
        table.names = project_names.names(self.cloud)
        return {
            **context,
            'project': table.names[self.entry.project_id],
            'person': self.entry.person,
            'actions': table.render_row_actions(self.entry),
            'url': urls.reverse(tables.INDEX),
            'started_by': execution_tables.starter_name(self.run),
            'plan_address': '',
            'original': '',
            'retries': [],
            'groups': [
                _group_without_links(group) for group in context['groups']
            ],
        }


def _group_without_links(group):
    outcomes = [
        dataclasses.replace(one, address='', points='')
        for one in group.outcomes
    ]
    return dataclasses.replace(group, outcomes=outcomes)


class AdminExecutionFragmentView(DetailView):
    """The changing part of the page, fetched again while the run goes on."""

    template_name = 'protection/executions/_detail.html'
