# SPDX-License-Identifier: Apache-2.0
"""Fixtures: gardens in demo's project, and what many tests look at."""

from concurrent import futures
import dataclasses

import pytest

from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections.base import RecoveryPoint
from protection_dashboard.reports import project_status
from tests.support import factories
from tests.support import sandbox
from tests.support.waiting import until


@pytest.fixture
def garden(demo):
    """A Garden in demo's project, for one test."""
    with sandbox.kept(demo) as made:
        yield made


@pytest.fixture(scope='module')
def bed(demo):
    """A Garden in demo's project, for all tests of a module."""
    with sandbox.kept(demo) as made:
        yield made


@dataclasses.dataclass(frozen=True)
class Estate:
    """A plan whose schedule ran once; its second resource failed."""

    volume: Resource
    plan: plan_document.Plan
    schedule: project_status.ScheduleStatus
    run: execution_records.Execution
    point: RecoveryPoint


@pytest.fixture(scope='session')
def estate(demo):
    """An Estate of demo's, for tests that leave it as it is."""
    with sandbox.kept(demo) as land:
        volume = land.volume('estate')
        off = land.document(factories.volume(demo, 'orders-db'), force=False)
        document = land.document(volume, '0 3 1 1 *')
        document['name'] = 'plan of the estate'
        document['resources'] += off['resources']
        plan = plan_service.plan_create(demo, document)
        schedule = project_status.get_plan_state(demo, plan.id).schedules[0]
        run = execution_service.execute_plan(
            demo, plan, schedule.id, schedule.trigger_id
        )
        ended = land.ended(run)
        (point,) = land.points(document)
        yield Estate(volume, plan, schedule, ended, point)


@dataclasses.dataclass(frozen=True)
class Archive:
    """The runs of a plan, ids only, the newest first."""

    workflow: str
    run_ids: list


@pytest.fixture(scope='session')
def archive(demo):
    """An Archive of 21 runs, for tests that leave it as it is."""
    with sandbox.kept(demo) as land:
        yield archived(land)


def archived(land):
    """An Archive of 21 runs; some of them began in the same second."""
    cloud = land.cloud
    name = land.hollow(factories.volume(cloud, 'scratch')).name
    given = {'by': 'demo', 'name': 'hollow plan'}
    with futures.ThreadPoolExecutor(4) as pool:
        for _number in range(21):
            pool.submit(mistral.execution_create, cloud, name, given)

    def ended():
        runs = execution_service.list_executions(
            cloud, 100, workflow_name=name
        )
        return len(runs) == 21 and all(r.ended for r in runs) and runs

    return Archive(name, [run.id for run in until(ended)])
