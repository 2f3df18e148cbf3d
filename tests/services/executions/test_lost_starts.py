# SPDX-License-Identifier: Apache-2.0
"""Tasks whose start Mistral lost, as when its database goes away: begun."""

import uuid

import pytest

from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.executions import service as execution_service
from protection_dashboard.mistral_actions import start_checks
from protection_dashboard.workflows import definitions
from tests.support import backdating
from tests.support import sandboxes
from tests.support.waiting import until

WAITS = {'action': 'std.noop', 'wait-before': 3600}


def started(sandbox, kind):
    """A run of this workflow of ours, but its only task waits an hour."""
    body = {
        **definitions.workflow_template(kind),
        'input': [],
        'output': {},
        'tasks': {'last': WAITS},
    }
    name = f'protection.{kind}.{uuid.uuid4()}'
    text = definitions.dump_definition(name, body)
    cloud = sandbox.cloud
    made = mistral.workflow_create(cloud, text)
    run_id = mistral.execution_create(cloud, made.id, {}).id
    mistral.workflow_delete(cloud, made.id)
    until(lambda: state_of_task(cloud, run_id) == 'DELAYED')
    return sandbox.started(run_id)


def state_of_task(cloud, run_id):
    found = mistral.mistral_client(cloud).tasks.list(run_id)
    return found[0].state if found else None


def set_state(cloud, run_id, state):
    mistral.mistral_client(cloud).executions.update(run_id, state)


def check(run_id):
    """Let the run be checked now instead of in a minute; it has been then."""
    known = backdating.job_due(start_checks.job_key(run_id))
    until(lambda: known not in backdating.jobs(start_checks.job_key(run_id)))


@pytest.mark.parametrize('kind', ['plan', 'restore', 'delete'])
def test_a_task_whose_start_was_lost_is_begun(sandbox, kind):
    run_id = started(sandbox, kind)
    backdating.start_was_lost(run_id, seconds=31)
    check(run_id)
    run = sandbox.ended(run_id)
    assert run.state == 'SUCCESS'


def test_a_run_that_has_ended_is_checked_no_more(sandbox, demo):
    volume = sandbox.volume('checked')
    document = sandboxes.with_resources(sandbox.document(volume))
    run_id = sandbox.start(document)
    assert len(backdating.jobs(start_checks.job_key(run_id))) == 1
    assert sandbox.ended(run_id).state == 'SUCCESS'
    check(run_id)
    assert not backdating.jobs(start_checks.job_key(run_id))


def test_a_start_that_may_only_be_late_is_not_delivered_again(sandbox, demo):
    run_id = started(sandbox, 'plan')
    backdating.start_was_lost(run_id, seconds=10)
    check(run_id)
    assert len(backdating.jobs(start_checks.job_key(run_id))) == 1
    assert state_of_task(demo, run_id) == 'IDLE'
    execution_service.execution_cancel(
        demo, execution_service.execution_get(demo, run_id)
    )


def test_a_run_that_somebody_paused_goes_on_when_they_want_it(sandbox, demo):
    run_id = started(sandbox, 'plan')
    set_state(demo, run_id, 'PAUSED')
    backdating.start_was_lost(run_id, seconds=31)
    check(run_id)
    assert state_of_task(demo, run_id) == 'IDLE'
    set_state(demo, run_id, 'RUNNING')
    assert sandbox.ended(run_id).state == 'SUCCESS'
