# SPDX-License-Identifier: Apache-2.0
"""What is demo's is not there for others, an administrator included."""

import pytest

from protection_dashboard import agenda
from protection_dashboard import exceptions
from protection_dashboard import operations
from protection_dashboard import points
from tests import garden as gardens
from tests import plants

NEVER = '0 3 1 1 *'


@pytest.fixture(scope='module')
def plan(bed, demo):
    return bed.plan(plants.volume(demo, 'scratch'), NEVER)


@pytest.fixture(scope='module')
def run(bed, demo, plan):
    return bed.ended(operations.plan_run(demo, plan))


@pytest.fixture(scope='module')
def point(bed, plan, run):
    assert run.state == 'SUCCESS', run.reason
    return bed.points(plan.document)[0]


@pytest.fixture(scope='module', params=['alt', 'admin'])
def stranger(request, cloud_of):
    """alt, and the administrator in a project of their own."""
    return cloud_of(request.param)


def everything_of(cloud):
    """Ids in all the lists of a project: ours for cross-checks."""
    return {
        'plans': {state.id for state in agenda.plan_states(cloud)},
        'schedules': {schedule.id for schedule in agenda.schedules(cloud)},
        'runs': {run.id for run in operations.run_page(cloud, 100)},
        'points': {point.id for point in points.page(cloud, 100).points},
        'volumes': {volume.id for volume in plants.VOLUME.list(cloud)},
    }


def test_lists_of_others_hold_nothing_of_it(demo, stranger, plan, run, point):
    mine, theirs = everything_of(demo), everything_of(stranger)
    assert plan.id in mine['plans']
    assert run.id in mine['runs']
    assert point.id in mine['points']
    for kind, ids in mine.items():
        assert not ids & theirs[kind], kind


def test_an_administrator_in_the_project_sees_its_lists(
    demo, cloud_of, plan, run, point
):
    before = everything_of(demo)
    seen = everything_of(cloud_of('admin', 'demo'))
    after = everything_of(demo)
    for kind, ids in seen.items():
        # somebody else may be at work in the project
        assert before[kind] & after[kind] <= ids <= before[kind] | after[kind]
    assert point.id in seen['points']


LOOKS = {
    'plan': lambda cloud, plan, run, point: operations.plan_get(
        cloud, plan.id
    ),
    'plan with its state': lambda cloud, plan, run, point: agenda.plan_state(
        cloud, plan.id
    ),
    'schedule': lambda cloud, plan, run, point: agenda.schedule(
        cloud, plan.id, plan.schedules[0]['id']
    ),
    'run': lambda cloud, plan, run, point: operations.run_get(cloud, run.id),
    'details of a run': lambda cloud, plan, run, point: operations.run_details(
        cloud, run.id
    ),
    'point': lambda cloud, plan, run, point: plants.SNAPSHOT.show(
        cloud, point.id
    ),
    'volume': lambda cloud, plan, run, point: plants.VOLUME.show(
        cloud, point.resource_id
    ),
    'delete a point': lambda cloud, plan, run, point: plants.SNAPSHOT.delete(
        cloud, point.id
    ),
}


@pytest.mark.parametrize('look', LOOKS.values(), ids=LOOKS)
def test_it_is_not_found_by_others(stranger, look, plan, run, point):
    with pytest.raises(exceptions.NotFound):
        look(stranger, plan, run, point)


def test_a_point_of_others_is_neither_restored_nor_deleted(alt, demo, point):
    with gardens.kept(alt) as garden:
        runs = [
            operations.restore(alt, point, {}),
            operations.delete_points(alt, [point]),
        ]
        restore, delete = map(garden.ended, runs)
    missing = f'Snapshot {point.id} could not be found.'
    assert (restore.state, delete.state) == ('ERROR', 'ERROR')
    assert missing in restore.reason
    assert missing in delete.reason
    assert plants.SNAPSHOT.show(demo, point.id).state == 'available'


def test_a_workflow_that_is_not_ours_is_no_plan(demo, plan):
    with pytest.raises(exceptions.NotFound):
        operations.plan_get(demo, plan.schedules[0]['id'])
