# SPDX-License-Identifier: Apache-2.0
"""What is demo's is not there for others, an administrator included."""

import pytest

from protection_dashboard import exceptions
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import service as plan_service
from protection_dashboard.recovery_points import listing as point_listing
from protection_dashboard.reports import project_status
from tests.support import factories
from tests.support import sandboxes


@pytest.fixture(scope='module', params=['alt', 'admin'])
def stranger(request, cloud_of):
    """alt, and the administrator in a project of their own."""
    return cloud_of(request.param)


def everything_of(cloud):
    """Ids in all the lists of a project: ours for cross-checks."""
    return {
        'plans': {state.id for state in project_status.plan_states(cloud)},
        'schedules': {
            schedule.id
            for schedule in project_status.status_of_project(cloud).schedules
        },
        'runs': {
            run.id for run in execution_service.list_executions(cloud, 100)
        },
        'points': {
            point.id for point in point_listing.point_page(cloud, 100).points
        },
        'volumes': {volume.id for volume in factories.VOLUME.list(cloud)},
    }


def test_lists_of_others_hold_nothing_of_it(demo, stranger, executed_plan):
    mine, theirs = everything_of(demo), everything_of(stranger)
    assert executed_plan.plan.id in mine['plans']
    assert executed_plan.run.id in mine['runs']
    assert executed_plan.point.id in mine['points']
    for kind, ids in mine.items():
        assert not ids & theirs[kind], kind


def test_an_administrator_in_the_project_sees_its_lists(
    demo, cloud_of, executed_plan
):
    before = everything_of(demo)
    seen = everything_of(cloud_of('admin', 'demo'))
    after = everything_of(demo)
    for kind, ids in seen.items():
        # somebody else may be at work in the project
        assert before[kind] & after[kind] <= ids <= before[kind] | after[kind]
    assert executed_plan.point.id in seen['points']


LOOKS = {
    'plan': lambda cloud, of: plan_service.plan_get(cloud, of.plan.id),
    'state': lambda cloud, of: project_status.get_plan_state(
        cloud, of.plan.id
    ),
    'schedule': lambda cloud, of: project_status.get_schedule(
        cloud, of.plan.id, of.schedule.id
    ),
    'run': lambda cloud, of: execution_service.execution_get(cloud, of.run.id),
    'details': lambda cloud, of: execution_service.execution_details(
        cloud, of.run.id
    ),
    'point': lambda cloud, of: factories.SNAPSHOT.show(cloud, of.point.id),
    'volume': lambda cloud, of: factories.VOLUME.show(cloud, of.volume.id),
    'delete': lambda cloud, of: factories.SNAPSHOT.delete(cloud, of.point.id),
}


@pytest.mark.parametrize('look', LOOKS.values(), ids=LOOKS)
def test_it_is_not_found_by_others(stranger, look, executed_plan):
    with pytest.raises(exceptions.NotFound):
        look(stranger, executed_plan)


def test_a_point_of_others_is_neither_restored_nor_deleted(
    alt, demo, executed_plan
):
    point = executed_plan.point
    with sandboxes.kept(alt) as sandbox:
        runs = [
            execution_service.restore_point(alt, point, {}),
            execution_service.delete_points(alt, [point]),
        ]
        restore, delete = map(sandbox.ended, runs)
    missing = f'Snapshot {point.id} could not be found.'
    assert (restore.state, delete.state) == ('ERROR', 'ERROR')
    assert missing in restore.reason
    assert missing in delete.reason
    assert factories.SNAPSHOT.show(demo, point.id).state == 'available'


def test_a_guessed_plan_is_not_found(demo, executed_plan):
    with pytest.raises(exceptions.NotFound):
        plan_service.plan_get(demo, executed_plan.schedule.id)
