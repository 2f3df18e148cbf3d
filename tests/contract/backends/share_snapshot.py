# SPDX-License-Identifier: Apache-2.0
"""Shares, and snapshots of them."""

import contextlib

from tests.contract import backend
from tests.support import manila_shares


class Backend(backend.Backend):
    protection = 'share_snapshot'
    type = 'share'

    def __init__(self, cloud_of):
        super().__init__(cloud_of)
        self.shares = manila_shares.Shares(self.demo)
        self._resource = None

    def resource(self):
        if not self._resource:
            self._resource = self.shares.share('contract')
        return self._resource

    def foreign(self):
        found = manila_shares.SHARE.list(self.alt)
        return next(share for share in found if share.name == 'alt-files')

    def write(self, resource, content):
        self.shares.file(resource.id).write_text(content)

    def read(self, resource_id):
        return self.shares.file(resource_id).read_text()

    @contextlib.contextmanager
    def busy(self):
        share = self.shares.share('contract, busy')
        operator = manila_shares.manila_of(self.admin).shares
        operator.reset_state(share.id, 'migrating')
        yield manila_shares.SHARE.show(self.demo, share.id)
        operator.reset_state(share.id, 'available')

    def broken(self):
        fault = {'fault_create_snapshot': 'fail'}
        return self.shares.share('contract, broken', metadata=fault)

    @contextlib.contextmanager
    def full(self):
        quotas = manila_shares.manila_of(self.admin).quotas
        found = quotas.get(self.alt.project_id, detail=True).snapshots
        quotas.update(self.alt.project_id, snapshots=found['in_use'])
        yield
        quotas.delete(self.alt.project_id)

    def forget(self, resource_id):
        self.shares.ids.add(resource_id)

    def clear(self):
        self.shares.clear()
