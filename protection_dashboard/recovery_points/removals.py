# SPDX-License-Identifier: Apache-2.0
"""Delete the recovery points that a plan's retention does not keep.

An increment is deleted before the point it builds on. The state of each
deletion is a :class:`Removal`: plain JSON that travels from one Mistral task
to the next.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
import datetime
import itertools
import typing

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import clock
from protection_dashboard.protections import base
from protection_dashboard.recovery_points import deletion_order

PENDING = 'pending'
REMOVED = 'removed'
FAILED = 'failed'
#: how long the removal of one point may take
REMOVAL_LIMIT = datetime.timedelta(minutes=10)
_INCREMENT_STAYS = "An increment of it could not be removed."
_NOT_OURS = "It does not carry this plan's mark any more."
_JUST_MADE = "This run has made it."


class Removal(typing.TypedDict):
    """The removal of one recovery point, and its state.

    ``protection`` and ``type`` are slugs of the protection and of the
    resource's type; ``id`` and ``name`` are those of the point;
    ``resource_id`` and ``resource`` are id and name of the resource.
    ``reason`` is a sentence that says why the point is removed. ``after``
    are the ids of points that have to be gone before it; ``token`` is what
    the protection's ``delete`` returned, or '' before that; ``until`` is when
    to give up (ISO text of an aware time). ``state`` is PENDING, REMOVED or
    FAILED; ``why`` says why the point is still there, or is ''.
    """

    protection: str
    id: str
    name: str
    type: str
    resource_id: str
    resource: str
    reason: str
    after: list[str]
    token: str
    until: str
    state: str
    why: str


class RemovalFields(typing.TypedDict, total=False):
    """The fields of a :class:`Removal` that change."""

    token: str
    state: str
    why: str


class RemovedCount(typing.TypedDict):
    """The part of an execution's summary that tells of its removals."""

    removed: int


class RemovalStatus(typing.TypedDict):
    """The state of all removals of an execution.

    ``pending`` is how many are still pending; ``removed`` becomes part of
    the execution's summary; ``troubles`` are sentences about what kept
    points from being looked at or removed.
    """

    pending: int
    removals: list[Removal]
    removed: RemovedCount
    troubles: list[str]


_Step = Callable[[Cloud, str, Removal], RemovalFields]


def new_removal(
    point: base.RecoveryPoint, *, resource: str, reason: str, after: list[str]
) -> Removal:
    """A new removal of a point: nothing has been asked of its service yet.

    ``resource`` is the name of the point's resource; see :class:`Removal`.
    """
    return {
        'protection': point.protection,
        'id': point.id,
        'name': point.label,
        'type': point.resource_type,
        'resource_id': point.resource_id,
        'resource': resource,
        'reason': reason,
        'after': after,
        'token': '',
        'until': (clock.now() + REMOVAL_LIMIT).isoformat(),
        'state': PENDING,
        'why': '',
    }


def removal_status(
    found: list[Removal], troubles: Iterable[str] = ()
) -> RemovalStatus:
    """The state of an execution's removals, as its tasks return it."""
    states = [removal['state'] for removal in found]
    return {
        'pending': states.count(PENDING),
        'removals': found,
        'removed': {'removed': states.count(REMOVED)},
        'troubles': list(troubles),
    }


def begin_removal(cloud: Cloud, plan_id: str, removal: Removal) -> Removal:
    """Ask the service to delete a point, unless others have to go before it.

    Returns the removal as it is then; a service's error becomes part of it.
    """
    if removal['after']:
        return removal
    return _after_step(_delete, cloud, plan_id, removal)


def continue_removals(
    cloud: Cloud, plan_id: str, found: Sequence[Removal]
) -> RemovalStatus:
    """Ask for the state of removals, and begin those that had to wait.

    All state is in the removals, so it is harmless however often it is
    called with the same ones.
    """
    done: dict[str, Removal] = {}
    for removal in itertools.chain(
        *deletion_order.deletion_groups(found, key='id')
    ):
        before = [done[k]['state'] for k in removal['after'] if k in done]
        continued = _continued(cloud, plan_id, removal, before)
        done[removal['id']] = failed_if_overdue(continued, clock.now())
    return removal_status([done[removal['id']] for removal in found])


def _continued(
    cloud: Cloud, plan_id: str, removal: Removal, before: Sequence[str]
) -> Removal:
    """A removal in its present state.

    ``before`` are the states of the removals that have to go before it.
    """
    if removal['state'] != PENDING:
        return removal
    if FAILED in before:
        return {**removal, 'state': FAILED, 'why': _INCREMENT_STAYS}
    if PENDING in before:
        return removal
    step = _poll if removal['token'] else _begin_late
    return _after_step(step, cloud, plan_id, removal)


def _after_step(
    step: _Step, cloud: Cloud, plan_id: str, removal: Removal
) -> Removal:
    """A removal after a step that changes it.

    After an error that may pass, such as a service's outage, it stays
    pending.
    """
    try:
        return {**removal, **step(cloud, plan_id, removal)}
    except (
        exceptions.Absent,
        exceptions.NotInstalled,
        exceptions.Refused,
    ) as error:
        return {**removal, 'state': FAILED, 'why': str(error)}
    except exceptions.NotFound:
        return {**removal, 'state': REMOVED, 'why': ''}
    except exceptions.ProtectionError as error:
        return {**removal, 'why': str(error)}


def _delete(cloud: Cloud, plan_id: str, removal: Removal) -> RemovalFields:
    """Delete the point, after a last look at its mark and state."""
    protection = plugins.protection(removal['protection'])
    point = protection.show(cloud, removal['id'])
    why = reason_to_keep(point.mark, plan_id, cloud.execution)
    if why:
        return {'state': FAILED, 'why': why}
    if point.state == base.PENDING:
        return {}
    return {'token': protection.delete(cloud, point.id)}


def reason_to_keep(mark: base.Mark, plan_id: str, execution: str) -> str:
    """Why an execution of a plan may not delete a point with this mark, or ''.

    ``execution`` is the id of the execution, empty outside of one.
    """
    if mark.plan != plan_id:
        return _NOT_OURS
    if execution and mark.execution == execution:
        return _JUST_MADE
    return ''


def _begin_late(cloud: Cloud, plan_id: str, removal: Removal) -> RemovalFields:
    """As ``_delete``, unless an earlier call began the deletion already.

    Raises NotFound when the point is gone.
    """
    protection = plugins.protection(removal['protection'])
    # some protections conclude a deletion when they are asked about it
    protection.deleted(cloud, removal['id'])
    return _delete(cloud, plan_id, removal)


def _poll(cloud: Cloud, plan_id: str, removal: Removal) -> RemovalFields:
    protection = plugins.protection(removal['protection'])
    point = protection.deleted(cloud, removal['token'])
    if point.state == base.PENDING:
        return {}
    return {
        'state': FAILED,
        'why': f"The service did not delete it: its status is {point.status}.",
    }


def failed_if_overdue(removal: Removal, now: datetime.datetime) -> Removal:
    """The removal, failed if it is pending and ``now`` is past its limit."""
    until = datetime.datetime.fromisoformat(removal['until'])
    if removal['state'] != PENDING or now < until:
        return removal
    why = f"It was not gone within 10 minutes. {removal['why']}".strip()
    return {**removal, 'state': FAILED, 'why': why}
