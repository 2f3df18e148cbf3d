# SPDX-License-Identifier: Apache-2.0
"""No run is lost, doubled or left hanging when what it needs is killed.

``make test-faults`` runs this in both shapes of the cloud. Each fault hits
twelve runs at once: a third at protect, at wait and at notify.
"""

import contextlib

import pytest

from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.executions import cancellation
from protection_dashboard.executions import service as execution_service
from tests.faults import kinds
from tests.faults import storm as storms
from tests.support import receivers
from tests.support.sandboxes import Sandbox
from tests.support.sandboxes import cinder_of
from tests.support.waiting import until

pytestmark = pytest.mark.faults


@pytest.fixture(scope='module')
def told():
    """``[(path, message)]``: what the operators' channel receives."""
    with receivers.hook() as made:
        yield made.received


@pytest.fixture(scope='module')
def plans(demo, told):
    """The Storm whose plans have run once; the cloud goes with its state."""
    storm = storms.Storm(demo, Sandbox(demo))
    assert {run.state for run in storm.run_all().values()} == {'SUCCESS'}
    return storm


@pytest.fixture(
    scope='module', params=kinds.FAULTS, ids=lambda fault: fault.name
)
def fault(request):
    return request.param


@pytest.fixture(scope='module')
def storm(plans, fault, running_cloud, cloud_of):
    """Of this fault, once its runs have ended, or should have."""
    plans.reach_stages()
    with fault.present(running_cloud):
        pass
    if fault.spoils_points:
        plans.give_up_forgotten(cinder_of(cloud_of('admin', 'demo')))
    with contextlib.suppress(AssertionError):  # the tests say what hangs
        until(lambda: not plans.going(), storms.ENDS_WITHIN)
    yield plans
    plans.cancel()


def task_states(cloud, run):
    tasks = mistral.mistral_client(cloud).tasks.list(run.id)
    return [(task.name, task.state, task.updated_at) for task in tasks]


def test_no_run_hangs(storm):
    going = storm.going()
    assert not {run.name: task_states(storm.cloud, run) for run in going}


def test_no_resource_is_lost_without_a_reason(storm, fault):
    runs = storm.executions()
    untold = [
        (staged.plan.document['name'], volume_id, run.state, run.reason)
        for staged, volume_id in storm.lost()
        for run in [runs[staged.plan.id]]
        if not (fault.spoils_points and run.state == 'ERROR' and run.reason)
    ]
    assert not untold


def test_a_run_whose_points_are_all_there_is_a_success(storm):
    lost = {staged.plan.id for staged, _volume_id in storm.lost()}
    runs = storm.executions()
    whole = [run for plan, run in runs.items() if plan not in lost]
    assert not [
        (r.name, r.state, r.reason) for r in whole if r.state != 'SUCCESS'
    ]


def test_each_page_shows_the_point_of_each_resource(storm):
    lost = {(staged.plan.id, volume) for staged, volume in storm.lost()}
    runs = storm.executions()
    for staged in storm.plans:
        run = execution_service.execution_details(
            storm.cloud, runs[staged.plan.id].id
        )
        shown = {
            wait['resource_id']: wait['id']
            for wait in cancellation.current_results(storm.cloud, run)
            if wait['state'] == 'ok'
        }
        made = {
            point.resource_id: point.id
            for point in storm.points_of(staged)
            if (staged.plan.id, point.resource_id) not in lost
        }
        assert shown == made


def test_people_are_told_how_each_run_ended(storm, told):
    events = {'SUCCESS': 'success', 'ERROR': 'failure'}
    for known in storm.executions().values():
        run = execution_service.execution_get(storm.cloud, known.id)
        messages = [
            message
            for _path, message in told
            if message['execution_id'] == run.id
        ]
        assert {message['event'] for message in messages} == {
            events[run.state]
        }
        counted = [
            result['state'] for result in messages[-1]['results']
        ].count('ok')
        assert counted == run.summary['ok']


def test_nothing_is_made_twice(storm):
    assert not storm.doubled()


def test_the_next_run_of_each_plan_succeeds(storm):
    """None is held up by the run that the fault has found."""
    runs = storm.run_all(limit=120)
    assert not [
        (run.name, run.state, run.reason)
        for run in runs.values()
        if run.state != 'SUCCESS'
    ]
