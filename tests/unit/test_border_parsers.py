# SPDX-License-Identifier: Apache-2.0
"""Each parser of what comes from a service takes any JSON.

It gives a record, or says why it cannot: it raises nothing else. Those of
plans, Freezer's records and error answers are in tests of their own.
"""

import dataclasses
import json
import types

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
import pytest

from protection_dashboard import exceptions
from protection_dashboard.api.mistral import trove_schedules
from protection_dashboard.api.mistral.executions import TaskRow
from protection_dashboard.coverage import exemptions
from protection_dashboard.coverage import orphans
from protection_dashboard.executions import log
from protection_dashboard.executions import records
from protection_dashboard.executions import results
from protection_dashboard.executions import retry
from protection_dashboard.executions import started_by
from protection_dashboard.executions.slices import progress
from protection_dashboard.panels.executions import actions
from protection_dashboard.panels.executions import outcomes
from protection_dashboard.panels.executions import tables
from protection_dashboard.panels.shared import execution_cells
from protection_dashboard.protections import mark
from protection_dashboard.reports import all_executions
from protection_dashboard.schedules import cron_triggers
from tests.support.odd_json import JSON
from tests.support.odd_json import TEXTS
from tests.support.odd_json import nearly
from tests.support.odd_json import objects

ID = 'f47ac10b-58cc-4372-a567-0e02b2c3d479'
#: the first example loads what others find loaded
at_leisure = settings(deadline=None)
STATES = ('SUCCESS', 'ERROR', 'RUNNING', 'CANCELLED', 'X')
KINDS = ('plan', 'once', 'restore', 'delete', 'notify', 'gate', '')
#: nested deeper than Python reads JSON
DEEP = '[' * 100_000 + ']' * 100_000
POINT = {
    'protection': 'volume_snapshot',
    'id': ID,
    'name': 'n',
    'resource_id': ID,
    'resource_type': 'volume',
    'after': [],
}
WAIT = {
    'wait': 'point',
    'protection': 'volume_snapshot',
    'type': 'volume',
    'resource_id': ID,
    'name': 'n',
    'id': '',
    'state': 'failed',
    'reason': 'r',
}
REMOVAL = {
    'protection': 'volume_snapshot',
    'id': ID,
    'name': 'n',
    'type': 'volume',
    'resource_id': ID,
    'resource': 'r',
    'reason': '',
    'state': 'removed',
    'why': '',
}
NOTICE = {'target': 't', 'event': 'failure', 'state': 'ok', 'reason': ''}


def dumped(strategy):
    """Texts of JSON, or of none."""
    return (
        strategy.map(json.dumps)
        | st.sampled_from([None, '', '{', DEEP, 'null'])
        | TEXTS
    )


def execution(**facts):
    """One of mistralclient's executions."""
    right = {
        'id': ID,
        'workflow_name': f'protection.plan.{ID}',
        'state': 'ERROR',
        'state_info': None,
        'input': '{}',
        'output': '{}',
        'params': '{}',
        'description': '',
        'project_id': ID,
        'created_at': '2026-11-20 22:10:44',
        'updated_at': '2026-11-20 22:10:45',
    }
    return types.SimpleNamespace(**right) if not facts else (
        types.SimpleNamespace(**{**right, **facts})
    )  # fmt: skip


INPUTS = dumped(
    JSON
    | objects('name', 'by', 'schedule', 'point', 'points', 'plan')
    | st.fixed_dictionaries({'point': nearly(POINT)})
    | st.fixed_dictionaries({'points': st.lists(nearly(POINT) | JSON)})
)
OUTPUTS = dumped(
    JSON
    | objects('summary')
    | st.fixed_dictionaries(
        {'summary': objects('ok', 'failed', 'skipped', 'removed')}
    )
)


@at_leisure
@given(
    kind=st.sampled_from(KINDS),
    state=st.sampled_from(STATES),
    given_input=INPUTS,
    output=OUTPUTS,
    params=dumped(objects('env') | JSON),
    description=dumped(objects('by', 'retry_of', 'triggered_by') | JSON),
)
def test_any_execution_is_a_row(
    kind, state, given_input, output, params, description
):
    found = execution(
        workflow_name=f'protection.{kind}.{ID}' if kind else 'x',
        state=state,
        input=given_input,
        output=output,
        params=params,
        description=description,
    )
    whole = all_executions.project_execution(found)
    run = whole.run
    hash((run.name, run.by, run.schedule_id, run.retry_of, whole.person))
    title = tables.execution_title(run)
    told = execution_cells.outcome_text(run)
    for text in (title, told, tables.starter_name(run), whole.person):
        assert isinstance(text, str)
    assert run.unreadable in told
    tables.started_by_cell(run)
    retry.can_be_retried(run)
    restores = actions.RestoreAgain()
    if restores.allowed(None, run):
        assert restores.get_link_url(run)


@pytest.mark.parametrize(
    ('wrong', 'told'),
    [
        ({'input': '{"by": {"a": 1}}'}, 'input.by'),
        ({'input': '{"by": ["x"], "name": 5}'}, 'input.name, input.by'),
        ({'input': '{"schedule": 5}'}, 'input.schedule'),
        ({'input': '{"point": "str"}'}, 'input.point'),
        ({'input': '{"point": {"protection": "x"}}'}, 'input.point'),
        ({'input': '{"points": "abc"}'}, 'input.points'),
        ({'input': '{"points": [5]}'}, 'input.points'),
        ({'input': '{"points": [{}]}'}, 'input.points'),
        ({'output': '{"summary": "str"}'}, 'output.summary'),
        ({'output': '{"summary": {"ok": "x"}}'}, 'output.summary'),
        ({'output': '{"summary": {"removed": "a"}}'}, 'output.summary'),
        ({'output': '{"summary": ["a"]}'}, 'output.summary'),
        ({'input': DEEP}, ''),
    ],
)
def test_what_of_an_execution_cannot_be_read_is_told(wrong, told):
    run = records.parse_execution(execution(**wrong))
    sentence = f"Parts of it cannot be read: {told}." if told else ''
    assert run.unreadable == sentence
    assert (run.by, run.points, run.summary) == ('', (), {})


def test_the_points_of_an_execution_are_those_of_its_input():
    one = records.parse_execution(
        execution(input=json.dumps({'point': POINT}))
    )
    assert (one.points, one.unreadable) == ((POINT,), '')
    few = {'protection': 'p', 'id': 'i'}
    two = records.parse_execution(
        execution(input=json.dumps({'points': [POINT, few]}))
    )
    assert two.points[0] == POINT
    assert two.points[1] == {
        **few, 'name': '', 'resource_id': '', 'resource_type': '', 'after': [],
    }  # fmt: skip


def row(given_input, description):
    found = vars(execution(input=given_input, description=description))
    return {**found, 'description': description}


@at_leisure
@given(INPUTS, dumped(JSON | objects('by', 'retry_of')))
def test_any_row_of_an_execution_is_an_entry_of_the_log(given_input, text):
    entry = log.log_entry(row(given_input, text))
    hash(entry)
    assert isinstance(entry.by, str)
    assert started_by.retried_execution_id(text) == entry.retry_of


STEP = st.fixed_dictionaries({'resource': objects('type', 'id') | JSON})
TASKS = st.fixed_dictionaries(
    {},
    optional={
        'resolve': JSON
        | objects('known', 'steps')
        | st.fixed_dictionaries({'steps': st.lists(STEP), 'known': JSON}),
        'protect': JSON | st.lists(nearly(WAIT) | JSON),
        'restore': JSON | nearly(WAIT),
        'delete': JSON | st.lists(nearly(WAIT) | JSON),
        'poll': JSON
        | st.fixed_dictionaries({'results': st.lists(nearly(WAIT) | JSON)}),
        'prune': JSON
        | st.fixed_dictionaries(
            {'removals': st.lists(nearly(REMOVAL)), 'troubles': JSON}
        ),
        'notify': JSON
        | st.fixed_dictionaries(
            {'notices': st.lists(nearly(NOTICE)), 'troubles': JSON}
        ),
    },
)


def shown(details):
    """The run with these details, once its page has read all of them."""
    run = records.parse_execution(execution())
    run = dataclasses.replace(run, **details)
    outcomes.outcome_groups(run)
    outcomes.result_heading(run)
    outcomes.failure_causes(run)
    outcomes.state_counts(run)
    outcomes.progress(run)
    outcomes.removal_lines(run)
    outcomes.message_lines(run)
    assert all(isinstance(text, str) for text in run.troubles)
    return run


@at_leisure
@given(TASKS, st.lists(nearly(POINT), max_size=2))
def test_any_results_of_tasks_are_shown(tasks, points):
    shown(
        results.readable_details(
            lambda: results.execution_details_of_tasks(tasks, points)
        )
    )


ROWS = st.lists(
    st.tuples(st.integers(-2, 3) | JSON, JSON, JSON, JSON).map(list) | JSON,
    max_size=3,
)


@at_leisure
@given(
    st.fixed_dictionaries(
        {
            'resolution': JSON
            | st.fixed_dictionaries({'steps': st.lists(STEP), 'known': JSON}),
            'report': JSON,
            'rows': JSON | ROWS,
            'removals': JSON | st.lists(nearly(REMOVAL)),
        }
    )
    | JSON,
    JSON | objects('removals', 'notices', 'troubles'),
    st.sampled_from(['SUCCESS', 'ERROR']),
)
def test_any_progress_is_shown(first, last, state):
    tasks = [
        TaskRow('1', 'protect', state, {'resolved': True, 'changed': True}),
        TaskRow('2', 'notify', state, {'changed': True}),
    ]
    told = {'1': first, '2': last}
    shown(
        results.readable_details(
            lambda: results.execution_details_of_progress(
                progress.progress_of_tasks(tasks, told), tasks
            )
        )
    )


def test_a_result_of_another_shape_is_one_row_with_a_reason():
    tasks = {'poll': {'results': [WAIT, 5, {**WAIT, 'reason': [1]}]}}
    run = shown(
        results.readable_details(
            lambda: results.execution_details_of_tasks(tasks)
        )
    )
    assert run.results[0] == {**WAIT, 'point': ''}
    reason = "What Mistral stores of it cannot be read."
    assert [one['reason'] for one in run.results[1:]] == [reason] * 2
    assert outcomes.state_counts(run) == '3 failed'


def test_results_of_no_shape_are_one_trouble(caplog):
    run = shown(
        results.readable_details(
            lambda: results.execution_details_of_tasks({'poll': {'x': 1}})
        )
    )
    assert run.troubles == ("What its steps have told cannot be read.",)
    assert "The results of a run cannot be read" in caplog.text


def trigger(given_input, params, **facts):
    """A cron trigger, as a list has it."""
    right = {
        'id': ID,
        'name': f'protection.schedule.{ID}',
        'pattern': '* * * * *',
        'workflow_id': ID,
        'workflow_name': f'protection.plan.{ID}',
        'workflow_input': given_input,
        'workflow_params': params,
        'next_execution_time': '2026-11-20 22:10:44',
        'remaining_executions': None,
        'project_id': ID,
        'created_at': '2026-11-20 22:10:44',
        'updated_at': None,
    }
    return types.SimpleNamespace(**{**right, **facts})


@at_leisure
@given(
    dumped(JSON | objects('workflow', 'pattern', 'zone', 'schedule', 'name')),
    dumped(
        JSON
        | st.fixed_dictionaries(
            {'env': JSON | objects('armed_by', 'workflow_id')}
        )
    ),
)
def test_any_trigger_is_read(given_input, params):
    one = trigger(given_input, params)
    environment = cron_triggers.trigger_environment(one)
    assert isinstance(environment, dict)
    assert isinstance(cron_triggers.started_workflow_name(one), str)
    cron_triggers.is_gated(one)
    schedule = cron_triggers.triggered_schedule(one)
    assert schedule is None or isinstance(schedule.pattern, str)
    assert cron_triggers.triggers_of_workflow([one], 'another') == []
    assert isinstance(orphans._trigger_input(one), dict)


@at_leisure
@given(
    dumped(
        JSON
        | objects('instance', 'name', 'description', 'incremental')
        | st.fixed_dictionaries({'instance': TEXTS, 'name': JSON})
    ),
    dumped(JSON | st.fixed_dictionaries({'env': JSON | objects('parent_id')})),
)
def test_any_trigger_of_the_database_client_is_read(given_input, params):
    one = trigger(given_input, params, workflow_name=trove_schedules.WORKFLOW)
    for found in trove_schedules.schedules_of_triggers([one]):
        texts = (found.name, found.instance, found.description)
        assert all(isinstance(text, str) for text in texts)
        assert isinstance(found.parent_id, str)
        assert isinstance(found.env, dict)
    try:
        trove_schedules.schedule_of_trigger(one)
    except exceptions.NotFound:
        assert trove_schedules.schedules_of_triggers([one]) == []


@at_leisure
@given(dumped(JSON | objects('triggered_by')), dumped(objects('backup')))
def test_any_execution_of_the_database_client_is_read(description, output):
    found = execution(description=description, output=output)
    assert isinstance(trove_schedules.backup_id_of_execution(found), str)
    assert isinstance(trove_schedules.trigger_id_of_execution(found), str)


@at_leisure
@given(JSON | st.dictionaries(TEXTS, JSON | dumped(JSON)))
def test_any_variables_of_an_environment_are_exemptions(variables):
    found = exemptions.exemptions_of_variables(variables)
    for one in found.values():
        assert isinstance(one.note, str)
        assert isinstance(one.by, str)


@at_leisure
@given(dumped(objects('note', 'by', 'at')) | JSON)
def test_any_metadata_is_an_exemption(text):
    found = exemptions.parse_exemption(text)
    assert isinstance(found.note, str)
    assert isinstance(found.by, str)
    assert found.at is None or 1970 <= found.at.year <= 2200


MARKS = TEXTS | st.sampled_from(
    ['protection_plan', 'protection_schedule', 'protection_also_x']
)


@at_leisure
@given(st.dictionaries(MARKS, JSON), JSON)
def test_any_metadata_is_a_mark(metadata, description):
    for found in (
        mark.Mark.of(metadata),
        mark.parse_description(description)[1],
    ):
        hash((found, found.schedules))
        assert all(isinstance(one, str) for one in found.ids.values())
