# SPDX-License-Identifier: Apache-2.0
"""Cinder as tenants see it: a snapshot gives back every byte."""

import contextlib
import os

from cinderclient import client
from cinderclient.exceptions import NotFound
import pytest

from cloud.services.cinder import volume_bytes
from cloud.services.cinder.sample import VERSION
from cloud.users import open_session
from tests.cloud.states import reach
from tests.cloud.states import vanish

pytestmark = pytest.mark.usefixtures('running_cloud')

OFFSETS = (0, 123456789, (1 << 30) - 512)


@pytest.fixture(scope='module')
def cinder():
    return client.Client(VERSION, session=open_session('demo'))


@pytest.fixture
def volumes(cinder):
    with contextlib.ExitStack() as made:
        yield Volumes(cinder, made)


class Volumes:
    """Creates volumes and snapshots; what it made is gone after the test."""

    def __init__(self, cinder, made):
        self._cinder = cinder
        self._made = made

    def create(self, **options):
        return self._settle(self._cinder.volumes.create(1, **options))

    def snapshot(self, volume, **options):
        snapshots = self._cinder.volume_snapshots
        return self._settle(snapshots.create(volume.id, **options))

    def backup(self, volume):
        return self._settle(self._cinder.backups.create(volume.id))

    def _settle(self, resource):
        self._made.callback(_remove, resource)
        return reach(resource, 'available', 'error')


def _remove(resource):
    resource.manager.delete(resource)
    vanish(resource, NotFound)


def _scribble(volume):
    """Write random bytes at three places; return {offset: bytes}."""
    written = {offset: os.urandom(512) for offset in OFFSETS}
    for offset, data in written.items():
        volume_bytes.volume(volume.id).write(offset, data)
    return written


def _read(content):
    return {offset: content.read(offset, 512) for offset in OFFSETS}


def test_a_new_volume_has_the_bytes_of_the_snapshot(volumes):
    volume = volumes.create()
    written = _scribble(volume)
    snapshot = volumes.snapshot(volume)
    _scribble(volume)

    restored = volumes.create(snapshot_id=snapshot.id)

    content = volume_bytes.volume(restored.id)
    assert _read(content) == written
    assert content.digest == volume_bytes.snapshot(snapshot.id).digest
    assert content.size == 1 << 30


def test_a_backup_gives_its_bytes_back(cinder, volumes):
    volume = volumes.create()
    written = _scribble(volume)
    content = volume_bytes.volume(volume.id)
    digest = content.digest
    backup = volumes.backup(volume)
    _scribble(volume)

    cinder.restores.restore(backup.id, volume.id)

    reach(volume, 'restoring-backup')
    reach(volume, 'available', 'error_restoring', limit=60)
    assert _read(content) == written
    assert content.digest == digest


@pytest.mark.parametrize('operation', ['create_volume', 'create_snapshot'])
def test_it_fails_on_demand(volumes, operation):
    fault = {f'fault_{operation}': 'fail'}
    if operation == 'create_volume':
        assert volumes.create(metadata=fault).status == 'error'
        return
    snapshot = volumes.snapshot(volumes.create(), metadata=fault)
    assert snapshot.status == 'error'


def test_a_busy_snapshot_stays(cinder, volumes):
    snapshot = volumes.snapshot(
        volumes.create(), metadata={'fault_delete_snapshot': 'busy'}
    )
    cinder.volume_snapshots.delete(snapshot)
    assert reach(snapshot, 'available', 'error_deleting').status == 'available'
    cinder.volume_snapshots.delete_metadata(
        snapshot, ['fault_delete_snapshot']
    )


def test_the_samples_are_there(cinder):
    volumes = {volume.name: volume for volume in cinder.volumes.list()}
    assert volumes['orders-db'].status == 'in-use'
    assert volumes['scratch'].status == 'available'
    content = volume_bytes.volume(volumes['web-data'].id)
    assert content.size == 1 << 30


def test_the_other_project_sees_nothing_of_it(cinder):
    stranger = client.Client(VERSION, session=open_session('alt'))
    names = {volume.name for volume in stranger.volumes.list()}
    assert 'alt-data' in names
    assert not names & {'web-data', 'orders-db', 'scratch'}
    with pytest.raises(NotFound):
        stranger.volumes.get(cinder.volumes.list()[0].id)


def test_there_is_room_for_a_long_history(cinder):
    quota = cinder.quotas.get(cinder.client.get_project_id())
    assert quota.snapshots >= 2000
    assert quota.volumes >= 200
