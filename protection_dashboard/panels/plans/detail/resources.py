# SPDX-License-Identifier: Apache-2.0
"""The resources that a plan protects today, with their freshness."""

from django import urls
from django.utils import timezone
from django.utils.translation import gettext

from protection_dashboard import plugins
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.coverage import freshness
from protection_dashboard.panels.shared import freshness_cells
from protection_dashboard.panels.shared import point_rows
from protection_dashboard.panels.shared import resource_facts
from protection_dashboard.ui import cells
from protection_dashboard.workflows import result_states


def resource_lines(state, today, points, runs):
    """A line for each resource of a PlanState.

    ``today`` is of :func:`selection.selected_resources`. ``points`` and
    ``runs`` are those of the plan, None when they are unknown.
    """
    chosen, failed = today
    plan, now = state.plan, timezone.now()
    fresh = freshness.freshness_by_resource(
        points or [], runs or [], state.rpo, now
    )
    failures = freshness.ended_since(runs or [])
    never = freshness.resource_freshness(None, [state.rpo], now, failures)
    picked = set(map(ResourceRef.of_entry, plan.document['resources']))
    return [
        _resource_line(
            plan,
            one,
            fresh.get(ResourceRef.of_entry(one.entry), never),
            is_picked=ResourceRef.of_entry(one.entry) in picked,
        )
        for one in [*chosen, *failed]
    ]


def _resource_line(plan, selected, fresh, *, is_picked):
    entry, point, found = selected.entry, fresh.point, selected.resource
    may_choose = is_picked and entry['type'] in plugins.protectables()
    return {
        **resource_facts.resource_facts(entry),
        'gone': found is None and selected.state == result_states.SKIPPED,
        'state': cells.state_label(selected.state) if selected.reason else '',
        'reason': selected.reason,
        'size': cells.size_text(found and found.size),
        'is_picked': is_picked,
        'age': cells.relative_time(point.created)
        if point
        else gettext("None yet"),
        'point': point and point_rows.point_address(point),
        'points_address': entry['id']
        and point_rows.resource_points_address(entry['type'], entry['id']),
        'freshness': freshness_cells.freshness_label(fresh),
        'failures': fresh.failures,
        'options_address': _options_address(plan, entry) if may_choose else '',
    }


def _options_address(plan, entry):
    """The URL of the form of a resource's own options."""
    return urls.reverse(
        'horizon:project:protection_plans:options',
        args=(plan.id, entry['type'], entry['id']),
    )
