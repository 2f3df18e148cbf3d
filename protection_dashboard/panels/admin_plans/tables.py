# SPDX-License-Identifier: Apache-2.0
"""The table of plans of all projects; rows are ProjectPlans."""

from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import tables

from protection_dashboard.panels.admin_executions import (
    tables as admin_execution_tables,
)
from protection_dashboard.panels.plans import tables as plan_tables
from protection_dashboard.panels.shared import unreadable_plans
from protection_dashboard.reports import all_plans
from protection_dashboard.reports import project_names
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells
from protection_dashboard.ui import memory_paging
from protection_dashboard.ui import tables as ui_tables

#: health of a ProjectPlan -> (state of cells.STATES whose icon it has, words)
HEALTH = {
    'unreadable': ('unreadable', _("Cannot be read")),
    'unarmed': ('unarmed', _("A schedule will not run")),
    'stale': ('ERROR', _("Stale")),
    'never': ('late', _("No good run yet")),
    'failing': ('late', _("Fresh, but failing since")),
    'missed': ('late', _("Fresh, but a run was missed")),
    'unknown': ('IDLE', _("Unknown")),
    'new': ('armed', _("First run to come")),
    'idle': ('paused', _("Runs by hand only")),
    'fresh': ('SUCCESS', _("Fresh")),
}


def executions_address(entry):
    """The URL of Execution History, filtered by the plan."""
    wanted = {'project': entry.project_id, 'plan': entry.state.id}
    address = addresses.page(admin_execution_tables.INDEX)
    return f'{address}?{urlencode(wanted)}'


#: health that the reasons of schedules explain
_EXPLAINED_HEALTH = (all_plans.UNREADABLE, all_plans.UNARMED)


def health_cell(entry):
    """The health, and why schedules do not run."""
    icon, words = HEALTH[entry.health]
    reasons = {
        schedule.reason.text(gettext)
        for schedule in entry.state.schedules
        if schedule.reason and entry.health in _EXPLAINED_HEALTH
    }
    return cells.stacked([cells.state_label(icon, words), *sorted(reasons)])


def last_run_cell(entry):
    """State and start of the last run, linked to its page, and its reason."""
    run = entry.state.last_run
    if run is None:
        return gettext("None known")
    address = addresses.page(admin_execution_tables.DETAIL, run.id)
    label = cells.state_label(run.shown_state)
    linked = cells.run_link(address, label, run.started)
    return cells.stacked(filter(None, [linked, run.reason]))


_known = unreadable_plans.for_readable


class AdminPlansTable(
    unreadable_plans.UnreadablePlansMixin, memory_paging.InMemoryTable
):
    #: names of the projects of the rows
    names = project_names.ProjectNames()

    project = admin_execution_tables.ProjectColumn(
        'project', verbose_name=_("Project")
    )
    person = ui_tables.WrappingColumn(
        _known(admin_execution_tables.entry_owner),
        verbose_name=admin_execution_tables.OWNER,
    )
    name = ui_tables.WrappingColumn(
        'name', verbose_name=_("Plan"), link=_known(executions_address)
    )
    health = ui_tables.WrappingColumn(
        _known(health_cell, unreadable_plans.unreadable_cell),
        verbose_name=_("Health"),
    )
    schedules = ui_tables.WrappingColumn(
        _known(
            lambda entry: plan_tables.schedules_cell(entry.state),
            lambda _row: cells.NONE,
        ),
        verbose_name=_("Schedules"),
        empty_value=_("No schedule"),
    )
    last_run = ui_tables.WrappingColumn(
        _known(last_run_cell), verbose_name=_("Last Run")
    )
    next_run = tables.Column(
        _known(lambda entry: cells.relative_time(entry.state.next_run)),
        verbose_name=_("Next Run"),
    )
    missed = tables.Column(
        _known(lambda entry: entry.week.missed),
        verbose_name=_("Missed in 7 Days"),
    )

    def get_object_display(self, row):
        """With the project, for the question before it is deleted."""
        return _("%(plan)s (project %(project)s)") % {
            'plan': row.name,
            'project': self.names[row.project_id],
        }

    class Meta:
        name = 'fleet'
        verbose_name = _("Plans")
        row_actions = (unreadable_plans.AdminDeleteUnreadablePlan,)
        multi_select = False
        no_data_message = _("No project has a plan.")


def csv_columns(view):
    """The columns of the file; ``view.names`` are known when it is read."""
    return (
        (_("Project"), lambda entry: view.names[entry.project_id]),
        (_("Project ID"), lambda entry: entry.project_id),
        (
            admin_execution_tables.OWNER,
            _known(lambda entry: entry.person),
        ),
        (_("Plan"), lambda entry: entry.name),
        (_("Plan ID"), lambda entry: entry.id.partition(':')[2]),
        (_("Health"), lambda entry: entry.health),
        (_("Schedules"), _known(_schedules_text)),
        (_("Last Run"), _known(_last_run_fact(lambda run: run.started))),
        (_("State"), _known(_last_run_fact(lambda run: run.state))),
        (
            _("Reason"),
            _known(
                _last_run_fact(lambda run: run.reason), lambda row: row.reason
            ),
        ),
        (_("Next Run"), _known(lambda entry: entry.state.next_run)),
        (_("Lost in 7 Days"), _known(lambda entry: entry.week.lost)),
        (_("Skipped in 7 Days"), _known(lambda entry: entry.week.skipped)),
        (_("Missed in 7 Days"), _known(lambda entry: entry.week.missed)),
    )


def _schedules_text(entry):
    return '; '.join(map(cells.schedule_text, entry.state.schedules))


def _last_run_fact(fact):
    """``fact`` of the last run as a function of a ProjectPlan."""
    return lambda entry: entry.state.last_run and fact(entry.state.last_run)
