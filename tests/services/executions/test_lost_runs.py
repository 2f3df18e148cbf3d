# SPDX-License-Identifier: Apache-2.0
"""Runs that Mistral loses: each ends with its reason, and the next one goes.

Mistral is killed in the middle of steps, and what it cannot continue stands
still in its database.
"""

from concurrent import futures

import pytest

from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.executions import cancellation
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import service as plan_service
from tests.support import factories
from tests.support import sandboxes
from tests.support import service_stops
from tests.support.waiting import until

MANY = 9
TEN_MINUTES = 600
SLOW = {'fault_create_snapshot': '60'}


def actions(cloud, run_id, task):
    """States of what Mistral's executor did for one task of a run."""
    client = mistral.mistral_client(cloud)
    return [
        action.state
        for found in client.tasks.list(run_id)
        if found.name == task
        for action in client.action_executions.list(found.id)
    ]


@pytest.fixture(scope='module')
def plan_of(module_sandbox, demo):
    """Two plans: one of many volumes, one of a volume that takes long."""
    with futures.ThreadPoolExecutor(4) as pool:
        names = [f'killed {number}' for number in range(MANY)]
        volumes = list(pool.map(module_sandbox.volume, names))
    many = sandboxes.with_resources(*map(module_sandbox.document, volumes))
    long = module_sandbox.document(
        module_sandbox.volume('killed slowly', metadata=SLOW)
    )
    return {
        'protect': plan_service.plan_create(demo, module_sandbox.known(many)),
        'poll': plan_service.plan_create(demo, long),
    }


@pytest.fixture(scope='module')
def killed_runs(module_sandbox, demo, plan_of, running_cloud):
    """A run of each plan, ended, in whose step Mistral was killed."""
    ids = {'poll': execution_service.execute_plan(demo, plan_of['poll'])}
    until(lambda: actions(demo, ids['poll'], 'poll'))
    ids['protect'] = execution_service.execute_plan(demo, plan_of['protect'])
    until(
        lambda: 'SUCCESS' in actions(demo, ids['protect'], 'protect'), pause=0
    )
    with service_stops.frozen('cinder'):
        for step, run_id in ids.items():
            until(lambda s=step, r=run_id: 'RUNNING' in actions(demo, r, s))
        # it is killed, and finishes nothing
        with running_cloud.without('mistral'):
            pass
    module_sandbox.run_ids |= {*ids.values()}
    ended = {
        step: factories.ended(demo, run_id, TEN_MINUTES)
        for step, run_id in ids.items()
    }
    # the next run need not take as long
    (slow,) = plan_of['poll'].document['resources']
    module_sandbox.cinder.volumes.delete_metadata(slow['id'], [*SLOW])
    return ended


@pytest.mark.parametrize('step', ['protect', 'poll'])
def test_a_run_ends_with_its_reason_after_mistral_was_killed(
    killed_runs, step
):
    """Also that of a lost wait: it was asked again, or none would tell."""
    run = killed_runs[step]
    assert run.state == 'ERROR'
    assert run.reason.startswith('Mistral lost the login of this run')


def test_its_page_tells_what_became_of_each_resource(
    demo, module_sandbox, plan_of, killed_runs
):
    """Also of a step that got lost: its copy is there, or it is not."""
    run = killed_runs['protect']
    found = cancellation.current_results(demo, run)
    assert len(found) == MANY
    made = {
        point.resource_id: point.id
        for point in module_sandbox.points(plan_of['protect'].document)
        if point.mark.execution == run.id
    }
    good = {
        wait['resource_id']: wait['id']
        for wait in found
        if wait['state'] == 'ok'
    }
    assert good == made != {}
    others = [wait for wait in found if wait['state'] != 'ok']
    states = {wait['state'] for wait in others}
    assert states <= {'failed', cancellation.NOT_STARTED}
    assert all(wait['name'].startswith('killed') for wait in found)
    assert all(wait['reason'] for wait in others if wait['state'] == 'failed')


def test_a_copy_that_was_waited_for_is_good_once_it_is_there(
    demo, killed_runs
):
    run = killed_runs['poll']

    def settled():
        (wait,) = cancellation.current_results(demo, run)
        return wait['state'] != cancellation.BEGUN and wait

    assert until(settled, 90)['state'] == 'ok'


@pytest.mark.parametrize('step', ['protect', 'poll'])
def test_the_next_run_goes(module_sandbox, demo, plan_of, killed_runs, step):
    run_id = execution_service.execute_plan(demo, plan_of[step])
    module_sandbox.run_ids.add(run_id)
    run = factories.ended(demo, run_id, TEN_MINUTES)
    assert (run.state, run.reason) == ('SUCCESS', '')
    assert run.summary['ok'] == (MANY if step == 'protect' else 1)
