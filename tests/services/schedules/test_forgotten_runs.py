# SPDX-License-Identifier: Apache-2.0
"""A schedule alone in its project whose runs Mistral no longer has."""

import datetime

import pytest

from cloud import users as cloud_users
from protection_dashboard.common import clock
from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import service as execution_service
from protection_dashboard.reports import project_status
from tests.bench import accounts
from tests.support import backdating
from tests.support import factories
from tests.support import sandboxes
from tests.support.waiting import until

NAME = 'forgetful'
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(scope='module')
def alone(running_cloud):
    """A project that nobody else uses."""
    return cloud_users.open_cloud(NAME, accounts.create(NAME))


def test_it_is_armed_as_long_as_its_copy_tells_that_it_ran(alone):
    with sandboxes.kept(alone) as sandbox:
        due = clock.now() - HOUR
        plan = sandbox.plan(sandbox.volume('one'), f'0 {due.hour} * * *')
        (schedule,) = project_status.get_plan_state(alone, plan.id).schedules
        backdating.armed_at(schedule.trigger_id, due - 200 * HOUR)
        run = execution_service.execute_plan(alone, plan, schedule.id)
        found = sandbox.ended(run)
        execution_service.execution_delete(alone, found)
        assert execution_log.oldest_start(alone) is None
        for status in statuses(alone, plan):
            assert (status.state, status.reason) == ('armed', None)
            assert status.missed is None
        for point in sandbox.points(plan.document):
            factories.SNAPSHOT.delete(alone, point.id)
        until(lambda: not sandbox.points(plan.document))
        for status in statuses(alone, plan):
            assert status.state == 'unarmed'


def statuses(cloud, plan):
    """The status of the plan's schedule, by each way that pages read it."""
    whole = project_status.status_for_overview(cloud)
    yield from whole.schedules
    yield from project_status.with_last_week(cloud, whole, whole.schedules)
    yield from project_status.get_plan_state(cloud, plan.id).schedules
    for state in project_status.plan_states(cloud):
        yield from state.schedules
