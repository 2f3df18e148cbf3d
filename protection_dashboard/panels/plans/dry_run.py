# SPDX-License-Identifier: Apache-2.0
"""The page of a dry run: what an execution would do now, and why."""

import datetime

from django import urls
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard.common.references import ResourceRef
from protection_dashboard.executions import dry_run
from protection_dashboard.panels.shared import point_rows
from protection_dashboard.panels.shared import resource_facts
from protection_dashboard.plans import service as plan_service
from protection_dashboard.ui import cells
from protection_dashboard.ui import views as ui_views


class DryRunView(ui_views.DetailView):
    template_name = 'protection/plans/dry_run.html'
    page_title = _("Dry run of {{ plan.name }}")

    def get_context_data(self, **kwargs):
        plan = plan_service.plan_get(self.cloud, str(self.kwargs['plan_id']))
        chosen = self.request.GET.get('schedule', '')
        now = datetime.datetime.now(datetime.UTC)
        found = dry_run.plan_dry_run(self.cloud, plan.document, now, chosen)
        names = {
            ResourceRef.of_entry(one.entry): one.entry['name']
            for one in found.protected
        }
        return {
            **super().get_context_data(**kwargs),
            'plan': plan,
            'address': urls.reverse(
                'horizon:project:protection_plans:detail', args=(plan.id,)
            ),
            'starts': _starters(plan, chosen),
            'errors': list(map(str, found.errors)),
            'protected': [_resource_line(one) for one in found.protected],
            'left': [
                _resource_line(one) for one in (*found.failed, *found.skipped)
            ],
            'removed': [_point_line(one, names) for one in found.removed],
            'kept': [_point_line(one, names) for one in found.kept],
        }


def _starters(plan, chosen):
    """Choices of what starts the run: its retention depends on that."""
    known = [('', gettext("by hand"))]
    known += [
        (schedule.id, cells.schedule_text(schedule))
        for schedule in plan.schedules
    ]
    return [
        {'id': id_, 'text': text, 'chosen': id_ == chosen}
        for id_, text in known
    ]


def _resource_line(selected):
    found = selected.resource
    return {
        **resource_facts.resource_facts(selected.entry),
        'size': cells.size_text(found.size if found else None),
        'state': cells.state_label(selected.state),
        'reason': selected.reason,
    }


def _point_line(verdict, names):
    point = verdict.point
    return {
        'name': point.label,
        'address': point_rows.point_address(point),
        'taken': cells.relative_time(point.created),
        'resource': names[ResourceRef.of_point(point)],
        'verdict': cells.verdict_label(verdict),
    }
