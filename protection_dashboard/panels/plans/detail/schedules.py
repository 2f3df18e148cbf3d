# SPDX-License-Identifier: Apache-2.0
"""The schedules of one plan, on its page."""

from django import urls
from django.utils.translation import gettext_lazy as _
from horizon import tables

from protection_dashboard.panels.schedules import actions as schedule_actions
from protection_dashboard.panels.schedules import rows as schedule_rows
from protection_dashboard.panels.schedules import tables as schedule_tables
from protection_dashboard.panels.shared import plan_facts
from protection_dashboard.ui import request_user
from protection_dashboard.ui import tables as ui_tables


class AddSchedule(tables.LinkAction):
    name = 'add'
    verbose_name = _("Add Schedule")
    classes = ('ajax-modal',)
    icon = 'plus'
    policy_rules = request_user.CHANGE

    def get_link_url(self, datum=None):
        return urls.reverse(
            'horizon:project:protection_schedules:add',
            args=(self.table.kwargs['plan_id'],),
        )


class Table(schedule_tables.Table):
    words = ui_tables.TextColumn(
        schedule_tables.in_words,
        verbose_name=_("Schedule"),
        link=schedule_rows.address,
    )
    keeps = ui_tables.TextColumn(
        lambda schedule: plan_facts.kept_of(schedule),
        verbose_name=_("Keeps"),
    )

    class Meta(schedule_tables.Table.Meta):
        columns = (
            'words',
            'zone',
            'keeps',
            'next_run',
            'last_run',
            'week',
            'state',
            'runs_as',
        )
        table_actions = (AddSchedule, *schedule_actions.OF_ROWS)
        no_data_message = _(
            "No schedule: the plan runs only when somebody starts it."
        )
