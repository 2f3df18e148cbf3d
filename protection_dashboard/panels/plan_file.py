# SPDX-License-Identifier: Apache-2.0
"""The list of plans as a file."""

import itertools

from django.utils.translation import gettext_lazy as _

from protection_dashboard import expectations
from protection_dashboard import times
from protection_dashboard.panels import cells
from protection_dashboard.panels import plan_facts
from protection_dashboard.panels import plan_filters


def _schedules(state):
    return '; '.join(
        f'{cells.in_words(one)} ({cells.STATES[one.state][2]})'
        for one in state.schedules
    )


def _missed(state):
    found = itertools.chain(*(one.expected for one in state.schedules))
    return expectations.week(found, times.now()).missed


CSV = (
    (_("Plan"), lambda state: state.name),
    (_("ID"), lambda state: state.id),
    (_("Protects"), lambda state: plan_facts.protects_text(state)),
    (_("Schedules"), _schedules),
    (_("State"), lambda state: plan_filters.HEALTH[state.health][1]),
    (
        _("Last Good Run"),
        lambda state: (
            state.standing.last_good and state.standing.last_good.started
        ),
    ),
    (_("Fresh Until"), lambda state: state.standing.until),
    (_("Failed Since"), lambda state: state.standing.failures),
    (_("Last Run"), lambda state: state.last_run and state.last_run.started),
    (
        _("Last Run State"),
        lambda state: state.last_run and cells.STATES[state.last_run.state][2],
    ),
    (_("Reason"), lambda state: state.last_run and state.last_run.reason),
    (_("Next Run"), lambda state: state.next_run),
    (_("Missed in 7 Days"), _missed),
)
