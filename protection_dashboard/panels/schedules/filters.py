# SPDX-License-Identifier: Apache-2.0
"""Filters of the list of schedules."""

from django import forms
from django.utils.translation import gettext_lazy as _

from protection_dashboard.common import clock
from protection_dashboard.ui import cells
from protection_dashboard.ui import filters as ui_filters

MISSED = 'missed'
_STATES = ('armed', 'unarmed', 'unreadable', 'late', 'paused', 'ended')


class ScheduleFilters(ui_filters.FilterForm):
    name = forms.CharField(label=_("Plan"), required=False, max_length=255)
    state = ui_filters.FilterChoiceField(
        label=_("State"),
        choices=[
            *((state, cells.STATES[state][2]) for state in _STATES),
            (MISSED, _("A run was missed")),
        ],
    )


def matching_schedules(schedules, chosen):
    """The schedules that match the chosen filters."""
    name, wanted = chosen.get('name', '').lower(), chosen.get('state')
    return [
        one
        for one in schedules
        if name in one.name.lower() and _is_wanted(one, wanted)
    ]


def _is_wanted(schedule, state):
    if state == MISSED:
        return schedule.counts_of_week(clock.now()).missed > 0
    return state in (None, schedule.state)
