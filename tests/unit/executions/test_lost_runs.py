# SPDX-License-Identifier: Apache-2.0
"""When an execution is lost, and what is said of it."""

import dataclasses
import datetime
import types
import uuid

from hypothesis import given
from hypothesis import strategies as st
import pytest

from protection_dashboard.executions import cancellation
from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import lost_runs
from protection_dashboard.executions import overlap_guard
from protection_dashboard.executions import records
from protection_dashboard.executions import waits
from protection_dashboard.workflows import definitions

NOW = datetime.datetime(2026, 11, 29, 2, 30, tzinfo=datetime.UTC)
MOVED = datetime.datetime(2026, 11, 29, 2, 3, tzinfo=datetime.UTC)
MINUTES = st.integers(min_value=0, max_value=60)


def minutes(number):
    return datetime.timedelta(minutes=number)


@given(still=MINUTES, after=MINUTES, state=st.sampled_from(lost_runs.MOVING))
def test_what_stands_still_for_longer_is_lost_whatever_its_state(
    still, after, state
):
    found = lost_runs.is_lost(state, NOW - minutes(still), NOW, minutes(after))
    assert found == (still > after)


@pytest.mark.parametrize('state', [records.PAUSED, *records.FINAL])
def test_what_a_person_paused_or_what_has_ended_is_not_lost(state):
    assert not lost_runs.is_lost(state, NOW - minutes(600), NOW, minutes(10))


def run(kind='plan', states=(), wait='point'):
    entry = {'protection': 'p', 'type': 'volume', 'id': 'v', 'name': 'v'}
    return records.Execution(
        id='e1',
        kind=kind,
        plan_id='',
        schedule_id='',
        name='nightly',
        by='',
        state=records.ERROR,
        reason='',
        started=MOVED,
        updated=NOW,
        results=tuple(
            waits.new_wait(wait, entry, state=state) for state in states
        ),
    )


def test_one_without_a_task_moved_last_when_it_began():
    assert lost_runs.Movement(run(), 'p1', {}).moved == MOVED
    later = {'resolve': MOVED, 'protect': NOW}
    assert lost_runs.Movement(run(), 'p1', later).moved == NOW


def series(*facts):
    """Executions r5, r4, ... by (minute of start, minute of end, reason)."""
    return [
        dataclasses.replace(
            run(),
            id=f'r{len(facts) - number}',
            started=NOW + minutes(begin),
            updated=NOW + minutes(end),
            state_info=reason,
        )
        for number, (begin, end, reason) in enumerate(facts)
    ]


BY_ANN = lost_runs.lost_reason(MOVED, run(), 'ann')
BY_RUN = lost_runs.lost_reason(MOVED, run(), str(uuid.uuid4()))


@pytest.mark.parametrize(
    ('runs', 'told'),
    [
        # r1 is lost; ann ended it, before or after r2 began
        (series((30, 31, ''), (0, 25, BY_ANN)), ['r1']),
        (series((30, 31, ''), (20, 21, ''), (0, 15, BY_ANN)), []),
        (series((30, 31, ''), (20, 21, ''), (0, 25, BY_ANN)), ['r1']),
        # the run that ended it has told
        (series((30, 31, ''), (0, 30, BY_RUN)), []),
        # another failure told itself
        (series((30, 31, ''), (0, 25, 'Cinder: no')), []),
        (series((30, 31, '')), []),
        ([], []),
    ],
)
def test_the_first_run_after_it_tells_of_what_a_person_ended(runs, told):
    acting = runs[0].id if runs else 'r9'
    found = lost_runs.untold(runs, acting)
    assert [one.id for one in found] == told


COPIES = [
    (run(), ''),
    (
        run(states=['ok'] * 18 + ['not started'] * 2),
        '18 of 20 resources have their copy. ',
    ),
    (
        run('once', ['ok', 'failed', cancellation.BEGUN, 'skipped']),
        '1 of 3 resources have their copy, 1 more had been started. ',
    ),
    (run('restore', ['ok'], 'resource'), ''),
    (run('delete', ['ok', 'ok'], 'gone'), ''),
]


@pytest.mark.parametrize(('ended', 'copies'), COPIES)
def test_the_reason_says_how_many_copies_there_are(ended, copies):
    said = lost_runs.lost_reason(MOVED, ended, 'ann')
    assert said == (
        'Lost: nothing of this run moved after 2026-11-29 02:03 UTC. '
        f'{copies}What had been started goes on in its service. Ended by ann.'
    )
    assert records.is_lost(records.ERROR, said)
    assert records.one_line_reason(said) == said


@pytest.mark.parametrize(
    ('state', 'state_info'),
    [
        ('ERROR', None),
        ('ERROR', 'Cinder lost it. Lost: x'),
        ('SUCCESS', 'Lost: x'),
        ('ERROR', 'Skipped: x'),
    ],
)
def test_others_are_not_taken_for_lost(state, state_info):
    assert not records.is_lost(state, state_info)


@pytest.mark.parametrize(
    ('tasks', 'makes'),
    [
        ((), True),
        (('resolve',), True),
        (('resolve', 'protect'), True),
        (('resolve', 'protect', 'poll'), True),
        (('resolve', 'protect', 'poll', 'prune'), False),
        (('resolve', 'protect', 'notify'), False),
    ],
)
def test_a_run_in_its_last_task_makes_no_copies_any_more(tasks, makes):
    assert overlap_guard.makes_copies(tasks) == makes


def test_the_last_tasks_are_those_of_a_plan_s_workflow():
    tasks = definitions.workflow_template('plan')['tasks']
    assert 'notify' in tasks
    assert [one for one in tasks if not overlap_guard.makes_copies([one])]


@pytest.mark.parametrize(
    ('state', 'state_info', 'shown'),
    [
        ('ERROR', BY_ANN, records.LOST),
        ('ERROR', 'Cinder: no', records.ERROR),
        ('SUCCESS', 'Skipped: x', records.SKIPPED),
        ('RUNNING', None, records.RUNNING),
    ],
)
def test_people_see_that_a_run_was_lost(state, state_info, shown):
    row = {
        'id': 'e1',
        'workflow_name': 'protection.plan.x',
        'state': state,
        'state_info': state_info,
        'input': '{}',
        'description': '',
        'created_at': '2026-11-29 02:00:00',
        'updated_at': '2026-11-29 02:30:00',
    }
    entry = execution_log.log_entry(row)
    whole = records.parse_execution(types.SimpleNamespace(**row))
    assert entry.shown_state == whole.shown_state == shown
    # it has failed for whoever counts
    assert entry.state == whole.state
    assert records.LOST not in (entry.state, *records.FINAL)
