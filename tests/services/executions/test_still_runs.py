# SPDX-License-Identifier: Apache-2.0
"""Runs that stand still in Mistral: found, ended, and what they made counts.

What Mistral lost is told by nothing but the times in its database.
"""

import dataclasses
import datetime
import time
import types
import uuid

import pytest

from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.executions import cancellation
from protection_dashboard.executions import lost_runs
from protection_dashboard.executions import overlap_guard
from protection_dashboard.executions import retry as execution_retry
from protection_dashboard.executions import search as execution_search
from protection_dashboard.executions import service as execution_service
from protection_dashboard.executions import steps as execution_steps
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protections.base import Mark
from protection_dashboard.workflows import definitions
from tests.support import backdating
from tests.support import sandboxes
from tests.support.waiting import until

HANGING = {'action': 'std.async_noop'}
RESOLVE = {
    'action': 'protection.resolve',
    'input': {
        'plan': '<% $.plan %>',
        'schedule': '<% $.schedule %>',
        'version': 2,
    },
    'publish': {'steps': '<% task().result.steps %>'},
}


def hanging_definition(document, task):
    """A plan's workflow that resolves its resources; then a task hangs."""
    body = {
        **definitions.workflow_template('plan'),
        'vars': {'plan': definitions.encode_document(document)},
        'tasks': {'resolve': {**RESOLVE, 'on-success': task}, task: HANGING},
    }
    name = definitions.plan_workflow_name(document['id'])
    return definitions.dump_definition(name, body)


def tasks(cloud, run_id):
    return {t.name for t in mistral.mistral_client(cloud).tasks.list(run_id)}


def hanging_run(sandbox, document, task):
    """``(plan, id)``: a run of a plan that hangs in a task.

    The plan's workflow is the real one afterwards.
    """
    cloud = sandbox.cloud
    made = mistral.workflow_create(
        cloud, hanging_definition(sandbox.known(document), task)
    )
    plan = plan_document.Plan(document, made.id)
    run_id = sandbox.started(execution_service.execute_plan(cloud, plan))
    until(lambda: task in tasks(cloud, run_id))
    # Mistral takes definitions of one second for the same
    second = int(time.time())
    until(lambda: int(time.time()) > second)
    text = plan_document.workflow_definition(document)
    mistral.workflow_update(cloud, plan.workflow_id, text)
    return plan, run_id


def stand_still(run_id, minutes):
    since = clock.now() - datetime.timedelta(minutes=minutes)
    backdating.still_since(run_id, since)


def make_point(sandbox, document, run_id, resource):
    """The recovery point that a run made of a resource before it was lost."""
    mark = Mark(plan=document['id'], execution=run_id)
    (step,) = [
        step
        for step in execution_steps.plan_steps(
            plan_document.resource_entries(document), mark, clock.now()
        )
        if step['resource']['id'] == resource.id
    ]
    wait = execution_steps.begin_protection(sandbox.cloud, step)
    assert wait['state'] == 'pending', wait
    return until(lambda: sandbox._point_in(wait['id'], 'available'))


@pytest.fixture(scope='module')
def lost(module_sandbox, demo):
    """Three lost runs and one that moved lately; another run came after them.

    Of the three volumes of the run's own plan two have their copy.
    """
    sandbox = module_sandbox
    volumes = [sandbox.volume(f'still {n}') for n in range(3)]
    document = sandboxes.with_resources(*map(sandbox.document, volumes))
    plan, run_id = hanging_run(sandbox, document, 'protect')
    points = [
        make_point(sandbox, document, run_id, one) for one in volumes[:2]
    ]
    alive = sandbox.endless('moves')
    others = {
        'plan is gone': sandbox.endless('gone'),
        'restore': endless_restore(sandbox),
    }
    for one in (run_id, *others.values()):
        stand_still(one, 11)
    stand_still(alive, 9)
    after = sandbox.ended(execution_service.execute_plan(demo, plan))
    return types.SimpleNamespace(
        plan=plan,
        id=run_id,
        points=points,
        others=others,
        alive=alive,
        after=after,
        volumes=volumes,
    )


def endless_restore(sandbox):
    """A run of the project's restore workflow that hangs; its id."""
    name = definitions.shared_workflow_name(sandbox.cloud, 'restore')
    body = {
        'tags': ['protection', 'protection-restore'],
        'tasks': {'restore': HANGING},
    }
    # not under its own name: others restore meanwhile
    text = definitions.dump_definition(f'{name}.hanging', body)
    made = mistral.workflow_create(sandbox.cloud, text)
    run_id = mistral.execution_create(sandbox.cloud, made.id, {}).id
    mistral.workflow_delete(sandbox.cloud, made.id)
    sandbox.endless_ids.append(sandbox.started(run_id))
    return run_id


def test_the_next_run_goes_on(lost):
    assert (lost.after.state, lost.after.reason) == ('SUCCESS', '')
    assert lost.after.summary['ok'] == 3


def test_the_lost_run_tells_how_many_copies_it_has(demo, lost):
    run = execution_service.execution_details(demo, lost.id)
    assert (run.state, run.is_lost) == ('ERROR', True)
    assert run.reason.startswith('Lost: nothing of this run moved after ')
    assert '2 of 3 resources have their copy. ' in run.reason
    assert run.reason.endswith(f'Ended by {lost.after.id}.')


def test_its_page_shows_each_resource_as_it_is(demo, lost):
    run = execution_service.execution_details(demo, lost.id)
    found = cancellation.current_results(demo, run)
    told = {wait['resource_id']: (wait['state'], wait['id']) for wait in found}
    copied, missing = lost.volumes[:2], lost.volumes[2]
    assert told == {
        missing.id: (cancellation.NOT_STARTED, ''),
        **{
            volume.id: ('ok', point.id)
            for volume, point in zip(copied, lost.points, strict=True)
        },
    }


def test_an_administrator_of_elsewhere_is_told_nothing_wrong(
    cloud_of, demo, lost
):
    """The services list to them only what is in their own project."""
    within = cloud_of('admin').within(demo.project_id)
    run = execution_service.execution_details(within, lost.id)
    states = [
        wait['state']
        for wait in cancellation.current_results(
            within, run, finds_points=False
        )
    ]
    assert states == [cancellation.NOT_RECORDED] * 3


def test_a_service_that_does_not_answer_costs_the_page_nothing(demo, lost):
    run = execution_service.execution_details(demo, lost.id)
    states = [
        wait['state']
        for wait in cancellation.current_results(without_cinder(demo), run)
    ]
    assert states == [cancellation.NOT_STARTED] * 3


def without_cinder(cloud):
    """The Cloud with an address of Cinder at which nobody answers."""
    dead = 'http://127.0.0.1:9/v3'
    catalog = [
        {
            **service,
            'endpoints': [
                {**one, 'url': dead} for one in service['endpoints']
            ],
        }
        if service['type'] == 'block-storage'
        else service
        for service in cloud.catalog
    ]
    return dataclasses.replace(cloud, catalog=catalog)


@pytest.mark.parametrize('which', ['plan is gone', 'restore'])
def test_every_lost_run_of_the_project_is_ended(demo, lost, which):
    run = execution_service.execution_get(demo, lost.others[which])
    assert run.is_lost
    assert run.reason.endswith(f'Ended by {lost.after.id}.')
    assert 'have their copy' not in run.reason


def test_one_that_moved_lately_goes_on(demo, lost):
    run = execution_service.execution_get(demo, lost.alive)
    assert run.state == 'RUNNING'


def test_a_filter_finds_the_lost_ones(demo, lost):
    search = execution_search.Search(state='lost')
    found = {run.id for run in execution_search.search_page(demo, search, 100)}
    assert {lost.id, *lost.others.values()} <= found
    assert not found & {lost.alive, lost.after.id}


def test_retry_repeats_only_what_has_no_copy(module_sandbox, demo, lost):
    run = execution_service.execution_details(demo, lost.id)
    again = module_sandbox.ended(execution_retry.retry_execution(demo, run))
    assert again.state == 'SUCCESS'
    assert [w['resource_id'] for w in again.results] == [lost.volumes[2].id]


@pytest.fixture(scope='module')
def lasting(module_sandbox):
    """``lasting(task)``: ``(plan, id)`` of a run that hangs in a task."""

    def make(task):
        volume = module_sandbox.volume(f'hangs in {task}')
        document = module_sandbox.document(volume)
        plan, run_id = hanging_run(module_sandbox, document, task)
        module_sandbox.endless_ids.append(run_id)
        return plan, run_id

    return make


def test_a_run_that_only_removes_or_tells_holds_nobody_up(
    module_sandbox, demo, lasting
):
    plan, run_id = lasting('notify')
    after = module_sandbox.ended(execution_service.execute_plan(demo, plan))
    assert (after.state, after.reason) == ('SUCCESS', '')
    assert execution_service.execution_get(demo, run_id).state == 'RUNNING'


def test_one_that_makes_copies_does_until_its_limit(
    module_sandbox, demo, lasting
):
    plan, run_id = lasting('protect')
    stand_still(run_id, 9)
    after = module_sandbox.ended(execution_service.execute_plan(demo, plan))
    assert after.state == 'SKIPPED'
    name = definitions.plan_workflow_name(plan.id)
    run = execution_service.execution_get(demo, run_id)
    found = overlap_guard.find_overlap(demo, name, 'another', hours=1)
    assert found == overlap_guard.Overlap(run.started)
    past = overlap_guard.find_overlap(demo, name, 'another', hours=-1)
    assert past == overlap_guard.Overlap()


def test_the_next_run_tells_of_what_a_person_ended(
    module_sandbox, demo, lasting
):
    plan, run_id = lasting('protect')
    run = execution_service.execution_get(demo, run_id)
    lost = lost_runs.LostRun(run, demo.project_id, run.started)
    (ended,) = lost_runs.end_lost_runs(demo, [lost])
    assert ended.run.reason.endswith('Ended by demo.')
    assert '0 of 1 resources have their copy' in ended.run.reason
    # nobody can end it a second time
    acting = dataclasses.replace(demo, execution=str(uuid.uuid4()))
    assert lost_runs.end_lost_runs(acting, [lost]) == []
    name = definitions.plan_workflow_name(plan.id)
    told = []
    for _number in range(2):
        after = execution_service.execute_plan(demo, plan)
        assert module_sandbox.ended(after).state == 'SUCCESS'
        found = overlap_guard.find_overlap(demo, name, after, hours=1)
        told.append([one.run.id for one in found.lost])
    assert told == [[run_id], []]
