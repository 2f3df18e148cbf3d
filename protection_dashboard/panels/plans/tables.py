# SPDX-License-Identifier: Apache-2.0
"""The table of plans, and its actions."""

from django import urls
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import tables

from protection_dashboard import plugins
from protection_dashboard.executions import service as execution_service
from protection_dashboard.panels.schedules import arming
from protection_dashboard.panels.schedules import rows as schedule_rows
from protection_dashboard.panels.shared import freshness_cells
from protection_dashboard.panels.shared import plan_facts
from protection_dashboard.panels.shared import unreadable_plans
from protection_dashboard.plans import service as plan_service
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import service as schedule_service
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells
from protection_dashboard.ui import memory_paging
from protection_dashboard.ui import request_user
from protection_dashboard.ui import tables as ui_tables
from protection_dashboard.ui.markup import ngettext_lazy

_PANEL = 'horizon:project:protection_plans:'


class CreatePlan(ui_tables.PageLinkAction):
    name = 'create'
    verbose_name = _("Create Plan")
    url = _PANEL + 'create'
    icon = 'plus'
    policy_rules = request_user.CHANGE_RULES


class ImportPlan(ui_tables.PageLinkAction):
    name = 'import'
    verbose_name = _("Import Plan")
    url = _PANEL + 'import'
    icon = 'upload'
    policy_rules = request_user.CHANGE_RULES


class ScheduleProject(tables.LinkAction):
    """Protects the whole project: that has no row in any table."""

    name = 'project'
    verbose_name = _("Schedule Project Backup")
    classes = ('ajax-modal',)
    icon = cells.CLOCK
    policy_rules = request_user.CHANGE_RULES

    def allowed(self, request, plan=None):
        return bool(
            plugins.protections_for_type('project')
        ) and request_user.is_allowed(request, self.policy_rules)

    def get_link_url(self, plan=None):
        project = self.table.request.user.project_id
        return urls.reverse(_PANEL + 'schedule', args=('project', project))


class RunPlanNow(ui_tables.ServiceBatchAction):
    name = 'run'
    icon = 'shield'

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Protect Now", "Protect Now", count)

    @staticmethod
    def action_past(count):
        return ngettext_lazy("Started", "Started", count)

    def act(self, cloud, obj_id):
        execution_service.execute_plan(
            cloud, plan_service.plan_get(cloud, obj_id)
        )


class EditPlan(ui_tables.PageLinkAction):
    name = 'edit'
    verbose_name = _("Edit Plan")
    url = _PANEL + 'edit'
    icon = 'pencil'
    policy_rules = request_user.CHANGE_RULES


class ClonePlan(ui_tables.PageLinkAction):
    name = 'clone'
    verbose_name = _("Clone Plan")
    url = _PANEL + 'clone'
    icon = 'clone'
    policy_rules = request_user.CHANGE_RULES


class DryRunPlan(ui_tables.PageLinkAction):
    name = 'dry_run'
    verbose_name = _("Dry Run")
    url = _PANEL + 'dry_run'
    icon = 'flask'


class ExportPlan(ui_tables.PageLinkAction):
    name = 'export'
    verbose_name = _("Export")
    url = _PANEL + 'export'
    icon = 'download'


class PausePlanSchedules(ui_tables.ServiceBatchAction):
    """Pauses all schedules of a plan that are not paused."""

    name = 'pause'
    icon = 'pause'
    help_text = _("No schedule of the plan runs until it is resumed.")
    #: states of the schedules that it changes, and what changes one
    states: tuple[str, ...] = ('armed', 'late', 'unarmed', 'unreadable')
    change = staticmethod(schedule_service.pause)

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Pause Schedules", "Pause Schedules", count)

    @staticmethod
    def action_past(count):
        return ngettext_lazy(
            "Paused the schedules of", "Paused the schedules of", count
        )

    def allowed(self, request, state=None):
        return state is None or bool(self._of(state))

    def _of(self, state):
        return [one for one in state.schedules if one.state in self.states]

    def act(self, cloud, obj_id):
        state = project_status.get_plan_state(cloud, obj_id)
        for one in self._of(state):
            self.change(cloud, state.plan, one.id)


class ResumePlanSchedules(arming.ArmingAction, PausePlanSchedules):
    name = 'resume'
    way = arming.RESUME
    icon = 'play'
    help_text = _(
        "Every schedule of the plan runs at its next time, not at once."
    )
    states = ('paused',)
    change = staticmethod(schedule_service.resume)

    def schedule_keys(self, cloud, obj_id):
        state = project_status.get_plan_state(cloud, obj_id)
        return [schedule_rows.row_id(one) for one in self._of(state)]

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Resume Schedules", "Resume Schedules", count)

    @staticmethod
    def action_past(count):
        return ngettext_lazy(
            "Resumed the schedules of", "Resumed the schedules of", count
        )


class DeletePlan(ui_tables.PageLinkAction):
    name = 'delete'
    verbose_name = _("Delete Plan")
    url = _PANEL + 'delete'
    classes = ('ajax-modal',)
    icon = 'trash'
    action_type = 'danger'
    policy_rules = request_user.CHANGE_RULES


def schedules_cell(state):
    """The schedules of a plan, one below the other; None if it has none.

    And that its workflow is none of ours, where that is so.
    """
    lines = [*map(_schedule_line, state.schedules)]
    if state.plan.is_foreign:
        word = gettext("Changed outside of Horizon")
        lines.append(cells.state_label('unarmed', word))
    return cells.stacked(lines) or None


def _schedule_line(schedule):
    words = cells.schedule_text(schedule)
    if schedule.state == 'armed':
        return words
    return cells.stacked([words, cells.state_label(schedule.state)])


def last_run_cell(state):
    """State and start of the last run, and why it failed."""
    run = state.last_run
    parts = [cells.run_summary(run)]
    if run and run.reason:
        parts.append(run.reason)
    return cells.stacked(parts)


class ProtectsColumn(ui_tables.WrappingColumn):
    """What a plan protects, and how many resources its rules match today."""

    def get_raw_data(self, state):
        if unreadable_plans.is_unreadable(state):
            return None
        return plan_facts.protects_cell(
            state.plan.document, self.table.matched.get(state.id)
        )


_known = unreadable_plans.for_readable


class PlansTable(
    unreadable_plans.UnreadablePlansMixin, memory_paging.InMemoryTable
):
    #: ``{plan id: how many resources its selectors match today}``
    matched: dict[str, int] = {}

    name = ui_tables.WrappingColumn(
        'name',
        verbose_name=_("Plan"),
        link=_known(lambda state: addresses.page(_PANEL + 'detail', state.id)),
    )
    freshness = ui_tables.WrappingColumn(
        _known(
            lambda state: freshness_cells.freshness_cell(state.freshness),
            unreadable_plans.unreadable_cell,
        ),
        verbose_name=_("Freshness"),
    )
    protects = ProtectsColumn('protects', verbose_name=_("Protects"))
    schedules = ui_tables.WrappingColumn(
        _known(schedules_cell, lambda _row: cells.NONE),
        verbose_name=_("Schedules"),
        empty_value=_("No schedule"),
    )
    keeps = ui_tables.WrappingColumn(
        _known(lambda state: plan_facts.retention_cell(state.plan.document)),
        verbose_name=_("Keeps"),
    )
    last_run = ui_tables.WrappingColumn(
        _known(last_run_cell), verbose_name=_("Last Run")
    )
    next_run = tables.Column(
        _known(lambda state: cells.coming_time(state.next_run)),
        verbose_name=_("Next Run"),
    )

    def find(self, cloud, obj_id):
        return project_status.get_plan_state(cloud, obj_id)

    class Meta:
        name = 'plans'
        verbose_name = _("Plans")
        row_actions = (
            RunPlanNow,
            EditPlan,
            PausePlanSchedules,
            ResumePlanSchedules,
            DryRunPlan,
            ClonePlan,
            ExportPlan,
            DeletePlan,
            unreadable_plans.DeleteUnreadablePlan,
        )
        table_actions = (CreatePlan, ImportPlan, ScheduleProject)
        multi_select = False
        no_data_message = _(
            "No plans yet. Choose Create Plan, or Schedule Backup in the row "
            "of a database, a server, a share or a volume."
        )
