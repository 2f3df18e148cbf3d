# SPDX-License-Identifier: Apache-2.0
"""Nova as tenants see it: servers boot, keep their state and take faults."""

import contextlib
import sqlite3

from cinderclient import client as cinder_client
from glanceclient.exc import HTTPNotFound
from glanceclient.v2 import client as glance_client
from novaclient import client
from novaclient.exceptions import NotFound
import pytest

from cloud import settings
from cloud.services.cinder.sample import VERSION
from cloud.services.glance import sample as glance_sample
from cloud.services.neutron import sample as neutron_sample
from cloud.services.nova import flavors
from cloud.supervisor import control
from cloud.users import open_session
from tests.cloud.states import reach
from tests.cloud.states import vanish

pytestmark = pytest.mark.usefixtures('running_cloud')

NETWORK = neutron_sample.NETWORKS['demo'][0]


def _open(user):
    return client.Client('2.90', session=open_session(user))


@pytest.fixture(scope='module')
def nova():
    return _open('demo')


@pytest.fixture(scope='module')
def glance():
    return glance_client.Client(session=open_session('demo'))


@pytest.fixture(scope='module')
def cinder():
    return cinder_client.Client(VERSION, session=open_session('demo'))


@pytest.fixture(scope='module')
def made():
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.fixture(scope='module')
def boot(nova, made):
    """``boot(name, fault_...='fail')``: a server, gone after the tests."""
    image = nova.glance.find_image(glance_sample.IMAGE)
    network = nova.neutron.find_network(NETWORK)

    def create(name, **metadata):
        server = nova.servers.create(
            name,
            image,
            flavors.SERVER[0].id,
            meta=metadata,
            nics=[{'net-id': network.id}],
        )
        made.callback(_remove, server)
        return reach(server, 'ACTIVE', 'ERROR', limit=60)

    return create


def _remove(server):
    server.delete()
    vanish(server, NotFound)


@pytest.fixture(scope='module')
def server(boot):
    """The one server that no test breaks."""
    return boot('test')


def test_a_server_is_in_the_database_of_its_own_cloud(server):
    """Which may be a copy of another cloud's, cells and all."""
    cell = settings.STATE / 'nova' / 'cell1.db'
    with contextlib.closing(sqlite3.connect(cell)) as database:
        found = database.execute(
            'select display_name from instances where uuid = ?', (server.id,)
        )
        assert found.fetchall() == [('test',)]


@pytest.fixture(scope='module')
def volume(cinder, made):
    volume = cinder.volumes.create(1, name='test')
    made.callback(_remove_volume, cinder, volume)
    return reach(volume, 'available', 'error')


def _remove_volume(cinder, volume):
    """After its server: that detaches it."""
    reach(volume, 'available')
    volume.delete()


def _task_ended(server):
    task = 'OS-EXT-STS:task_state'
    return getattr(server.manager.get(server.id), task) is None


def test_a_server_boots_and_gets_an_address(server):
    assert server.status == 'ACTIVE'
    (address,) = server.addresses[NETWORK]
    assert address['addr'].startswith('10.10.0.')


def test_a_snapshot_is_an_image_of_the_project(glance, server, made):
    image_id = server.create_image('test', {'purpose': 'check'})
    made.callback(glance.images.delete, image_id)

    control.wait_until(
        lambda: glance.images.get(image_id)['status'] == 'active',
        30,
        f'{image_id} does not become active',
    )

    image = glance.images.get(image_id)
    assert (image['size'], image['purpose']) == (4096, 'check')
    content = b''.join(glance.images.data(image_id))
    assert content.startswith(f'The disk of {server.id}'.encode())


def test_a_boot_fails_on_demand(boot):
    broken = boot('broken', fault_boot='fail')
    assert broken.status == 'ERROR'
    assert 'fault: boot' in broken.fault['message']


def test_a_snapshot_fails_on_demand(nova, glance, server):
    nova.servers.set_meta(server, {'fault_snapshot': 'fail'})
    image_id = server.create_image('never')
    control.wait_until(
        lambda: _task_ended(server), 30, 'the snapshot does not end'
    )
    nova.servers.delete_meta(server, ['fault_snapshot'])

    with pytest.raises(HTTPNotFound):
        glance.images.get(image_id)
    assert server.manager.get(server.id).status == 'ACTIVE'


def test_servers_and_their_volumes_outlive_a_restart(
    running_cloud, nova, server, volume
):
    nova.volumes.create_server_volume(server.id, volume.id)
    reach(volume, 'in-use', 'error')

    with running_cloud.without('nova'):
        pass

    assert server.manager.get(server.id).status == 'ACTIVE'
    nova.volumes.delete_server_volume(server.id, volume.id)
    assert reach(volume, 'available', 'error').attachments == []
    server.stop()
    reach(server, 'SHUTOFF')
    server.start()
    reach(server, 'ACTIVE')


def test_the_samples_are_there(nova, cinder):
    servers = {server.name: server for server in nova.servers.list()}
    volumes = {volume.name: volume for volume in cinder.volumes.list()}
    attached = nova.volumes.get_server_volumes(servers['web-1'].id)
    assert [one.volumeId for one in attached] == [volumes['web-1-data'].id]
    assert servers['worker-1'].status == 'ACTIVE'


def test_the_other_project_sees_nothing_of_it(nova, server):
    stranger = _open('alt')
    names = {one.name for one in stranger.servers.list()}
    assert 'alt-server' in names
    assert not names & {'web-1', 'worker-1', 'test'}
    with pytest.raises(NotFound):
        stranger.servers.get(server.id)
