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


def fire(cloud, schedule, minutes, of=None):
    """A gate's firing now, for a local time so many minutes away; its id."""
    now = datetime.datetime.now(UTC)
    wall = (now + minutes * MINUTE).astimezone(
        zoneinfo.ZoneInfo(schedules.BERLIN)
    )
    given = {
        'workflow': definitions.plan_workflow_name(schedule.plan.id),
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
