# SPDX-License-Identifier: Apache-2.0
"""While a run of a plan goes on, the next ones are skipped."""

from concurrent import futures

import pytest

from protection_dashboard.executions import service as execution_service
from tests.support.waiting import until

SLOW = 12  # seconds that the driver takes for a snapshot


@pytest.fixture(scope='module')
def together(module_sandbox, demo):
    """Three runs that were started together; one more while it goes on."""
    slow = {'fault_create_snapshot': str(SLOW)}
    plan = module_sandbox.plan(module_sandbox.volume('slow', metadata=slow))

    def start(_number):
        return execution_service.execute_plan(demo, plan)

    with futures.ThreadPoolExecutor(3) as pool:
        ids = list(pool.map(start, range(3)))
    until(lambda: module_sandbox.points(plan.document))
    return [module_sandbox.ended(run_id) for run_id in [*ids, start(4)]]


def test_of_runs_that_start_together_exactly_one_goes_on(together):
    states = sorted(run.state for run in together[:3])
    assert states == ['SKIPPED', 'SKIPPED', 'SUCCESS']


def test_a_skipped_run_tells_which_one_is_going_on(demo, together):
    (good,) = [run for run in together if run.state == 'SUCCESS']
    skipped = together[3]
    assert skipped.state == 'SKIPPED'
    assert skipped.started < good.ended
    told = f'The run of {good.started:%H:%M} UTC is still going.'
    assert skipped.reason == told
    assert skipped.results == ()
    listed = execution_service.list_executions(demo, 50)
    assert {r.id: r.state for r in listed}[skipped.id] == 'SKIPPED'
