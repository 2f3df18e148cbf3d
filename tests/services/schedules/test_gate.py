# SPDX-License-Identifier: Apache-2.0
"""Gates and trusts: what runs by itself in the real Mistral."""

import contextlib
import dataclasses
import datetime
import json
import uuid
import zoneinfo

from keystoneauth1 import loading
from oslo_config import cfg
import pytest
import yaml

from cloud import settings
from cloud import users as cloud_users
from cloud.services.keystone import accounts
from protection_dashboard import exceptions
from protection_dashboard.api import keystone
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import service as schedule_service
from protection_dashboard.workflows import definitions
from tests.support import backdating
from tests.support import factories
from tests.support import schedules
from tests.support.waiting import until

EVERY_MINUTE = '* * * * *'
CRON_LIMIT = 130  # seconds: two minutes, and the cron's tick
UTC = datetime.UTC
MINUTE = datetime.timedelta(minutes=1)
HANGS = {
    'input': ['schedule', 'name'],
    'tasks': {'hang': {'action': 'std.async_noop'}},
}


@pytest.fixture(scope='module')
def identity():
    return accounts.Identity(cloud_users.open_session('admin'))


def ids(identity, collection):
    return {row['name']: row['id'] for row in identity.list(collection)}


@pytest.fixture(scope='module')
def leaver(identity):
    """``(cloud, leave)``: a user who was a member of alt until they leave."""
    body = {'name': 'leaver', 'password': settings.PASSWORD}
    user = ids(identity, 'users').get('leaver')
    if not user:
        made = identity.call('POST', '/users', {'user': body}).json()
        user = made['user']['id']
    project = ids(identity, 'projects')['alt']
    role = ids(identity, 'roles')['member']
    path = f'/projects/{project}/users/{user}/roles/{role}'
    identity.call('PUT', path)
    session = cloud_users.open_session('leaver', project='alt')
    yield (
        cloud_users.open_cloud('leaver', session),
        lambda: identity.call('DELETE', path),
    )
    identity.call('DELETE', f'/users/{user}')


@pytest.fixture(scope='module')
def volume(alt_sandbox):
    return alt_sandbox.volume('armed')


@pytest.fixture(scope='module')
def gated(alt, alt_sandbox, volume):
    """A plan whose gate fires every minute, as its schedule has an end."""
    schedule = dataclasses.replace(
        plan_document.new_schedule(EVERY_MINUTE, schedules.BERLIN),
        end='2099-01-01T00:00',
    )
    return schedules.plan_of(
        alt, alt_sandbox, volume, schedule, name=schedules.HOSTILE
    )


@pytest.fixture(scope='module')
def known_hour(alt, alt_sandbox, volume):
    """A run of the project an hour ago: nothing is said of before."""
    plan = alt_sandbox.plan(volume)
    run_id = execution_service.execute_plan(alt, plan)
    alt_sandbox.ended(run_id)
    backdating.began_at(run_id, clock.now() - 60 * MINUTE, MINUTE)


@pytest.fixture(scope='module')
def orphan(leaver, alt_sandbox, volume, known_hour):
    """A schedule of every minute; who armed it has left the project."""
    cloud, leave = leaver
    schedule = plan_document.new_schedule(EVERY_MINUTE, 'UTC')
    plan = schedules.plan_of(cloud, alt_sandbox, volume, schedule)
    armed = project_status.get_schedule(cloud, plan.id, schedule.id)
    leave()
    return armed


@pytest.fixture(scope='module', autouse=True)
def _early(gated, orphan):
    """Armed before the first test, so that their minute passes meanwhile."""


@pytest.fixture
def schedule(alt, alt_sandbox, volume):
    return schedules.schedule_of(alt, alt_sandbox, volume)


def fire(cloud, schedule, minutes, of=None, starts=None):
    """A gate's firing now, for a local time so many minutes away; its id.

    ``starts`` is the workflow that it starts instead of the plan's.
    """
    now = datetime.datetime.now(UTC)
    wall = (now + minutes * MINUTE).astimezone(
        zoneinfo.ZoneInfo(schedules.BERLIN)
    )
    given = {
        'workflow': starts or definitions.plan_workflow_name(schedule.plan.id),
        'schedule': of or schedule.id,
        'name': schedules.HOSTILE,
        'pattern': f'{wall.minute} {wall.hour} * * *',
        'zone': schedules.BERLIN,
        'armed': (now - 15 * MINUTE).isoformat(),
    }
    gate = definitions.shared_workflow_id(cloud, 'gate')
    return mistral.execution_create(cloud, gate, given).id


def ended(cloud, execution_id):
    def final():
        found = mistral.execution_get(cloud, execution_id)
        return found if found.state in execution_records.FINAL else None

    return until(final)


def test_a_gate_runs_the_plan_when_it_is_due_and_only_then(alt, schedule):
    other = str(uuid.uuid4())
    vain = fire(alt, schedule, minutes=+30, of=other)
    assert ended(alt, vain).state == 'SUCCESS'
    name = definitions.plan_workflow_name(schedule.plan.id)
    assert execution_service.list_executions(alt, 10, workflow_name=name) == []

    gates = [fire(alt, schedule, minutes=-1)]
    (run,) = until(lambda: schedules.runs_of(alt, schedule))
    began = mistral.execution_get(alt, gates[0]).created_at
    until(lambda: f'{datetime.datetime.now(UTC):%F %T}' > began)
    assert (run.kind, run.plan_id) == ('plan', schedule.plan.id)
    assert (run.name, run.schedule_id) == (schedules.HOSTILE, schedule.id)
    with pytest.raises(exceptions.Refused, match="is going on"):
        schedule_service.pause(alt, schedule.plan, schedule.id)
    assert len(schedules.triggers(alt, schedule)) == 1
    # what this firing stands for has been run
    gates.append(fire(alt, schedule, minutes=-2))
    execution_service.execution_cancel(alt, run)
    states = [ended(alt, gate).state for gate in gates]
    assert states[1] == 'SUCCESS'
    (again,) = schedules.runs_of(alt, schedule)
    assert (again.id, again.state) == (run.id, 'CANCELLED')
    listed = [one.id for one in execution_service.list_executions(alt, 10)]
    assert run.id in listed
    assert not {vain, *gates} & set(listed)
    execution_service.execution_delete(alt, again)
    assert schedules.runs_of(alt, schedule) == []


def test_a_firing_ends_earlier_ones_that_mistral_lost(alt, schedule):
    made = mistral.workflow_create(
        alt, definitions.dump_definition(f'hangs.{uuid.uuid4()}', HANGS)
    )
    alive = fire(alt, schedule, minutes=-1, starts=made.name)
    (run,) = until(lambda: runs_below(alt, alive))
    long_ago = clock.now() - 11 * MINUTE
    for one in (alive, run.id):
        backdating.still_since(one, long_ago)
    running = {'state': 'RUNNING'}
    with backdating.copies_of_execution(alive, [long_ago], running):
        gate = definitions.shared_workflow_name(alt, 'gate')
        (lost,) = (
            one.id
            for one in mistral.execution_list(
                alt, 10, workflow_name=gate, state='RUNNING'
            )
            if one.id != alive
        )
        ended(alt, fire(alt, schedule, minutes=+30, starts=made.name))
        found = mistral.execution_get(alt, lost)
        assert (found.state, found.state_info[:5]) == ('ERROR', 'Lost:')
        assert mistral.execution_get(alt, alive).state == 'RUNNING'
    mistral.execution_cancel(alt, run.id)
    ended(alt, alive)
    mistral.workflow_delete(alt, made.id)


def runs_below(cloud, execution_id):
    return mistral.execution_list(cloud, 2, root_execution_id=execution_id)


@pytest.mark.parametrize(
    ('action', 'asked'),
    [('std.async_noop', ['ask', *['ask_again'] * 10]), ('std.fail', ['ask'])],
)
def test_a_gate_asks_again_only_what_mistral_lost(alt, action, asked):
    name = definitions.shared_workflow_name(alt, 'gate')
    body = yaml.safe_load(definitions.shared_definition('gate', name))[name]
    body['input'] = []
    for task in ('ask', 'ask_again'):
        body['tasks'][task] |= {'action': action, 'timeout': 1, 'input': {}}
    text = definitions.dump_definition(f'asks.{uuid.uuid4()}', body)
    made = mistral.workflow_create(alt, text)
    firing = mistral.execution_create(alt, made.id, {}).id
    assert ended(alt, firing).state == 'ERROR'
    tasks = mistral.mistral_client(alt).tasks.list(firing)
    assert sorted(task.name for task in tasks) == asked
    mistral.workflow_delete(alt, made.id)


def test_a_gate_asks_again_as_it_asked_first():
    body = yaml.safe_load(definitions.shared_definition('gate', 'a.name'))
    first, again = (
        body['a.name']['tasks']['ask'],
        dict(body['a.name']['tasks']['ask_again']),
    )
    del again['publish-on-error']
    assert {**first, 'on-error': ''} == {**again, 'on-error': ''}


def test_firings_for_another_plan_do_not_count(alt, alt_sandbox, schedule):
    """Somebody copied the plan with the ids of its schedules."""
    document = {**schedule.plan.document, 'id': str(uuid.uuid4())}
    copy = plan_service.plan_create(alt, alt_sandbox.known(document))
    copied = project_status.get_schedule(alt, copy.id, schedule.id)
    started = []
    for one in (copied, schedule):
        gate = ended(alt, fire(alt, one, minutes=-1))
        started.append(json.loads(gate.output)['due'])
    assert started == [True, True]


@contextlib.contextmanager
def trust(identity):
    """Id of a trust of alt's for Mistral, as a trigger makes one."""
    session = cloud_users.open_session('alt')
    url = f'{settings.AUTH_URL}/OS-TRUST/trusts'
    body = {
        'trustor_user_id': session.get_user_id(),
        'trustee_user_id': ids(identity, 'users')['mistral'],
        'impersonation': True,
        'project_id': session.get_project_id(),
        'roles': [{'name': 'member'}],
    }
    made = session.post(url, json={'trust': body}).json()['trust']['id']
    try:
        yield made
    finally:
        session.delete(f'{url}/{made}')


def test_a_run_gets_a_new_token_of_its_trust(alt, identity):
    options = cfg.ConfigOpts()
    loading.register_auth_conf_options(options, 'keystone_authtoken')
    file = settings.STATE / 'mistral' / 'mistral.conf'
    options(['--config-file', str(file)], project='mistral')
    with trust(identity) as trust_id:
        token = keystone.trust_token(options, trust_id, verify=True)
        cloud = keystone.cloud(
            settings.AUTH_URL,
            token,
            alt.project_id,
            settings.REGION,
            verify=True,
        )
        assert 'alt-data' in [v.name for v in factories.VOLUME.list(cloud)]
    with pytest.raises(exceptions.ProtectionError):
        keystone.trust_token(options, trust_id, verify=True)


def test_a_gate_runs_its_plan_under_its_trust(alt, gated):
    schedule = project_status.get_plan_state(alt, gated.id).schedules[0]
    assert (schedule.state, schedule.gate) == ('armed', True)
    first = until(lambda: schedules.runs_of(alt, schedule), CRON_LIMIT)[0]
    run = factories.ended(alt, first.id)
    schedules.between_runs(
        lambda: schedule_service.pause(alt, gated, schedule.id)
    )
    assert run.state == 'SUCCESS', run.reason
    assert (run.by, run.name) == ('', schedules.HOSTILE)
    (wait,) = run.results
    point = factories.SNAPSHOT.show(alt, wait['id'])
    assert point.mark.schedule == schedule.id
    assert point.mark.execution == run.id


def test_a_user_who_left_leaves_a_schedule_to_arm_again(alt, orphan):
    assert (orphan.state, orphan.by) == ('armed', 'leaver')

    def moved_on():
        (trigger,) = schedules.triggers(alt, orphan)
        then = clock.parse_utc(trigger.next_execution_time)
        return trigger if then > orphan.next_run else None

    trigger = until(moved_on, CRON_LIMIT)
    assert schedules.runs_of(alt, orphan) == []
    # as if it had gone on like that for ten minutes
    backdating.armed_at(trigger.id, clock.now() - 10 * MINUTE)
    found = project_status.get_schedule(alt, orphan.plan.id, orphan.id)
    assert (found.state, found.next_run) == ('unarmed', None)
    assert found.counts_of_week(clock.now()).missed >= 4
    assert clock.now() - found.missed.due < 7 * MINUTE
    assert "leaver, under whose trust it runs" in str(found.reason)
    schedule_service.rearm(alt, orphan.plan, orphan.id)
    now = project_status.get_schedule(alt, orphan.plan.id, orphan.id)
    assert (now.state, now.by) == ('armed', 'alt')
    assert [t.id for t in schedules.triggers(alt, now)] == [now.trigger_id]
    schedule_service.pause(alt, orphan.plan, orphan.id)
