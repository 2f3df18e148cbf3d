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
#: those of them that do one thing after the other
EACH = ('protect', 'delete')
_STARTS = ('protect', 'restore', 'delete')
_FAILED = {
    'prune': "Nothing was removed: {}",
    'notify': "Nobody was told of it: {}",
}


def of(tasks, points=()):
    """``{results, removed, notices, troubles}`` for a Run, all of them tuples.

    ``tasks`` is ``{task name: result}`` of those that have ended; that of a
    task that failed is a sentence. ``points`` are those that are to go.
    """
    begun, told = _dict(tasks, 'prune'), _dict(tasks, 'notify')
    removed = told.get('removals', begun.get('removals', []))
    return {
        'results': tuple(_results(tasks, points)),
        'removed': tuple(removed),
        'notices': tuple(told.get('notices', [])),
        'troubles': tuple(_troubles(tasks)),
    }


def _dict(tasks, name):
    found = tasks.get(name)
    return found if isinstance(found, dict) else {}


def _results(tasks, points):
    polled, resolved = _dict(tasks, 'poll'), _dict(tasks, 'resolve')
    known, steps = resolved.get('known', []), resolved.get('steps', [])
    if polled:
        count = len(known)
        told = polled['results'][count:]
        return polled['results'][:count] + _named(told, steps)
    started = next((tasks[name] for name in _STARTS if name in tasks), None)
    begun = [wait for wait in started or () if isinstance(wait, dict)]
    lost = [told for told in started or () if not isinstance(told, dict)]
    wanted = [waits.one('point', step['resource']) for step in steps]
    all_wanted = [*wanted, *map(waits.of_point, points)]
    return known + _merged(begun, lost, all_wanted)


def _merged(begun, lost, wanted):
    """All that is wanted, in its order; what has begun stands for itself.

    The others have been lost, once each of them has given a sentence.
    """
    told = {_key(wait): wait for wait in begun}
    others = [wait for wait in wanted if _key(wait) not in told]
    if len(others) == len(lost):
        ended = map(waits.lost, others, lost)
        told |= dict(zip(map(_key, others), ended, strict=True))
    found = [told.pop(_key(wait), wait) for wait in wanted]
    return [*found, *told.values()]


def _key(wait):
    return wait.get('point') or (wait['type'], wait['resource_id'])


def _named(results, steps):
    """What was lost on its way is that of its step."""
    if len(results) != len(steps):
        return results
    return [
        wait
        if wait['resource_id']
        else {**wait, **waits.of_entry(step['resource'])}
        for wait, step in zip(results, steps, strict=True)
    ]


def _troubles(tasks):
    told = []
    for name, sentence in _FAILED.items():
        if isinstance(tasks.get(name), str):
            told.append(sentence.format(tasks[name]))
        told += _dict(tasks, name).get('troubles', [])
    return told
