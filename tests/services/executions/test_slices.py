# SPDX-License-Identifier: Apache-2.0
"""What a run begins twice is there once, and what it lacks room for fits."""

import dataclasses
import uuid

from cinderclient import client as cinder_client
import pytest

from cloud import users as cloud_users
from protection_dashboard.api import cinder
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.executions import records
from protection_dashboard.executions import steps as execution_steps
from protection_dashboard.executions import waits
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from tests.support import factories
from tests.support.waiting import until


def of_execution(cloud):
    """The cloud as an action of a new execution has it."""
    return dataclasses.replace(cloud, execution=str(uuid.uuid4()))


def test_a_restore_delivered_twice_makes_one_volume(demo, sandbox):
    point = sandbox.point(factories.volume(demo, 'scratch'))
    given = {'protection': point.protection, 'id': point.id}
    run, since = of_execution(demo), clock.now()
    options = {'restore_name': f'twice {run.execution}'}
    first, second = (
        execution_steps.begin_restore(run, given, options, since)
        for _ in range(2)
    )
    sandbox.volumes.append(first['id'])
    assert first == second
    other = of_execution(demo)
    third = execution_steps.begin_restore(other, given, options, since)
    sandbox.volumes.append(third['id'])
    named = [
        one.id
        for one in cinder.volume_list(demo)
        if one.name == options['restore_name']
    ]
    assert sorted(named) == sorted({first['id'], third['id']})
    until(lambda: all(_is_ready(demo, one) for one in named))


def _is_ready(cloud, volume_id):
    return cinder.volume_get(cloud, volume_id).status == 'available'


def test_a_deletion_delivered_twice_goes_on(demo, sandbox):
    """The second delivery finds the point on its way, or gone."""
    point = sandbox.point(factories.volume(demo, 'scratch'))
    given = {
        'protection': point.protection,
        'id': point.id,
        'resource_type': point.resource_type,
    }
    lost = waits.wait_for_point(given)
    for _delivery in range(2):
        (told,) = waits.poll_waits(demo, [lost])['results']
        assert told['state'] in ('pending', 'ok')
    until(
        lambda: waits.poll_waits(demo, [lost])['results'][0]['state'] == 'ok'
    )
    assert point.id not in factories.point_ids(demo)


@pytest.fixture
def meeting(sandbox, demo):
    """A plan with two schedules that are due this minute."""
    now = clock.now()
    pattern = f'{now.minute} {now.hour} * * *'
    document = sandbox.document(factories.volume(demo, 'scratch'))
    document['schedules'] = [
        {
            **plan_document.new_schedule(pattern, 'UTC').document(),
            'retention': {'last': count},
        }
        for count in (1, 2)
    ]
    return plan_service.plan_create(demo, document)


def as_a_trigger(cloud, plan, schedule_id):
    """The run that the schedule's trigger would start; its id."""
    return mistral.execution_create(
        cloud,
        plan.workflow_id,
        {'schedule': schedule_id, 'name': plan.name},
    ).id


def test_one_run_makes_one_copy_for_two_schedules_that_meet(
    demo, sandbox, meeting
):
    ids = [one['id'] for one in meeting.document['schedules']]
    runs = [as_a_trigger(demo, meeting, one) for one in ids]
    ended = [sandbox.ended(run) for run in runs]
    assert {run.state for run in ended} == {'SUCCESS'}
    covered = [run for run in ended if records.is_covered(run.state_info)]
    (maker,) = [run for run in ended if run not in covered]
    assert len(covered) == 1
    assert 'counts for both' in covered[0].reason
    (point,) = sandbox.points(meeting.document)
    assert point.mark.execution == maker.id
    assert sorted(point.mark.schedules) == sorted(ids)
    assert point.mark.schedule == maker.schedule_id


def test_a_run_by_hand_is_for_its_own_schedule_alone(demo, sandbox, meeting):
    schedule_id = meeting.document['schedules'][0]['id']
    run = sandbox.ended(
        mistral.execution_create(
            demo,
            meeting.workflow_id,
            {'schedule': schedule_id, 'name': 'x', 'by': demo.user},
        ).id
    )
    (point,) = sandbox.points(meeting.document)
    assert (run.state, point.mark.schedules) == ('SUCCESS', (schedule_id,))


@pytest.fixture
def quotas():
    """Set the quota of snapshots of a project; as before afterwards."""
    session = cloud_users.open_session('admin')
    client = cinder_client.Client('3.45', session=session)
    before = {}

    def limit(project_id, snapshots):
        known = client.quotas.get(project_id)
        before.setdefault(project_id, known.snapshots)
        client.quotas.update(project_id, snapshots=snapshots)

    yield limit
    for project_id, snapshots in before.items():
        client.quotas.update(project_id, snapshots=snapshots)


def test_a_full_quota_is_given_room_by_what_retention_would_remove(
    alt, alt_sandbox, quotas
):
    volume = alt_sandbox.volume('without room')
    document = {**alt_sandbox.document(volume), 'retention': {'last': 1}}
    plan = plan_service.plan_create(alt, document)
    points = [alt_sandbox.point(volume, plan=plan) for _ in range(2)]
    quotas(alt.project_id, len(factories.point_ids(alt)))
    run = alt_sandbox.ended(
        mistral.execution_create(
            alt, plan.workflow_id, {'name': plan.name, 'by': alt.user}
        ).id
    )
    assert (run.state, run.reason) == ('SUCCESS', '')
    assert run.summary['ok'] == 1
    removed = {one['id'] for one in run.removed}
    assert removed == {point.id for point in points}
    (left,) = alt_sandbox.points(document)
    assert left.mark.execution == run.id


def test_a_full_quota_never_costs_the_last_good_point(
    alt, alt_sandbox, quotas
):
    volume = alt_sandbox.volume('without any room')
    document = {**alt_sandbox.document(volume), 'retention': {'last': 1}}
    plan = plan_service.plan_create(alt, document)
    point = alt_sandbox.point(volume, plan=plan)
    quotas(alt.project_id, len(factories.point_ids(alt)))
    run = alt_sandbox.ended(
        mistral.execution_create(
            alt, plan.workflow_id, {'name': plan.name, 'by': alt.user}
        ).id
    )
    assert run.state == 'ERROR'
    assert [one.id for one in alt_sandbox.points(document)] == [point.id]
