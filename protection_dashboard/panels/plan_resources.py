# SPDX-License-Identifier: Apache-2.0
"""The resources of a plan: what it protects today, and how fresh that is."""

from django import urls
from django.utils.translation import gettext

from protection_dashboard import freshness
from protection_dashboard import plugins
from protection_dashboard import waits
from protection_dashboard.panels import cells
from protection_dashboard.panels import entries
from protection_dashboard.panels import facts


def of(plan, today, points, runs):
    """A line for each resource.

    ``today`` is of ``selectors.today``; ``points`` and ``runs`` are those of
    the plan, None when nobody knows.
    """
    chosen, failed = today
    fresh = freshness.of_resources(points or [], runs or [])
    never = freshness.Freshness(failures=freshness.failures(runs or []))
    picked = {_key(entry) for entry in plan.document['resources']}
    return [
        _line(
            plan,
            one,
            fresh.get(_key(one.entry), never),
            is_picked=_key(one.entry) in picked,
        )
        for one in [*chosen, *failed]
    ]


def _key(entry):
    return entry['type'], entry['id']


def _line(plan, selected, fresh, *, is_picked):
    entry, point, found = selected.entry, fresh.point, selected.resource
    may_choose = is_picked and entry['type'] in plugins.protectables()
    return {
        **facts.of_entry(entry),
        'gone': found is None and selected.state == waits.SKIPPED,
        'state': cells.state(selected.state) if selected.reason else '',
        'reason': selected.reason,
        'size': cells.size(found and found.size),
        'is_picked': is_picked,
        'age': cells.when(point.created) if point else gettext("None yet"),
        'point': point and entries.address(point),
        'failures': fresh.failures,
        'options_address': _options(plan, entry) if may_choose else '',
    }


def _options(plan, entry):
    """The form of a resource's own options."""
    return urls.reverse(
        'horizon:project:protection_plans:options',
        args=(plan.id, entry['type'], entry['id']),
    )
