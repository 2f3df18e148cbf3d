# SPDX-License-Identifier: Apache-2.0
"""Cinder's volume driver of this cloud: sparse files, real bytes, no root.

A volume or snapshot is one sparse file; a snapshot or clone is a sparse copy.
It attaches through os-brick's LOCAL connector, so cinder-backup reads and
restores the real bytes. Faults: see cloud.services.faults.
"""

import os
import pathlib
import subprocess

from cinder import exception
from cinder import interface
from cinder.volume import configuration
from cinder.volume import driver
from oslo_config import cfg

from cloud.services import faults

OPTIONS = [cfg.StrOpt('file_folder', help="Folder of the volumes' files.")]
cfg.CONF.register_opts(OPTIONS, group=configuration.SHARED_CONF_GROUP)


def _inject(operation, *resources):
    fault = faults.wanted(operation, *(r.metadata for r in resources))
    if fault == faults.FAIL:
        raise exception.VolumeBackendAPIException(data=f'fault: {operation}')
    if fault == faults.BUSY:
        raise exception.SnapshotIsBusy(snapshot_name=resources[-1].name)


def _copy(source, target):
    subprocess.run(
        ['cp', '--sparse=always', '--reflink=auto', source, target],
        check=True,
    )


def _resize(path, gibibytes):
    with path.open('ab') as content:
        content.truncate(gibibytes << 30)


@interface.volumedriver
class FileDriver(driver.VolumeDriver):
    VERSION = '1.0'
    CI_WIKI_NAME = 'none'

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.configuration.append_config_values(OPTIONS)
        self.folder = pathlib.Path(self.configuration.file_folder)

    def _path(self, resource):
        return self.folder / resource.name

    def do_setup(self, context):
        self.folder.mkdir(parents=True, exist_ok=True)

    def check_for_setup_error(self):
        if not os.access(self.folder, os.W_OK):
            raise exception.VolumeBackendAPIException(data=str(self.folder))

    def create_volume(self, volume):
        _inject('create_volume', volume)
        _resize(self._path(volume), volume.size)

    def delete_volume(self, volume):
        _inject('delete_volume', volume)
        self._path(volume).unlink(missing_ok=True)

    def create_snapshot(self, snapshot):
        _inject('create_snapshot', snapshot.volume, snapshot)
        _copy(self._path(snapshot.volume), self._path(snapshot))

    def delete_snapshot(self, snapshot):
        _inject('delete_snapshot', snapshot.volume, snapshot)
        self._path(snapshot).unlink(missing_ok=True)

    def create_volume_from_snapshot(self, volume, snapshot):
        _inject('create_volume', snapshot, volume)
        self._fill(volume, snapshot)

    def create_cloned_volume(self, volume, src_vref):
        _inject('create_volume', volume)
        self._fill(volume, src_vref)

    def revert_to_snapshot(self, context, volume, snapshot):
        self._fill(volume, snapshot)

    def _fill(self, volume, source):
        _copy(self._path(source), self._path(volume))
        _resize(self._path(volume), volume.size)

    def extend_volume(self, volume, new_size):
        _resize(self._path(volume), new_size)

    def local_path(self, volume):
        return str(self._path(volume))

    def ensure_export(self, context, volume):
        """Files need no export."""

    def create_export(self, context, volume, connector):
        """Files need no export."""

    def remove_export(self, context, volume):
        """Files need no export."""

    def create_export_snapshot(self, context, snapshot, connector):
        """Files need no export."""

    def remove_export_snapshot(self, context, snapshot):
        """Files need no export."""

    def _connection(self, resource):
        data = {'device_path': str(self._path(resource))}
        return {'driver_volume_type': 'local', 'data': data}

    def initialize_connection(self, volume, connector, **kwargs):
        _inject('connect_volume', volume)
        return self._connection(volume)

    def terminate_connection(self, volume, connector, **kwargs):
        # a restore truncates the file and skips its trailing zeroes
        if self._path(volume).exists():
            _resize(self._path(volume), volume.size)

    def initialize_connection_snapshot(self, snapshot, connector, **kwargs):
        return self._connection(snapshot)

    def terminate_connection_snapshot(self, snapshot, connector, **kwargs):
        """Nothing is held open."""

    def _update_volume_stats(self):
        pool = {
            'pool_name': 'file',
            'total_capacity_gb': 'infinite',
            'free_capacity_gb': 'infinite',
            'provisioned_capacity_gb': 0,
            'reserved_percentage': 0,
            'QoS_support': False,
            'multiattach': True,
            'thin_provisioning_support': True,
            'filter_function': self.get_filter_function(),
            'goodness_function': self.get_goodness_function(),
        }
        self._stats = {
            'volume_backend_name': 'file',
            'vendor_name': 'protection-dashboard',
            'driver_version': self.VERSION,
            'storage_protocol': 'local',
            'pools': [pool],
        }
