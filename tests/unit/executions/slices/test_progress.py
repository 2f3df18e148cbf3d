# SPDX-License-Identifier: Apache-2.0
"""The short form in which an execution's tasks tell how far it has got."""

import hypothesis
from hypothesis import strategies
import pytest

from protection_dashboard.api.mistral.executions import TaskRow
from protection_dashboard.executions import waits
from protection_dashboard.executions.slices import progress

STEPS = [
    progress.compact_step(
        {'protection': 'p', 'type': 't', 'id': one, 'name': f'name of {one}'},
        3,
    )
    for one in 'abc'
]
STATES = strategies.sampled_from(['pending', 'ok', 'failed', 'skipped'])
WAITS = strategies.tuples(
    *(
        strategies.builds(
            lambda state, point_id, reason, step=step: waits.new_wait(
                'point',
                step['resource'],
                state=state,
                id=point_id,
                reason=reason,
            ),
            STATES,
            strategies.text(max_size=3),
            strategies.text(max_size=3),
        )
        for step in STEPS
    )
)


@hypothesis.given(WAITS)
def test_rows_tell_all_that_waits_know(found):
    rows = progress.rows_of_waits(found)
    assert progress.waits_of_rows(STEPS, rows) == list(found)


def test_what_has_not_begun_has_no_row():
    found = progress.waits_of_rows(STEPS, [])
    assert {wait['state'] for wait in found} == {'pending'}
    assert progress.rows_of_waits(found) == []


@pytest.mark.parametrize(('count', 'length'), [(200, 255), (201, 60)])
def test_names_are_cut_where_there_are_many(count, length):
    entry = {'protection': 'p', 'type': 't', 'id': 'a', 'name': 'n' * 255}
    step = progress.compact_step({**entry, 'options': {'x': 1}}, count)
    assert len(step['resource']['name']) == length
    assert 'options' not in step['resource']


def task(number, name, state='SUCCESS', **published):
    return TaskRow(f'{number}', name, state, published)


RESOLUTION = {'steps': STEPS, 'known': [], 'mark': {}, 'at': '', 'hours': 1}
RESOLVED = {'resolution': RESOLUTION, 'report': {'troubles': ['One.']}}


def test_the_newest_rows_and_the_first_resolution_count():
    tasks = [
        task(0, 'resolve', resolved=True),
        task(1, 'protect', resolved=False, changed=True),
        task(2, 'protect', 'ERROR', resolved=False, changed=False),
        task(3, 'protect', resolved=False, changed=True),
        task(4, 'protect', resolved=False, changed=False),
        task(5, 'protect', 'RUNNING'),
    ]
    assert progress.is_told(tasks)
    telling = progress.telling_tasks(tasks)
    assert {kind: one.id for kind, one in telling.items()} == {
        'resolution': '0',
        'rows': '3',
    }
    results = {'0': RESOLVED, '3': {'rows': [[1, 'ok', 'point', '']]}}
    found = progress.progress_of_tasks(tasks, results)
    assert [wait['state'] for wait in found.waits] == [
        'pending',
        'ok',
        'pending',
    ]
    assert (found.slices, found.end) == (5, None)
    assert found.report == {'troubles': ['One.']}


def test_where_resolve_got_lost_protect_tells_the_resolution():
    tasks = [
        task(0, 'resolve', 'ERROR'),
        task(1, 'protect', resolved=True, changed=True),
        task(2, 'notify', changed=True),
    ]
    end = {'removals': [], 'troubles': ['Two.'], 'reported': True}
    result = {**RESOLVED, 'rows': [[0, 'failed', '', 'No.']]}
    found = progress.progress_of_tasks(tasks, {'1': result, '2': end})
    assert found.waits[0]['reason'] == 'No.'
    assert found.end == end


def test_workflows_before_0_2_0_tell_no_progress():
    tasks = [task(0, 'resolve', steps=[]), task(1, 'poll', waits=[])]
    assert not progress.is_told(tasks)
    assert progress.progress_of_tasks(tasks, {}).results == []
