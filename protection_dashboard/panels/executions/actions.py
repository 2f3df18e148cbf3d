# SPDX-License-Identifier: Apache-2.0
"""Row and table actions of executions."""

from django.utils.translation import gettext_lazy as _
from horizon import tables

from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import retry as execution_retry
from protection_dashboard.executions import service as execution_service
from protection_dashboard.ui import addresses
from protection_dashboard.ui import request_user
from protection_dashboard.ui import tables as ui_tables
from protection_dashboard.ui.markup import ngettext_lazy

INDEX = 'horizon:project:protection_executions:index'
DETAIL = 'horizon:project:protection_executions:detail'


class ShowExecution(ui_tables.PageLinkAction):
    name = 'details'
    verbose_name = _("Details")
    url = DETAIL
    icon = 'eye'

    def allowed(self, request, run=None):
        return request.path == addresses.page(INDEX) and bool(run.kind)


class RetryExecution(ui_tables.ServiceBatchAction):
    name = 'retry'
    icon = 'rotate-right'
    help_text = _(
        "What failed runs again, with what the plan says today; what went "
        "well is left alone."
    )

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Retry Failed Only", "Retry Failed Only", count)

    @staticmethod
    def action_past(count):
        return ngettext_lazy("Started again", "Started again", count)

    def allowed(self, request, run=None):
        return run is None or execution_retry.can_be_retried(run)

    def act(self, cloud, obj_id):
        run = execution_service.execution_details(cloud, obj_id)
        started = execution_retry.retry_execution(cloud, run)
        self.success_url = addresses.page(DETAIL, started)


class RetryWithForce(RetryExecution):
    name = 'retry_force'
    icon = 'bolt'
    help_text = _(
        "What failed runs again, attached volumes with Force on: their copy "
        "has what was written to them, not what a server still holds in "
        "memory."
    )

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Retry with Force", "Retry with Force", count)

    def allowed(self, request, run=None):
        return run is None or execution_retry.is_helped_by_force(run)

    def act(self, cloud, obj_id):
        run = execution_service.execution_details(cloud, obj_id)
        started = execution_retry.retry_execution(cloud, run, force=True)
        self.success_url = addresses.page(DETAIL, started)


class RestoreAgain(tables.LinkAction):
    name = 'restore'
    verbose_name = _("Restore Again")
    icon = 'undo'
    policy_rules = request_user.CHANGE_RULES

    def allowed(self, request, run=None):
        is_failed = run.state == execution_records.ERROR
        return run.kind == 'restore' and is_failed and bool(self._page(run))

    def get_link_url(self, run):
        return self._page(run)

    @staticmethod
    def _page(run):
        """The form's address, '' if the run names no recovery point."""
        return addresses.page_or_empty(
            'horizon:project:protection_points:restore',
            *[text for p in run.points for text in (p['protection'], p['id'])],
        )


class CancelExecution(ui_tables.ServiceBatchAction):
    name = 'cancel'
    icon = 'ban'
    action_type = 'danger'
    help_text = _(
        "What has not started yet is never started; what a service has begun "
        "goes on there, and stays."
    )

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Cancel Execution", "Cancel Executions", count)

    @staticmethod
    def action_past(count):
        return ngettext_lazy(
            "Cancelled Execution", "Cancelled Executions", count
        )

    def allowed(self, request, run=None):
        return run is None or run.ended is None

    def act(self, cloud, obj_id):
        execution_service.execution_cancel(
            cloud, execution_service.execution_get(cloud, obj_id)
        )


class DeleteExecution(ui_tables.ServiceDeleteAction):
    help_text = _("Only the record goes; recovery points stay.")

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Delete Execution", "Delete Executions", count)

    @staticmethod
    def action_past(count):
        return ngettext_lazy("Deleted Execution", "Deleted Executions", count)

    def allowed(self, request, run=None):
        return run is None or run.ended is not None

    def act(self, cloud, obj_id):
        execution_service.execution_delete(
            cloud, execution_service.execution_get(cloud, obj_id)
        )


ROW_ACTIONS = (
    ShowExecution,
    RetryWithForce,
    RetryExecution,
    RestoreAgain,
    CancelExecution,
    DeleteExecution,
)
