# SPDX-License-Identifier: Apache-2.0
"""A database is protected on a schedule and given back.

The schedule runs by Run Now: that cron starts it, too, is the journey of the
volume.
"""

import uuid

import pytest

from protection_dashboard.reports import project_status
from tests.support import factories
from tests.support import trove_databases

NAME = f'journey-{uuid.uuid4().hex[:6]}'
PLAN = f'{NAME} every year'
RESTORED = f'{NAME} given back'
YEARLY = '0 3 1 1 *'
TAB = 'instance_details__database_tab'


@pytest.fixture
def made(demo):
    """Databases of demo's; plans of the journey go with them."""
    with trove_databases.kept(demo) as kept:
        yield kept
        for state in project_status.plan_states(demo):
            if state.name == PLAN:
                factories.uproot(demo, state.plan)
        names = trove_databases.DATABASE.names(demo)
        kept.made += [i for i, name in names.items() if name == RESTORED]


def test_a_database_is_protected_on_a_schedule_and_given_back(
    screen, demo, made
):
    instance_id = made.start(NAME, 'orders', 'customers')
    screen.log_in('demo')
    made.ready(instance_id)
    schedule_backup(screen)
    run(screen)
    point = recovery_point(screen)
    made.write(instance_id, 'overwritten')
    restored = restore(screen, point)
    assert made.schemas(restored) == {'orders', 'customers'}
    details = trove_databases.DATABASE.show(demo, restored).details
    assert details['flavor'] == 'd2'
    screen.open(f'/project/databases/{restored}/?tab={TAB}')
    assert screen.row('customers')
    assert made.schemas(instance_id) == {'overwritten'}
    delete_schedule(screen)
    assert PLAN not in [
        state.name for state in project_status.plan_states(demo)
    ]


def schedule_backup(screen):
    screen.open('/project/databases/')
    screen.choose(NAME, 'Schedule Backup')
    screen.shows('.protection-preview', "First run")
    screen.fill(plan_name=PLAN, backup_name=NAME, frequency='custom')
    screen.fill(pattern=YEARLY)
    screen.shows('.protection-preview', "January")
    screen.confirm()
    screen.arrive('protection_schedules')
    row = screen.told(PLAN)
    assert NAME in row
    assert "Armed" in row


def run(screen):
    screen.choose(PLAN, 'Run Now')

    def succeeded(driver):
        screen.open('/project/protection_executions/')
        return "Success" in screen.told(PLAN)

    screen.wait(succeeded, 40, pause=2)
    screen.follow(PLAN)
    details = screen.text('.protection-execution')
    assert NAME in details
    assert "Done" in details


def recovery_point(screen):
    """The point's name, as the list of recovery points has it."""
    screen.open('/project/protection_points/')
    row = screen.told(f'{NAME} 2')
    assert PLAN in row
    assert "Available" in row
    return screen.text('tbody a')


def restore(screen, point):
    """Through the wizard; the new instance's id."""
    screen.choose(point, 'Restore')
    screen.shows('.modal-dialog', point)
    screen.find('.button-next').click()
    screen.fill(restore_name=RESTORED, flavor='d2')
    screen.find('.button-next').click()
    assert point in screen.shows('.modal-body', RESTORED)
    screen.find('.button-final').click()
    screen.arrive('protection_executions')
    screen.shows('.protection-execution', "Open " + RESTORED, limit=40)
    screen.follow("Open " + RESTORED)
    assert RESTORED in screen.text('.page-header')
    return screen.path().strip('/').split('/')[-1]


def delete_schedule(screen):
    screen.open('/project/protection_schedules/')
    screen.choose(PLAN, 'Delete Schedule')
    screen.shows('.modal-dialog', "Delete the plan as well")
    screen.confirm()
    screen.no_row(PLAN)
