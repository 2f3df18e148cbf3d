# SPDX-License-Identifier: Apache-2.0
"""PlanStates that stand as they are asked to."""

import datetime
import types

from protection_dashboard.executions import log as execution_log
from protection_dashboard.plans import document as plan_document
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import expected_runs

HOUR = datetime.timedelta(hours=1)
_PROMISE = 24
#: state of a PlanFreshness -> hours since the good runs that are known
_GOOD = {'fresh': [12], 'stale': [48], 'never': [], 'unknown': []}


def brief(state, at):
    """A run of that moment."""
    return execution_log.LogEntry('e', 'p', '', '', state, at, at)


def armed(state='armed', **facts):
    """A schedule of every night."""
    known = {'by': 'demo', 'expected': (), 'pattern': '0 2 * * *'}
    known |= {'first': None, 'end': None}
    return types.SimpleNamespace(state=state, zone='UTC', **{**known, **facts})


def plan_state(plan, schedules, standing, now, failures=0):
    """A PlanState whose freshness has that state, with failures since."""
    document = {**plan.document, 'promise': _PROMISE}
    runs = [brief('ERROR', now - HOUR) for _one in range(failures)]
    runs += [brief('SUCCESS', now - age * HOUR) for age in _GOOD[standing]]
    found = project_status.PlanState(
        plan=plan_document.Plan(document),
        schedules=tuple(schedules),
        runs=runs,
        is_complete=standing != 'unknown',
        window=expected_runs.RunWindow(
            now, now - project_status.LOOK_BACK, now - 12 * HOUR
        ),
    )
    assert (found.freshness.state, found.freshness.failures) == (
        standing,
        failures,
    )
    return found
