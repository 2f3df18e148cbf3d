# SPDX-License-Identifier: Apache-2.0
"""What a run did, out of the results of its tasks in Mistral."""

from protection_dashboard import waits

#: those of a plan, a restore and a deletion
TASKS = (
    'resolve',
    'protect',
    'restore',
    'delete',
    'poll',
    'prune',
    'notify',
)
_STARTS = ('protect', 'restore', 'delete')
_FAILED = {
    'prune': "Nothing was removed: {}",
    'notify': "Nobody was told of it: {}",
}


def of(tasks):
    """``{results, removed, notices, troubles}`` for a Run, all of them tuples.

    ``tasks`` is ``{task name: result}`` of those that have ended; that of a
    task that failed is a sentence.
    """
    begun, told = _dict(tasks, 'prune'), _dict(tasks, 'notify')
    removed = told.get('removals', begun.get('removals', []))
    return {
        'results': tuple(_results(tasks)),
        'removed': tuple(removed),
        'notices': tuple(told.get('notices', [])),
        'troubles': tuple(_troubles(tasks)),
    }


def _dict(tasks, name):
    found = tasks.get(name)
    return found if isinstance(found, dict) else {}


def _results(tasks):
    polled = _dict(tasks, 'poll')
    if polled:
        return polled['results']
    resolved = _dict(tasks, 'resolve')
    known, steps = resolved.get('known', []), resolved.get('steps', [])
    started = next((tasks[name] for name in _STARTS if name in tasks), None)
    if isinstance(started, list):
        return known + [wait for wait in started if isinstance(wait, dict)]
    return known + [waits.one('point', step['resource']) for step in steps]


def _troubles(tasks):
    told = []
    for name, sentence in _FAILED.items():
        if isinstance(tasks.get(name), str):
            told.append(sentence.format(tasks[name]))
        told += _dict(tasks, name).get('troubles', [])
    return told
