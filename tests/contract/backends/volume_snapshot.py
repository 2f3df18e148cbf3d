# SPDX-License-Identifier: Apache-2.0
"""Volumes, and snapshots of them."""

import contextlib

from cloud.services.cinder import volume_bytes
from tests.contract import backend
from tests.support import factories
from tests.support import sandboxes

_AT = 700 << 20  # bytes
_ROOM = 80


class Backend(backend.Backend):
    protection = 'volume_snapshot'
    type = 'volume'

    def __init__(self, cloud_of):
        super().__init__(cloud_of)
        self.sandbox = sandboxes.Sandbox(self.demo)
        self._resource = None

    def resource(self):
        if not self._resource:
            self._resource = self.sandbox.volume('contract')
        return self._resource

    def foreign(self):
        return factories.volume(self.alt, 'alt-data')

    def write(self, resource, content):
        data = content.encode().ljust(_ROOM, b'\0')
        volume_bytes.volume(resource.id).write(_AT, data)

    def read(self, resource_id):
        data = volume_bytes.volume(resource_id).read(_AT, _ROOM)
        return data.rstrip(b'\0').decode()

    @contextlib.contextmanager
    def busy(self):
        volume = self.sandbox.volume('contract, busy')
        self.sandbox.cinder.volumes.reserve(volume.id)
        yield factories.VOLUME.show(self.demo, volume.id)
        self.sandbox.cinder.volumes.unreserve(volume.id)

    def broken(self):
        fault = {'fault_create_snapshot': 'fail'}
        return self.sandbox.volume('contract, broken', metadata=fault)

    @contextlib.contextmanager
    def full(self):
        quotas = sandboxes.cinder_of(self.admin).quotas
        used = quotas.get(self.alt.project_id, usage=True).snapshots['in_use']
        quotas.update(self.alt.project_id, snapshots=used)
        yield
        quotas.delete(self.alt.project_id)

    def forget(self, resource_id):
        self.sandbox.volumes.append(resource_id)

    def clear(self):
        self.sandbox.clear()
