# SPDX-License-Identifier: Apache-2.0
"""Which plans a list shows, and in which order."""

from django import forms
from django.utils.translation import gettext_lazy as _

from protection_dashboard.panels import filters

#: PlanState.health -> (how urgent, what a filter calls it)
HEALTH = {
    'stale': (0, _("Stale")),
    'unarmed': (1, _("Not armed")),
    'late': (1, _("Late")),
    'never': (3, _("No copy yet")),
    'unknown': (3, _("Unknown")),
    'idle': (3, _("No promise")),
    'fresh': (3, _("Fresh")),
}
_FAILED = 2


class Filters(filters.Filters):
    name = forms.CharField(label=_("Name"), required=False, max_length=255)
    state = filters.ChoiceField(
        label=_("State"),
        choices=[(state, word) for state, (_rank, word) in HEALTH.items()],
    )


def matching(states, chosen):
    """Those of some PlanStates that the filters let through."""
    name, wanted = chosen.get('name', '').lower(), chosen.get('state')
    return [
        state
        for state in states
        if name in state.name.lower() and wanted in (None, state.health)
    ]


def urgency(state):
    """Where a PlanState stands in a list: what needs somebody comes first."""
    failed = state.health == 'never' and state.standing.failures
    rank = _FAILED if failed else HEALTH[state.health][0]
    return rank, state.name.lower()
