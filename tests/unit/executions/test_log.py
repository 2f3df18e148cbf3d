# SPDX-License-Identifier: Apache-2.0
"""The log of many executions, from rows as Mistral lists them."""

import datetime
import json

import pytest

from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import started_by
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import status as schedule_status
from protection_dashboard.schedules.expected_runs import RunWindow

UTC = datetime.UTC
NOW = datetime.datetime(2027, 7, 10, 12, tzinfo=UTC)
HOUR = datetime.timedelta(hours=1)
PLAN = '5c9f0a52-1d2f-4c3e-9a55-0a4f6a1b0c01'
SCHEDULE = '5c9f0a52-1d2f-4c3e-9a55-0a4f6a1b0c02'


def row(hours, state='SUCCESS', told=None, description='', **given):
    at = f'{NOW + hours * HOUR:%Y-%m-%d %H:%M:%S}'
    return {
        'id': f'run {hours}',
        'workflow_name': f'protection.plan.{PLAN}',
        'state': state,
        'state_info': told,
        'input': json.dumps({'schedule': SCHEDULE, **given}),
        'description': description,
        'created_at': at,
        'updated_at': at,
    }


def book(*rows, is_complete=True):
    return execution_log.ExecutionLog(
        tuple(map(execution_log.log_entry, rows)), is_complete
    )


def test_a_row_is_read_as_a_run_is():
    found = execution_log.log_entry(
        row(-1, 'ERROR', 'Failure: a\n\n  -> x', by='ann')
    )
    assert (found.plan_id, found.schedule_id) == (PLAN, SCHEDULE)
    assert (found.by, found.state, found.reason) == ('ann', 'ERROR', 'x')
    assert found.ended == found.started == NOW - HOUR
    skipped = execution_log.log_entry(
        row(-1, told='Skipped: The run of 02:30 UTC.')
    )
    assert (skipped.state, skipped.by) == ('SKIPPED', '')
    going = execution_log.log_entry(row(-2, 'RUNNING', schedule='<b>'))
    assert (going.schedule_id, going.ended) == ('', None)
    assert going.duration(NOW) == 2 * HOUR


def test_a_row_tells_which_run_it_repeats():
    cron = "Workflow execution created by cron trigger 'x'."
    said = [cron, None, started_by.description('ann', retry_of=PLAN)]
    found = [
        execution_log.log_entry(row(-1, description=text)) for text in said
    ]
    assert [one.retry_of for one in found] == ['', '', PLAN]


@pytest.mark.parametrize(
    ('found', 'oldest', 'hours'),
    [
        (book(row(-1), row(-50)), None, -50),
        # Mistral may keep only so many, whatever their age
        (book(row(-1), row(-2)), None, -2),
        (book(row(-1), row(-2), is_complete=False), None, -2),
        (book(row(-1)), NOW - 90 * HOUR, -90),
        (book(), NOW - 90 * HOUR, -90),
        (book(), None, None),
    ],
)
def test_before_the_oldest_run_nothing_is_known(found, oldest, hours):
    known = found.known_from(oldest)
    assert known == (None if hours is None else NOW + hours * HOUR)


def test_older_runs_are_added_once():
    newest = book(row(-1), row(-2), is_complete=False)
    found = newest.with_older(book(row(-2), row(-9)))
    assert [run.id for run in found.entries] == ['run -1', 'run -2', 'run -9']
    assert found.by_plan == {PLAN: list(found.entries)}
    assert not found.is_complete


def test_a_missed_run_that_is_found_later_is_told():
    known = schedule_status.ScheduleStatus(
        None,
        Schedule(SCHEDULE, '0 0 * * *', 'UTC'),
        'armed',
        armed=NOW - 99 * HOUR,
        next_run=NOW,
        by='ann',
    )
    window = RunWindow(NOW, NOW - 48 * HOUR)
    found = schedule_status.status_with_more_runs(
        known, book(row(-36)).entries, window
    )
    assert (found.state, found.next_run) == ('unarmed', None)
    assert "start: ann, under whose trust" in str(found.reason)
    assert found.last_run.id == 'run -36'
    good = schedule_status.status_with_more_runs(
        known, book(row(-12), row(-36)).entries, window
    )
    assert (good.state, good.next_run) == ('armed', NOW)
