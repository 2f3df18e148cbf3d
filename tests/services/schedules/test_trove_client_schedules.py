# SPDX-License-Identifier: Apache-2.0
"""Scheduled backups, side by side with python-troveclient itself."""

import itertools
import uuid

import pytest

from protection_dashboard import exceptions
from protection_dashboard.api import trove
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import (
    trove_schedules as mistral_trove_schedules,
)
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import trove_client_schedules
from tests.support import trove_client
from tests.support import trove_databases
from tests.support.trove_client import NEVER
from tests.support.waiting import until

CRON_LIMIT = 130  # seconds: two minutes, and the cron's tick
FOREIGN = """
version: '2.0'
{name}:
  input: [instance]
  tasks:
    nothing:
      action: std.noop
"""


@pytest.fixture(scope='module')
def client(demo):
    with trove_client.kept(demo) as kept:
        yield kept


@pytest.fixture(scope='module')
def instances(demo):
    """Ids of two instances of demo's, for this module only."""
    with trove_databases.kept(demo) as made:
        ids = [made.start('scheduled'), made.start('every minute')]
        yield [made.ready(one).id for one in ids]


@pytest.fixture(scope='module')
def instance(instances):
    return instances[0]


@pytest.fixture(scope='module', autouse=True)
def every_minute(instances, client):
    """The client's own schedule of every minute, with its defaults."""
    return client.create(instances[1], '* * * * *', 'every minute')


@pytest.fixture
def foreign(demo):
    """A trigger of somebody's workflow that takes an instance, too."""
    name = f'report-{uuid.uuid4()}'
    flow = mistral.workflow_create(demo, FOREIGN.format(name=name))
    given = {'instance': str(uuid.uuid4())}
    made = mistral.cron_trigger_create(demo, name, flow.id, NEVER, given)
    yield made, given['instance']
    mistral.cron_trigger_delete(demo, made.id)
    mistral.workflow_delete(demo, flow.id)


def ids(schedules):
    return {schedule.id for schedule in schedules}


def run(cloud, client, schedule):
    """The execution of a run by hand, once it has ended."""
    found = trove_client_schedules.schedule_get(cloud, schedule.trigger_id)
    return client.ended(trove_client_schedules.schedule_run(cloud, found))


def completed(cloud, execution):
    """The backup that an execution asked for, once it is complete."""

    def backup():
        found = trove.backup_get(
            cloud, mistral_trove_schedules.backup_id_of_execution(execution)
        )
        assert found['status'] != 'FAILED'
        return found['status'] == 'COMPLETED' and found

    return until(backup)


def test_what_the_client_makes_is_shown(demo, client, instance):
    made = client.create(instance, '30 1 * * *', description='d')
    found = mistral_trove_schedules.schedule_show(demo, made.id)
    assert (found.name, found.instance) == ('nightly', instance)
    assert (found.pattern, found.description) == ('30 1 * * *', 'd')
    assert f'{found.next_execution_time:%H:%M %Z}' == '01:30 UTC'
    assert (
        mistral_trove_schedules.schedule_show(demo, found.trigger_id) == found
    )
    assert found in mistral_trove_schedules.schedule_list(demo, instance)
    mistral_trove_schedules.schedule_delete(demo, made.id)
    assert made.id not in ids(client.schedule_list(instance))


def test_what_is_made_here_the_client_lists(demo, client, instance):
    made = mistral_trove_schedules.schedule_create(
        demo, instance, NEVER, 'ours'
    )
    execution = run(demo, client, made)
    (listed,) = client.schedule_list(instance)
    assert (listed.id, listed.name) == (made.id, 'ours')
    assert (listed.instance, listed.pattern) == (instance, NEVER)
    assert client.schedule_show(made.id).created_at == listed.created_at
    assert ids(client.execution_list(made.id)) == {execution.id}
    completed(demo, execution)
    client.schedule_delete(made.id)
    with pytest.raises(exceptions.NotFound):
        mistral_trove_schedules.schedule_show(demo, made.id)


def test_increments_have_the_base_that_was_given(demo, client, instance):
    full = mistral_trove_schedules.schedule_create(
        demo, instance, NEVER, 'full'
    )
    base = completed(demo, run(demo, client, full))
    made = mistral_trove_schedules.schedule_create(
        demo, instance, NEVER, 'more', incremental=True, parent_id=base['id']
    )
    assert (made.incremental, made.parent_id) == (True, base['id'])
    backup = completed(demo, run(demo, client, made))
    assert (backup['name'], backup['parent_id']) == ('more', base['id'])
    for one in (full, made):
        mistral_trove_schedules.schedule_delete(demo, one)


def test_a_foreign_trigger_breaks_no_list(demo, client, foreign):
    trigger, instance = foreign
    with pytest.raises(KeyError):
        client.schedule_list(instance)
    assert mistral_trove_schedules.schedule_list(demo, instance) == []
    for function in (
        mistral_trove_schedules.schedule_show,
        mistral_trove_schedules.schedule_delete,
    ):
        with pytest.raises(exceptions.NotFound):
            function(demo, trigger.id)
    assert mistral.cron_trigger_get(demo, trigger.id).name == trigger.name


def test_an_instance_is_matched_by_the_input_and_not_by_text(demo, client):
    here, there = str(uuid.uuid4()), str(uuid.uuid4())
    made = client.create(there, name=f'like that of {here}')
    assert ids(client.schedule_list(here)) == {made.id}
    assert mistral_trove_schedules.schedule_list(demo, here) == []
    assert ids(mistral_trove_schedules.schedule_list(demo, there)) == {made.id}


def test_equal_schedules_share_no_executions(demo, client):
    gone = str(uuid.uuid4())
    first, second = client.create(gone), client.create(gone)
    execution = run(
        demo, client, mistral_trove_schedules.schedule_show(demo, first.id)
    )
    assert ids(client.execution_list(second.id)) == {execution.id}
    assert mistral_trove_schedules.execution_list(demo, second.id) == []
    assert ids(mistral_trove_schedules.execution_list(demo, first.id)) == {
        execution.id
    }
    last = {
        one.made.id: one.last_run
        for one in project_status.status_of_project(demo).client_schedules
    }
    assert last[first.id].id == execution.id
    assert last[second.id] is None


@pytest.fixture
def history(demo, client):
    """A schedule and its three executions, the newest first."""
    made = client.create(str(uuid.uuid4()))
    schedule = mistral_trove_schedules.schedule_show(demo, made.id)
    runs = [run(demo, client, schedule).id for _number in range(3)]
    return schedule, runs[::-1]


def test_executions_come_in_pages_and_can_be_forgotten(demo, history):
    schedule, runs = history
    two = mistral_trove_schedules.execution_list(demo, schedule.id, limit=2)
    rest = mistral_trove_schedules.execution_list(
        demo, schedule.id, marker=two[-1], limit=2
    )
    assert sorted(x.id for x in [*two, *rest]) == sorted(runs)
    assert all(
        one.created_at >= following.created_at
        for one, following in itertools.pairwise([*two, *rest])
    )
    mistral_trove_schedules.execution_delete(demo, two[0])
    mistral_trove_schedules.execution_delete(demo, two[1].id)
    assert ids(mistral_trove_schedules.execution_list(demo, schedule)) == {
        rest[0].id
    }


def test_history_outlives_its_schedule(demo, history):
    schedule, runs = history
    mistral_trove_schedules.schedule_delete(demo, schedule)
    for known in (schedule, schedule.trigger_id):
        assert ids(mistral_trove_schedules.execution_list(demo, known)) == set(
            runs
        )
    for unknown in (schedule.id, str(uuid.uuid4())):
        with pytest.raises(exceptions.NotFound):
            mistral_trove_schedules.execution_list(demo, unknown)


def test_executions_of_other_work_are_not_deleted(demo, executed_plan):
    with pytest.raises(exceptions.NotFound):
        mistral_trove_schedules.execution_delete(demo, executed_plan.run.id)
    assert mistral.execution_get(demo, executed_plan.run.id).state == 'ERROR'


@pytest.mark.parametrize('user', ['alt', 'admin'])
def test_other_projects_see_and_touch_nothing(
    demo, cloud_of, client, user, history
):
    schedule, runs = history
    other = cloud_of(user)
    assert schedule not in mistral_trove_schedules.schedule_list(other)
    for refused in (
        lambda: mistral_trove_schedules.schedule_show(other, schedule.id),
        lambda: mistral_trove_schedules.schedule_delete(
            other, schedule.trigger_id
        ),
        lambda: mistral_trove_schedules.execution_list(other, schedule.id),
        lambda: mistral_trove_schedules.execution_delete(other, runs[0]),
    ):
        with pytest.raises(exceptions.NotFound):
            refused()
    assert mistral_trove_schedules.execution_list(other, schedule) == []
    assert ids(mistral_trove_schedules.execution_list(demo, schedule)) == set(
        runs
    )


@pytest.mark.parametrize('user', ['demo', 'admin'])
def test_only_instances_of_the_project_can_be_scheduled(cloud_of, alt, user):
    cloud = cloud_of(user, 'demo')
    (theirs, *_more) = [one['id'] for one in trove.instance_list(alt)]
    for wrong in (theirs, str(uuid.uuid4()), '../flavors'):
        with pytest.raises(exceptions.NotFound):
            mistral_trove_schedules.schedule_create(
                cloud, wrong, NEVER, 'theirs'
            )
        assert mistral_trove_schedules.schedule_list(cloud, wrong) == []


@pytest.mark.parametrize('pattern', ['whenever', '0 0 31 2 *', '0 0 L * *'])
def test_a_pattern_is_plain_cron_and_runs(demo, instance, pattern):
    before = mistral_trove_schedules.schedule_list(demo, instance)
    with pytest.raises(exceptions.Refused):
        mistral_trove_schedules.schedule_create(
            demo, instance, pattern, 'never'
        )
    assert mistral_trove_schedules.schedule_list(demo, instance) == before


def test_a_schedule_of_the_client_fires_and_backs_up(
    demo, client, every_minute
):
    made = every_minute.id
    listed = until(lambda: client.execution_list(made), CRON_LIMIT)
    execution = client.ended(listed[-1].id)
    assert execution.state == 'SUCCESS', execution.state_info
    schedule = mistral_trove_schedules.schedule_show(demo, made)
    assert execution.id in ids(
        mistral_trove_schedules.execution_list(demo, made)
    )
    assert (
        mistral_trove_schedules.trigger_id_of_execution(execution)
        == schedule.trigger_id
    )
    backup = completed(demo, execution)
    assert backup['instance_id'] == every_minute.instance
    assert backup['name'] == 'every minute'
    mistral_trove_schedules.schedule_delete(demo, schedule)
