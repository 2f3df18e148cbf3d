# SPDX-License-Identifier: Apache-2.0
"""Fixtures: sandboxes in demo's project, and what many tests look at."""

from concurrent import futures
import dataclasses
import datetime

import pytest

from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections.base import RecoveryPoint
from protection_dashboard.reports import project_status
from tests.support import backdating
from tests.support import factories
from tests.support import sandboxes
from tests.support.waiting import until


@pytest.fixture
def sandbox(demo):
    """A Sandbox in demo's project, for one test."""
    with sandboxes.kept(demo) as made:
        yield made


@pytest.fixture(scope='module')
def module_sandbox(demo):
    """A Sandbox in demo's project, for all tests of a module."""
    with sandboxes.kept(demo) as made:
        yield made


@pytest.fixture(scope='module')
def alt_sandbox(alt):
    """A Sandbox in alt's project: nobody else makes trusts there."""
    with sandboxes.kept(alt) as made:
        yield made


@pytest.fixture
def lost_run(alt):
    """Id of a run of alt's that has stood still for too long."""
    with sandboxes.kept(alt) as made:
        run_id = made.endless('stands still')
        long_ago = clock.now() - datetime.timedelta(minutes=11)
        backdating.still_since(run_id, long_ago)
        yield run_id


@dataclasses.dataclass(frozen=True)
class ExecutedPlan:
    """A plan whose schedule ran once; its second resource failed."""

    volume: Resource
    plan: plan_document.Plan
    schedule: project_status.ScheduleStatus
    run: execution_records.Execution
    point: RecoveryPoint


@pytest.fixture(scope='session')
def executed_plan(cloud_of):
    """An ExecutedPlan of demo's, for tests that leave it as it is."""
    demo = cloud_of('demo')
    with sandboxes.kept(demo) as sandbox:
        volume = sandbox.volume('executed_plan')
        off = sandbox.document(
            factories.volume(demo, 'orders-db'), force=False
        )
        document = sandbox.document(volume, '0 3 1 1 *')
        document['name'] = 'plan that ran'
        document['resources'] += off['resources']
        plan = plan_service.plan_create(demo, document)
        schedule = project_status.get_plan_state(demo, plan.id).schedules[0]
        run = execution_service.execute_plan(
            demo, plan, schedule.id, schedule.trigger_id
        )
        ended = sandbox.ended(run)
        (point,) = sandbox.points(document)
        yield ExecutedPlan(volume, plan, schedule, ended, point)
        sandbox.act_through(cloud_of('demo'))


@dataclasses.dataclass(frozen=True)
class ManyExecutions:
    """The runs of a plan, ids only, the newest first."""

    workflow: str
    run_ids: list


@pytest.fixture(scope='session')
def many_executions(cloud_of):
    """A ManyExecutions of 21 runs, for tests that leave it as it is."""
    with sandboxes.kept(cloud_of('demo')) as sandbox:
        yield many_executions_of(sandbox)
        sandbox.act_through(cloud_of('demo'))


def many_executions_of(sandbox, number=21):
    """A ManyExecutions of so many runs; some begin in the same second."""
    cloud = sandbox.cloud
    name = sandbox.hollow(factories.volume(cloud, 'scratch')).name
    given = {'by': 'demo', 'name': 'hollow plan'}
    with futures.ThreadPoolExecutor(4) as pool:
        for _number in range(number):
            pool.submit(mistral.execution_create, cloud, name, given)

    def ended():
        runs = execution_service.list_executions(
            cloud, 100, workflow_name=name
        )
        return len(runs) == number and all(r.ended for r in runs) and runs

    return ManyExecutions(name, [run.id for run in until(ended)])
