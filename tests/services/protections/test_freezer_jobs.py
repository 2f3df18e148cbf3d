# SPDX-License-Identifier: Apache-2.0
"""Jobs of Freezer that nobody runs, that are refused, that runs left."""

import dataclasses
import uuid

from keystoneauth1 import session
from keystoneauth1.identity import v3
import pytest

from cloud import settings
from cloud import users as cloud_users
from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api import freezer as api
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections.base import Mark
from protection_dashboard.protections.freezer import actions as freezer_actions
from protection_dashboard.protections.freezer import jobs as freezer_jobs
from tests.support import factories
from tests.support import freezer_service
from tests.support import sandboxes
from tests.support.freezer_service import FREEZER

UNMANNED = 'unmanned'
OPTIONS = {'backup_name': 'nightly'}


def with_settings(cloud, **changes):
    return dataclasses.replace(
        cloud, settings=dataclasses.replace(cloud.settings, **changes)
    )


@pytest.fixture(scope='module')
def unmanned(demo):
    """demo's cloud, where no scheduler ever polls for the jobs."""
    path = f'{demo.url("backup")}/v2/{demo.project_id}/clients'
    client = {'client_id': UNMANNED, 'hostname': UNMANNED}
    demo.session('backup').post(path, json=client)
    yield with_settings(demo, freezer_client=UNMANNED)
    demo.session('backup').delete(f'{path}/{UNMANNED}')


@pytest.fixture(scope='module')
def volume(demo):
    return factories.volume(demo, 'scratch')


def mine(cloud, point_id):
    """What there is in Freezer of one point: jobs, actions, records."""
    jobs = [j for j in api.job_list(cloud) if point_id in j['description']]
    actions = [
        action
        for action in api.action_list(cloud)
        if action['freezer_action'].get('backup_id') == point_id
    ]
    records = api.backup_list(cloud, backup_id=point_id)
    return len(jobs), len(actions), len(records)


def test_a_job_that_nobody_runs_ends_with_the_reason(unmanned, volume):
    impatient = with_settings(unmanned, freezer_start_limit=1)
    point_id = FREEZER.protect(impatient, volume, OPTIONS, Mark())
    assert mine(unmanned, point_id) == (1, 1, 1)
    assert FREEZER.made(unmanned, point_id).state == 'pending'
    wait = freezer_service.waiting('point', volume, point_id)
    failed = freezer_service.ended(impatient, wait)
    assert failed['state'] == 'failed'
    assert failed['reason'] == (
        'The Freezer job did not start because no Freezer scheduler is '
        'running.'
    )
    assert mine(unmanned, point_id) == (0, 0, 0)


def test_a_refused_job_leaves_no_action(unmanned, volume):
    point_id = FREEZER.protect(unmanned, volume, OPTIONS, Mark())
    job_id = api.backup_get(unmanned, point_id)['backup_metadata']['job']
    action = freezer_actions.backup_action(
        unmanned, 'volume', volume.id, 'again'
    )
    before = len(api.action_list(unmanned))
    with pytest.raises(exceptions.Refused, match='already registered'):
        freezer_jobs.start_job(unmanned, action, 'x', job_id=job_id, work='x')
    assert len(api.action_list(unmanned)) == before
    FREEZER.sweep(unmanned)
    assert mine(unmanned, point_id) == (0, 0, 0)


def test_a_run_sweeps_what_dead_ones_left_and_no_more(unmanned, volume):
    with sandboxes.kept(unmanned) as sandbox:
        alive = sandbox.start(sandbox.document(volume))
        point_ids = {}
        for run_id in (alive, str(uuid.uuid4())):
            mark = Mark(execution=run_id)
            cloud = dataclasses.replace(unmanned, execution=run_id)
            point_ids[run_id] = FREEZER.protect(cloud, volume, OPTIONS, mark)
        assert (
            execution_service.execution_get(unmanned, alive).state == 'RUNNING'
        )
        FREEZER.sweep(unmanned)
        left = {run_id: mine(unmanned, p) for run_id, p in point_ids.items()}
        assert left.pop(alive) == (1, 1, 1)
        assert list(left.values()) == [(0, 0, 0)]
        assert sandbox.ended(alive).ended
    FREEZER.sweep(unmanned)
    assert mine(unmanned, point_ids[alive]) == (0, 0, 0)


def test_a_job_whose_backup_somebody_removed_is_swept(unmanned, volume):
    point_id = FREEZER.protect(unmanned, volume, OPTIONS, Mark())
    api.backup_delete(unmanned, point_id)
    FREEZER.sweep(unmanned)
    assert mine(unmanned, point_id) == (0, 0, 0)


@pytest.fixture
def scheduled(demo):
    """demo's cloud with the token of a scheduled run, which is a trust's."""
    tenant = cloud_users.open_session('demo')
    mistral = {
        'auth_url': settings.AUTH_URL,
        'username': 'mistral',
        'password': settings.PASSWORD,
        'user_domain_id': 'default',
    }
    service = session.Session(
        v3.Password(
            **mistral, project_name='service', project_domain_id='default'
        )
    )
    trust = {
        'trustor_user_id': tenant.get_user_id(),
        'trustee_user_id': service.get_user_id(),
        'project_id': demo.project_id,
        'impersonation': True,
        'roles': [{'name': 'member'}],
    }
    trusts = f'{settings.AUTH_URL}/OS-TRUST/trusts'
    made = tenant.post(trusts, json={'trust': trust}).json()['trust']
    trusted = session.Session(v3.Password(**mistral, trust_id=made['id']))
    yield dataclasses.replace(demo, token=trusted.get_token())
    tenant.delete(f'{trusts}/{made["id"]}')


def test_a_scheduled_run_works_by_the_permit_of_its_plan(
    demo, scheduled, volume
):
    schedule = plan_document.new_schedule('0 3 1 1 *', 'UTC')
    document = plan_document.new_plan_document(
        'permit', volume, 'freezer', OPTIONS, [schedule]
    )
    plan = plan_service.plan_create(demo, document)
    mark = Mark(plan=plan.id, execution=str(uuid.uuid4()))
    permits = [j for j in freezer_service.left(demo)[0] if plan.id in j]
    point_id = FREEZER.protect(scheduled, volume, OPTIONS, mark)
    with pytest.raises(exceptions.Refused, match='not ended yet'):
        FREEZER.protect(
            scheduled, volume, OPTIONS, Mark(plan.id, execution='x')
        )
    wait = freezer_service.waiting('point', volume, point_id)
    made = freezer_service.ended(scheduled, wait)
    assert (made['state'], made['reason']) == ('ok', '')
    assert [
        j for j in freezer_service.left(demo)[0] if plan.id in j
    ] == permits
    assert mine(demo, point_id) == (0, 0, 1)
    plan_service.plan_delete(demo, plan)
    assert not [j for j in freezer_service.left(demo)[0] if plan.id in j]
    assert freezer_service.delete(demo, point_id)['state'] == 'ok'


@pytest.mark.parametrize(
    ('kind', 'changes', 'sentence'),
    [
        (
            'image',
            {},
            'Images are not backed up on their own: protected with their '
            'server or project.',
        ),
        (
            'volume',
            {'freezer_client': 'nobody'},
            'Freezer has no client nobody to run the job: ask your '
            'administrator for one.',
        ),
        (
            'server',
            {'freezer_storage': 'swift'},
            "Freezer's client central does not support the storage swift: "
            'ask your administrator for it.',
        ),
    ],
)
def test_what_stands_in_the_way_is_said_before(demo, kind, changes, sentence):
    resource = Resource('1', kind, 'x', 'ACTIVE', 'available', details={})
    cloud = with_settings(demo, **changes)
    assert FREEZER.obstacle(cloud, resource) == sentence


def test_a_point_that_freezer_made_by_hand_is_shown(demo, volume):
    record = {
        'backup_name': 'by hand',
        'mode': 'nova',
        'engine_name': 'nova',
        'nova_inst_id': str(uuid.uuid4()),
        'container': 'elsewhere',
        'hostname': 'host-1',
        'storage': 'swift',
        'time_stamp': 1_700_000_000,
    }
    point_ids = [api.backup_create(demo, record) for _number in range(2)]
    points = FREEZER.points(demo, record['nova_inst_id'])
    assert {point.id for point in points} == set(point_ids)
    assert points[0].created.isoformat() == '2023-11-14T22:13:20+00:00'
    assert points[0] == FREEZER.show(demo, points[0].id)
    with pytest.raises(exceptions.Refused, match='other backups'):
        FREEZER.delete(demo, point_ids[0])
    for point_id in point_ids:
        api.backup_delete(demo, point_id)


def test_every_point_of_a_kind_has_its_place(demo):
    made = [
        freezer_actions.backup_action(demo, 'project', 'p', 'x') for _n in '12'
    ]
    assert made[0]['container'] != made[1]['container']
    assert type(plugins.protection('freezer')) is type(FREEZER)
