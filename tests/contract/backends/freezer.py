# SPDX-License-Identifier: Apache-2.0
"""Volumes, and backups of them that Freezer's jobs make."""

import contextlib

from protection_dashboard.api import cinder
from tests.contract.backends import volume_snapshot
from tests.support import freezer_service
from tests.support import sandboxes


class Backend(volume_snapshot.Backend):
    protection = 'freezer'

    def broken(self):
        fault = {'fault_connect_volume': 'fail'}
        return self.sandbox.volume('contract, no backup', metadata=fault)

    @contextlib.contextmanager
    def full(self):
        quotas = sandboxes.cinder_of(self.admin).quotas
        used = cinder.limits_get(self.alt)['totalBackupsUsed']
        quotas.update(self.alt.project_id, backups=used)
        yield
        quotas.delete(self.alt.project_id)

    def clear(self):
        freezer_service.clear(self.demo, self.sandbox.volumes)
        super().clear()
