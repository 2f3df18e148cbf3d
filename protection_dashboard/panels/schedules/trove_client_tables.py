# SPDX-License-Identifier: Apache-2.0
"""The table of executions of a schedule of the database client."""

from django import urls
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import tables

from protection_dashboard.panels.executions import actions as execution_actions
from protection_dashboard.panels.schedules import tables as schedule_tables
from protection_dashboard.schedules import trove_client_executions
from protection_dashboard.schedules import trove_client_schedules
from protection_dashboard.ui import cells
from protection_dashboard.ui import tables as ui_tables
from protection_dashboard.ui.markup import format_html


def starter_cell(request):
    return gettext("Run Now") if request.by_hand else gettext("Schedule")


def backup_state_cell(request):
    """The state of the backup if that is known, else of the request."""
    if request.backup:
        return cells.state_label(request.backup.state)
    return schedule_tables.request_state_label(request.run.state)


def backup_cell(request):
    """The backup's name, linked to its resource's points, or its id."""
    if not request.backup:
        return request.backup_id or cells.NONE
    address = urls.reverse(
        'horizon:project:protection_points:resource',
        args=(trove_client_schedules.TYPE, request.backup.resource_id),
    )
    return format_html('<a href="{}">{}</a>', address, request.backup.label)


class DeleteTroveExecution(execution_actions.DeleteExecution):
    help_text = _("Only the record goes; the backup stays.")

    def act(self, cloud, obj_id):
        trove_client_executions.request_delete(cloud, obj_id)


class TroveExecutionsTable(ui_tables.ServiceTable):
    started = tables.Column(
        lambda request: cells.relative_time(request.run.started),
        verbose_name=_("Started"),
    )
    started_by = tables.Column(starter_cell, verbose_name=_("Started By"))
    state = tables.Column(backup_state_cell, verbose_name=_("State"))
    backup = ui_tables.WrappingColumn(backup_cell, verbose_name=_("Backup"))
    reason = ui_tables.WrappingColumn('reason', verbose_name=_("Reason"))

    def find(self, cloud, obj_id):
        return trove_client_executions.request_get(cloud, obj_id)

    def get_object_display(self, request):
        return cells.local_time(request.run.started)

    class Meta:
        name = 'executions'
        verbose_name = _("Executions")
        row_actions = (DeleteTroveExecution,)
        table_actions = (DeleteTroveExecution,)
        no_data_message = _("This schedule has not run yet.")
