# SPDX-License-Identifier: Apache-2.0
"""Filters of the list of schedules."""

from django import forms
from django.utils.translation import gettext_lazy as _

from protection_dashboard.ui import cells
from protection_dashboard.ui import filters as ui_filters

_STATES = ('armed', 'unarmed', 'unreadable', 'late', 'paused', 'ended')


class ScheduleFilters(ui_filters.FilterForm):
    name = forms.CharField(label=_("Plan"), required=False, max_length=255)
    state = ui_filters.FilterChoiceField(
        label=_("State"),
        choices=[(state, cells.STATES[state][2]) for state in _STATES],
    )


def matching_schedules(schedules, chosen):
    """The schedules that match the chosen filters."""
    name, wanted = chosen.get('name', '').lower(), chosen.get('state')
    return [
        one
        for one in schedules
        if name in one.name.lower() and wanted in (None, one.state)
    ]
