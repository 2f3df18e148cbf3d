# SPDX-License-Identifier: Apache-2.0
"""Database instances, and Trove's backups of them."""

import contextlib

from cloud.services.trove.dataplane import SWIFT_DOWN
from protection_dashboard.executions import steps as execution_steps
from tests.contract import backend
from tests.support import trove_databases

# Trove's instances have no metadata: the names of instances, which become
# those of their backups, ask for faults.
_NAMES = {
    'protected': 'contract',
    'busy': 'contract fault_create_backup=20',
    'broken': 'contract fault_create_backup=fail',
}


class Backend(backend.Backend):
    protection = 'database_backup'
    type = 'database'

    def __init__(self, cloud_of):
        super().__init__(cloud_of)
        self.databases = trove_databases.Databases(self.demo)
        self._ids = {}

    def prepare(self):
        for role, name in _NAMES.items():
            self._ids[role] = self.databases.start(name)

    def _ready(self, role):
        return self.databases.ready(self._ids[role])

    def resource(self):
        return self._ready('protected')

    def foreign(self):
        found = trove_databases.DATABASE.list(self.alt)
        return next(one for one in found if one.name == 'alt-db')

    def write(self, resource, content):
        self.databases.write(resource.id, content)

    def read(self, resource_id):
        (schema,) = self.databases.schemas(resource_id)
        return schema

    @contextlib.contextmanager
    def busy(self):
        resource = self._ready('busy')
        plan = trove_databases.document(resource)
        execution_steps.begin_protection(self.demo, trove_databases.step(plan))
        yield self.databases.ready(resource.id, 'pending')

    def broken(self):
        return self._ready('broken')

    @contextlib.contextmanager
    def full(self):
        quota = trove_databases.trove_of(self.admin).quota
        limits = {row.resource: row for row in quota.show(self.alt.project_id)}
        backups = limits['backups']
        quota.update(self.alt.project_id, {'backups': backups.in_use})
        try:
            yield
        finally:
            limit = {'backups': backups.limit}
            quota.update(self.alt.project_id, limit)

    @contextlib.contextmanager
    def refusing(self):
        SWIFT_DOWN.touch()
        try:
            yield 'object storage refuses'
        finally:
            SWIFT_DOWN.unlink()

    def forget(self, resource_id):
        self.databases.made.append(resource_id)

    def clear(self):
        self.databases.clear()
