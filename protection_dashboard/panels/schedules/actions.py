# SPDX-License-Identifier: Apache-2.0
"""Row and table actions of schedules."""

from django.utils.translation import gettext_lazy as _
from horizon import messages
from horizon import tables

from protection_dashboard.executions import service as execution_service
from protection_dashboard.panels.schedules import arming
from protection_dashboard.panels.schedules.rows import find_schedule
from protection_dashboard.panels.schedules.rows import is_trove_client_schedule
from protection_dashboard.panels.schedules.rows import schedule_address
from protection_dashboard.schedules import service as schedule_service
from protection_dashboard.schedules import status as schedule_status
from protection_dashboard.schedules import trove_client_schedules
from protection_dashboard.ui import request_user
from protection_dashboard.ui import tables as ui_tables
from protection_dashboard.ui.markup import ngettext_lazy

_RUN_MAY_END = _(
    "A run of this schedule is under way: it may end unfinished, as it loses "
    "the trust it runs under."
)


class RunScheduleNow(ui_tables.ServiceBatchAction):
    name = 'run'
    icon = 'play'

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Run Now", "Run Now", count)

    @staticmethod
    def action_past(count):
        return ngettext_lazy("Started", "Started", count)

    def act(self, cloud, obj_id):
        schedule = find_schedule(cloud, obj_id)
        if is_trove_client_schedule(schedule):
            trove_client_schedules.schedule_run(cloud, schedule)
            return
        execution_service.execute_plan(
            cloud, schedule.plan, schedule.id, schedule.trigger_id
        )


class _PlanScheduleAction(ui_tables.ServiceBatchAction):
    """Base of what changes a plan's schedule.

    Not offered for a schedule that the database client has made.
    """

    def allowed(self, request, schedule=None):
        if schedule is None:
            return True
        return not is_trove_client_schedule(schedule) and self.concerns(
            schedule
        )

    def concerns(self, schedule):
        """Whether the action would change anything."""
        raise NotImplementedError

    def act(self, cloud, obj_id):
        schedule = find_schedule(cloud, obj_id)
        if self.concerns(schedule):
            self.change(cloud, schedule.plan, schedule.id)
        return schedule

    def change(self, cloud, plan, schedule_id):
        """Change the schedule of this id."""
        raise NotImplementedError


class PauseSchedule(_PlanScheduleAction):
    name = 'pause'
    icon = 'pause'

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Pause", "Pause", count)

    @staticmethod
    def action_past(count):
        return ngettext_lazy("Paused", "Paused", count)

    def warn(self, request, done):
        if done.running:
            messages.warning(request, str(_RUN_MAY_END))

    def concerns(self, schedule):
        armed = schedule.state in (schedule_status.ARMED, schedule_status.LATE)
        return armed or not schedule.schedule.paused

    def change(self, cloud, plan, schedule_id):
        schedule_service.pause(cloud, plan, schedule_id)


class ResumeSchedule(arming.ArmingAction, _PlanScheduleAction):
    name = 'resume'
    way = arming.RESUME
    icon = 'play'

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Resume", "Resume", count)

    @staticmethod
    def action_past(count):
        return ngettext_lazy("Resumed", "Resumed", count)

    def concerns(self, schedule):
        return schedule.schedule.paused

    def change(self, cloud, plan, schedule_id):
        schedule_service.resume(cloud, plan, schedule_id)


class PauseSelectedSchedules(PauseSchedule):
    """Pauses the selected rows, and leaves those that are paused already."""

    name = 'pause_rows'

    def allowed(self, request, schedule=None):
        return schedule is None or not is_trove_client_schedule(schedule)


class ResumeSelectedSchedules(ResumeSchedule):
    name = 'resume_rows'

    def allowed(self, request, schedule=None):
        return schedule is None or not is_trove_client_schedule(schedule)


class RearmSchedule(arming.ArmingAction, _PlanScheduleAction):
    name = 'rearm'
    way = arming.REARM
    icon = 'rotate-right'

    @staticmethod
    def action_present(count):
        return ngettext_lazy(
            "Re-arm Under My Name", "Re-arm Under My Name", count
        )

    @staticmethod
    def action_past(count):
        return ngettext_lazy("Armed anew", "Armed anew", count)

    def concerns(self, schedule):
        """Whether a new trigger would solve what its reason says."""
        return schedule.can_rearm

    def change(self, cloud, plan, schedule_id):
        schedule_service.rearm(cloud, plan, schedule_id)


class _ScheduleDialog(tables.LinkAction):
    """Opens the form of the view that has the name of the action."""

    classes = ('ajax-modal',)
    policy_rules = request_user.CHANGE_RULES

    def get_link_url(self, datum):
        return schedule_address(datum, self.name)


class EditSchedule(_ScheduleDialog):
    name = 'edit'
    verbose_name = _("Edit Schedule")
    icon = 'pencil'

    def allowed(self, request, schedule=None):
        return schedule is None or not is_trove_client_schedule(schedule)


class ConvertSchedule(_ScheduleDialog):
    name = 'convert'
    verbose_name = _("Convert into Plan")
    icon = 'exchange'

    def allowed(self, request, schedule=None):
        return schedule is None or is_trove_client_schedule(schedule)


class DeleteSchedule(_ScheduleDialog):
    name = 'delete'
    verbose_name = _("Delete Schedule")
    icon = 'trash'
    action_type = 'danger'


ROW_ACTIONS = (
    RunScheduleNow,
    EditSchedule,
    PauseSchedule,
    ResumeSchedule,
    RearmSchedule,
    ConvertSchedule,
    DeleteSchedule,
)
TABLE_ACTIONS: tuple[type, ...] = (
    PauseSelectedSchedules,
    ResumeSelectedSchedules,
)
