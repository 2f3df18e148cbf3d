# SPDX-License-Identifier: Apache-2.0
"""The executions that restore or delete recovery points, in time slices."""

import functools
from typing import Any
from typing import NotRequired

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import concurrency
from protection_dashboard.executions import steps
from protection_dashboard.executions import waits
from protection_dashboard.executions.slices.time_slice import TimeSlice
from protection_dashboard.executions.slices.time_slice import growing_pauses
from protection_dashboard.executions.waits import Wait
from protection_dashboard.mistral_actions.own_execution import OwnExecution
from protection_dashboard.workflows import result_states

# seconds until the next slice, when a service that all needs does not answer
_PAUSE = 10


class WaitsResult(waits.PollResult):
    """The state of all waits, and in how many seconds to ask again.

    ``trust`` is the id of a trust to go on with, where one was made.
    """

    pause: int
    trust: NotRequired[str]


def work(
    cloud: Cloud,
    own: OwnExecution,
    time_slice: TimeSlice,
    given: list[Wait] | None,
    *,
    is_first: bool,
) -> WaitsResult:
    """Begin what has not begun and wait for all, while the slice lasts.

    ``given`` are the waits as the slice before left them, None if none did.
    If ``is_first``, nobody can have begun anything: a point that is to be
    deleted, and is not there, was not there before.
    """
    found = given
    if found is None:
        found = _first_waits(cloud, own, is_first=is_first)
    limit = waits.TimeLimit(own.started)
    pauses = growing_pauses(0.5, 5)
    while not own.has_ended():
        found = [_begun(cloud, own, wait) for wait in found]
        told = waits.poll_waits(cloud, found, limit)
        found = told['results']
        if not told['pending']:
            return _result({**told, 'failure': _failure(told)})
        if not time_slice.sleep(next(pauses)):
            return _result(told, time_slice.next_pause)
    return _result(waits.abandoned_waits(found))


def _result(told: waits.PollResult, pause: int = 0) -> WaitsResult:
    return {
        'pending': told['pending'],
        'results': told['results'],
        'summary': told['summary'],
        'failure': told['failure'],
        'pause': pause,
    }


def _failure(told: waits.PollResult) -> str | None:
    """The line for a list; of what never began, the service's sentence."""
    first = told['results'][0]
    if first['wait'] == 'resource' and not first['id']:
        return first['reason']
    return told['failure']


def _first_waits(
    cloud: Cloud, own: OwnExecution, *, is_first: bool
) -> list[Wait]:
    """The waits for what the execution's input asks for."""
    given = own.input
    if 'point' in given:
        return [waits.wait_for_point(given['point'], 'resource')]
    if is_first:
        begin = functools.partial(steps.begin_deletion, cloud)
        return concurrency.map_concurrently(
            begin, given['points'], cloud.settings.calls_at_once
        )
    return [
        {**waits.wait_for_point(point), 'after': point.get('after') or []}
        for point in given['points']
    ]


def _begun(cloud: Cloud, own: OwnExecution, wait: Wait) -> Wait:
    """The wait for a restore, after an attempt to begin it if it has not."""
    is_restore = wait['wait'] == 'resource'
    if not is_restore or wait['id'] or not _is_pending(wait):
        return wait
    point = own.input['point']
    steps.sweep_protections(cloud, {point['protection']})
    try:
        return steps.begin_restore(
            cloud, point, own.input['options'], own.started
        )
    except exceptions.NotAuthorized:
        raise
    except exceptions.ProtectionError as error:
        state = steps.state_after(error)
        return {**wait, 'state': state, 'reason': str(error)}


def _is_pending(wait: Wait) -> bool:
    return wait['state'] == result_states.PENDING


def held_up(given: list[Any] | None, reason: str) -> WaitsResult:
    """The result of a slice in which nothing could be asked for."""
    told = waits.unpolled_waits(given or [], reason)
    pending = max(1, told['pending'])
    return _result({**told, 'pending': pending}, _PAUSE)
