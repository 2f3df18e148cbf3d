# SPDX-License-Identifier: Apache-2.0
"""Runs that people start go on after their token has ended: by a trust.

Mistral's service user is the trustee of everybody's trusts, and anybody may
write the id of one into an input: it must serve nobody but its trustor.
"""

import base64
from concurrent import futures
import contextlib
import dataclasses
import json
import uuid

from keystoneauth1 import session as keystone_session
from keystoneauth1.identity import v3
from mistral_lib.actions import context as mistral_context
from oslo_config import cfg
import pytest

from cloud import settings
from cloud import users as cloud_users
from cloud.services.keystone import accounts
from protection_dashboard import exceptions
from protection_dashboard import settings as operator
from protection_dashboard.api import cinder
from protection_dashboard.api import freezer
from protection_dashboard.api import glance
from protection_dashboard.api import keystone
from protection_dashboard.api import manila
from protection_dashboard.api import neutron
from protection_dashboard.api import nova
from protection_dashboard.api import trove
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import (
    environments as mistral_environments,
)
from protection_dashboard.common import clock
from protection_dashboard.executions import steps as execution_steps
from protection_dashboard.mistral_actions import action
from protection_dashboard.mistral_actions import run_trusts
from protection_dashboard.mistral_actions.action import LOST_LOGIN
from protection_dashboard.mistral_actions.action import Action
from protection_dashboard.notifications import targets
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protections.base import Mark
from protection_dashboard.workflows import definitions
from tests.support import gateways
from tests.support import service_stops
from tests.support.waiting import until

TOKENS = f'{settings.AUTH_URL}/auth/tokens'
TRUSTS = f'{settings.AUTH_URL}/OS-TRUST/trusts'
FOREIGN = run_trusts.FOREIGN_TRUST
EXPIRED = run_trusts.EXPIRED_LOGIN


def token_of(session):
    """What Keystone tells Mistral's API of the token of a session."""
    headers = {'X-Subject-Token': session.get_token()}
    return session.get(TOKENS, headers=headers).json()['token']


def log_out(session):
    """End the token of a session in Keystone."""
    headers = {'X-Subject-Token': session.get_token()}
    session.delete(TOKENS, headers=headers)


def context_of(session, token=None, **changes):
    """What Mistral gives to an action of a run that a session started."""
    facts = {
        'auth_token': session.get_token(),
        'project_id': session.get_project_id(),
        'service_catalog': token or token_of(session),
        'is_target': False,
    }
    return mistral_context.ActionContext(
        mistral_context.SecurityContext(**(facts | changes)),
        mistral_context.ExecutionContext(),
    )


@pytest.fixture(scope='module', autouse=True)
def _mistral_configuration(running_cloud):
    """Mistral's own settings: those of its service user."""
    file = settings.STATE / 'mistral' / 'mistral.conf'
    cfg.CONF(['--config-file', str(file)], project='mistral')
    yield
    cfg.CONF.reset()


@pytest.fixture
def session():
    """A new login of demo's."""
    return cloud_users.open_session('demo')


@contextlib.contextmanager
def trust_of(session):
    """A run's trust, gone afterwards."""
    made = run_trusts.create_run_trust(context_of(session), hours=2)
    try:
        yield made
    finally:
        owner = cloud_users.open_session(
            token_of(session)['user']['name'],
            project=token_of(session)['project']['name'],
        )
        owner.delete(f'{TRUSTS}/{made}', raise_exc=False)


@pytest.fixture
def trust(demo):
    """The trust of a run that demo started, gone after the test."""
    with trust_of(cloud_users.open_session('demo')) as made:
        yield made


def test_an_action_knows_whose_token_it_has(session):
    cloud = action.cloud_of_context(context_of(session))
    told = cloud.user, cloud.user_id, cloud.project_name, cloud.admin
    assert told == ('demo', session.get_user_id(), 'demo', False)
    admin = cloud_users.open_session('admin', project='demo')
    assert action.cloud_of_context(context_of(admin)).admin


def test_a_keystone_that_the_caller_names_gets_no_token_of_mistral_s(session):
    """By the headers X-Target-..., or whatever else fills the context."""
    tokens = []

    def answer(handler):
        tokens.append(handler.headers['X-Auth-Token'])
        user = {'user': {'email': 'ceo@victim.test'}}
        endpoint = gateways.endpoint(theirs.url, settings.REGION)
        catalog = [{'type': 'identity', 'endpoints': [endpoint]}]
        body = json.dumps({'catalog': catalog, **user})
        return gateways.Answer(200, body.encode())

    with gateways.serving(answer) as theirs:
        for facts in (
            {'auth_uri': theirs.url, 'is_target': True},
            {'auth_uri': theirs.url},
        ):
            cloud = action.cloud_of_context(context_of(session, **facts))
            emails = operator.Settings(smtp_server='mail')
            cloud = dataclasses.replace(cloud, settings=emails)
            known = targets.known_addresses(cloud)
            assert 'ceo@victim.test' not in known
    assert {*tokens} == {session.get_token()}


def new_token(context, trust):
    return run_trusts.run_trust_token(context.security, trust)


def test_the_trust_is_of_who_started_the_run_and_ends_after_it(session):
    before = clock.now()
    with trust_of(session) as made:
        trust = session.get(f'{TRUSTS}/{made}').json()['trust']
    token = token_of(session)
    assert trust['trustor_user_id'] == token['user']['id']
    assert trust['project_id'] == token['project']['id']
    assert {role['id'] for role in trust['roles']} == {
        role['id'] for role in token['roles']
    }
    assert (trust['impersonation'], trust['redelegation_count']) == (True, 0)
    end = clock.parse_utc(trust['expires_at'].rstrip('Z'))
    # Keystone keeps whole seconds
    assert -1 < (end - before).total_seconds() - 3 * 3600 < 60


def test_a_trust_gives_the_login_that_started_the_run(session, trust):
    token = new_token(context_of(session), trust)
    cloud = keystone.cloud(
        settings.AUTH_URL,
        token,
        session.get_project_id(),
        settings.REGION,
        verify=True,
    )
    assert 'web-data' in [v.name for v in cinder.volume_list(cloud)]


def test_a_trust_serves_after_a_logout(session, trust):
    context = context_of(session)
    log_out(session)
    assert new_token(context, trust)


def application_credential(session):
    """A session with all roles of a user's, by an application credential."""
    user = session.get_user_id()
    url = f'{settings.AUTH_URL}/users/{user}/application_credentials'
    body = {'name': str(uuid.uuid4()), 'unrestricted': True}
    made = session.post(url, json={'application_credential': body}).json()
    secret = made['application_credential']
    return keystone_session.Session(
        auth=v3.ApplicationCredential(
            auth_url=settings.AUTH_URL,
            application_credential_id=secret['id'],
            application_credential_secret=secret['secret'],
        )
    )


def with_fewer_roles(token):
    return {**token, 'roles': token['roles'][:1]}


def attackers(session):
    """``{who: the context of their run}``, with demo's trust as an input."""
    viewer = cloud_users.open_session('viewer')
    admin = cloud_users.open_session('admin', project='demo')
    mine = token_of(session)
    return {
        'another user of the project': context_of(viewer),
        'an administrator': context_of(admin),
        'a user of another project': context_of(
            cloud_users.open_session('alt')
        ),
        'the user in another project': context_of(
            session,
            project_id=cloud_users.open_session('alt').get_project_id(),
        ),
        'X-Target headers': context_of(session, is_target=True),
        'an application credential': context_of(
            application_credential(session)
        ),
        'a trust': context_of(session, {**mine, 'OS-TRUST:trust': {}}),
        'EC2 credentials': context_of(
            session, {**mine, 'methods': ['ec2credential']}
        ),
        'unknown methods': context_of(session, {**mine, 'methods': []}),
        'a login with fewer roles': context_of(
            session, with_fewer_roles(mine)
        ),
        'no known login': context_of(session, service_catalog=None),
        'a login that cannot be read': context_of(
            session, {**mine, 'roles': [None]}
        ),
    }


def test_a_trust_serves_nobody_else(session, trust, demo):
    assert new_token(context_of(session), trust)
    for who, context in attackers(session).items():
        with pytest.raises(exceptions.NotAuthorized) as caught:
            new_token(context, trust)
        assert str(caught.value) == FOREIGN, who
        run_trusts.delete_run_trust(context, trust)
    # and nobody else has deleted it
    assert new_token(context_of(session), trust)


def test_a_trust_serves_in_its_own_project_alone(running_cloud):
    elsewhere = cloud_users.open_session('admin', project='alt')
    with trust_of(cloud_users.open_session('admin', project='demo')) as made:
        with pytest.raises(exceptions.NotAuthorized) as caught:
            new_token(context_of(elsewhere), made)
        assert str(caught.value) == FOREIGN


@pytest.fixture
def newcomer(running_cloud):
    """``(session, leave)``: a new member of demo, until they leave."""
    admin = cloud_users.open_session('admin')
    identity = accounts.Identity(admin)
    ids = {
        kind: {row['name']: row['id'] for row in identity.list(kind)}
        for kind in ('projects', 'roles')
    }
    body = {'name': str(uuid.uuid4()), 'password': settings.PASSWORD}
    user = identity.call('POST', '/users', {'user': body}).json()['user']
    grant = (
        f'/projects/{ids["projects"]["demo"]}/users/{user["id"]}'
        f'/roles/{ids["roles"]["member"]}'
    )
    identity.call('PUT', grant)
    session = keystone_session.Session(
        auth=v3.Password(
            auth_url=settings.AUTH_URL,
            user_id=user['id'],
            password=settings.PASSWORD,
            project_id=ids['projects']['demo'],
        )
    )
    yield session, lambda: identity.call('DELETE', grant)
    identity.call('DELETE', f'/users/{user["id"]}')


def test_a_trust_ends_with_the_roles_of_who_started_the_run(newcomer):
    session, leave = newcomer
    context = context_of(session)
    trust = run_trusts.create_run_trust(context, hours=2)
    assert new_token(context, trust)
    leave()
    with pytest.raises(exceptions.NotAuthorized) as caught:
        new_token(context, trust)
    assert str(caught.value) == EXPIRED


def test_the_run_deletes_its_trust(session, trust):
    context = context_of(session)
    log_out(session)
    run_trusts.delete_run_trust(context, trust)
    with pytest.raises(exceptions.NotAuthorized) as caught:
        new_token(context, trust)
    assert str(caught.value) == EXPIRED


class FirstAction(Action):
    """What the first action of a run does."""

    def act(self, cloud, execution):
        return self.create_trust(hours=2)


class LastAction(Action):
    """What the last action of a run does."""

    def __init__(self, trust):
        self.trust = trust

    def act(self, cloud, execution):
        self.delete_trust()
        return len(cinder.volume_list(cloud))


def test_the_first_action_makes_what_the_last_one_deletes(session):
    context = context_of(session)
    trust = FirstAction().run(context)
    log_out(session)
    assert new_token(context, trust)
    # its cloud has a token of the trust, which ends with it
    result = LastAction(trust).run(context)
    assert result.error == EXPIRED
    assert LastAction(trust).run(context).error == EXPIRED


def test_a_run_whose_login_mistral_lost_has_no_use_for_a_trust(session, trust):
    context = context_of(session, auth_token=None)
    assert LastAction(trust).run(context).error == LOST_LOGIN
    assert new_token(context_of(session), trust)


def test_without_a_trust_there_is_nothing_to_delete(session):
    run_trusts.delete_run_trust(context_of(session), '')


def test_a_run_of_a_cron_trigger_needs_no_trust(session):
    context = context_of(session, trust_id='of the trigger')
    assert run_trusts.create_run_trust(context, hours=2) == ''


def test_a_delegated_login_makes_no_trust(session):
    context = context_of(application_credential(session))
    assert run_trusts.create_run_trust(context, hours=2) == ''


def test_a_run_goes_on_where_keystone_refuses_a_trust(session, caplog):
    context = context_of(session)
    log_out(session)
    assert run_trusts.create_run_trust(context, hours=2) == ''
    assert 'A run goes on without a trust' in caplog.text
    assert session.get_token() not in caplog.text


UNKNOWN = '1a7e0c52-7f0b-4f65-9f0c-1f4a3a0f9d11'


@pytest.mark.parametrize('trust', ['', None, UNKNOWN, {'id': 1}])
def test_without_a_good_trust_the_login_has_expired(session, trust):
    with pytest.raises(exceptions.NotAuthorized) as caught:
        new_token(context_of(session), trust)
    assert str(caught.value) == EXPIRED


def workflow_that_polls(cloud, wait):
    """A workflow that asks for one wait until it has ended; its id."""
    poll = {
        'action': 'protection.poll',
        'input': {'waits': [wait], 'trust': '<% $.trust %>'},
        'retry': {
            'count': 100,
            'delay': 1,
            'continue-on': '<% isDict(task().result)'
            ' and task().result.pending > 0 %>',
        },
        'publish': {'results': '<% task().result.results %>'},
    }
    body = {
        'input': [{'trust': ''}],
        'output': {'results': '<% $.results %>'},
        'tasks': {'poll': poll},
    }
    name = f'test.{uuid.uuid4()}'
    text = definitions.dump_definition(name, body)
    return mistral.workflow_create(cloud, text).id


@pytest.fixture
def polling(demo, sandbox):
    """A workflow that waits for a new copy of demo's, gone after the test.

    ``polling(seconds)``: its id, and the copy takes so long.
    """
    made = []

    def make(seconds):
        volume = sandbox.volume('outlives its login')
        fault = {'fault_create_snapshot': str(seconds)}
        sandbox.cinder.volumes.set_metadata(volume.id, fault)
        document = sandbox.document(volume)
        mark = Mark(plan=document['id'], execution=str(uuid.uuid4()))
        (step,) = execution_steps.plan_steps(
            plan_document.resource_entries(document), mark, clock.now()
        )
        wait = execution_steps.begin_protection(demo, step)
        assert wait['state'] == 'pending', wait
        made.append(workflow_that_polls(demo, wait))
        return made[-1]

    yield make
    for workflow in made:
        mistral.workflow_delete(demo, workflow)


def start(session, workflow, trust='', **headers):
    """Start it with the login of a session; the execution's id."""
    url = session.get_endpoint(service_type='workflowv2')
    body = {'workflow_id': workflow, 'input': json.dumps({'trust': trust})}
    answer = session.post(f'{url}/executions', json=body, headers=headers)
    return answer.json()['id']


def end_of(cloud, run_id, limit=60):
    """``(state, what it says)`` of a run that has ended.

    Its state, its reason and its output tell it: where a token ends between
    two calls of an action, the reason is that of the copy alone.
    """
    client = mistral.mistral_client(cloud)

    def ended():
        run = client.executions.get(run_id)
        return run if run.state in ('SUCCESS', 'ERROR') else None

    run = until(ended, limit)
    return run.state, f'{run.state_info} {run.output}'


def looks(cloud, run_id):
    """How often a run has asked what became of its copy."""
    client = mistral.mistral_client(cloud)
    (task,) = client.tasks.list(run_id)
    return sum(
        found.state == 'SUCCESS'
        for found in client.action_executions.list(task.id)
    )


def test_a_run_goes_on_after_the_logout_of_who_started_it(
    demo, session, trust, polling
):
    workflow = polling(15)
    run_id = start(session, workflow, trust)
    alone = start(session, workflow)
    until(lambda: looks(demo, run_id) and looks(demo, alone))
    log_out(session)
    assert EXPIRED in end_of(demo, alone)[1]
    before = looks(demo, run_id)
    state, told = end_of(demo, run_id)
    assert (state, 'failed' in told) == ('SUCCESS', False), told
    assert looks(demo, run_id) > before


def test_a_run_goes_on_after_its_token_has_expired(demo, polling):
    workflow = polling(100)
    with service_stops.token_lifetime(45):
        session = cloud_users.open_session('demo')
        trust = run_trusts.create_run_trust(context_of(session), hours=2)
        run_id = start(session, workflow, trust)
        alone = start(session, workflow)
        until(lambda: looks(demo, run_id) and looks(demo, alone))
        assert EXPIRED in end_of(demo, alone, 90)[1]
        state, told = end_of(demo, run_id, 120)
    assert (state, 'failed' in told) == ('SUCCESS', False), told
    demo_session = cloud_users.open_session('demo')
    demo_session.delete(f'{TRUSTS}/{trust}')


def headers_for_another_cloud(victim):
    """What lets Mistral act for a user of another cloud: all of it forged."""
    token = json.dumps(token_of(victim)).encode()
    return {
        'X-Target-Auth-Uri': settings.AUTH_URL,
        'X-Target-Auth-Token': 'expired',
        'X-Target-Project-Id': victim.get_project_id(),
        'X-Target-User-Id': victim.get_user_id(),
        'X-Target-Region-Name': settings.REGION,
        'X-Target-Service-Catalog': base64.b64encode(token).decode(),
    }


def test_mistral_gives_nobody_the_trust_of_another(demo, polling):
    """Neither a user of the project, nor who forges what Mistral keeps."""
    workflow = polling(15)
    victim = cloud_users.open_session('admin', project='demo')
    session = cloud_users.open_session('demo')
    with trust_of(victim) as trust:
        plain = start(session, workflow, trust)
        forged = start(
            session,
            workflow,
            trust,
            **headers_for_another_cloud(victim),
        )
        log_out(session)
        for run_id in (plain, forged):
            told = end_of(demo, run_id)[1]
            assert FOREIGN in told


def refused_cloud(**facts):
    """A Cloud of demo's whose token Keystone takes no longer."""
    session = cloud_users.open_session('demo')
    cloud = cloud_users.open_cloud('demo', session)
    log_out(session)
    return dataclasses.replace(cloud, **facts)


#: a call by each of the clients
CALLS = {
    'cinderclient': cinder.volume_list,
    'glanceclient': glance.image_list,
    'manilaclient': manila.share_list,
    'mistralclient': mistral.workflow_list,
    'neutronclient': neutron.network_list,
    'novaclient': nova.server_list,
    'troveclient': trove.instance_list,
    'freezerclient': freezer.job_list,
    'keystoneauth': lambda cloud: mistral_environments.environment_variables(
        cloud, 'none'
    ),
}


@pytest.mark.parametrize('name', CALLS)
def test_each_client_goes_on_with_a_new_token(demo, name):
    with contextlib.suppress(exceptions.NotFound):
        CALLS[name](refused_cloud(renew=lambda: demo.token))
    with pytest.raises(exceptions.NotAuthorized):
        CALLS[name](refused_cloud())


def test_calls_that_are_refused_together_get_one_new_token(demo):
    renewals = []

    def renew():
        renewals.append(demo.token)
        return demo.token

    cloud = refused_cloud(renew=renew)
    with futures.ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _n: cinder.volume_list(cloud), range(8)))
    assert all(found)
    assert len(renewals) == 1


def test_the_sentence_of_a_refused_renewal_is_the_error(session):
    cloud = refused_cloud(
        renew=lambda: new_token(context_of(session), trust='')
    )
    with pytest.raises(exceptions.NotAuthorized) as caught:
        cinder.volume_list(cloud)
    assert str(caught.value) == EXPIRED
