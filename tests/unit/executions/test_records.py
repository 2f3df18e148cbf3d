# SPDX-License-Identifier: Apache-2.0
"""Executions as a person reads them."""

import datetime
import json
import types

import pytest

from protection_dashboard.executions import records as execution_records

PLAN = 'protection.plan.0b5bbbd2-0f27-4c9e-8c0f-0f2f3ee1a3d6'
S1 = '51111111-0f27-4c9e-8c0f-0f2f3ee1a3d6'


def execution(**facts):
    given = {
        'id': 'e1',
        'workflow_name': PLAN,
        'state': 'SUCCESS',
        'state_info': None,
        'input': json.dumps({'schedule': S1, 'name': 'nightly'}),
        'created_at': '2026-11-20 22:10:44',
        'updated_at': '2026-11-20 22:11:54',
        **facts,
    }
    return types.SimpleNamespace(**given)


def test_a_run_of_a_schedule():
    run = execution_records.parse_execution(execution())
    assert run.kind == 'plan'
    assert run.plan_id == '0b5bbbd2-0f27-4c9e-8c0f-0f2f3ee1a3d6'
    assert run.schedule_id == S1
    assert run.by == ''
    assert run.name == 'nightly'
    assert run.started == datetime.datetime(
        2026, 11, 20, 22, 10, 44, tzinfo=datetime.UTC
    )
    assert run.duration(run.started) == datetime.timedelta(seconds=70)


def test_a_running_one_has_not_ended_and_lasts_until_now():
    run = execution_records.parse_execution(execution(state='RUNNING'))
    now = run.started + datetime.timedelta(hours=2)
    assert run.ended is None
    assert run.duration(now) == datetime.timedelta(hours=2)


@pytest.mark.parametrize(
    ('name', 'kind', 'owner'),
    [
        (PLAN, 'plan', PLAN.removeprefix('protection.plan.')),
        ('protection.restore.abc', 'restore', 'abc'),
        ('protection.delete.abc', 'delete', 'abc'),
        ('protection.once.abc', 'once', 'abc'),
        ('protection.notify.abc', 'notify', 'abc'),
        ('protection.gate.abc', '', ''),
        ('trove.backup_create', '', ''),
        ('my.protection.plan.abc', '', ''),
    ],
)
def test_the_kind_is_in_the_workflow_s_name(name, kind, owner):
    assert execution_records.workflow_kind_and_id(name) == (kind, owner)


def test_a_restore_belongs_to_no_plan():
    run = execution_records.parse_execution(
        execution(workflow_name='protection.restore.abc')
    )
    assert run.plan_id == ''


FAILED_TASK = (
    "Failure caused by error in tasks: resolve\n\n"
    "  resolve [task_ex_id=0] -> Cinder does not answer.\n"
    "    [action_ex_id=1, idx=0]: Cinder does not answer."
)
RAISED = (
    "Failure caused by error in tasks: poll\n\n  poll [task_ex_id=0] -> The "
    "action raised an exception [action=<X>, action_ex_id=1, msg='Volume "
    "could not be found.']\n    [action_ex_id=1]: ..."
)


@pytest.mark.parametrize(
    ('state_info', 'line'),
    [
        (None, ''),
        ('', ''),
        ('2 of 3 failed. db: no quota', '2 of 3 failed. db: no quota'),
        (FAILED_TASK, 'Cinder does not answer.'),
        (RAISED, 'Volume could not be found.'),
        ('first\nsecond', 'first'),
    ],
)
def test_the_reason_is_one_line(state_info, line):
    assert execution_records.one_line_reason(state_info) == line


def test_a_long_reason_is_cut():
    assert len(execution_records.one_line_reason('x' * 5000)) == 301


@pytest.mark.parametrize(
    ('day', 'told'), [(20, '02:30'), (21, '2026-11-20 02:30')]
)
def test_a_run_that_an_older_one_held_up_is_skipped(day, told):
    older = datetime.datetime(2026, 11, 20, 2, 30, tzinfo=datetime.UTC)
    now = older.replace(day=day, hour=3)
    told = f'The run of {told} UTC is still going.'
    run = execution_records.parse_execution(
        execution(state_info=execution_records.skipped_state_info(older, now))
    )
    assert (run.state, run.reason) == ('SKIPPED', told)
    assert run.ended == run.updated


def test_only_a_run_that_ended_well_was_skipped():
    run = execution_records.parse_execution(
        execution(state='ERROR', state_info='Skipped: by me')
    )
    assert run.state == 'ERROR'
