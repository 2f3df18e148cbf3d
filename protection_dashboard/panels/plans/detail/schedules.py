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
    policy_rules = request_user.CHANGE_RULES

    def get_link_url(self, datum=None):
        return urls.reverse(
            'horizon:project:protection_schedules:add',
            args=(self.table.kwargs['plan_id'],),
        )


class PlanSchedulesTable(schedule_tables.SchedulesTable):
    words = ui_tables.WrappingColumn(
        schedule_tables.pattern_text,
        verbose_name=_("Schedule"),
        link=schedule_rows.schedule_address,
    )
    keeps = ui_tables.WrappingColumn(
        lambda schedule: plan_facts.schedule_retention(schedule),
        verbose_name=_("Keeps"),
    )

    class Meta(schedule_tables.SchedulesTable.Meta):
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
        table_actions = (AddSchedule, *schedule_actions.TABLE_ACTIONS)
        no_data_message = _(
            "No schedule: the plan runs only when somebody starts it."
        )
