# SPDX-License-Identifier: Apache-2.0
"""Recovery points on their way out, increments before what they build on.

A *removal* is plain JSON: :class:`Removal`.
"""

import datetime
import itertools
import typing

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.common import clock
from protection_dashboard.protections import base
from protection_dashboard.recovery_points import deletion_order

PENDING = 'pending'
REMOVED = 'removed'
FAILED = 'failed'
LIMIT = datetime.timedelta(hours=1)
_LEFT = "An increment of it could not be removed."
_NOT_OURS = "It does not carry this plan's mark any more."
_JUST_MADE = "This run has made it."


class Removal(typing.TypedDict):
    """How the removal of one point stands.

    ``type`` is the slug of its resource's type, ``resource`` the name of
    that, ``reason`` says why the point goes. ``after`` are the ids of points
    that go before it, ``token`` is what its protection's delete returned or
    '', ``until`` when to give up (ISO text of an aware moment). ``state`` is
    PENDING, REMOVED or FAILED, ``why`` says why it stays, or ''.
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


def one(point, *, resource, reason, after):
    """The removal of a point that has not begun."""
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
        'until': (clock.now() + LIMIT).isoformat(),
        'state': PENDING,
        'why': '',
    }


def standing(found, troubles=()):
    """How a run's removals stand.

    ``{"pending": n, "removals": [...], "removed": {"removed": n},
    "troubles": [sentence]}``; ``removed`` is for the run's summary.
    """
    states = [removal['state'] for removal in found]
    return {
        'pending': states.count(PENDING),
        'removals': found,
        'removed': {'removed': states.count(REMOVED)},
        'troubles': list(troubles),
    }


def begin(cloud, plan_id, removal):
    """The removal once its service knows of it, if nothing goes before it."""
    if removal['after']:
        return removal
    return _stepped(_delete, cloud, plan_id, removal)


def go_on(cloud, plan_id, found):
    """How removals stand now; begins what others had to go before.

    As ``standing``. It remembers nothing, and is harmless however often it
    comes.
    """
    done = {}
    for removal in itertools.chain(*deletion_order.groups(found, key='id')):
        before = [done[k]['state'] for k in removal['after'] if k in done]
        looked = _looked(cloud, plan_id, removal, before)
        done[removal['id']] = ended_in_time(looked, clock.now())
    return standing([done[removal['id']] for removal in found])


def _looked(cloud, plan_id, removal, before):
    if removal['state'] != PENDING:
        return removal
    if FAILED in before:
        return {**removal, 'state': FAILED, 'why': _LEFT}
    if PENDING in before:
        return removal
    step = _look if removal['token'] else _begin_late
    return _stepped(step, cloud, plan_id, removal)


def _stepped(step, cloud, plan_id, removal):
    """What a step says of a removal; only a service's outage may pass."""
    try:
        return {**removal, **step(cloud, plan_id, removal)}
    except exceptions.NotFound:
        return {**removal, 'state': REMOVED, 'why': ''}
    except (exceptions.Absent, exceptions.Refused) as error:
        return {**removal, 'state': FAILED, 'why': str(error)}
    except exceptions.ProtectionError as error:
        return {**removal, 'why': str(error)}


def _delete(cloud, plan_id, removal):
    """Look at the point itself once more, then delete it."""
    protection = plugins.protection(removal['protection'])
    point = protection.show(cloud, removal['id'])
    why = why_it_stays(point.mark, plan_id, cloud.execution)
    if why:
        return {'state': FAILED, 'why': why}
    if point.state == base.PENDING:
        return {}
    return {'token': protection.delete(cloud, point.id)}


def why_it_stays(mark: base.Mark, plan_id: str, execution: str) -> str:
    """Why a run of a plan may not delete a point with such a mark, or ''.

    ``execution`` is the id of the run, empty outside of one.
    """
    if mark.plan != plan_id:
        return _NOT_OURS
    if execution and mark.execution == execution:
        return _JUST_MADE
    return ''


def _begin_late(cloud, plan_id, removal):
    """As ``_delete``, if an earlier look did not begin it already."""
    protection = plugins.protection(removal['protection'])
    # some protections conclude a deletion when they are asked about it
    protection.deleted(cloud, removal['id'])
    return _delete(cloud, plan_id, removal)


def _look(cloud, plan_id, removal):
    protection = plugins.protection(removal['protection'])
    point = protection.deleted(cloud, removal['token'])
    if point.state == base.PENDING:
        return {}
    return {
        'state': FAILED,
        'why': f"The service did not delete it: its status is {point.status}.",
    }


def ended_in_time(removal: Removal, now: datetime.datetime) -> Removal:
    """A removal that is pending when its time is over has failed."""
    until = datetime.datetime.fromisoformat(removal['until'])
    if removal['state'] != PENDING or now < until:
        return removal
    why = f"It was not gone within an hour. {removal['why']}".strip()
    return {**removal, 'state': FAILED, 'why': why}
