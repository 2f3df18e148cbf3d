# SPDX-License-Identifier: Apache-2.0
"""The recovery points of a plan, with the retention's verdict on each."""

import dataclasses

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from protection_dashboard import exceptions
from protection_dashboard.common import concurrency
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.panels.recovery_points import tables as point_tables
from protection_dashboard.panels.shared import point_rows
from protection_dashboard.plans import selection
from protection_dashboard.plans import service as plan_service
from protection_dashboard.recovery_points import fetch as point_fetch
from protection_dashboard.retention import policy as retention_policy
from protection_dashboard.ui import cells
from protection_dashboard.ui import tables as ui_tables

_LEFT_ALONE = TranslatableText(
    gettext_noop("kept: the plan protects its resource no longer")
)


class PlanPointRow(point_rows.PointRow):
    """The row of a point with ``verdict``, the retention's Verdict on it."""

    verdict = None


def plan_point_rows(cloud, plan):
    """``([PlanPointRow], errors)``: the plan's points, the newest first."""
    calls = {
        'points': lambda: point_fetch.fetch_points_of_plan_types(
            cloud, plan.document
        ),
        'today': lambda: selection.selected_resources(cloud, plan.document),
    }
    found, _none = concurrency.gather(calls)
    points, errors = found['points']
    chosen, _failed = found['today']
    policy = retention_policy.Policy.from_document(plan.document)
    verdicts = [
        _verdict_if_protected(
            verdict, {ResourceRef.of_entry(one.entry) for one in chosen}
        )
        for verdict in retention_policy.retention_verdicts(
            points, policy, timezone.now()
        )
        if policy.owns(verdict.point)
    ]
    mine = [verdict.point for verdict in verdicts]
    names, unnamed = point_tables.resource_names(cloud, mine)
    rows = [_point_row(verdict, names, plan) for verdict in verdicts]
    return rows, [*errors, *unnamed]


def _verdict_if_protected(verdict, chosen):
    """The Verdict; a point is kept if its resource is not protected now.

    A run removes points only of the resources that it protects.
    """
    if verdict.keep or ResourceRef.of_point(verdict.point) in chosen:
        return verdict
    return dataclasses.replace(verdict, keep=True, words=_LEFT_ALONE)


def _point_row(verdict, names, plan):
    known = names[verdict.point.resource_type]
    entry = PlanPointRow.from_point(verdict.point, known, {plan.id: plan})
    entry.verdict = verdict
    return entry


class PlanPointsTable(point_tables.RecoveryPointsTable):
    kept = ui_tables.WrappingColumn(
        lambda entry: cells.verdict_label(entry.verdict),
        verbose_name=_("Retention"),
    )

    def find(self, cloud, obj_id):
        """The row; its verdict needs all points of the plan."""
        plan = plan_service.plan_get(cloud, str(self.kwargs['plan_id']))
        rows, _errors = plan_point_rows(cloud, plan)
        for row in rows:
            if row.key == obj_id:
                return row
        raise exceptions.NotFound("The plan has no such recovery point.")

    class Meta(point_tables.RecoveryPointsTable.Meta):
        columns = (
            'taken',
            'name',
            'resource',
            'method',
            'size',
            'state',
            'pinned',
            'kept',
        )
        no_data_message = _(
            "No recovery points yet. Every run of the plan makes one for each "
            "resource."
        )
