# SPDX-License-Identifier: Apache-2.0
"""A recovery point given back: the bytes of a new volume."""

import pytest

from cloud.services.cinder import volume_bytes
from protection_dashboard.executions import service as execution_service
from tests.support import factories
from tests.support.waiting import until

AT = 700 << 20  # bytes
OPTIONS = {
    'restore_name': '{{ 7*7 }} <% 1 %> "é"',
    'restore_description': 'given back',
}
BEFORE, AFTER = b'as it was at snapshot time', b'overwritten since then'


@pytest.fixture(scope='module')
def source(module_sandbox):
    """A volume with bytes in it that are not those of its recovery point."""
    volume = module_sandbox.volume('source of restores')
    volume_bytes.volume(volume.id).write(AT, BEFORE)
    return volume


@pytest.fixture(scope='module')
def point(module_sandbox, source):
    made = module_sandbox.point(source)
    volume_bytes.volume(source.id).write(AT, AFTER)
    return made


@pytest.fixture(scope='module')
def restored(module_sandbox, demo, point):
    """``[(run, volume)]``: restored with options and without, together."""
    started = [
        execution_service.restore_point(demo, point, o) for o in (OPTIONS, {})
    ]
    ended = [module_sandbox.ended(run_id) for run_id in started]
    made = [wait['id'] for run in ended for wait in run.results]
    module_sandbox.volumes += made
    assert [run.reason for run in ended] == ['', '']
    return list(
        zip(ended, map(module_sandbox.cinder.volumes.get, made), strict=True)
    )


def test_it_holds_the_bytes_of_snapshot_time(source, point, restored):
    run, volume = restored[0]
    assert (run.kind, run.by, run.name) == ('restore', 'demo', point.name)
    assert volume.name == OPTIONS['restore_name']
    assert volume.description == 'given back'
    assert (volume.size, volume.snapshot_id) == (1, point.id)
    content = volume_bytes.volume(volume.id)
    assert content.read(AT, len(BEFORE)) == BEFORE
    assert content.digest == volume_bytes.snapshot(point.id).digest
    original = volume_bytes.volume(source.id)
    assert original.read(AT, len(AFTER)) == AFTER


def test_without_options_the_volume_has_no_name(restored):
    run, volume = restored[1]
    assert not volume.name
    assert run.results[0]['name'] == volume.id


def test_an_option_that_does_not_fit_is_named(module_sandbox, demo, point):
    run = module_sandbox.ended(
        execution_service.restore_point(demo, point, {'restore_name': 7})
    )
    assert run.state == 'ERROR'
    assert run.reason.startswith('The option restore_name is not valid:')


def test_a_point_that_was_deleted_is_not_found(module_sandbox, demo, source):
    point = module_sandbox.point(source)
    factories.SNAPSHOT.delete(demo, point.id)
    until(lambda: point.id not in factories.point_ids(demo))
    late = [
        execution_service.restore_point(demo, point, {}),
        execution_service.delete_points(demo, [point]),
    ]
    for run in map(module_sandbox.ended, late):
        assert run.state == 'ERROR'
        assert f'{point.id} could not be found' in run.reason
