# SPDX-License-Identifier: Apache-2.0
"""What a run did, out of the results of its tasks in Mistral."""

from protection_dashboard.common.references import ResourceRef
from protection_dashboard.executions import waits
from protection_dashboard.workflows import result_states

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
# what a step had done that got lost nobody knows
_LOST = {
    'prune': "Mistral lost the step that removes old recovery points: some "
    "of them may be gone. The next run removes the others.",
    'notify': "Mistral lost the step that tells people of the run: some of "
    "them may have been told.",
}


def of(tasks, points=()):
    """``{results, removed, notices, troubles}`` for a Run, all of them tuples.

    ``tasks`` is ``{task name: result}`` of those that have ended; that of a
    task that failed is a sentence. ``points`` are those that are to go, or
    the one that was to be restored.
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
    if isinstance(started, str):
        started = [started]
    begun = [wait for wait in started or () if isinstance(wait, dict)]
    lost = [told for told in started or () if not isinstance(told, dict)]
    wanted = [waits.one('point', step['resource']) for step in steps]
    kind = 'resource' if 'restore' in tasks else 'gone'
    wanted += [waits.of_point(point, kind) for point in points]
    return known + _merged(begun, lost, wanted)


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
    return wait.get('point') or ResourceRef.of_result(wait)


def _named(results, steps):
    """What was lost on its way is that of its step."""
    if len(results) != len(steps):
        return results
    return [
        wait
        if wait['resource_id']
        else {**wait, **result_states.of_entry(step['resource'])}
        for wait, step in zip(results, steps, strict=True)
    ]


def _troubles(tasks):
    told = []
    for name, sentence in _FAILED.items():
        found = tasks.get(name)
        if isinstance(found, str):
            is_lost = waits.is_lost(found)
            told.append(_LOST[name] if is_lost else sentence.format(found))
        told += _dict(tasks, name).get('troubles', [])
    return told
