# SPDX-License-Identifier: Apache-2.0
"""Backups of databases in the real Trove: what only Trove does."""

from concurrent import futures
import dataclasses
import datetime
import uuid

import pytest

from cloud.services.trove import network
from cloud.services.trove.dataplane import SWIFT_DOWN
from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api import errors
from protection_dashboard.api import trove as api
from protection_dashboard.executions import service as execution_service
from protection_dashboard.executions import steps as execution_steps
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections.base import RecoveryPoint
from tests.support import trove_databases
from tests.support.trove_databases import BACKUP
from tests.support.trove_databases import DATABASE
from tests.support.waiting import until

NETWORK = str(uuid.uuid4())
# one more than a description has room for
SCHEDULES = [str(uuid.uuid4()), *sorted(str(uuid.uuid4()) for _ in range(7))]


@pytest.fixture(scope='module')
def made(demo):
    """Databases of demo's, for all tests of this module."""
    with trove_databases.kept(demo) as kept:
        yield kept


@pytest.fixture(scope='module')
def started(made):
    """``{name: id}`` of instances that boot side by side."""
    return {
        'kept': made.start('kept', 'orders'),
        'lost': made.start('lost', 'ledger', nics=[{'net-id': NETWORK}]),
        'spoilt': made.start('spoilt fault_create_backup=fail'),
        'slow': made.start('slow fault_create_backup=6'),
        'dead': made.start('dead fault_boot=fail'),
    }


@dataclasses.dataclass(frozen=True)
class Kept:
    """An instance that holds something else than its points.

    Two plans protected it that copy only changes, ``other`` in between.
    """

    resource: Resource
    full: RecoveryPoint
    other: RecoveryPoint
    increment: RecoveryPoint


def _keep(made, started):
    resource = made.ready(started['kept'])
    plan = trove_databases.document(resource, incremental=True)
    full = made.point(plan)
    other = made.point(trove_databases.document(resource, incremental=True))
    made.write(resource.id, 'orders', 'later')
    increment = made.point(plan)
    made.write(resource.id, 'overwritten')
    return Kept(resource, full, other, increment)


def _lose(made, started):
    """An instance that is gone, and its point."""
    resource = made.ready(started['lost'])
    point = made.point(trove_databases.document(resource))
    made.trove.instances.delete(resource.id)
    until(lambda: resource.id not in DATABASE.names(made.cloud))
    return resource, point


def _spoil(made, started):
    """A point that failed."""
    resource = made.ready(started['spoilt'])
    return made.point(
        trove_databases.document(resource, description='two\nlines'), 'error'
    )


@pytest.fixture(scope='module')
def prepared(made, started):
    """``{name: what _keep, _lose and _spoil made}``, side by side."""
    makers = {'kept': _keep, 'lost': _lose, 'spoilt': _spoil}
    with futures.ThreadPoolExecutor(len(makers)) as pool:
        done = {k: pool.submit(m, made, started) for k, m in makers.items()}
    return {name: future.result() for name, future in done.items()}


@pytest.fixture(scope='module')
def kept(prepared):
    return prepared['kept']


@pytest.fixture(scope='module')
def ended(demo, made, prepared):
    """``{name: run}`` of two restores and a deletion, side by side."""
    options = {'restore_name': 'from an increment', 'flavor': 'd2'}
    increment = prepared['kept'].increment
    begun = {
        'kept': execution_service.restore_point(demo, increment, options),
        'lost': execution_service.restore_point(demo, prepared['lost'][1], {}),
        'spoilt': execution_service.delete_points(demo, [prepared['spoilt']]),
    }
    return {name: made.ended(run_id) for name, run_id in begun.items()}


def refusal(call, *args):
    with pytest.raises(exceptions.Refused) as caught:
        call(*args)
    return str(caught.value)


def point_ids(cloud, resource_id):
    return [point.id for point in BACKUP.points(cloud, resource_id)]


def test_a_list_holds_the_instances_of_all_pages(demo, started):
    everything = [found['id'] for found in api.instance_list(demo)]
    paged = [found['id'] for found in api.instance_list(demo, page_size=2)]
    assert len(paged) > 4
    assert set(started.values()) <= set(everything)
    assert sorted(paged) == sorted(everything)


def test_an_instance_that_did_not_boot_is_an_error(made, started):
    dead = made.ready(started['dead'], 'error')
    assert (dead.status, dead.size) == ('ERROR', 1)


@pytest.fixture(scope='module')
def slow(demo, made, started):
    """``(step, wait)`` of a backup that takes a while."""
    resource = made.ready(started['slow'])
    step = trove_databases.step(
        trove_databases.document(resource), schedules=SCHEDULES
    )
    return step, execution_steps.begin_protection(demo, step)


def test_a_step_that_comes_again_makes_no_second_backup(demo, slow):
    step, wait = slow
    assert execution_steps.begin_protection(demo, step)['id'] == wait['id']
    assert point_ids(demo, step['resource']['id']) == [wait['id']]


def test_a_backup_keeps_as_many_schedules_as_trove_has_room_for(demo, slow):
    step, wait = slow
    mark = BACKUP.show(demo, wait['id']).mark
    assert mark.ids == {**step['mark'], 'also': ','.join(SCHEDULES[1:7])}


def test_a_backup_that_runs_is_not_deleted_yet(made, slow):
    _step, wait = slow
    assert refusal(BACKUP.delete, made.cloud, wait['id']) == (
        'Trove is still making this backup: wait until it has finished.'
    )
    # what it would have come to otherwise
    with pytest.raises(exceptions.Unavailable), errors.convert_errors('Trove'):
        made.trove.backups.delete(wait['id'])


def test_an_increment_builds_on_the_plan_s_last_backup(kept):
    assert (kept.full.parent, kept.other.parent) == ('', '')
    assert kept.increment.parent == kept.full.id
    assert kept.increment.mark.plan == kept.full.mark.plan


def test_a_backup_that_a_later_one_needs_stays(demo, kept):
    assert refusal(BACKUP.delete, demo, kept.full.id) == (
        f'The later backup {kept.increment.label} is an increment of it: '
        'delete that one first.'
    )
    there = point_ids(demo, kept.resource.id)
    assert {kept.full.id, kept.increment.id} <= set(there)


def test_a_restored_increment_holds_all_of_its_moment(demo, made, ended):
    assert ended['kept'].reason == ''
    (wait,) = ended['kept'].results
    assert made.schemas(wait['id']) == {'orders', 'later'}
    restored = DATABASE.show(demo, wait['id'])
    assert restored.name == 'from an increment'
    assert restored.details['flavor'] == 'd2'


def test_a_restore_delivered_twice_is_found_by_name_and_time(
    demo, kept, ended
):
    run = ended['kept']
    (wait,) = run.results
    options = {'restore_name': 'from an increment'}
    found = [
        BACKUP.delivered_restore(demo, kept.increment, wanted, since)
        for wanted, since in (
            (options, run.started),
            (options, run.updated + datetime.timedelta(hours=1)),
            ({'restore_name': 'another'}, run.started),
        )
    ]
    assert found == [wait['id'], None, None]


def test_an_original_that_is_gone_comes_back_as_it_was(
    demo, made, prepared, ended
):
    lost, point = prepared['lost']
    assert lost.details['network'] == NETWORK != network.NETWORK
    assert ended['lost'].reason == ''
    (wait,) = ended['lost'].results
    back = DATABASE.show(demo, wait['id'])
    assert back.name == BACKUP.restore_defaults(point, None)['restore_name']
    assert back.size == lost.size
    same = ('flavor', 'datastore', 'datastore_version', 'network')
    assert [back.details[k] for k in same] == [lost.details[k] for k in same]
    assert made.schemas(back.id) == {'ledger'}


def test_a_backup_that_failed_can_be_deleted(demo, prepared, ended):
    point = prepared['spoilt']
    assert (point.status, point.description) == ('FAILED', 'two lines')
    assert BACKUP.reason(demo, point) == 'Trove reports the status FAILED.'
    assert (ended['spoilt'].state, ended['spoilt'].reason) == ('SUCCESS', '')
    assert point_ids(demo, point.resource_id) == []


def test_a_volume_that_is_too_small_is_refused(demo, kept):
    large = dataclasses.replace(kept.full, size=3)
    sentence = refusal(BACKUP.restore, demo, large, {'volume_size': 2})
    assert sentence == 'The backup needs a volume of at least 3 GiB.'


def test_the_choices_of_a_restore_are_trove_s_flavors(demo, kept):
    choices = BACKUP.restore_choices(demo, kept.full, kept.resource)
    assert ('d1', 'db.small (1 vCPU, 2048 MiB)') in choices['flavor']
    assert choices['flavor'] == plugins.pickers()['database_flavor'](demo)


@pytest.fixture
def swift_down():
    SWIFT_DOWN.touch()
    yield
    SWIFT_DOWN.unlink()


@pytest.mark.usefixtures('swift_down')
def test_a_storage_that_refuses_does_not_end_the_session(demo, kept):
    sentence = (
        'Trove: object storage refuses: Swift account not accessible for '
        f'tenant {demo.project_id}. Ask your administrator.'
    )
    step = trove_databases.step(trove_databases.document(kept.resource))
    assert execution_steps.begin_protection(demo, step)['reason'] == sentence
    assert refusal(BACKUP.restore, demo, kept.increment, {}) == sentence
    assert refusal(BACKUP.delete, demo, kept.increment.id) == sentence


@pytest.mark.usefixtures('swift_down')
def test_a_token_that_is_no_longer_good_ends_the_session(demo, kept):
    expired = dataclasses.replace(demo, token='0' * 32)
    calls = [
        lambda: api.backup_create(expired, 'late', kept.resource.id),
        lambda: api.instance_create(expired, 'late'),
        lambda: DATABASE.list(expired),
    ]
    for call in calls:
        with pytest.raises(exceptions.NotAuthorized):
            call()
