# SPDX-License-Identifier: Apache-2.0
"""Trove as tenants see it: a backup gives back its databases."""

import contextlib

import pytest
from troveclient.apiclient.exceptions import NotFound
from troveclient.apiclient.exceptions import Unauthorized
from troveclient.v1 import client

from cloud.services.trove.dataplane import SWIFT_DOWN
from cloud.services.trove.service import Trove
from cloud.supervisor import control
from cloud.users import open_session
from tests.cloud.states import reach
from tests.cloud.states import vanish

pytestmark = pytest.mark.usefixtures('running_cloud')

READY = ('ACTIVE', 'HEALTHY')


@pytest.fixture(scope='module')
def trove():
    return _client('demo')


@pytest.fixture(scope='module')
def instance(trove):
    """The one instance from which the tests make backups."""
    with contextlib.ExitStack() as made:
        yield Databases(trove, made).create('test', ['first'])


@pytest.fixture
def databases(trove, instance):
    with contextlib.ExitStack() as made:
        yield Databases(trove, made)


class Databases:
    """Creates instances and backups; what it made is gone after the test."""

    def __init__(self, trove, made):
        self._trove = trove
        self._made = made

    def create(self, name, schemas=(), **options):
        instance = self._trove.instances.create(
            name,
            'd1',
            volume={'size': 1},
            databases=[{'name': schema} for schema in schemas],
            datastore='mysql',
            datastore_version='8.4.4',
            **options,
        )
        self._made.callback(_remove, instance)
        return reach(instance, *READY, 'ERROR')

    def restore(self, backup):
        point = {'backupRef': backup.id}
        return self.create('restored', restorePoint=point)

    def backup(self, instance, **options):
        options = {'name': 'test', **options}
        backup = self._trove.backups.create(instance=instance.id, **options)
        self._made.callback(_remove, backup)
        backup = reach(backup, 'COMPLETED', 'FAILED')
        reach(instance, *READY)
        return backup


def _remove(resource):
    resource.manager.delete(resource)
    vanish(resource, NotFound)


def schemas(trove, instance):
    """Return the names of the databases inside an instance."""
    return {row.name for row in trove.databases.list(instance)}


def test_a_restored_instance_has_the_databases_of_that_moment(
    trove, databases, instance
):
    backup = databases.backup(instance)
    trove.databases.create(instance, [{'name': 'second'}])

    restored = databases.restore(backup)

    assert schemas(trove, restored) == {'first'}
    assert schemas(trove, instance) == {'first', 'second'}
    trove.databases.delete(instance, 'second')


def test_an_incremental_backup_knows_its_parent(databases, instance):
    parent = databases.backup(instance)
    child = databases.backup(instance, parent_id=parent.id, incremental=True)
    assert (child.status, child.parent_id) == ('COMPLETED', parent.id)


def test_an_instance_fails_on_demand(databases):
    instance = databases.create('test fault_boot=fail')
    assert instance.status == 'ERROR'


def test_a_backup_fails_on_demand(databases, instance):
    backup = databases.backup(instance, name='fault_create_backup=fail')
    assert backup.status == 'FAILED'


def test_a_backup_takes_as_long_as_asked(trove, databases, instance):
    slow = trove.backups.create('fault_create_backup=2', instance.id)
    with pytest.raises(control.Failure, match='COMPLETED'):
        reach(slow, 'COMPLETED', limit=3)
    _remove(reach(slow, 'COMPLETED'))
    reach(instance, *READY)


def test_no_backup_is_made_without_swift(databases, instance):
    SWIFT_DOWN.touch()
    try:
        with pytest.raises(Unauthorized, match='Swift'):
            databases.backup(instance)
    finally:
        SWIFT_DOWN.unlink()


def test_a_restart_keeps_instances_and_backups(trove, databases, instance):
    backup = databases.backup(instance)
    control.stop(Trove())
    control.start(Trove())
    assert schemas(trove, databases.restore(backup)) == {'first'}
    assert schemas(trove, instance) == {'first'}


@pytest.mark.parametrize(
    ('user', 'instances'),
    [
        ('demo', {'shop': {'orders', 'customers'}, 'crm': {'crm'}}),
        ('alt', {'alt-db': {'wiki'}}),
    ],
)
def test_the_tenants_have_sample_databases(user, instances):
    trove = _client(user)
    found = {row.name: row for row in trove.instances.list()}
    assert {
        name: schemas(trove, found[name]) for name in instances
    } == instances


def test_a_tenant_does_not_see_the_instances_of_another(instance):
    with pytest.raises(NotFound):
        _client('alt').instances.get(instance.id)


def _client(user):
    return client.Client(session=open_session(user))
