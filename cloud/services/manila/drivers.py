# SPDX-License-Identifier: Apache-2.0
"""Manila's drivers: a share is a folder, a snapshot or a backup its copy.

Faults: see cloud.services.faults; Manila keeps the metadata of a snapshot
since its API 2.73 only, and a fault in a share's metadata holds for its
snapshots.
"""

import shutil

from manila import db
from manila import exception
from manila.tests.fake_backup_driver import FakeBackupDriver
from manila.tests.share.drivers import dummy

from cloud import settings
from cloud.services import faults


def _folder(row):
    """Return the folder of a share instance, a snapshot instance, a backup."""
    return settings.STATE / 'manila' / 'data' / row['id']


def _copy(source, target):
    _remove(target)
    shutil.copytree(source, target, symlinks=True)


def _remove(folder):
    if folder.exists():
        shutil.rmtree(folder)


def _inject(operation, row, *metadata):
    fault = faults.wanted(operation, *metadata)
    if fault == faults.FAIL:
        raise exception.ShareBackendException(msg=f'fault: {operation}')
    if fault == faults.BUSY:
        raise exception.ShareSnapshotIsBusy(snapshot_name=row['name'])


def _share_metadata(context, share):
    return db.share_metadata_get(context, share['share_id'])


def _snapshot_metadata(context, snapshot):
    return db.share_snapshot_metadata_get(context, snapshot['snapshot_id'])


def _inject_share(operation, context, share):
    _inject(operation, share, _share_metadata(context, share))


def _inject_snapshot(operation, context, snapshot):
    _inject(
        operation,
        snapshot,
        _snapshot_metadata(context, snapshot),
        _share_metadata(context, snapshot['share']),
    )


class FolderDriver(dummy.DummyDriver):
    """Manila's own driver for tests of its API, with content.

    Its methods' names and arguments:
    https://docs.openstack.org/manila/latest/contributor/driver_requirements.html
    """

    def _create_share(self, context, share, share_server=None):
        super()._create_share(context, share, share_server)
        folder = _folder(share)
        folder.mkdir(parents=True, exist_ok=True)
        return [
            self._get_export(
                folder, settings.HOST, is_admin_only=False, preferred=True
            )
        ]

    def create_share(self, context, share, share_server=None):
        _inject_share('create_share', context, share)
        return super().create_share(context, share, share_server)

    def create_share_from_snapshot(
        self, context, share, snapshot, share_server=None, parent_share=None
    ):
        _inject(
            'create_share',
            share,
            _snapshot_metadata(context, snapshot),
            _share_metadata(context, share),
        )
        model = super().create_share_from_snapshot(
            context, share, snapshot, share_server, parent_share
        )
        _copy(_folder(snapshot), _folder(share))
        return model

    def delete_share(self, context, share, share_server=None):
        _inject_share('delete_share', context, share)
        _remove(_folder(share))
        super().delete_share(context, share, share_server)

    def create_snapshot(self, context, snapshot, share_server=None):
        _inject_snapshot('create_snapshot', context, snapshot)
        _copy(_folder(snapshot['share']), _folder(snapshot))
        return super().create_snapshot(context, snapshot, share_server)

    def delete_snapshot(self, context, snapshot, share_server=None):
        _inject_snapshot('delete_snapshot', context, snapshot)
        _remove(_folder(snapshot))
        super().delete_snapshot(context, snapshot, share_server)

    def revert_to_snapshot(self, context, snapshot, *args, **kwargs):
        _inject_snapshot('revert_to_snapshot', context, snapshot)
        _copy(_folder(snapshot), _folder(snapshot['share']))


class FolderBackups(FakeBackupDriver):
    """Backups without the data manager, which would mount the shares."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.use_data_manager = False
        self.restore_to_target_support = True

    def backup(self, context, backup, share):
        _copy(_folder(share['instance']), _folder(backup))

    def restore(self, context, backup, share):
        _copy(_folder(backup), _folder(share['instance']))

    def delete(self, context, backup):
        _remove(_folder(backup))

    def get_backup_progress(self, context, backup, share):
        return '100'

    def get_restore_progress(self, context, backup, share):
        return '100'
