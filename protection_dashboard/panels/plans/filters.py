# SPDX-License-Identifier: Apache-2.0
"""Filters and order of a list of plans."""

from django import forms
from django.utils.translation import gettext_lazy as _

from protection_dashboard.panels.shared import unreadable_plans
from protection_dashboard.ui import filters as ui_filters

#: health of a row -> (rank, the most urgent is 0; label in the filter)
HEALTH = {
    'unreadable': (0, _("Cannot be read")),
    'stale': (0, _("Stale")),
    'unarmed': (1, _("Not armed")),
    'late': (1, _("Late")),
    'never': (3, _("No copy yet")),
    'unknown': (3, _("Unknown")),
    'idle': (3, _("No promise")),
    'fresh': (3, _("Fresh")),
}
_FAILED = 2


class PlanFilters(ui_filters.FilterForm):
    name = forms.CharField(label=_("Name"), required=False, max_length=255)
    state = ui_filters.FilterChoiceField(
        label=_("State"),
        choices=[(state, word) for state, (_rank, word) in HEALTH.items()],
    )


def health_state(row):
    """The key in HEALTH of a PlanState or an UnreadablePlan."""
    return 'unreadable' if unreadable_plans.is_unreadable(row) else row.health


def matching_plans(rows, chosen):
    """The PlanStates and UnreadablePlans that match the filters."""
    name, wanted = chosen.get('name', '').lower(), chosen.get('state')
    return [
        row
        for row in rows
        if name in row.name.lower() and wanted in (None, health_state(row))
    ]


def urgency(row):
    """Sort key: what needs attention comes first."""
    word = health_state(row)
    failed = word == 'never' and row.freshness.failures
    rank = _FAILED if failed else HEALTH[word][0]
    return rank, row.name.lower()
