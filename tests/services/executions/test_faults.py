# SPDX-License-Identifier: Apache-2.0
"""What a run says when Cinder fails it: real failures of its driver."""

import pytest

from protection_dashboard import exceptions
from protection_dashboard.executions import service as execution_service
from tests.support import factories
from tests.support import sandboxes


def spoil(sandbox, point, **faults):
    """Let operations on a recovery point fail from now on."""
    snapshots = sandbox.cinder.volume_snapshots
    marks = {f'fault_{name}': fault for name, fault in faults.items()}
    snapshots.set_metadata(point.id, marks)


@pytest.fixture(scope='module')
def points(module_sandbox, demo):
    """Four recovery points of scratch."""
    volume = factories.volume(demo, 'scratch')
    return [module_sandbox.point(volume) for _number in range(4)]


@pytest.fixture(scope='module')
def spoiled(module_sandbox):
    """A volume of which the driver makes no snapshots."""
    return module_sandbox.volume(
        'spoiled', metadata={'fault_create_snapshot': 'fail'}
    )


@pytest.fixture(scope='module')
def runs(module_sandbox, demo, spoiled, points, stuck):
    """Runs that fail, side by side."""
    spoil(module_sandbox, points[0], delete_snapshot='busy')
    spoil(module_sandbox, points[3], create_volume='fail')
    options = {'restore_name': 'stillborn'}
    started = {
        'protect': module_sandbox.start(module_sandbox.document(spoiled)),
        'restore': execution_service.restore_point(demo, points[3], options),
        'delete': execution_service.delete_points(demo, points[:3]),
    }
    ended = {
        name: module_sandbox.ended(run_id) for name, run_id in started.items()
    }
    module_sandbox.volumes += [wait['id'] for wait in ended['restore'].results]
    return ended


def test_a_snapshot_that_cinder_could_not_make_fails_the_run(runs):
    run = runs['protect']
    assert run.state == 'ERROR'
    assert run.reason == 'spoiled: Cinder reports the status error.'
    assert [wait['state'] for wait in run.results] == ['failed']


def test_a_point_that_is_not_available_is_not_restored(
    module_sandbox, demo, spoiled
):
    point = module_sandbox.point(spoiled, state='error')
    run = module_sandbox.ended(
        execution_service.restore_point(demo, point, {})
    )
    assert run.state == 'ERROR'
    assert run.reason == (
        "The recovery point's status is error: only an available one can be "
        'restored.'
    )
    (wait,) = run.results
    assert (wait['state'], wait['id'], wait['reason']) == (
        'failed',
        '',
        run.reason,
    )


def test_a_restore_that_cinder_could_not_finish_says_so(runs):
    run = runs['restore']
    assert run.state == 'ERROR'
    assert run.reason == 'stillborn: Its status is error.'


@pytest.fixture(scope='module')
def stuck(module_sandbox, points, cloud_of):
    """A point that stays in the state error_deleting, until we are done."""
    spoil(module_sandbox, points[1], delete_snapshot='fail')
    yield points[1]
    snapshots = sandboxes.cinder_of(cloud_of('admin')).volume_snapshots
    snapshots.reset_state(points[1].id, 'error')


def test_a_delete_run_says_which_points_stayed(demo, points, stuck, runs):
    busy, _stuck, gone, _unused = points
    run = runs['delete']
    assert run.state == 'ERROR'
    assert run.summary == {'ok': 1, 'failed': 2, 'skipped': 0}
    reasons = {wait['id']: wait['reason'] for wait in run.results}
    sentence = 'The service did not delete it: its status is {}.'
    assert reasons == {
        busy.id: sentence.format('available'),
        stuck.id: sentence.format('error_deleting'),
        gone.id: '',
    }
    assert run.reason.startswith('2 of 3 failed. scratch 20')
    with pytest.raises(exceptions.NotFound):
        factories.SNAPSHOT.show(demo, gone.id)


@pytest.fixture
def full(alt, cloud_of):
    """alt's project has no room for another snapshot."""
    quotas = sandboxes.cinder_of(cloud_of('admin')).quotas
    used = quotas.get(alt.project_id, usage=True).snapshots['in_use']
    quotas.update(alt.project_id, snapshots=used)
    yield used
    quotas.delete(alt.project_id)


def test_a_full_quota_is_named_in_one_line(alt, full):
    with sandboxes.kept(alt) as sandbox:
        document = sandbox.document(factories.volume(alt, 'alt-data'))
        run = sandbox.ended(sandbox.start(document))
    assert run.state == 'ERROR'
    assert run.reason == (
        'alt-data: Cinder: SnapshotLimitExceeded: Maximum number of '
        f'snapshots allowed ({full}) exceeded'
    )
