# SPDX-License-Identifier: Apache-2.0
"""What a run did, out of what its tasks left in Mistral."""

import pytest

from protection_dashboard import run_parts

ENTRY = {'protection': 'p', 'type': 'volume', 'id': 'v', 'name': 'web'}
GONE = {'name': 'old', 'state': 'skipped', 'reason': 'It is gone.'}
MADE = {'name': 'web', 'state': 'pending', 'reason': ''}
RESOLVED = {'steps': [{'resource': ENTRY}], 'known': [GONE]}
POLLED = {'pending': 0, 'results': [GONE, {**MADE, 'state': 'ok'}]}


def states(tasks):
    found = run_parts.of(tasks)['results']
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
        ({'delete': [MADE], 'poll': 'failed'}, {'web': 'pending'}),
        # a workflow of before resolved to the steps alone
        (
            {'resolve': [{'resource': ENTRY}], 'protect': [MADE]},
            {'web': 'pending'},
        ),
    ],
)
def test_resources_are_told_of_from_the_first_task_on(tasks, found):
    assert states(tasks) == found


def test_the_last_task_knows_best_what_was_removed():
    begun = {'removals': [{'id': 'a', 'state': 'pending'}], 'troubles': ['x']}
    told = {
        'removals': [{'id': 'a', 'state': 'removed'}],
        'notices': [{'target': 'operators'}],
        'troubles': [],
    }
    early = run_parts.of({'prune': begun})
    assert (early['removed'][0]['state'], early['notices']) == ('pending', ())
    late = run_parts.of({'prune': begun, 'notify': told})
    assert late['removed'][0]['state'] == 'removed'
    assert late['notices'] == ({'target': 'operators'},)
    assert late['troubles'] == ('x',)


def test_what_went_wrong_at_the_end_is_a_sentence():
    found = run_parts.of({'prune': 'Mistral is away.', 'notify': 'No way.'})
    assert found['troubles'] == (
        'Nothing was removed: Mistral is away.',
        'Nobody was told of it: No way.',
    )
