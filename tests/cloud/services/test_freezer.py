# SPDX-License-Identifier: Apache-2.0
"""Freezer as tenants see it: one central scheduler, and what it refuses."""

from cinderclient import client as cinder_client
from cinderclient.exceptions import NotFound
from freezerclient.exceptions import ApiClientException
from freezerclient.v2 import client
import psutil
import pytest

from cloud import settings
from cloud.services.freezer.service import CENTRAL
from cloud.services.freezer.service import FreezerScheduler
from cloud.supervisor import control
from cloud.users import open_session
from tests.cloud.states import reach
from tests.cloud.states import vanish

pytestmark = pytest.mark.usefixtures('running_cloud')


@pytest.fixture(scope='module')
def session():
    return open_session('demo')


@pytest.fixture(scope='module')
def freezer(session):
    return client.Client(session=session)


@pytest.fixture(scope='module')
def cinder(session):
    return cinder_client.Client('3.71', session=session)


@pytest.fixture(scope='module')
def volume(cinder):
    volume = reach(cinder.volumes.create(1, name='test'), 'available')
    yield volume
    _remove(volume)


@pytest.fixture
def jobs(freezer):
    """What a test leaves of jobs, actions and records is removed."""
    before = _rows(freezer)
    yield Jobs(freezer)
    for collection, row in sorted(_rows(freezer) - before, reverse=True):
        getattr(freezer, collection).delete(row)


@pytest.fixture
def foreign_trust(session):
    """A trust of the same tenant, for another service than Freezer."""
    trust = {
        'trustor_user_id': session.get_user_id(),
        'trustee_user_id': open_session('alt').get_user_id(),
        'project_id': session.get_project_id(),
        'impersonation': False,
        'roles': [{'name': 'member'}],
    }
    trusts = f'{settings.AUTH_URL}/OS-TRUST/trusts'
    answer = session.post(trusts, json={'trust': trust}).json()
    address = f'{trusts}/{answer["trust"]["id"]}'
    yield address
    session.delete(address)


class Jobs:
    """Creates jobs and waits for their end."""

    def __init__(self, freezer):
        self._freezer = freezer

    def create(self, **action):
        """Return the id of a job of one action that starts by itself."""
        action = {'max_retries': 0, 'freezer_action': action}
        document = {
            'client_id': CENTRAL,
            'description': 'test',
            'job_actions': [action],
        }
        return self._freezer.jobs.create(document)

    def back_up(self, volume):
        """Return the id of a job that backs up a volume by Cinder."""
        return self.create(
            action='backup',
            mode='cindernative',
            cindernative_vol_id=volume.id,
            backup_name='test',
            container='test',
        )

    def result(self, job_id):
        """Return 'success' or 'fail' as soon as the job has ended."""
        control.wait_until(
            lambda: self._result(job_id) in ('success', 'fail'),
            60,
            f'job {job_id} does not end',
        )
        return self._result(job_id)

    def _result(self, job_id):
        return self._freezer.jobs.get(job_id)['job_schedule'].get('result')


def _rows(freezer):
    """Return (collection, id) of all rows; actions outlive their jobs."""
    rows = {
        'jobs': freezer.jobs.list_all(limit=100),
        'actions': freezer.actions.list(limit=100),
        'backups': freezer.backups.list(limit=100),
    }
    return {
        (name, row[f'{name.removesuffix("s")}_id'])
        for name in rows
        for row in rows[name]
    }


def _remove(resource):
    resource.manager.delete(resource)
    vanish(resource, NotFound)


def test_the_central_scheduler_offers_volumes_and_servers_only(freezer):
    rows = (row['client'] for row in freezer.clients.list(limit=100))
    central = next(row for row in rows if row['client_id'] == CENTRAL)
    assert central['is_central'] is True
    assert central['supported_actions'] == ['backup', 'restore', 'admin']
    assert central['supported_modes'] == ['cindernative', 'nova']
    assert central['supported_storages'] == ['local']
    assert central['supported_engines'] == ['nova']


@pytest.mark.parametrize(
    'action',
    [
        {'action': 'exec', 'command': 'id'},
        {'action': 'backup', 'mode': 'fs', 'path_to_backup': '/etc'},
    ],
    ids=['a command', 'files'],
)
def test_it_refuses_to_work_on_its_own_host(jobs, action):
    with pytest.raises(ApiClientException, match='does not support'):
        jobs.create(**action)


def test_a_job_makes_a_backup_of_the_tenants_volume(
    jobs, cinder, volume, session, foreign_trust
):
    assert jobs.result(jobs.back_up(volume)) == 'success'

    backups = cinder.backups.list(search_opts={'volume_id': volume.id})
    assert len(backups) == 1
    _remove(reach(backups[0], 'available'))
    assert session.get(foreign_trust).ok


def test_a_job_stores_nothing_outside_of_its_projects_folder(jobs, tmp_path):
    folder = tmp_path / 'stolen'
    job_id = jobs.create(
        action='backup',
        mode='nova',
        engine_name='nova',
        nova_inst_id='any',
        backup_name='test',
        container=str(folder),
        storage='local',
    )
    assert jobs.result(job_id) == 'fail'
    assert not folder.exists()


def test_no_agent_outlives_the_scheduler(freezer, jobs, volume):
    job_id = jobs.back_up(volume)
    control.wait_until(_agents, 30, 'no agent was started')
    agents = _agents()
    control.stop(FreezerScheduler())
    try:
        control.wait_until(
            lambda: not any(agent.is_running() for agent in agents),
            5,
            'an agent outlives its scheduler',
        )
    finally:
        freezer.jobs.delete(job_id)
        control.start(FreezerScheduler())


def _agents():
    return [
        process
        for process in psutil.process_iter(['cmdline'])
        if 'cloud.services.freezer.agent' in (process.info['cmdline'] or ())
    ]
