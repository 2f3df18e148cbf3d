# SPDX-License-Identifier: Apache-2.0
"""What Health says of the runs of the last day."""

import datetime

import pytest

from protection_dashboard.common import clock
from protection_dashboard.plans import document as plan_document
from protection_dashboard.reports import all_plans
from protection_dashboard.reports import project_names
from protection_dashboard.reports import project_status
from protection_dashboard.reports.health import runs as health_runs
from protection_dashboard.schedules import expected_runs
from tests.support.plan_states import armed
from tests.support.plan_states import brief
from tests.support.plan_states import plan_state

NOW = clock.now()
HOUR = datetime.timedelta(hours=1)
LOST = brief('ERROR', NOW - HOUR)._replace(state_info='Lost: no move.')
MISSED = expected_runs.ExpectedRun(NOW - HOUR, 'missed')
LONG_AGO = expected_runs.ExpectedRun(NOW - 30 * HOUR, 'missed')


def check(runs=(), expected=()):
    plan = plan_document.Plan({'id': 'p', 'name': 'n', 'resources': []})
    state = plan_state(plan, [armed(expected=expected)], 'fresh', NOW)
    return health_runs.check_of_plans(
        all_plans.AllPlans(
            entries=[
                all_plans.ProjectPlan('p1', state, expected_runs.RunCounts())
            ],
            names=project_names.ProjectNames(p1='demo'),
            window=expected_runs.RunWindow(
                NOW, NOW - project_status.LOOK_BACK
            ),
            runs={('p1', 'p'): list(runs)},
        )
    )


@pytest.mark.parametrize(
    ('runs', 'expected', 'state', 'message'),
    [
        ((), (), 'ok', "0 did not begin, 0 skipped, 0 lost."),
        ([brief('ERROR', NOW - HOUR)], (), 'ok', "0 did not begin, 0 "),
        ([LOST], (), 'warning', "0 did not begin, 0 skipped, 1 lost."),
        ([brief('SKIPPED', NOW - HOUR)], (), 'warning', "0 did not begin, 1"),
        ([brief('SKIPPED', NOW - 25 * HOUR)], (), 'ok', "0 did not begin, 0"),
        ((), [MISSED, LONG_AGO], 'warning', "1 did not begin"),
        ((), [LONG_AGO], 'ok', "0 did not begin"),
    ],
)
def test_what_did_not_begin_or_end_is_a_warning(
    runs, expected, state, message
):
    found = check(runs, expected)
    assert found.state == state
    assert str(found.message).startswith(message)
    assert bool(found.advice) is (state != 'ok')
