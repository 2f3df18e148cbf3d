# SPDX-License-Identifier: Apache-2.0
"""What an execution did, from the results of its tasks in Mistral."""

import pytest

from protection_dashboard.executions import results as execution_results

ENTRY = {'protection': 'p', 'type': 'volume', 'id': 'v', 'name': 'web'}
GONE = {
    'type': 'volume',
    'resource_id': 'o',
    'name': 'old',
    'state': 'skipped',
    'reason': 'It is gone.',
}
MADE = {
    'type': 'volume',
    'resource_id': 'v',
    'name': 'web',
    'state': 'pending',
    'reason': '',
}
LOST = {**MADE, 'type': '', 'resource_id': '', 'name': '', 'state': 'failed'}
RESOLVED = {'steps': [{'resource': ENTRY}], 'known': [GONE]}
POLLED = {'pending': 0, 'results': [GONE, {**MADE, 'state': 'ok'}]}


def states(tasks):
    found = execution_results.execution_details_of_tasks(tasks)['results']
    return {wait['name']: wait['state'] for wait in found}


@pytest.mark.parametrize(
    ('tasks', 'found'),
    [
        ({}, {}),
        ({'resolve': 'Cinder does not answer.'}, {}),
        ({'resolve': RESOLVED}, {'old': 'skipped', 'web': 'pending'}),
        (
            {'resolve': RESOLVED, 'protect': [MADE, 'lost', None]},
            {'old': 'skipped', 'web': 'pending'},
        ),
        (
            {'resolve': RESOLVED, 'protect': [MADE], 'poll': POLLED},
            {'old': 'skipped', 'web': 'ok'},
        ),
        (
            {'resolve': RESOLVED, 'poll': {'results': [GONE, LOST]}},
            {'old': 'skipped', 'web': 'failed'},
        ),
        ({'delete': [MADE], 'poll': 'failed'}, {'web': 'pending'}),
        # in a workflow of an older version Resolve returns only the steps
        (
            {'resolve': [{'resource': ENTRY}], 'protect': [MADE]},
            {'web': 'pending'},
        ),
    ],
)
def test_resources_are_told_of_from_the_first_task_on(tasks, found):
    assert states(tasks) == found


def test_of_a_step_after_the_other_those_that_wait_are_told_too():
    steps = [{'resource': {**ENTRY, 'id': i, 'name': i}} for i in 'abc']
    begun = {**MADE, 'resource_id': 'b', 'name': 'b', 'id': 'snapshot'}
    found = execution_results.execution_details_of_tasks(
        {'resolve': {'steps': steps}, 'protect': [begun]}
    )
    made = [(wait['name'], wait['id']) for wait in found['results']]
    assert made == [('a', ''), ('b', 'snapshot'), ('c', '')]


def test_what_was_lost_has_its_name_and_its_sentence():
    steps = [{'resource': {**ENTRY, 'id': i, 'name': i}} for i in 'abc']
    begun = {**MADE, 'resource_id': 'b', 'name': 'b', 'id': 'snapshot'}
    told = ['Keystone does not answer.', begun, None]
    found = execution_results.execution_details_of_tasks(
        {'resolve': {'steps': steps}, 'protect': told}
    )
    made = {wait['name']: wait for wait in found['results']}
    assert made['a']['reason'] == 'Keystone does not answer.'
    assert 'lost this step' in made['c']['reason']
    assert [made[n]['state'] for n in 'abc'] == ['failed', 'pending', 'failed']
    early = execution_results.execution_details_of_tasks(
        {'resolve': {'steps': steps}, 'protect': told[:2]}
    )
    states = {wait['name']: wait['state'] for wait in early['results']}
    assert states == dict.fromkeys('abc', 'pending')


def test_points_that_wait_to_be_deleted_are_told_of():
    points = [{'protection': 'p', 'id': i, 'name': i} for i in 'ab']
    begun = {**MADE, 'point': 'b', 'name': 'b', 'id': 'b'}
    found = execution_results.execution_details_of_tasks(
        {'delete': [begun]}, points
    )
    made = [(wait['name'], wait['id']) for wait in found['results']]
    assert made == [('a', ''), ('b', 'b')]


def test_the_last_task_knows_best_what_was_removed():
    begun = {'removals': [{'id': 'a', 'state': 'pending'}], 'troubles': ['x']}
    told = {
        'removals': [{'id': 'a', 'state': 'removed'}],
        'notices': [{'target': 'operators'}],
        'troubles': [],
    }
    early = execution_results.execution_details_of_tasks({'prune': begun})
    assert (early['removed'][0]['state'], early['notices']) == ('pending', ())
    late = execution_results.execution_details_of_tasks(
        {'prune': begun, 'notify': told}
    )
    assert late['removed'][0]['state'] == 'removed'
    assert late['notices'] == ({'target': 'operators'},)
    assert late['troubles'] == ('x',)


def test_what_went_wrong_at_the_end_is_a_sentence():
    found = execution_results.execution_details_of_tasks(
        {'prune': 'Mistral is away.', 'notify': 'No way.'}
    )
    assert found['troubles'] == (
        'Nothing was removed: Mistral is away.',
        'Nobody was told of it: No way.',
    )


HEARTBEAT = "Heartbeat wasn't received."


def test_nobody_knows_what_a_lost_step_has_done():
    found = execution_results.execution_details_of_tasks(
        {'prune': HEARTBEAT, 'notify': HEARTBEAT}
    )
    assert found['troubles'] == (
        "Mistral lost the step that removes old recovery points: some of "
        "them may be gone. The next run removes the others.",
        "Mistral lost the step that tells people of the run: some of them "
        "may have been told.",
    )
    found = execution_results.execution_details_of_tasks(
        {'prune': 'Cinder: no.'}
    )
    assert found['troubles'] == ("Nothing was removed: Cinder: no.",)


@pytest.mark.parametrize(
    ('told', 'reason'),
    [
        (
            HEARTBEAT,
            "The run lost this step: see the log of Mistral's executor.",
        ),
        ('Cinder: no.', 'Cinder: no.'),
    ],
)
def test_a_restore_that_failed_to_start_tells_of_what(told, reason):
    point = {'protection': 'p', 'id': 'i', 'name': 'copy'}
    (found,) = execution_results.execution_details_of_tasks(
        {'restore': told}, [point]
    )['results']
    assert (found['wait'], found['name']) == ('resource', 'copy')
    assert (found['state'], found['reason']) == ('failed', reason)
