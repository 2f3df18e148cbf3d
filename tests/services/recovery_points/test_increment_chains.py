# SPDX-License-Identifier: Apache-2.0
"""Chains of increments go as a whole, the increments first."""

import datetime

import pytest

from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import service as plan_service
from protection_dashboard.recovery_points import pruning
from tests.support import factories
from tests.support import trove_databases
from tests.support.trove_databases import BACKUP


@pytest.fixture
def made(demo):
    with trove_databases.kept(demo) as kept:
        yield kept


def test_a_chain_goes_when_a_full_copy_took_its_place(demo, made):
    instance = made.create('chained', 'orders')
    document = trove_databases.document(instance, incremental=True)
    document['retention'] = {'last': 1}
    full, increment = made.point(document), made.point(document)
    assert increment.parent == full.id
    resources = {('database', instance.id)}
    now = datetime.datetime.now(datetime.UTC)
    found, _errors = pruning.planned_verdicts(demo, document, resources, now)
    assert [one.keep for one in found] == [True, True]
    entry = document['resources'][0]
    entry['options'] = {**entry['options'], 'incremental': False}
    plan = plan_service.plan_create(demo, document)
    try:
        run = factories.ended(demo, execution_service.execute_plan(demo, plan))
    finally:
        plan_service.plan_delete(demo, plan)
    execution_service.execution_delete(demo, run)
    states = {one['id']: one['state'] for one in run.removed}
    assert states == {full.id: 'removed', increment.id: 'removed'}
    (wait,) = run.results
    left = [point.id for point in BACKUP.points(demo, instance.id)]
    assert left == [wait['id']]


def test_a_chain_that_is_deleted_at_once_goes_increments_first(demo, made):
    instance = made.create('linked', 'orders')
    document = trove_databases.document(instance, incremental=True)
    points = [made.point(document), made.point(document)]
    assert points[1].parent == points[0].id
    run = factories.ended(demo, execution_service.delete_points(demo, points))
    assert run.state == 'SUCCESS', run.reason
    assert BACKUP.points(demo, instance.id) == []
    execution_service.execution_delete(demo, run)
