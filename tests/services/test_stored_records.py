# SPDX-License-Identifier: Apache-2.0
"""What release 0.1.0 stored works on in the real Mistral, with today's code.

Its definitions, cron triggers and records are put there as it wrote them
(``tests/support/stored_records.py``), only with ids of what there is here.
"""

import dataclasses
import datetime
import json
import uuid

import pytest

from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.executions import cancellation
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import retry as execution_retry
from protection_dashboard.executions import service as execution_service
from protection_dashboard.executions import waits
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.recovery_points import removals
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import service as schedule_service
from protection_dashboard.workflows import definitions
from protection_dashboard.workflows import result_states
from tests.support import factories
from tests.support import schedules
from tests.support import stored_records
from tests.support.waiting import until

CRON_LIMIT = 130  # seconds: two minutes, and the cron's tick
RESOURCES = stored_records.load('resources')
FAULT = 'fault_create_snapshot'


class Past:
    """Puts what 0.1.0 stored into a project, for a volume that is there."""

    def __init__(self, sandbox, volume):
        self.cloud = sandbox.cloud
        self.sandbox = sandbox
        self.volume = volume
        self.gate_ids = []

    def plan(self, label):
        """The plan of 0.1.0 with such a label, without its trigger."""
        new = str(uuid.uuid4())
        ids = {
            RESOURCES['plans'][label]: new,
            RESOURCES['volumes']['orders']: self.volume.id,
        }
        for one in plan_document.plan_or_unreadable(
            stored_records.workflow(label)
        ).schedules:
            ids[one.id] = str(uuid.uuid4())
        self.sandbox.plan_ids.add(new)
        made = self._workflow(label, ids)
        return plan_document.plan_or_unreadable(
            mistral.workflow_get(self.cloud, made.name)
        )

    def gate(self):
        """The gate of 0.1.0, beside the one that today's code keeps."""
        made = self._workflow(
            'shared gate', {RESOURCES['project']: str(uuid.uuid4())}
        )
        self.gate_ids.append(made.id)
        return made

    def _workflow(self, label, ids):
        text = _with(stored_records.workflow(label).definition, ids)
        return mistral.workflow_create(self.cloud, text)

    def arm(self, label, plan, workflow_id):
        """The only trigger of a plan of 0.1.0, which starts a workflow."""
        old = plan_document.plan_or_unreadable(stored_records.workflow(label))
        (stored,), (new,) = old.schedules, plan.schedules
        trigger = next(
            one
            for one in stored_records.cron_triggers()
            if stored.id in one.name
        )
        ids = {
            stored.id: new.id,
            old.id: plan.id,
            old.workflow_id: plan.workflow_id,
        }
        return mistral.cron_trigger_create(
            self.cloud,
            _with(trigger.name, ids),
            workflow_id,
            trigger.pattern,
            json.loads(_with(trigger.workflow_input, ids)),
            json.loads(_with(trigger.workflow_params, ids))['env'],
        )

    def clear(self):
        """The gates, after the plans whose triggers start them."""
        for plan in plan_service.plan_list(self.cloud):
            if plan.id in self.sandbox.plan_ids:
                plan_service.plan_delete(self.cloud, plan)
        for gate_id in self.gate_ids:
            mistral.workflow_delete(self.cloud, gate_id)


def _with(text, ids):
    """A text in which other ids stand for those of 0.1.0's cloud."""
    for old, new in ids.items():
        text = text.replace(old, new)
    return text


@pytest.fixture(scope='module')
def volume(module_sandbox):
    return module_sandbox.volume('stored')


@pytest.fixture(scope='module')
def past(module_sandbox, volume):
    made = Past(module_sandbox, volume)
    yield made
    made.clear()


@dataclasses.dataclass(frozen=True)
class Armed:
    """A plan of 0.1.0 with its trigger, and its first run by cron."""

    plan: plan_document.Plan
    trigger_id: str
    run: execution_records.Execution


LABELS = ('every_minute', 'gated_every_minute')


@pytest.fixture(scope='module', autouse=True)
def triggers(past):
    """``{label: (plan, its trigger's id)}``, there before the first test.

    So their minute passes meanwhile. One starts the gate of 0.1.0.
    """
    made = {}
    for label in LABELS:
        plan = past.plan(label)
        starts = past.gate().id if 'gated' in label else plan.workflow_id
        made[label] = plan, past.arm(label, plan, starts).id
    return made


@pytest.fixture(scope='module')
def armed(past, triggers):
    """``{label: Armed}``, once cron has started both."""
    return {
        label: Armed(plan, trigger_id, _first_run(past, plan))
        for label, (plan, trigger_id) in triggers.items()
    }


def _first_run(past, plan):
    schedule = project_status.get_plan_state(past.cloud, plan.id).schedules[0]
    first = until(lambda: schedules.runs_of(past.cloud, schedule), CRON_LIMIT)
    return past.sandbox.ended(first[0].id)


def test_what_failed_in_a_plan_of_before_can_be_tried_again(
    demo, module_sandbox
):
    ailing = module_sandbox.volume('ailing', metadata={FAULT: 'fail'})
    plan = Past(module_sandbox, ailing).plan('every_minute')
    failed = module_sandbox.ended(execution_service.execute_plan(demo, plan))
    module_sandbox.cinder.volumes.delete_metadata(ailing.id, [FAULT])
    assert failed.state == 'ERROR'
    assert failed.reason == 'ailing: Cinder reports the status error.'
    again = module_sandbox.ended(execution_retry.retry_execution(demo, failed))
    assert (again.state, again.retry_of) == ('SUCCESS', failed.id)
    (wait,) = again.results
    assert (wait['state'], wait['resource_id']) == ('ok', ailing.id)


@pytest.fixture
def point(module_sandbox, volume):
    """A point of a plan that is there."""
    return module_sandbox.point(volume, plan=module_sandbox.plan(volume))


def for_point(record, point):
    """A record of 0.1.0's for a point that is there."""
    return {**record, 'id': point.id, 'resource_id': point.resource_id}


def test_a_run_waits_on_for_what_it_had_begun_before(demo, point):
    polled = stored_records.task_results('running_later')['poll']
    (wait,) = polled['results']
    assert wait['state'] == result_states.PENDING
    record = for_point(wait, point)
    found = waits.poll_waits(demo, [record])
    assert found['results'] == [{**record, 'state': 'ok'}]
    assert (found['pending'], found['failure']) == (0, None)


def test_a_cancelled_run_tells_what_became_of_what_it_had_begun(demo, point):
    (wait,) = stored_records.task_results('cancelled')['poll']['results']
    run = execution_records.parse_execution(
        stored_records.execution('cancelled')
    )
    run = dataclasses.replace(run, results=(for_point(wait, point),))
    (found,) = cancellation.current_results(demo, run)
    assert found['state'] == 'ok'


def test_a_deletion_goes_on_that_had_begun_before(demo, point):
    wait = stored_records.task_results('delete')['delete'][0]
    assert wait['state'] == result_states.PENDING
    record = {**for_point(wait, point), 'point': point.id}
    (told,) = waits.poll_waits(demo, [record])['results']
    assert (told['state'], told['reason']) == (
        'failed',
        "The service did not delete it: its status is available.",
    )
    factories.SNAPSHOT.delete(demo, point.id)
    until(lambda: waits.poll_waits(demo, [record])['summary']['ok'])


def removal_of(point, **facts):
    """The removal that was pending, for a point that is there."""
    told = stored_records.task_results('removal_pending')['notify']['removals']
    (removal,) = [one for one in told if one['state'] == removals.PENDING]
    end = (clock.now() + datetime.timedelta(hours=1)).isoformat()
    return {**for_point(removal, point), 'until': end, **facts}


def test_a_removal_goes_on_that_had_begun_before(demo, point):
    record = removal_of(point, token=point.id)
    factories.SNAPSHOT.delete(demo, point.id)

    def ended():
        stand = removals.continue_removals(demo, point.mark.plan, [record])
        return stand if not stand['pending'] else None

    stand = until(ended)
    assert stand['removals'] == [{**record, 'state': 'removed'}]
    assert stand['removed'] == {'removed': 1}


def test_a_removal_begins_that_had_not_begun_before(demo, point):
    record = removal_of(point, token='')
    stand = removals.continue_removals(demo, point.mark.plan, [record])
    (begun,) = stand['removals']
    assert begun['token'] == point.id
    until(lambda: point.id not in factories.point_ids(demo))


@pytest.mark.parametrize('label', LABELS)
def test_cron_runs_a_plan_of_before(
    demo, module_sandbox, volume, armed, label
):
    found = armed[label]
    run, plan = found.run, found.plan
    assert (run.state, run.reason) == ('SUCCESS', '')
    assert (run.plan_id, run.by) == (plan.id, '')
    assert run.schedule_id == plan.schedules[0].id
    assert run.summary == {'ok': 1, 'failed': 0, 'skipped': 0, 'removed': 0}
    (wait,) = run.results
    assert (wait['state'], wait['resource_id']) == ('ok', volume.id)
    point = factories.SNAPSHOT.show(demo, wait['id'])
    assert (point.state, point.resource_id) == ('available', volume.id)
    assert point.mark.ids == {
        'plan': plan.id,
        'schedule': plan.schedules[0].id,
        'execution': run.id,
    }
    name = definitions.plan_workflow_name(plan.id)
    page = execution_service.list_executions(
        demo, 10, tags=definitions.TAG, workflow_name=name
    )
    listed = {one.id: one.state for one in page}
    assert listed[run.id] == 'SUCCESS'
    # the next run is one of this version
    name = definitions.plan_workflow_name(plan.id)
    text = mistral.workflow_get(demo, name).definition
    assert text == plan_document.workflow_definition(plan.document)


@pytest.mark.parametrize('label', LABELS)
def test_an_edit_of_a_plan_of_before_keeps_its_trigger(demo, armed, label):
    found = armed[label]
    plan = plan_service.plan_get(demo, found.plan.id)
    edited = {**plan.document, 'description': 'edited', 'promise': 30}
    saved = plan_service.plan_update(demo, plan.document, edited)
    assert saved.document == edited
    now = project_status.get_plan_state(demo, plan.id)
    assert now.plan.document == edited
    (schedule,) = now.schedules
    assert (schedule.state, schedule.by) == ('armed', 'demo')
    assert schedule.trigger_id == found.trigger_id
    assert schedule.gate is ('gated' in label)
    name = definitions.plan_workflow_name(plan.id)
    text = mistral.workflow_get(demo, name).definition
    assert [one.by for one in saved.changes] == ['demo']
    assert text == plan_document.workflow_definition(edited, saved.changes)
    schedules.between_runs(
        lambda: schedule_service.pause(demo, plan, schedule.id)
    )
    assert schedules.triggers(demo, schedule) == []
    run = factories.ended(demo, execution_service.execute_plan(demo, saved))
    assert (run.state, run.summary['ok']) == ('SUCCESS', 1)
