# SPDX-License-Identifier: Apache-2.0
"""Columns of the CSV file of schedules."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard.common import clock
from protection_dashboard.panels.schedules import tables
from protection_dashboard.panels.schedules.rows import is_trove_client_schedule
from protection_dashboard.ui import cells


def _reason_text(schedule):
    reason = None if is_trove_client_schedule(schedule) else schedule.reason
    return reason and reason.text(gettext)


def _week_fact(field):
    return lambda schedule: getattr(
        schedule.counts_of_week(clock.now()), field
    )


CSV_COLUMNS = (
    (_("Plan"), lambda schedule: schedule.name),
    (_("ID"), lambda schedule: schedule.id),
    (_("Schedule"), tables.pattern_text),
    (_("Pattern"), lambda schedule: schedule.pattern),
    (_("Zone"), lambda schedule: schedule.zone),
    (_("Next Run"), lambda schedule: schedule.next_run),
    (
        _("Last Run"),
        lambda schedule: schedule.last_run and schedule.last_run.started,
    ),
    (
        _("Last Run State"),
        lambda schedule: (
            schedule.last_run and cells.STATES[schedule.last_run.state][2]
        ),
    ),
    (_("Due in 7 Days"), _week_fact('expected')),
    (_("Ran"), _week_fact('ran')),
    (_("Good"), _week_fact('ok')),
    (_("Failed"), _week_fact('failed')),
    (_("Lost"), _week_fact('lost')),
    (_("Skipped"), _week_fact('skipped')),
    (_("Missed"), _week_fact('missed')),
    (_("Known From"), lambda schedule: schedule.known_from),
    (_("State"), lambda schedule: cells.STATES[schedule.state][2]),
    (_("Reason"), _reason_text),
    (_("Runs As"), tables.runs_as_cell),
)
