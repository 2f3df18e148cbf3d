# SPDX-License-Identifier: Apache-2.0
"""How a plan of any project stands, in one word; and names of projects."""

import datetime
import json
import types

import pytest

from protection_dashboard.executions import search as execution_search
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protectables.base import Resource
from protection_dashboard.reports import all_executions
from protection_dashboard.reports import all_plans
from protection_dashboard.reports import project_names
from protection_dashboard.schedules import expected_runs
from protection_dashboard.workflows import definitions
from tests.support.plan_states import armed
from tests.support.plan_states import plan_state

NOW = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
VOLUME = Resource('v1', 'volume', 'web', 'available', 'available')
PLAN = plan_document.Plan(
    plan_document.new_plan_document(
        'nightly',
        VOLUME,
        'volume_snapshot',
        {'snapshot_name': 'web', 'description': '', 'force': False},
    )
)


def entry(*schedule_states, standing='fresh', failures=0, missed=0, due=()):
    schedules = [armed(state, expected=due) for state in schedule_states]
    state = plan_state(PLAN, schedules, standing, NOW, failures)
    return all_plans.ProjectPlan(
        'p1', state, expected_runs.RunCounts(missed=missed)
    )


@pytest.mark.parametrize(
    ('found', 'health'),
    [
        (entry('armed'), 'fresh'),
        (entry('armed', missed=1), 'missed'),
        (entry('armed', failures=2, missed=1), 'failing'),
        (entry('armed', standing='stale', failures=2), 'stale'),
        (entry('armed', 'late', standing='stale'), 'unarmed'),
        (entry('armed', 'unarmed'), 'unarmed'),
        (entry('armed', standing='never'), 'new'),
        (entry('armed', standing='never', due=('due',)), 'never'),
        (entry(standing='never'), 'idle'),
        (entry('paused', standing='never'), 'idle'),
        (entry('paused', standing='never', failures=1), 'failing'),
        (entry('armed', standing='unknown'), 'unknown'),
    ],
)
def test_the_worst_is_said(found, health):
    assert found.health == health


def test_who_answers_for_a_plan():
    assert entry('armed').person == 'demo'
    assert entry().person == ''


def test_a_project_that_is_gone_is_called_by_its_id():
    names = project_names.ProjectNames({'p2': 'beta', 'p1': 'Alpha'})
    assert (names['p1'], names['p9']) == ('Alpha', 'p9')
    assert names.choices == [('p1', 'Alpha'), ('p2', 'beta')]


def execution(by=None, armed_by=None, **facts):
    given = {
        'id': 'e1',
        'workflow_name': definitions.plan_workflow_name(PLAN.id),
        'project_id': 'p1',
        'state': 'SUCCESS',
        'state_info': None,
        'description': '',
        'input': json.dumps({'by': by, 'name': 'nightly'}),
        'params': json.dumps({'env': {'armed_by': armed_by}}),
        'created_at': '2026-11-20 22:10:44',
        'updated_at': '2026-11-20 22:11:54',
        **facts,
    }
    return types.SimpleNamespace(**given)


@pytest.mark.parametrize(
    ('given', 'person'),
    [
        ({'by': 'ada'}, 'ada'),
        ({'armed_by': 'bob'}, 'bob'),
        ({'by': 'ada', 'armed_by': 'bob'}, 'ada'),
        ({'params': '{"namespace": ""}'}, ''),
        ({'params': None}, ''),
    ],
)
def test_who_answers_for_a_run(given, person):
    assert (
        all_executions.project_execution(execution(**given)).person == person
    )


def test_what_mistral_is_asked_for():
    search = execution_search.Search(state='failed')
    assert all_executions.AllProjectsSearch(search).filters == search.filters
    asked = all_executions.AllProjectsSearch(
        search, project_id='p1', person='ada'
    ).filters
    assert asked == {**search.filters, 'project_id': 'p1'}
    assert all_executions.AllProjectsSearch(person='ada').fits(
        all_executions.project_execution(execution('ada'))
    )
    assert not all_executions.AllProjectsSearch(person='bob').fits(
        all_executions.project_execution(execution('ada'))
    )
