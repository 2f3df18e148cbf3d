# SPDX-License-Identifier: Apache-2.0
"""Database instances that tests make in a project, gone after the test."""

import contextlib
import datetime
import uuid

from troveclient.v1 import client

from cloud.services.trove import sample as trove_sample
from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api import errors
from protection_dashboard.executions import service as execution_service
from protection_dashboard.executions import steps as execution_steps
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protections.base import Mark
from tests.support import factories
from tests.support.waiting import until

DATABASE = plugins.protectable('database')
BACKUP = plugins.protection('database_backup')


def trove_of(cloud):
    """A client of Trove as this user, for what our pages do not do."""
    return client.Client(session=cloud.session('database'))


def document(resource, **options):
    """A plan document for one database instance, without a schedule."""
    wanted = {**BACKUP.defaults(resource), **options}
    return plan_document.new_plan_document(
        'of databases', resource, BACKUP.slug, wanted
    )


def step(plan, execution=None, schedules=('',)):
    """The step of a run for the only resource of a plan document.

    ``schedules`` are the ids of those that the run is for.
    """
    first, *also = schedules
    mark = Mark(
        plan['id'], first, execution or str(uuid.uuid4()), also=tuple(also)
    )
    now = datetime.datetime.now(datetime.UTC)
    (made,) = execution_steps.plan_steps(
        plan_document.resource_entries(plan), mark, now
    )
    return made


class Databases:
    """Makes instances and backups of them; ``clear`` removes both."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.trove = trove_of(cloud)
        self.made = []

    def start(self, name, *schemas, **options):
        """Id of a new instance that is not ready yet."""
        made = self.trove.instances.create(
            name,
            'd1',
            volume={'size': 1},
            databases=[{'name': schema} for schema in schemas],
            datastore=trove_sample.DATASTORE['type'],
            datastore_version=trove_sample.DATASTORE['version'],
            **options,
        )
        self.made.append(made.id)
        return made.id

    def ready(self, instance_id, state='available'):
        """The instance as a Resource, once it is in a state."""
        return until(lambda: self._in(instance_id, state))

    def _in(self, instance_id, state):
        found = DATABASE.show(self.cloud, instance_id)
        return found if found.state == state else None

    def create(self, name, *schemas, **options):
        return self.ready(self.start(name, *schemas, **options))

    def schemas(self, instance_id):
        """The names of the databases inside an instance."""
        return {row.name for row in self.trove.databases.list(instance_id)}

    def write(self, instance_id, *schemas):
        """Let an instance hold these databases and no others."""
        databases = self.trove.databases
        for name in self.schemas(instance_id):
            databases.delete(instance_id, name)
        databases.create(instance_id, [{'name': name} for name in schemas])

    def point(self, plan, state='available'):
        """A recovery point as a run of the plan would make it, once ready.

        Its instance is ready for the next one then, too.
        """
        wait = execution_steps.begin_protection(self.cloud, step(plan))
        assert wait['state'] == 'pending', wait
        point = until(lambda: self._point_in(wait['id'], state))
        self.ready(point.resource_id)
        return point

    def _point_in(self, point_id, state):
        found = BACKUP.show(self.cloud, point_id)
        return found if found.state == state else None

    def ended(self, run_id):
        """A run once it has ended; what it restored is ours to remove."""
        run = factories.ended(self.cloud, run_id)
        restored = [w for w in run.results if w['wait'] == 'resource']
        self.made += [wait['id'] for wait in restored]
        execution_service.execution_delete(self.cloud, run)
        return run

    def clear(self):
        until(self._is_calm)
        for point in self._points():
            self._delete(self.trove.backups, point.id)
        for instance_id in self.made:
            self._delete(self.trove.instances, instance_id)
        made = set(self.made)
        until(lambda: not DATABASE.names(self.cloud).keys() & made)
        until(lambda: not self._points())

    def _is_calm(self):
        """Trove deletes no backup that it is still making."""
        return all(point.state != 'pending' for point in self._points())

    def _points(self):
        found = BACKUP.points(self.cloud)
        return [point for point in found if point.resource_id in self.made]

    def _delete(self, collection, found_id):
        with (
            contextlib.suppress(exceptions.NotFound),
            errors.convert_errors('Trove'),
        ):
            collection.delete(found_id)


@contextlib.contextmanager
def kept(cloud):
    """Databases of a cloud that are cleared whatever happens."""
    made = Databases(cloud)
    try:
        yield made
    finally:
        made.clear()
