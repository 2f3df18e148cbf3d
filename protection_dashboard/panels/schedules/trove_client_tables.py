# SPDX-License-Identifier: Apache-2.0
"""The table of executions of a schedule that the database client made."""

from django import urls
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import tables

from protection_dashboard.panels.executions import views as execution_views
from protection_dashboard.panels.schedules import tables as schedule_tables
from protection_dashboard.schedules import trove_client_executions
from protection_dashboard.schedules import trove_client_schedules
from protection_dashboard.ui import cells
from protection_dashboard.ui import tables as ui_tables
from protection_dashboard.ui.markup import format_html


def started_by(request):
    return gettext("Run Now") if request.by_hand else gettext("Schedule")


def state(request):
    """What became of the backup if it is known, else of the request."""
    if request.backup:
        return cells.state(request.backup.state)
    return schedule_tables.accepted(request.run.state)


def backup(request):
    """The backup's name and the way to it, or its id."""
    if not request.backup:
        return request.backup_id or cells.NONE
    address = urls.reverse(
        'horizon:project:protection_points:resource',
        args=(trove_client_schedules.TYPE, request.backup.resource_id),
    )
    return format_html('<a href="{}">{}</a>', address, request.backup.label)


class Delete(execution_views.Delete):
    help_text = _("Only the record goes; the backup stays.")

    def act(self, cloud, obj_id):
        trove_client_executions.delete(cloud, obj_id)


class Table(ui_tables.Table):
    started = tables.Column(
        lambda request: cells.when(request.run.started),
        verbose_name=_("Started"),
    )
    started_by = tables.Column(started_by, verbose_name=_("Started By"))
    state = tables.Column(state, verbose_name=_("State"))
    backup = ui_tables.TextColumn(backup, verbose_name=_("Backup"))
    reason = ui_tables.TextColumn('reason', verbose_name=_("Reason"))

    def find(self, cloud, obj_id):
        return trove_client_executions.get(cloud, obj_id)

    def get_object_display(self, request):
        return cells.local(request.run.started)

    class Meta:
        name = 'executions'
        verbose_name = _("Executions")
        row_actions = (Delete,)
        table_actions = (Delete,)
        no_data_message = _("This schedule has not run yet.")
