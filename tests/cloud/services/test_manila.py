# SPDX-License-Identifier: Apache-2.0
"""Manila as tenants see it: a share gives back the files that went in."""

import contextlib
import pathlib

from manilaclient import client
from manilaclient.common.apiclient.exceptions import NotFound
import pytest

from cloud.users import open_session
from tests.cloud.states import reach
from tests.cloud.states import vanish

pytestmark = pytest.mark.usefixtures('running_cloud')

VERSION = '2.91'


@pytest.fixture(scope='module')
def manila():
    return client.Client(VERSION, session=open_session('demo'))


@pytest.fixture(scope='module')
def operator():
    return client.Client(
        VERSION, session=open_session('admin', project='demo')
    )


@pytest.fixture(scope='module')
def share(manila):
    """The one share from which the tests make snapshots."""
    with contextlib.ExitStack() as made:
        yield Shares(manila, made).create(name='test')


@pytest.fixture
def shares(manila, share):
    with contextlib.ExitStack() as made:
        yield Shares(manila, made)


class Shares:
    """Creates shares and snapshots; what it made is gone after the test."""

    def __init__(self, manila, made):
        self._manila = manila
        self._made = made

    def create(self, **options):
        share = self._manila.shares.create('NFS', 1, **options)
        return self._settle(share)

    def snapshot(self, share, **options):
        snapshots = self._manila.share_snapshots
        return self._settle(snapshots.create(share, **options))

    def backup(self, share):
        return self._settle(self._manila.share_backups.create(share))

    def _settle(self, resource):
        self._made.callback(_remove, resource)
        return reach(resource, 'available', 'error')


def _remove(resource):
    resource.manager.delete(resource)
    vanish(resource, NotFound)


def folder(manila, share):
    """Return the folder that a share's export location names."""
    location = manila.share_export_locations.list(share)[0]
    return pathlib.Path(location.path.partition(':')[2])


def test_a_new_share_holds_the_files_of_the_snapshot(manila, shares, share):
    (folder(manila, share) / 'minutes.txt').write_text('monday')
    snapshot = shares.snapshot(share)
    (folder(manila, share) / 'minutes.txt').write_text('tuesday')
    (folder(manila, share) / 'later.txt').touch()

    restored = shares.create(snapshot_id=snapshot.id)

    files = {
        path.name: path.read_text()
        for path in folder(manila, restored).iterdir()
    }
    assert files == {'minutes.txt': 'monday'}
    assert folder(manila, restored) != folder(manila, share)


def test_a_share_goes_back_to_its_snapshot(manila, shares, share):
    path = folder(manila, share) / 'minutes.txt'
    path.write_text('monday')
    snapshot = shares.snapshot(share)
    path.write_text('tuesday')

    manila.shares.revert_to_snapshot(share, snapshot)

    reach(share, 'available')
    assert path.read_text() == 'monday'


def test_a_backup_gives_its_files_back(manila, shares, share):
    path = folder(manila, share) / 'minutes.txt'
    path.write_text('monday')
    backup = shares.backup(share)
    path.write_text('tuesday')

    manila.share_backups.restore(backup.id)

    reach(share, 'available')
    assert path.read_text() == 'monday'


def test_a_snapshot_keeps_its_marks(manila, shares, share):
    snapshot = shares.snapshot(share, metadata={'plan': 'nightly'})
    shares.snapshot(share)
    marked = manila.share_snapshots.list(
        search_opts={'metadata': {'plan': 'nightly'}}
    )
    assert [row.id for row in marked] == [snapshot.id]


def test_a_share_fails_on_demand(shares):
    share = shares.create(metadata={'fault_create_share': 'fail'})
    assert share.status == 'error'


def test_a_restore_fails_on_demand(shares, share):
    fault = {'fault_create_share': 'fail'}
    snapshot = shares.snapshot(share, metadata=fault)
    restored = shares.create(snapshot_id=snapshot.id)
    assert restored.status == 'error'


def test_a_snapshot_fails_on_demand(shares, share):
    fault = {'fault_create_snapshot': 'fail'}
    snapshot = shares.snapshot(share, metadata=fault)
    assert snapshot.status == 'error'


def test_a_fault_of_a_share_holds_for_its_snapshots(shares):
    share = shares.create(metadata={'fault_create_snapshot': 'fail'})
    assert shares.snapshot(share).status == 'error'


def test_a_snapshot_takes_as_long_as_asked(manila, shares, share):
    slow = {'fault_create_snapshot': '1'}
    snapshot = manila.share_snapshots.create(share, metadata=slow)
    quick = shares.snapshot(share)
    snapshot.get()
    assert (snapshot.status, quick.status) == ('creating', 'available')
    _remove(reach(snapshot, 'available'))


@pytest.mark.parametrize('fault', ['fail', 'busy'])
def test_the_delete_of_a_snapshot_fails_on_demand(
    fault, operator, shares, share
):
    fault = {'fault_delete_snapshot': fault}
    snapshot = shares.snapshot(share, metadata=fault)
    snapshot.delete()
    reach(snapshot, 'error_deleting')
    operator.share_snapshots.reset_state(snapshot, 'available')
    snapshot.delete_metadata(fault)


def test_the_tenants_have_sample_shares():
    names = {
        user: {row.name for row in _client(user).shares.list()}
        for user in ('demo', 'alt')
    }
    assert names['demo'] >= {'team-files', 'media'}
    assert names['alt'] == {'alt-files'}


def test_the_other_tenant_has_a_snapshot():
    snapshots = _client('alt').share_snapshots.list()
    assert 'alt-files-by-hand' in {row.name for row in snapshots}


def _client(user):
    return client.Client(VERSION, session=open_session(user))
