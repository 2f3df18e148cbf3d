# SPDX-License-Identifier: Apache-2.0
"""The table of executions of all projects; rows are ProjectExecutions."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import tables

from protection_dashboard.executions import service as execution_service
from protection_dashboard.panels.executions import actions as execution_actions
from protection_dashboard.panels.executions import tables as execution_tables
from protection_dashboard.panels.shared import execution_cells
from protection_dashboard.reports import all_executions
from protection_dashboard.reports import project_names
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells
from protection_dashboard.ui import request_user
from protection_dashboard.ui import tables as ui_tables

HOME = 'horizon:admin:protection_health:index'
INDEX = 'horizon:admin:protection_history:index'
DETAIL = 'horizon:admin:protection_history:detail'
#: Mistral tells the project alone: who it is writes the project itself
OWNER = _("Owner (According to the Tenant)")
STARTED_BY = _("Started By (According to the Tenant)")


def entry_title(entry):
    return execution_tables.execution_title(entry.run)


def entry_owner(row):
    """Who started or armed it, as the project tells it; also of a plan."""
    return row.person or gettext("unknown")


def _execution_address(entry):
    return entry.run.kind and addresses.page(DETAIL, entry.id)


class AdminShowExecution(ui_tables.PageLinkAction):
    name = 'details'
    verbose_name = _("Details")
    url = DETAIL
    icon = 'eye'
    policy_rules = request_user.ADMIN_RULES

    def allowed(self, request, entry=None):
        return request.path == addresses.page(INDEX) and bool(entry.run.kind)


class AdminCancelExecution(execution_actions.CancelExecution):
    """Cancels an execution of any project, as if in that project."""

    policy_rules = request_user.ADMIN_RULES

    def allowed(self, request, entry=None):
        return entry is None or bool(
            entry.run.kind and entry.run.ended is None
        )

    def act(self, cloud, obj_id):
        entry = all_executions.get_execution(cloud, obj_id)
        owner = cloud.within(entry.project_id)
        execution_service.execution_cancel(
            owner, execution_service.execution_get(owner, obj_id)
        )


class ProjectColumn(ui_tables.WrappingColumn):
    """The name of a row's project."""

    def get_raw_data(self, row):
        return self.table.names[row.project_id]


class AdminExecutionsTable(ui_tables.ServiceTable):
    #: names of the projects of the rows
    names = project_names.ProjectNames()

    project = ProjectColumn('project', verbose_name=_("Project"))
    person = ui_tables.WrappingColumn(entry_owner, verbose_name=OWNER)
    title = ui_tables.WrappingColumn(
        entry_title, verbose_name=_("Execution"), link=_execution_address
    )
    kind = tables.Column(
        lambda entry: execution_tables.kind_text(entry.run),
        verbose_name=_("Kind"),
    )
    state = tables.Column(
        lambda entry: entry.run.shown_state,
        verbose_name=_("State"),
        status=True,
        status_choices=execution_tables.ExecutionsTable.STATUSES,
        display_choices=(),
        filters=(cells.state_label,),
    )
    started = tables.Column(
        lambda entry: cells.relative_time(entry.run.started),
        verbose_name=_("Started"),
    )
    duration = tables.Column(
        lambda entry: execution_cells.duration_cell(entry.run),
        verbose_name=_("Duration"),
    )
    result = ui_tables.WrappingColumn(
        lambda entry: execution_cells.outcome_text(entry.run),
        verbose_name=_("Result"),
    )

    def find(self, cloud, obj_id):
        self.names = project_names.all_project_names(cloud)
        return all_executions.get_execution(cloud, obj_id)

    def get_object_display(self, entry):
        """With the project, for the question before it is cancelled."""
        return _("%(title)s (project %(project)s)") % {
            'title': entry_title(entry),
            'project': self.names[entry.project_id],
        }

    class Meta:
        name = 'history'
        verbose_name = _("Execution History")
        status_columns = ['state']
        row_class = ui_tables.UpdatingRow
        row_actions = (AdminShowExecution, AdminCancelExecution)
        multi_select = False
        no_data_message = _("Nothing has run yet, in no project.")


def csv_columns(names):
    """The columns of the CSV file; ``names`` are ProjectNames."""
    return (
        (_("Project"), lambda entry: names[entry.project_id]),
        (_("Project ID"), lambda entry: entry.project_id),
        (OWNER, lambda entry: entry.person),
        *(
            (_heading(value, heading), lambda e, value=value: value(e.run))
            for heading, value in execution_tables.CSV_COLUMNS
        ),
    )


def _heading(value, heading):
    """The heading of a column of a project's file in that of all projects."""
    return STARTED_BY if value is execution_tables.starter_name else heading
