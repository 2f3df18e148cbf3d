# SPDX-License-Identifier: Apache-2.0
"""What every installed protection keeps of its contract, in the services."""

import datetime
import uuid

import pytest

from protection_dashboard import exceptions
from protection_dashboard.executions import steps as execution_steps
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections.base import RecoveryPoint
from protection_dashboard.schemas import dialect
from tests.contract import lifecycle

NOBODY = str(uuid.UUID(int=0))


def made_up(backend, resource_id):
    """An entry of a plan for a resource that is not this project's."""
    return Resource(
        resource_id, backend.type, 'made up', 'ACTIVE', 'available'
    )


def test_the_resource_is_listed_and_shown(backend, protectable):
    resource = backend.resource()
    found = protectable.list(backend.demo)
    assert [r.id for r in found].count(resource.id) == 1
    assert protectable.names(backend.demo)[resource.id] == resource.name
    shown = protectable.show(backend.demo, resource.id)
    assert (shown.type, shown.name) == (backend.type, resource.name)
    foreign = backend.foreign()
    assert foreign.id not in [r.id for r in found]
    for unknown in (foreign.id, NOBODY):
        with pytest.raises(exceptions.NotFound):
            protectable.show(backend.demo, unknown)


def test_forms_can_be_made_of_its_schemas(protection):
    dialect.check_schema(protection.options_schema)
    dialect.check_schema(protection.restore_schema)


def test_a_step_delivered_twice_makes_one_point(told):
    assert told.made['state'] == told.again['state'] == 'ok'
    assert told.again['id'] == told.made['id']


def test_a_point_tells_what_it_is_of_and_who_made_it(backend, told):
    resource, point = backend.resource(), told.point
    assert isinstance(point, RecoveryPoint)
    assert (point.protection, point.resource_type) == (
        backend.protection,
        backend.type,
    )
    assert (point.resource_id, point.mark) == (resource.id, told.mark)
    slack = datetime.timedelta(seconds=5)
    assert told.begun - slack <= point.created <= told.begun + 24 * slack
    assert 'protection ' not in point.description


def test_points_are_listed_once_newest_first(backend, protection, told):
    assert [p.id for p in told.listed].count(told.point.id) == 1
    assert told.listed[0] == told.point
    assert all(p.resource_id == backend.resource().id for p in told.listed)


def test_a_point_is_found_by_what_is_known_of_it(told):
    for name, (found, there) in told.searched.items():
        assert found.count(told.point.id) == there, name


def test_pages_of_points_join_without_gap(backend, protection, told):
    everything = [p.id for p in protection.points(backend.demo)]
    pages = [
        protection.points(backend.demo, limit=1, offset=at)
        for at in range(min(3, len(everything)))
    ]
    assert all(len(page) == 1 for page in pages)
    assert [page[0].id for page in pages] == everything[: len(pages)]
    assert protection.points(backend.demo, limit=5, offset=10_000) == []


def test_a_restore_holds_the_content_of_that_moment(backend, told):
    assert told.content == lifecycle.BEFORE
    assert told.original == lifecycle.AFTER
    assert told.restored['id'] != backend.resource().id
    assert told.restored['name'] == told.wanted


def test_a_deleted_point_is_gone(backend, protection, told):
    assert told.deleted['state'] == 'ok', told.deleted
    assert told.point.id not in [p.id for p in told.left]
    with pytest.raises(exceptions.NotFound):
        protection.show(backend.demo, told.point.id)


@pytest.fixture(scope='package')
def standing(backend, told):
    """A point of alt's, for those who may not touch it."""
    wait = lifecycle.protected(backend.alt, backend, backend.foreign())
    assert wait['state'] == 'ok', wait
    yield wait['id']
    lifecycle.ended(
        backend.alt,
        execution_steps.begin_deletion(
            backend.alt, {'protection': backend.protection, 'id': wait['id']}
        ),
    )


def test_another_project_s_point_is_not_found(backend, protection, standing):
    point = {'protection': backend.protection, 'id': standing}
    for cloud in (backend.demo, backend.admin):
        with pytest.raises(exceptions.NotFound):
            protection.show(cloud, standing)
        assert standing not in [p.id for p in protection.points(cloud)]
        refused = lifecycle.refusal(
            execution_steps.begin_restore, cloud, point, {}
        )
        assert isinstance(refused, exceptions.ProtectionError)
        assert (
            execution_steps.begin_deletion(cloud, point)['state'] == 'failed'
        )
    assert protection.show(backend.alt, standing).state == 'available'


@pytest.mark.parametrize('point_id', [NOBODY, 'nonsense', '../x', ''])
def test_a_point_that_is_not_there_is_not_found(backend, protection, point_id):
    with pytest.raises(exceptions.NotFound):
        protection.show(backend.demo, point_id)
    gone = execution_steps.begin_deletion(
        backend.demo, {'protection': backend.protection, 'id': point_id}
    )
    assert gone['state'] == 'failed'


def test_a_resource_that_is_not_ours_is_not_protected(backend):
    for resource_id in (NOBODY, backend.foreign().id):
        one = lifecycle.step(backend, made_up(backend, resource_id))
        wait = execution_steps.begin_protection(backend.demo, one)
        assert wait['state'] == 'failed'
        assert wait['reason'].endswith('no longer exists.')


def test_a_busy_resource_says_its_status(backend):
    with backend.busy() as resource:
        wait = execution_steps.begin_protection(
            backend.demo, lifecycle.step(backend, resource)
        )
    assert wait['state'] == 'failed'
    assert resource.status in wait['reason']


def test_a_failure_in_the_driver_is_told_in_one_line(backend):
    wait = lifecycle.protected(backend.demo, backend, backend.broken())
    assert wait['state'] == 'failed'
    assert wait['reason']
    assert '\n' not in wait['reason']
    assert 'deleted meanwhile' not in wait['reason']


def test_a_full_quota_is_named(backend):
    with backend.full():
        wait = lifecycle.protected(backend.alt, backend, backend.foreign())
    assert wait['state'] == 'failed'
    words = ('quota', 'allowed', 'limit')
    assert any(word in wait['reason'].lower() for word in words)


def test_a_service_that_refuses_is_no_logout(backend):
    with backend.refusing() as words:
        if words is None:
            pytest.skip('nothing behind this service can refuse')
        wait = execution_steps.begin_protection(
            backend.demo, lifecycle.step(backend, backend.resource())
        )
    assert wait['state'] == 'failed'
    assert words in wait['reason']
