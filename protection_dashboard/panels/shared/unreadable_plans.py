# SPDX-License-Identifier: Apache-2.0
"""Rows of plans whose documents cannot be read, and their deletion."""

from django.utils.translation import gettext_lazy as _

from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.reports import all_plans
from protection_dashboard.ui import cells
from protection_dashboard.ui import request_user
from protection_dashboard.ui import tables as ui_tables
from protection_dashboard.ui.markup import ngettext_lazy


def is_unreadable(row):
    """Whether a row is of a plan that cannot be read."""
    return isinstance(
        row, (all_plans.UnreadableProjectPlan, plan_document.UnreadablePlan)
    )


def for_readable(fact, otherwise=lambda _row: None):
    """A function of a row: ``fact``, or ``otherwise`` if it is unreadable."""
    return lambda row: otherwise(row) if is_unreadable(row) else fact(row)


def unreadable_cell(row):
    """That the plan cannot be read, and why."""
    return cells.stacked([cells.state_label('unreadable'), row.reason])


class DeleteUnreadablePlan(ui_tables.ServiceDeleteAction):
    name = 'delete_unreadable'
    help_text = _(
        "Its schedules go with it. Its recovery points stay: find them in "
        "Orphans."
    )

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Delete Plan", "Delete Plans", count)

    @staticmethod
    def action_past(count):
        return ngettext_lazy("Deleted Plan", "Deleted Plans", count)

    def allowed(self, request, row=None):
        return row is None or is_unreadable(row)

    def act(self, cloud, obj_id):
        plan_service.unreadable_plan_delete(cloud, obj_id)


class AdminDeleteUnreadablePlan(DeleteUnreadablePlan):
    policy_rules = request_user.ADMIN_RULES

    def act(self, cloud, obj_id):
        project_id, _colon, plan_id = obj_id.partition(':')
        super().act(cloud.within(project_id), plan_id)


class UnreadablePlansMixin:
    """A table with rows of unreadable plans, which can only be deleted."""

    def _filter_action(self, action, request, datum=None):
        if is_unreadable(datum) and not isinstance(
            action, DeleteUnreadablePlan
        ):
            return False
        return super()._filter_action(action, request, datum)
