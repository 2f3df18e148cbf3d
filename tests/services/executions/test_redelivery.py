# SPDX-License-Identifier: Apache-2.0
"""Mistral may hand out a step twice: there is one point all the same."""

import datetime
import uuid

import pytest

from protection_dashboard.executions import steps as execution_steps
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protections.base import Mark
from tests.support import factories


@pytest.fixture
def document(sandbox, demo):
    return sandbox.document(factories.volume(demo, 'scratch'))


def step_of(document, execution, plan_id=None):
    plan_id = document['id'] if plan_id is None else plan_id
    mark = Mark(plan=plan_id, execution=execution)
    now = datetime.datetime.now(datetime.UTC)
    (step,) = execution_steps.plan_steps(
        plan_document.resource_entries(document), mark, now
    )
    return step


def test_a_step_delivered_twice_makes_one_point(demo, sandbox, document):
    step = step_of(document, str(uuid.uuid4()))
    first, second = (
        execution_steps.begin_protection(demo, step),
        execution_steps.begin_protection(demo, step),
    )
    assert first == second
    assert (first['state'], first['wait']) == ('pending', 'point')
    assert [point.id for point in sandbox.points(document)] == [first['id']]


def test_a_step_of_protect_now_delivered_twice_makes_one_point(
    demo, sandbox, document
):
    run_id = sandbox.started(str(uuid.uuid4()))
    step = step_of(document, run_id, plan_id='')
    first, second = (
        execution_steps.begin_protection(demo, step),
        execution_steps.begin_protection(demo, step),
    )
    assert first == second
    found = factories.SNAPSHOT.points(demo)
    mine = [point.id for point in found if point.mark.execution == run_id]
    assert mine == [first['id']]


def test_the_next_execution_makes_a_point_of_its_own(demo, sandbox, document):
    steps = [step_of(document, str(uuid.uuid4())) for _ in range(2)]
    made = {
        execution_steps.begin_protection(demo, step)['id'] for step in steps
    }
    assert len(made) == 2
    assert {point.id for point in sandbox.points(document)} == made
