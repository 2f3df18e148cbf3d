# SPDX-License-Identifier: Apache-2.0
"""Cancel, in the real Mistral: what has not been started never is."""

from concurrent import futures

import pytest

from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.executions import cancellation
from protection_dashboard.executions import service as execution_service
from tests.support import factories
from tests.support import sandboxes
from tests.support.waiting import until

#: more than a run begins in the second in which it finds that it has ended
MANY = 60


@pytest.fixture(scope='module')
def document(module_sandbox):
    """It protects so many volumes that some have to wait for their turn."""
    with futures.ThreadPoolExecutor(8) as pool:
        names = [f'in turn {number}' for number in range(MANY)]
        volumes = list(pool.map(module_sandbox.volume, names))
    return sandboxes.with_resources(*map(module_sandbox.document, volumes))


@pytest.fixture(scope='module')
def slow(module_sandbox):
    """A volume whose snapshot takes some seconds."""
    return module_sandbox.volume(
        'slow to cancel', metadata={'fault_create_snapshot': '6'}
    )


def tasks(cloud, run_id):
    """``{name: state}`` of what Mistral still does of a run."""
    found = mistral.mistral_client(cloud).tasks.list(run_id)
    return {task.name: task.state for task in found}


def cancel(cloud, run_id):
    execution_service.execution_cancel(
        cloud, execution_service.execution_get(cloud, run_id)
    )


def test_what_waits_for_its_turn_is_never_started(
    module_sandbox, demo, document
):
    run_id = module_sandbox.start(document)
    until(lambda: module_sandbox.points(document), pause=0.05)
    cancel(demo, run_id)
    until(lambda: tasks(demo, run_id)['protect'] == 'SUCCESS')
    made = module_sandbox.points(document)
    assert 0 < len(made) < MANY
    run = execution_service.execution_details(demo, run_id)
    assert run.state == 'CANCELLED'
    found = cancellation.current_results(demo, run)
    unstarted = [
        one for one in found if one['state'] == cancellation.NOT_STARTED
    ]
    assert len(unstarted) == MANY - len(made)
    begun = {one['id'] for one in found if one not in unstarted}
    assert begun == {point.id for point in made}


def test_nobody_asks_any_more_for_what_had_been_started(
    module_sandbox, demo, slow
):
    document = module_sandbox.document(slow)
    run_id = module_sandbox.start(document)
    until(lambda: module_sandbox.points(document))
    cancel(demo, run_id)
    run = execution_service.execution_details(demo, run_id)
    (wait,) = cancellation.current_results(demo, run)
    assert (wait['state'], bool(wait['id'])) == (cancellation.BEGUN, True)
    until(lambda: tasks(demo, run_id)['protect'] == 'SUCCESS')
    until(lambda: cancellation.current_results(demo, run)[0]['state'] == 'ok')
    assert factories.SNAPSHOT.show(demo, wait['id']).state == 'available'
    assert execution_service.execution_get(demo, run_id).state == 'CANCELLED'
