# SPDX-License-Identifier: Apache-2.0
"""What a run waits for, and how it stands: plain JSON.

A *wait* is one thing::

    {"wait": "point" | "resource" | "gone", "id": ..., "protection": slug,
     "type": slug, "resource_id": ..., "name": ...,
     "state": "pending" | "ok" | "failed" | "skipped",
     "reason": one line or ""}

A run that does not end within its limit of hours is ended: what is pending
then has failed.
"""

import dataclasses
import datetime
import functools
import typing

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency
from protection_dashboard.plans.schema import TIME_LIMIT
from protection_dashboard.protections import base
from protection_dashboard.recovery_points import deletion_order
from protection_dashboard.workflows import result_states

#: state of a point or a resource -> that of the wait for it
OF_STATE = {
    base.PENDING: result_states.PENDING,
    base.AVAILABLE: result_states.OK,
    base.ERROR: result_states.FAILED,
}
_FINAL = (exceptions.Absent, exceptions.NotAuthorized, exceptions.Refused)
_LOST = "The run lost this step: see the log of Mistral's executor."
# what Mistral itself says of an action whose executor has ended
_NO_HEARTBEAT = "Heartbeat wasn't received."


def one(kind, entry, **facts):
    """A wait of a kind for an entry of a plan, pending unless told."""
    return {
        'wait': kind,
        **result_states.of_entry(entry),
        'id': '',
        'state': result_states.PENDING,
        'reason': '',
        **facts,
    }


@dataclasses.dataclass(frozen=True)
class Limit:
    """How long a run may take: ``hours`` from its start, an aware time."""

    started: datetime.datetime
    hours: int = TIME_LIMIT

    @property
    def end(self):
        return self.started + datetime.timedelta(hours=self.hours)

    def ends(
        self, wait: dict[str, typing.Any], now: datetime.datetime
    ) -> dict[str, typing.Any]:
        """A wait that is pending at ``now``, after the end, has failed."""
        if wait['state'] != result_states.PENDING or now < self.end:
            return wait
        return {
            **wait,
            'state': result_states.FAILED,
            'reason': self._reason(wait),
        }

    def _reason(self, wait):
        hours = "1 hour" if self.hours == 1 else f"{self.hours} hours"
        told = f"It did not finish within {hours}: the run was ended."
        return f"{told} {wait['reason']}".strip()


def poll(cloud, waits, limit=None):
    """How everything a run waits for stands now, within a :class:`Limit`.

    Returns ``{"pending": n, "results": [wait], "summary": {"ok": n,
    "failed": n, "skipped": n}, "failure": one line or None}``.
    """
    found = [_known(wait) for wait in waits]
    looked = {}
    for some in deletion_order.groups(found, key='point'):
        going = {w.get('point') for w in looked.values() if _goes(w)}
        look = functools.partial(_look, cloud, going)
        looked.update(
            zip(map(id, some), concurrency.each(look, some), strict=True)
        )
    return _standing([looked[id(wait)] for wait in found], limit)


def _goes(wait):
    return wait['wait'] == 'gone' and wait['state'] == result_states.PENDING


def undecided(waits, reason, limit=None):
    """As ``poll``, when nothing can be asked just now."""
    found = [_known(wait) for wait in waits]
    results = [
        w if w['state'] != result_states.PENDING else {**w, 'reason': reason}
        for w in found
    ]
    return _standing(results, limit)


def given_up(waits):
    """As ``poll``, when nobody waits any more: nothing counts as pending."""
    return {**_standing([_known(wait) for wait in waits], None), 'pending': 0}


def of_point(point, kind='gone'):
    """A wait that a point ``{protection, id, name, ...}`` is gone.

    With the kind 'resource' for what is to be made of it.
    """
    entry = {
        'protection': point['protection'],
        'type': point.get('resource_type', ''),
        'id': point.get('resource_id', ''),
        'name': point.get('name', ''),
    }
    return one(kind, entry, point=point['id'])


def _known(wait):
    """A wait, also for a step that gave a sentence, or nothing at all."""
    if isinstance(wait, dict):
        return wait
    return lost(one('point', _NOTHING), wait)


def lost(wait, told):
    """A wait for a step that gave what Mistral ``told`` instead of a wait."""
    reason = _LOST if is_lost(told) else told
    return {**wait, 'state': result_states.FAILED, 'reason': reason}


def is_lost(told):
    """Whether Mistral knows no more of a step than that it got lost."""
    return not isinstance(told, str) or told in ('', _NO_HEARTBEAT)


def _standing(found, limit):
    now = clock.now()
    results = [limit.ends(wait, now) for wait in found] if limit else found
    count = {
        state: sum(result['state'] == state for result in results)
        for state in (
            result_states.PENDING,
            result_states.OK,
            result_states.FAILED,
            result_states.SKIPPED,
        )
    }
    return {
        'pending': count.pop(result_states.PENDING),
        'results': results,
        'summary': count,
        'failure': failure(results),
    }


def failure(results):
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


def _nothing_done(results):
    """Whoever reads 'Success' believes that there is a new copy."""
    if {result['state'] for result in results} != {result_states.SKIPPED}:
        return None
    return f"Nothing was protected. {_named(results[0])}"


def _named(result):
    """The reason of a result under its name; a step that was lost has none."""
    return f"{result['name']}: {result['reason']}".removeprefix(': ')


def _look(cloud, going, wait):
    """A wait as it stands now, ``going`` are points on their way out."""
    if wait['state'] != result_states.PENDING or not going.isdisjoint(
        wait.get('after', ())
    ):
        return wait
    try:
        return {**wait, **_LOOKS[wait['wait']](cloud, wait)}
    except exceptions.NotFound:
        return {
            **wait,
            'state': result_states.FAILED,
            'reason': "It was deleted meanwhile.",
        }
    except _FINAL as error:
        return {**wait, 'state': result_states.FAILED, 'reason': str(error)}
    except exceptions.Unavailable as error:
        return {**wait, 'reason': str(error)}


_NOTHING = {'protection': '', 'type': '', 'id': '', 'name': ''}


def _look_at_point(cloud, wait):
    protection = plugins.protection(wait['protection'])
    point = protection.made(cloud, wait['id'])
    state = OF_STATE[point.state]
    reason = (
        protection.reason(cloud, point)
        if state == result_states.FAILED
        else ''
    )
    return {'id': point.id, 'state': state, 'reason': reason}


def _look_at_resource(cloud, wait):
    protection = plugins.protection(wait['protection'])
    resource = protection.restored(cloud, wait['id'], wait['type'])
    state = OF_STATE[resource.state]
    reason = (
        f"Its status is {resource.status}."
        if state == result_states.FAILED
        else ''
    )
    facts = {'id': resource.id, 'name': resource.label}
    return {'state': state, 'reason': reason, **facts}


def _look_whether_gone(cloud, wait):
    protection = plugins.protection(wait['protection'])
    try:
        point = protection.deleted(cloud, wait['id'] or wait['point'])
        if not wait['id']:
            # it had to wait for others; asked again, it is asked to go again
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


_LOOKS = {
    'point': _look_at_point,
    'resource': _look_at_resource,
    'gone': _look_whether_gone,
}
