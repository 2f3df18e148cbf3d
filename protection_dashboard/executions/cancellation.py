# SPDX-License-Identifier: Apache-2.0
"""Executions that were ended early: they start nothing more.

A person has cancelled it, or the next execution of its plan found that
Mistral had lost it. Mistral only changes the state of such an execution: it
still starts the steps that ``concurrency`` has held back, and repeats those
with a retry. Therefore our actions ask before they do anything. What had been
started goes on in its service.
"""

from collections.abc import Callable
import contextlib
import datetime
import functools

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.executions import failure_reasons
from protection_dashboard.executions import records
from protection_dashboard.executions import waits
from protection_dashboard.protections import base
from protection_dashboard.workflows import result_states

#: states of waits in such an execution, besides those of result_states
BEGUN = 'begun'
NOT_STARTED = 'not started'
NOT_RECORDED = 'not recorded'
_MAX_ASKED = 40
#: recovery points of one method that are looked at: as many as resources
_MAX_POINTS = 1000


def own_execution_has_ended(cloud: Cloud) -> bool:
    """Whether the execution that this action belongs to has ended already.

    False when Mistral's API cannot be asked: the execution then goes on.
    """
    with contextlib.suppress(exceptions.ProtectionError):
        found = mistral.execution_get(cloud, cloud.execution)
        return found.state in records.FINAL
    return False


def current_results(
    cloud: Cloud, run: records.Execution, *, finds_points: bool = True
) -> tuple[waits.Wait, ...]:
    """The results of an execution, none of them pending once it has ended.

    In one that ended early the services are asked for what became of them:
    each method once for the recovery points with the execution's mark, then
    for at most 40 other ids. A wait's state is then BEGUN while the service
    works on it, and NOT_STARTED if it was never asked to. What a service
    does not tell stays so.

    Without ``finds_points`` no point is looked for by its mark, as services
    list only the points of the user's own project: a wait for one without an
    id is then NOT_RECORDED.
    """
    if not run.ended:
        return run.results
    ended = [*map(_ended, run.results)]
    if finds_points:
        ended = _with_found_points(cloud, run, ended)
    else:
        ended = [*map(_not_recorded, ended)]
    begun = [wait for wait in ended if _can_be_asked(wait)][:_MAX_ASKED]
    asked = concurrency.map_concurrently(
        functools.partial(_state, cloud), begun
    )
    states = dict(zip(map(id, begun), asked, strict=True))
    return tuple(
        {**wait, 'state': states.get(id(wait), wait['state'])}
        for wait in ended
    )


def _ended(wait: waits.Wait) -> waits.Wait:
    if wait['state'] != result_states.PENDING:
        return wait
    return {**wait, 'state': BEGUN if wait['id'] else NOT_STARTED}


def _not_recorded(wait: waits.Wait) -> waits.Wait:
    if wait['wait'] == 'point' and wait['state'] == NOT_STARTED:
        return {**wait, 'state': NOT_RECORDED}
    return wait


def _with_found_points(
    cloud: Cloud, run: records.Execution, ended: list[waits.Wait]
) -> list[waits.Wait]:
    """The waits; those whose point carries the execution's mark tell of it."""
    unsure = [wait for wait in ended if _may_have_point(wait)]
    slugs = sorted({wait['protection'] for wait in unsure} - {''})
    found = concurrency.map_concurrently(
        functools.partial(_points, cloud, run), slugs
    )
    points = {
        (slug, ResourceRef.of_point(point)): point
        for slug, some in zip(slugs, found, strict=True)
        # of several points of one resource a good one counts, then the newest
        for point in sorted(some, key=_worth)
    }
    return [
        _of_point(wait, points.get(_point_key(wait)))
        if _may_have_point(wait)
        else wait
        for wait in ended
    ]


def _may_have_point(wait: waits.Wait) -> bool:
    """Whether a point may be there, or in a state, that nobody recorded."""
    if wait['wait'] != 'point':
        return False
    if wait['state'] in (BEGUN, NOT_STARTED):
        return True
    reason = failure_reasons.failure_reason(wait['reason']).kind
    return (
        wait['state'] == result_states.FAILED
        and not wait['id']
        and reason in (failure_reasons.LOST, failure_reasons.SERVICE)
    )


def _points(
    cloud: Cloud, run: records.Execution, slug: str
) -> list[base.RecoveryPoint]:
    """The recovery points of one method that an execution made."""
    wanted = base.Wanted(plan=run.plan_id, execution=run.id)
    with contextlib.suppress(exceptions.ProtectionError):
        protection = plugins.protection(slug)
        found: base.Found = protection.search(cloud, wanted, _MAX_POINTS)
        return found.points
    return []


def _worth(point: base.RecoveryPoint) -> tuple[bool, datetime.datetime]:
    return point.state == base.AVAILABLE, point.created


def _point_key(wait: waits.Wait) -> tuple[str, ResourceRef]:
    return wait['protection'], ResourceRef.of_result(wait)


def _of_point(
    wait: waits.Wait, point: base.RecoveryPoint | None
) -> waits.Wait:
    """A wait with the state of the point that was made for it, if any."""
    if point is None:
        return wait
    state = waits.WAIT_STATES[point.state]
    if state == result_states.PENDING:
        return {**wait, 'id': point.id, 'state': BEGUN, 'reason': ''}
    failed = state == result_states.FAILED
    reason = f"Its status is {point.status}." if failed else ''
    return {**wait, 'id': point.id, 'state': state, 'reason': reason}


def _can_be_asked(wait: waits.Wait) -> bool:
    """Whether its service may know more than the execution does."""
    is_open = wait['state'] in (BEGUN, NOT_STARTED)
    return is_open and bool(wait['id'] or wait['wait'] == 'gone')


def _state(cloud: Cloud, wait: waits.Wait) -> str:
    """The state of a wait by its service; its own if that does not tell."""
    with contextlib.suppress(exceptions.ProtectionError):
        state = _ASK[wait['wait']](cloud, wait)
        return BEGUN if state == result_states.PENDING else state
    return wait['state']


# What is asked changes nothing, unlike made(), restored() and deleted().


def _state_of_point(cloud: Cloud, wait: waits.Wait) -> str:
    point = plugins.protection(wait['protection']).show(cloud, wait['id'])
    return waits.WAIT_STATES[point.state]


def _state_of_resource(cloud: Cloud, wait: waits.Wait) -> str:
    resource = plugins.protectable(wait['type']).show(cloud, wait['id'])
    return waits.WAIT_STATES[resource.state]


def _state_of_deletion(cloud: Cloud, wait: waits.Wait) -> str:
    try:
        plugins.protection(wait['protection']).show(cloud, wait['point'])
    except exceptions.NotFound:
        return result_states.OK
    return wait['state']


_ASK: dict[str, Callable[[Cloud, waits.Wait], str]] = {
    'point': _state_of_point,
    'resource': _state_of_resource,
    'gone': _state_of_deletion,
}
