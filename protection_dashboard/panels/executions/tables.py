# SPDX-License-Identifier: Apache-2.0
"""The table of executions."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import tables

from protection_dashboard.executions import duration as execution_duration
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import service as execution_service
from protection_dashboard.panels.executions import actions
from protection_dashboard.panels.shared import execution_cells
from protection_dashboard.plans import service as plan_service
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells
from protection_dashboard.ui import tables as ui_tables
from protection_dashboard.ui.markup import format_html

#: what an execution is for, in words
KINDS = {
    execution_records.Purpose.BACKUP: _("Backup"),
    execution_records.Purpose.RESTORE: _("Restore"),
    execution_records.Purpose.DELETION: _("Deletion"),
    execution_records.Purpose.MESSAGE: _("Test message"),
}
_TITLES = {
    'plan': _("%s"),
    'once': _("Protect %s"),
    'restore': _("Restore %s"),
    'delete': _("Delete %s"),
    'notify': _("Test message of %s"),
}


def execution_title(run):
    """The plan's name, or the operation and the name of its object."""
    # a foreign workflow may have the plugin's tag, too
    text = _TITLES.get(run.kind, _TITLES['plan'])
    title = text % (run.name or gettext("(unnamed)"))
    return gettext("Retry of %s") % title if run.retry_of else title


def kind_text(run):
    """What the execution is for, in words; '-' for a foreign one."""
    return KINDS.get(run.purpose, cells.NONE)


def with_present_name(cloud, run):
    """An execution with the present name of its plan: one more call."""
    if not run.plan_id:
        return run
    names = plan_service.plan_names(cloud, run.plan_id)
    return execution_records.with_plan_name(run, names)


def _execution_address(run):
    """The URL of the execution's page; a foreign execution has none."""
    return run.kind and addresses.execution_page(run.id)


def starter_name(run):
    """The name of the person or schedule that started the run."""
    if run.by:
        return run.by
    is_known = run.plan_id and run.schedule_id
    return gettext("Schedule") if is_known else gettext("unknown")


def started_by_cell(run):
    """The schedule, as a link, or the name of the user."""
    if not (run.plan_id and run.schedule_id) or run.by:
        return starter_name(run)
    address = addresses.page(
        'horizon:project:protection_schedules:detail',
        run.plan_id,
        run.schedule_id,
    )
    return format_html('<a href="{}">{}</a>', address, starter_name(run))


BAD_STATES = (execution_records.ERROR, execution_records.LOST)


class ExecutionsTable(ui_tables.ServiceTable):
    STATUSES = tuple(
        (state, state not in BAD_STATES)
        for state in (*execution_records.FINAL, execution_records.LOST)
    )

    title = ui_tables.WrappingColumn(
        execution_title,
        verbose_name=_("Execution"),
        link=_execution_address,
    )
    kind = tables.Column(kind_text, verbose_name=_("Kind"))
    started_by = ui_tables.WrappingColumn(
        started_by_cell, verbose_name=_("Started By")
    )
    started = tables.Column(
        lambda run: cells.relative_time(run.started), verbose_name=_("Started")
    )
    duration = tables.Column(
        execution_cells.duration_cell, verbose_name=_("Duration")
    )
    state = tables.Column(
        'shown_state',
        verbose_name=_("State"),
        status=True,
        status_choices=STATUSES,
        display_choices=(),
        filters=(cells.state_label,),
    )
    result = ui_tables.WrappingColumn(
        execution_cells.outcome_text, verbose_name=_("Result")
    )

    def find(self, cloud, obj_id):
        (run,) = execution_duration.with_usual_durations(
            cloud, [execution_service.execution_get(cloud, obj_id)]
        )
        return with_present_name(cloud, run)

    def get_object_display(self, run):
        return execution_title(run)

    class Meta:
        name = 'executions'
        verbose_name = _("Executions")
        status_columns = ['state']
        row_class = ui_tables.UpdatingRow
        row_actions = actions.ROW_ACTIONS
        table_actions = (actions.DeleteExecution,)
        no_data_message = _(
            "Nothing has run yet. A schedule runs by itself; Protect Now in "
            "the row of a plan or a volume runs at once."
        )


def duration_seconds(run):
    """How long a run took, in whole seconds; None while it goes on."""
    return run.ended and int(run.duration(run.ended).total_seconds())


CSV_COLUMNS = (
    (_("Execution"), execution_title),
    (_("Kind"), kind_text),
    (_("Started By"), starter_name),
    (_("Started"), lambda run: run.started),
    (_("Ended"), lambda run: run.ended),
    (_("Seconds"), duration_seconds),
    (_("State"), lambda run: run.state),
    (_("Result"), execution_cells.outcome_text),
    (_("Reason"), lambda run: run.reason),
    (_("Plan ID"), lambda run: run.plan_id),
    (_("Schedule ID"), lambda run: run.schedule_id),
    (_("ID"), lambda run: run.id),
)
