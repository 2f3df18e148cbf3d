# SPDX-License-Identifier: Apache-2.0
"""Columns of the CSV file of plans."""

import itertools

from django.utils.translation import gettext_lazy as _

from protection_dashboard.common import clock
from protection_dashboard.panels.plans import filters
from protection_dashboard.panels.shared import plan_facts
from protection_dashboard.panels.shared import unreadable_plans
from protection_dashboard.schedules import expected_runs
from protection_dashboard.ui import cells


def _schedules_text(state):
    return '; '.join(
        f'{cells.schedule_text(one)} ({cells.STATES[one.state][2]})'
        for one in state.schedules
    )


def _week_fact(field):
    """A field of the RunCounts of all its schedules, of a PlanState."""

    def fact(state):
        found = itertools.chain(*(one.expected for one in state.schedules))
        return getattr(expected_runs.run_counts(found, clock.now()), field)

    return fact


def _last_good(state):
    return state.freshness.last_good and state.freshness.last_good.started


def _last_state(state):
    return state.last_run and cells.STATES[state.last_run.state][2]


def _health_word(row):
    return filters.HEALTH[filters.health_state(row)][1]


def _last_run_fact(fact):
    """``fact`` of the last run as a function of a PlanState."""
    return lambda state: state.last_run and fact(state.last_run)


_known = unreadable_plans.for_readable
CSV_COLUMNS = (
    (_("Plan"), lambda row: row.name),
    (_("ID"), lambda row: row.id),
    (_("Protects"), _known(plan_facts.protects_text)),
    (_("Schedules"), _known(_schedules_text)),
    (_("State"), _health_word),
    (_("Last Good Run"), _known(_last_good)),
    (_("Fresh Until"), _known(lambda state: state.freshness.fresh_until)),
    (_("Failed Since"), _known(lambda state: state.freshness.failures)),
    (_("Last Run"), _known(_last_run_fact(lambda run: run.started))),
    (_("Last Run State"), _known(_last_state)),
    (
        _("Reason"),
        _known(_last_run_fact(lambda run: run.reason), lambda row: row.reason),
    ),
    (_("Next Run"), _known(lambda state: state.next_run)),
    (_("Lost in 7 Days"), _known(_week_fact('lost'))),
    (_("Skipped in 7 Days"), _known(_week_fact('skipped'))),
    (_("Missed in 7 Days"), _known(_week_fact('missed'))),
)
