# SPDX-License-Identifier: Apache-2.0
"""Retry Failed Only, in the real Mistral: what failed, and only that."""

import json
import re

import pytest

from protection_dashboard import exceptions
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.executions import retry as execution_retry
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.reports import project_status
from protection_dashboard.workflows import definitions
from tests.support import factories
from tests.support import sandboxes

FAULT = 'fault_create_snapshot'
BUSY = 'fault_delete_snapshot'


@pytest.fixture(scope='module')
def volumes(module_sandbox):
    """One that can be protected, and one that cannot for now."""
    return module_sandbox.volume('sound'), module_sandbox.volume(
        'ailing', metadata={FAULT: 'fail'}
    )


def of_both(module_sandbox, volumes, pattern=None):
    sound, ailing = volumes
    return sandboxes.with_resources(
        module_sandbox.document(sound, pattern),
        module_sandbox.document(ailing),
    )


def before_only(text):
    """A plan's definition as it was before there was a retry."""
    old = re.sub(r'\n( *)- only: null|\n( *)only: <% \$\.only %>', '', text)
    assert 'only' not in old
    return old


@pytest.fixture(scope='module')
def plan(module_sandbox, demo, volumes):
    """One that was saved by an older version."""
    document = of_both(module_sandbox, volumes, '0 3 1 1 *')
    plan = plan_service.plan_create(demo, document)
    old = before_only(plan_document.workflow_definition(document))
    mistral.workflow_update(demo, plan.workflow_id, old)
    return plan


@pytest.fixture(scope='module')
def busy(module_sandbox, volumes):
    """A point that cannot be deleted for now."""
    point = module_sandbox.point(volumes[0])
    snapshots = module_sandbox.cinder.volume_snapshots
    snapshots.set_metadata(point.id, {BUSY: 'busy'})
    return point


@pytest.fixture(scope='module')
def schedule(demo, plan):
    return project_status.get_plan_state(demo, plan.id).schedules[0]


@pytest.fixture(scope='module')
def failed(module_sandbox, demo, plan, schedule, volumes, busy):
    """Runs that failed, by kind; what failed them is over by now."""
    gone = module_sandbox.point(volumes[0])
    started = {
        'plan': execution_service.execute_plan(demo, plan, schedule.id),
        'once': module_sandbox.start(of_both(module_sandbox, volumes)),
        'delete': execution_service.delete_points(demo, [gone, busy]),
    }
    ended = {kind: module_sandbox.ended(run) for kind, run in started.items()}
    module_sandbox.cinder.volumes.delete_metadata(volumes[1].id, [FAULT])
    module_sandbox.cinder.volume_snapshots.delete_metadata(busy.id, [BUSY])
    return ended


@pytest.fixture(scope='module')
def retried(module_sandbox, demo, failed):
    """What came of their retries, side by side."""
    started = {
        k: execution_retry.retry_execution(demo, run)
        for k, run in failed.items()
    }
    return {kind: module_sandbox.ended(run) for kind, run in started.items()}


@pytest.mark.parametrize(
    ('kind', 'name'), [('plan', 'ailing'), ('once', 'ailing')]
)
def test_only_what_failed_runs_again(failed, retried, kind, name):
    states = [wait['state'] for wait in failed[kind].results]
    assert states == ['ok', 'failed']
    run = retried[kind]
    assert run.state == 'SUCCESS', run.reason
    assert [wait['name'] for wait in run.results] == [name]
    assert (run.kind, run.by) == (kind, 'demo')
    assert run.retry_of == failed[kind].id


def test_only_the_point_that_stayed_is_deleted_again(
    demo, busy, failed, retried
):
    assert failed['delete'].summary['failed'] == 1
    assert [wait['point'] for wait in retried['delete'].results] == [busy.id]
    assert retried['delete'].state == 'SUCCESS', retried['delete'].reason
    assert busy.id not in factories.point_ids(demo)


def test_the_retry_belongs_to_the_schedule_and_its_triggers_stay(
    demo, plan, schedule, retried
):
    assert retried['plan'].schedule_id == schedule.id
    now = project_status.get_plan_state(demo, plan.id).schedules[0]
    assert (now.trigger_id, now.state) == (schedule.trigger_id, 'armed')
    found = mistral.workflow_get(demo, definitions.plan_workflow_name(plan.id))
    assert found.definition == plan_document.workflow_definition(plan.document)


def test_a_run_knows_its_retries(demo, failed, retried):
    for kind, run in failed.items():
        assert [
            one.id
            for one in execution_retry.retries_of_execution(demo, run.id)
        ] == [retried[kind].id]


def test_where_nothing_failed_nothing_is_retried(demo, retried):
    with pytest.raises(exceptions.Refused, match='no resource failed'):
        execution_retry.retry_execution(demo, retried['plan'])


def test_a_retry_waits_for_no_other_run(
    module_sandbox, demo, plan, failed, retried
):
    going = module_sandbox.started(execution_service.execute_plan(demo, plan))
    with pytest.raises(exceptions.Refused, match='wait until it has ended'):
        execution_retry.retry_execution(demo, failed['plan'])
    execution_service.execution_cancel(
        demo, execution_service.execution_get(demo, going)
    )


def test_the_retry_of_a_plan_that_is_gone_is_refused(module_sandbox, demo):
    workflow = module_sandbox.hollow(factories.volume(demo, 'scratch'))
    given = {'by': 'demo', 'name': 'gone'}
    run_id = mistral.execution_create(demo, workflow.name, given).id
    run = module_sandbox.ended(run_id)
    mistral.workflow_delete(demo, workflow.id)
    with pytest.raises(exceptions.Refused, match='The plan of this run is'):
        execution_retry.retry_execution(demo, run)


@pytest.fixture(scope='module')
def attached(module_sandbox, demo):
    """Runs that failed as a volume is attached and Force is off, by kind."""
    document = sandboxes.with_resources(
        module_sandbox.document(
            factories.volume(demo, 'orders-db'), force=False
        ),
        module_sandbox.document(module_sandbox.volume('beside')),
    )
    by_rule = {
        **document,
        'id': plan_document.new_plan_document(
            'x', factories.volume(demo), 'volume_snapshot', {}
        )['id'],
        'name': 'by a rule',
        'resources': [],
        'selectors': [{'type': 'volume', 'name': 'orders-db'}],
        'methods': {
            'volume': {
                key: document['resources'][0][key]
                for key in ('protection', 'options')
            }
        },
    }
    started = {
        'plan': execution_service.execute_plan(
            demo, plan_service.plan_create(demo, document)
        ),
        'rule': execution_service.execute_plan(
            demo, plan_service.plan_create(demo, by_rule)
        ),
        'once': module_sandbox.start({**document, 'name': 'at once'}),
    }
    return {kind: module_sandbox.ended(run) for kind, run in started.items()}


@pytest.mark.parametrize('kind', ['plan', 'rule', 'once'])
def test_with_force_an_attached_volume_gets_its_copy(
    module_sandbox, demo, attached, kind
):
    failed = attached[kind]
    assert execution_retry.is_helped_by_force(failed)
    run = module_sandbox.ended(
        execution_retry.retry_execution(demo, failed, force=True)
    )
    assert run.state == 'SUCCESS', run.reason
    assert [wait['name'] for wait in run.results] == ['orders-db']
    point = factories.SNAPSHOT.show(demo, run.results[0]['id'])
    assert (point.state, run.retry_of) == ('available', failed.id)
    assert point.mark.plan == failed.plan_id
    if failed.plan_id:
        kept = plan_service.plan_get(demo, failed.plan_id).document
        assert '"force": true' not in json.dumps(kept)


def test_without_force_it_fails_again(module_sandbox, demo, attached):
    failed = attached['once']
    run = module_sandbox.ended(execution_retry.retry_execution(demo, failed))
    assert (run.state, run.summary['ok']) == ('ERROR', 0)
    assert failed.reason.endswith(run.reason)


def test_force_helps_nothing_else(failed):
    assert not any(map(execution_retry.is_helped_by_force, failed.values()))
