# SPDX-License-Identifier: Apache-2.0
"""What an execution waits for, and the state of each: plain JSON.

A :class:`Wait` stands for one recovery point that is being made, one resource
that is being restored, or one point that is being deleted. Once it is no
longer pending it is the result for that resource. Mistral stores waits in the
results of tasks, so their keys cannot change.

An execution that does not end within its limit of hours is ended: what is
still pending then has failed.
"""

from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
import dataclasses
import datetime
import functools
import typing

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency
from protection_dashboard.plans.schema import DEFAULT_TIME_LIMIT
from protection_dashboard.protections import base
from protection_dashboard.recovery_points import deletion_order
from protection_dashboard.workflows import result_states

#: state of a recovery point or a resource -> state of the wait for it
WAIT_STATES = {
    base.PENDING: result_states.PENDING,
    base.AVAILABLE: result_states.OK,
    base.ERROR: result_states.FAILED,
}
_PERMANENT_ERRORS = (
    exceptions.Absent,
    exceptions.NotInstalled,
    exceptions.Refused,
)
_LOST_STEP = "The run lost this step: see the log of Mistral's executor."
# what Mistral itself reports for an action whose executor has ended
_NO_HEARTBEAT = "Heartbeat wasn't received."


#: what a wait can be of, see :class:`Wait`
KINDS = ('point', 'resource', 'gone')


class WaitFields(typing.TypedDict, total=False):
    """The fields of a :class:`Wait` that change, or that few waits have."""

    id: str
    name: str
    state: str
    reason: str
    point: str
    after: list[str]


class Wait(typing.TypedDict):
    """One thing that an execution waits for, or its result.

    ``wait`` is the kind: 'point' (a recovery point is made), 'resource' (a
    point is restored) or 'gone' (a point is deleted). ``protection`` and
    ``type`` are slugs of the protection and the protectable; ``resource_id``
    and ``name`` are those of the resource. ``id`` is what the protection's
    ``protect``, ``restore`` or ``delete`` returned, '' before that. ``state``
    is 'pending', 'ok', 'failed' or 'skipped'; ``reason`` is one line, or ''.

    Only waits of the kinds 'resource' and 'gone' have ``point``, the id of
    the recovery point. ``after`` are the ids of points that have to be gone
    before this one is deleted.
    """

    wait: str
    protection: str
    type: str
    resource_id: str
    name: str
    id: str
    state: str
    reason: str
    point: typing.NotRequired[str]
    after: typing.NotRequired[list[str]]


class ResultCounts(typing.TypedDict):
    """How many waits have ended in each state: an execution's summary."""

    ok: int
    failed: int
    skipped: int


class PollResult(typing.TypedDict):
    """The state of all waits of an execution.

    ``pending`` is how many are to be asked about again, ``failure`` one line
    that says what failed, or None.
    """

    pending: int
    results: list[Wait]
    summary: ResultCounts
    failure: str | None


def new_wait(
    kind: str,
    entry: Mapping[str, typing.Any],
    **fields: typing.Unpack[WaitFields],
) -> Wait:
    """A new wait for a plan's resource entry, pending by default.

    ``kind`` is 'point', 'resource' or 'gone'; ``entry`` has the keys
    ``protection``, ``type``, ``id`` and ``name``.
    """
    return {
        'wait': kind,
        **result_states.resource_facts(entry),
        'id': '',
        'state': result_states.PENDING,
        'reason': '',
        **fields,
    }


@dataclasses.dataclass(frozen=True)
class TimeLimit:
    """How long an execution may take: ``hours`` from ``started`` (aware)."""

    started: datetime.datetime
    hours: int = DEFAULT_TIME_LIMIT

    @property
    def end(self) -> datetime.datetime:
        """The moment (aware) from which on pending waits have failed."""
        return self.started + datetime.timedelta(hours=self.hours)

    def fail_if_over(self, wait: Wait, now: datetime.datetime) -> Wait:
        """The wait, failed if it is pending and ``now`` is past the end."""
        if wait['state'] != result_states.PENDING or now < self.end:
            return wait
        return {
            **wait,
            'state': result_states.FAILED,
            'reason': self._reason(wait),
        }

    def _reason(self, wait: Wait) -> str:
        hours = "1 hour" if self.hours == 1 else f"{self.hours} hours"
        ended = f"It did not finish within {hours}: the run was ended."
        return f"{ended} {wait['reason']}".strip()


def poll_waits(
    cloud: Cloud, waits: Iterable[typing.Any], limit: TimeLimit | None = None
) -> PollResult:
    """Ask the services for the state of everything an execution waits for.

    ``waits`` are results of Mistral's steps: waits, or for a step that
    failed or got lost a sentence or None.
    """
    waiting = [_wait_of_step(result) for result in waits]
    polled: dict[int, Wait] = {}
    for group in deletion_order.deletion_groups(waiting, key='point'):
        being_deleted = {
            wait.get('point', '')
            for wait in polled.values()
            if _is_deletion(wait)
        }
        poll_one = functools.partial(_polled, cloud, being_deleted)
        polled.update(
            zip(
                map(id, group),
                concurrency.map_concurrently(poll_one, group),
                strict=True,
            )
        )
    return poll_result([polled[id(wait)] for wait in waiting], limit)


def _is_deletion(wait: Wait) -> bool:
    return wait['wait'] == 'gone' and wait['state'] == result_states.PENDING


def unpolled_waits(
    waits: Iterable[typing.Any], reason: str, limit: TimeLimit | None = None
) -> PollResult:
    """As ``poll_waits``, but no service is asked, as none answers now.

    What is pending stays so, for this ``reason``.
    """
    results = [
        _pending_because(reason, _wait_of_step(result)) for result in waits
    ]
    return poll_result(results, limit)


def _pending_because(reason: str, wait: Wait) -> Wait:
    if wait['state'] != result_states.PENDING:
        return wait
    return {**wait, 'reason': reason}


def abandoned_waits(waits: Iterable[typing.Any]) -> PollResult:
    """As ``poll_waits``, for an execution that has been ended.

    No service is asked, and nothing counts as pending any more.
    """
    result = poll_result([_wait_of_step(wait) for wait in waits], None)
    return {**result, 'pending': 0}


def wait_for_point(
    point: Mapping[str, typing.Any], kind: str = 'gone'
) -> Wait:
    """The pending wait for the deletion of a recovery point.

    ``point`` is ``{protection, id, name, resource_id, resource_type}``, the
    last three optional. With the kind 'resource' it is the wait for the
    resource that is restored from the point.
    """
    entry = {
        'protection': point['protection'],
        'type': point.get('resource_type', ''),
        'id': point.get('resource_id', ''),
        'name': point.get('name', ''),
    }
    return new_wait(kind, entry, point=point['id'])


def _wait_of_step(result: typing.Any) -> Wait:
    """The result of a Mistral step as a wait.

    A step that failed gives a sentence, one that got lost None.
    """
    if isinstance(result, dict):
        # our own action returned it, whichever version of ours that was
        return typing.cast('Wait', result)
    return lost_wait(new_wait('point', _NO_RESOURCE), result)


def unreadable_wait(reason: str) -> Wait:
    """A wait in place of one that cannot be read, for this ``reason``."""
    unknown = new_wait('point', _NO_RESOURCE, reason=reason)
    return {**unknown, 'state': result_states.FAILED}


def lost_wait(wait: Wait, result: object) -> Wait:
    """A wait as failed, because its step gave ``result`` instead of a wait."""
    reason = result
    if not isinstance(reason, str) or is_lost_step(reason):
        reason = _LOST_STEP
    return {**wait, 'state': result_states.FAILED, 'reason': reason}


def is_lost_step(result: object) -> bool:
    """Whether the result of a step says only that Mistral lost the step."""
    return not isinstance(result, str) or result in ('', _NO_HEARTBEAT)


def poll_result(waits: list[Wait], limit: TimeLimit | None) -> PollResult:
    """The state of waits; those past the limit have failed."""
    now = clock.now()
    results = (
        [limit.fail_if_over(wait, now) for wait in waits] if limit else waits
    )
    states = [result['state'] for result in results]
    return {
        'pending': states.count(result_states.PENDING),
        'results': results,
        'summary': {
            'ok': states.count(result_states.OK),
            'failed': states.count(result_states.FAILED),
            'skipped': states.count(result_states.SKIPPED),
        },
        'failure': failure_line(results),
    }


def failure_line(results: Sequence[Wait]) -> str | None:
    """What failed, in one line for a list of executions; None if nothing."""
    failed = [
        result for result in results if result['state'] == result_states.FAILED
    ]
    if not failed:
        return _nothing_done(results)
    first = _named(failed[0])
    if len(results) == 1:
        return first
    return f"{len(failed)} of {len(results)} failed. {first}"


def _nothing_done(results: Sequence[Wait]) -> str | None:
    """The line for results that are all skipped, else None.

    It is needed because whoever reads 'Success' believes that there is a new
    recovery point.
    """
    if {result['state'] for result in results} != {result_states.SKIPPED}:
        return None
    return f"Nothing was protected. {_named(results[0])}"


def _named(result: Wait) -> str:
    """``name: reason``; the result of a step that got lost has no name."""
    return f"{result['name']}: {result['reason']}".removeprefix(': ')


def _polled(cloud: Cloud, being_deleted: Collection[str], wait: Wait) -> Wait:
    """A wait with its present state.

    ``being_deleted`` are ids of points: what has to wait for one of them is
    not asked about.
    """
    must_wait = any(point in being_deleted for point in wait.get('after', ()))
    if wait['state'] != result_states.PENDING or must_wait:
        return wait
    return polled_wait(cloud, wait)


def polled_wait(cloud: Cloud, wait: Wait) -> Wait:
    """A pending wait with its present state, by asking its service."""
    try:
        return {**wait, **_POLL_FUNCTIONS[wait['wait']](cloud, wait)}
    except _PERMANENT_ERRORS as error:
        return {**wait, 'state': result_states.FAILED, 'reason': str(error)}
    except exceptions.NotFound:
        return {
            **wait,
            'state': result_states.FAILED,
            'reason': "It was deleted meanwhile.",
        }
    except exceptions.Unavailable as error:
        return {**wait, 'reason': str(error)}


_NO_RESOURCE = {'protection': '', 'type': '', 'id': '', 'name': ''}


def _poll_point(cloud: Cloud, wait: Wait) -> WaitFields:
    protection = plugins.protection(wait['protection'])
    point = protection.made(cloud, wait['id'])
    state = WAIT_STATES[point.state]
    reason = (
        protection.reason(cloud, point)
        if state == result_states.FAILED
        else ''
    )
    return {'id': point.id, 'state': state, 'reason': reason}


def _poll_resource(cloud: Cloud, wait: Wait) -> WaitFields:
    if not wait['id']:
        return {'state': result_states.PENDING}
    protection = plugins.protection(wait['protection'])
    resource = protection.restored(cloud, wait['id'], wait['type'])
    state = WAIT_STATES[resource.state]
    reason = (
        f"Its status is {resource.status}."
        if state == result_states.FAILED
        else ''
    )
    return {
        'state': state,
        'reason': reason,
        'id': resource.id,
        'name': resource.label,
    }


def _poll_deletion(cloud: Cloud, wait: Wait) -> WaitFields:
    protection = plugins.protection(wait['protection'])
    try:
        point = protection.deleted(cloud, wait['id'] or wait['point'])
        if not wait['id'] and point.status.lower() != 'deleting':
            # Its deletion had to wait for others, and begins only now. If
            # that is lost on its way here, the next poll begins it again.
            return {'id': protection.delete(cloud, wait['point'])}
    except exceptions.NotFound:
        return {'state': result_states.OK}
    if point.state == base.PENDING:
        return {'state': result_states.PENDING}
    return {
        'state': result_states.FAILED,
        'reason': f"The service did not delete it: its status is "
        f"{point.status}.",
    }


_POLL_FUNCTIONS: dict[str, Callable[[Cloud, Wait], WaitFields]] = {
    'point': _poll_point,
    'resource': _poll_resource,
    'gone': _poll_deletion,
}
