# SPDX-License-Identifier: Apache-2.0
"""What an execution did, from the results of its tasks in Mistral."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
import logging
from typing import Any
from typing import TypedDict
from typing import cast

from protection_dashboard.api.mistral.executions import TaskRow
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.executions import waits
from protection_dashboard.executions.slices import progress
from protection_dashboard.recovery_points.removals import Removal
from protection_dashboard.workflows import result_states

#: tasks of the workflows of a plan, a restore and a deletion
RESULT_TASKS = (
    'resolve',
    'protect',
    'restore',
    'delete',
    'poll',
    'prune',
    'notify',
)
#: those of them that have a list of items and run an action for each
ITEM_TASKS = ('protect', 'delete')
_STARTS = ('protect', 'restore', 'delete')
_FAILED = {
    'prune': "Nothing was removed: {}",
    'notify': "Nobody was told of it: {}",
}
# nobody knows what a step had done that got lost
_LOST = {
    'prune': "Mistral lost the step that removes old recovery points: some "
    "of them may be gone. The next run removes the others.",
    'notify': "Mistral lost the step that tells people of the run: some of "
    "them may have been told.",
}


LOG = logging.getLogger(__name__)
#: what code raises that reads what somebody else has written
_SHAPE_ERRORS = (AttributeError, LookupError, TypeError, ValueError)
_WAIT_TEXTS = (
    'wait',
    'protection',
    'type',
    'resource_id',
    'name',
    'id',
    'state',
    'reason',
)
_REMOVAL_TEXTS = (
    'protection',
    'id',
    'name',
    'type',
    'resource_id',
    'resource',
    'reason',
    'state',
    'why',
)
_NOTICE_TEXTS = ('target', 'event', 'state', 'reason')
_UNREADABLE = "What Mistral stores of it cannot be read."


class Details(TypedDict):
    """The fields of an execution that come from its tasks.

    They are described at :class:`records.Execution`.
    """

    results: tuple[waits.Wait, ...]
    removed: tuple[Removal, ...]
    notices: tuple[dict[str, Any], ...]
    troubles: tuple[str, ...]


def readable_details(make: Callable[[], Details]) -> Details:
    """The Details that ``make()`` reads, each row of them in our shape.

    Anybody in the project may have written the workflow whose tasks tell
    them: a row of another shape becomes one that says so, and what cannot be
    read at all a trouble.
    """
    try:
        found = make()
        return {
            'results': tuple(map(_readable_wait, found['results'])),
            'removed': tuple(map(_readable_removal, found['removed'])),
            'notices': tuple(map(_readable_notice, found['notices'])),
            'troubles': tuple(map(_readable_trouble, found['troubles'])),
        }
    except _SHAPE_ERRORS as error:
        LOG.warning("The results of a run cannot be read: %r", error)
        return {
            'results': (),
            'removed': (),
            'notices': (),
            'troubles': ("What its steps have told cannot be read.",),
        }


def _texts(found: object, names: Iterable[str]) -> dict[str, Any] | None:
    """The object if all these values of it are texts, or absent; else None.

    What is absent becomes ''.
    """
    if not isinstance(found, dict):
        return None
    texts = {name: found.get(name, '') for name in names}
    is_readable = all(isinstance(text, str) for text in texts.values())
    return {**found, **texts} if is_readable else None


def _readable_wait(found: object) -> waits.Wait:
    texts = _texts(found, (*_WAIT_TEXTS, 'point'))
    if texts and texts['wait'] in waits.KINDS and texts['state']:
        return cast('waits.Wait', texts)
    return waits.unreadable_wait(_UNREADABLE)


def _readable_removal(found: object) -> Removal:
    removal = _texts(found, _REMOVAL_TEXTS)
    if not (removal and removal['state']):
        removal = dict.fromkeys(_REMOVAL_TEXTS, '')
        removal |= {'state': result_states.FAILED, 'why': _UNREADABLE}
    return cast('Removal', removal)


def _readable_notice(found: object) -> dict[str, Any]:
    notice = _texts(found, _NOTICE_TEXTS)
    if notice and notice['state']:
        return notice
    unknown = dict.fromkeys(_NOTICE_TEXTS, '')
    return {
        **unknown,
        'state': result_states.FAILED,
        'reason': _UNREADABLE,
    }


def _readable_trouble(found: object) -> str:
    return found if isinstance(found, str) else _UNREADABLE


#: ``{task name: result}``; the result of a task that failed is a sentence
_TaskResults = Mapping[str, Any]


def execution_details_of_tasks(
    tasks: _TaskResults, points: Iterable[Mapping[str, Any]] = ()
) -> Details:
    """What an execution did, from its tasks' results.

    ``tasks`` is ``{task name: result}`` of the tasks that have ended; the
    result of one that failed is a sentence. ``points`` are the recovery
    points that were to be deleted, or the one that was to be restored, as
    they stand in the execution's input.
    """
    pruned, notified = _dict(tasks, 'prune'), _dict(tasks, 'notify')
    removed = notified.get('removals', pruned.get('removals', []))
    return {
        'results': tuple(_results(tasks, points)),
        'removed': tuple(removed),
        'notices': tuple(notified.get('notices', [])),
        'troubles': tuple(_troubles(tasks)),
    }


def execution_details_of_progress(
    told: progress.Progress, tasks: Sequence[TaskRow]
) -> Details:
    """What an execution of a plan did, from its progress and its tasks."""
    end = told.end
    troubles = list(told.report.get('troubles', ()))
    troubles += end['troubles'] if end else []
    notices = [*told.report.get('notices', ())]
    notices += cast('Any', end['notices'] if end else ())
    lost = [one for one in tasks if one.name == 'notify'][-1:]
    if not end and lost and lost[0].state == 'ERROR':
        troubles += [_LOST['prune'], _LOST['notify']]
    return {
        'results': tuple(told.results),
        'removed': tuple(end['removals'] if end else told.early_removals),
        'notices': tuple(notices),
        'troubles': tuple(troubles),
    }


def _dict(tasks: _TaskResults, name: str) -> dict[str, Any]:
    """The result of a task that succeeded, else an empty dict."""
    found = tasks.get(name)
    return found if isinstance(found, dict) else {}


def _results(
    tasks: _TaskResults, points: Iterable[Mapping[str, Any]]
) -> list[waits.Wait]:
    """The waits of an execution, by the last task that tells them."""
    polled, resolved = _dict(tasks, 'poll'), _dict(tasks, 'resolve')
    first = _dict(tasks, 'restore') or _dict(tasks, 'delete')
    if 'results' in first and not polled:
        begun: list[waits.Wait] = first['results']
        return begun
    known: list[waits.Wait] = resolved.get('known', [])
    steps = resolved.get('steps', [])
    if polled:
        results: list[waits.Wait] = polled['results']
        count = len(known)
        return results[:count] + _named(results[count:], steps)
    started = next((tasks[name] for name in _STARTS if name in tasks), None)
    if isinstance(started, str):
        started = [started]
    given: list[Any] = [one for one in started or () if isinstance(one, dict)]
    lost = [one for one in started or () if not isinstance(one, dict)]
    expected = [waits.new_wait('point', step['resource']) for step in steps]
    kind = 'resource' if 'restore' in tasks else 'gone'
    expected += [waits.wait_for_point(point, kind) for point in points]
    return known + _merged(given, lost, expected)


def _merged(
    begun: Sequence[waits.Wait],
    lost: Sequence[object],
    expected: Sequence[waits.Wait],
) -> list[waits.Wait]:
    """The expected waits in their order, each replaced by the one begun.

    ``lost`` are the results of steps that gave no wait. Mistral does not say
    whose they are; once there is one for each wait that did not begin, all
    of these have failed.
    """
    actual = {_key(wait): wait for wait in begun}
    others = [wait for wait in expected if _key(wait) not in actual]
    if len(others) == len(lost):
        ended = map(waits.lost_wait, others, lost)
        actual |= dict(zip(map(_key, others), ended, strict=True))
    found = [actual.pop(_key(wait), wait) for wait in expected]
    return [*found, *actual.values()]


def _key(wait: waits.Wait) -> str | ResourceRef:
    """What identifies a wait: its recovery point, else its resource."""
    return wait.get('point') or ResourceRef.of_result(wait)


def _named(
    results: list[waits.Wait], steps: Sequence[Mapping[str, Any]]
) -> list[waits.Wait]:
    """The results; one that got lost gets the resource of its step."""
    if len(results) != len(steps):
        return results
    return [
        _with_resource(wait, step['resource'])
        for wait, step in zip(results, steps, strict=True)
    ]


def _with_resource(wait: waits.Wait, entry: Mapping[str, Any]) -> waits.Wait:
    if wait['resource_id']:
        return wait
    return {**wait, **result_states.resource_facts(entry)}


def _troubles(tasks: _TaskResults) -> list[str]:
    """Sentences about what went wrong in the last two tasks of a plan."""
    troubles = []
    for name, sentence in _FAILED.items():
        result = tasks.get(name)
        if isinstance(result, str):
            is_lost = waits.is_lost_step(result)
            troubles.append(
                _LOST[name] if is_lost else sentence.format(result)
            )
        troubles += _dict(tasks, name).get('troubles', [])
    return troubles
