# SPDX-License-Identifier: Apache-2.0
"""What a run waits for, and how it stands: plain JSON.

A *wait* is one thing::

    {"wait": "point" | "resource" | "gone", "id": ..., "protection": slug,
     "type": slug, "resource_id": ..., "name": ...,
     "state": "pending" | "ok" | "failed", "reason": one line or ""}
"""

from concurrent import futures

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.protections import base

PENDING = 'pending'
OK = 'ok'
FAILED = 'failed'
_STATES = {base.PENDING: PENDING, base.AVAILABLE: OK, base.ERROR: FAILED}
_AT_ONCE = 8
_FINAL = (exceptions.Absent, exceptions.NotAuthorized, exceptions.Refused)
_LOST = "The run lost this step: see the log of Mistral's executor."


def one(kind, entry, **facts):
    """A wait of a kind for an entry of a plan, pending unless told."""
    return {
        'wait': kind,
        'protection': entry['protection'],
        'type': entry['type'],
        'resource_id': entry['id'],
        'name': entry['name'],
        'id': '',
        'state': PENDING,
        'reason': '',
        **facts,
    }


def poll(cloud, waits):
    """How everything a run waits for stands now.

    Returns ``{"pending": n, "results": [wait], "summary": {"ok": n,
    "failed": n}, "failure": one line or None}``.
    """
    with futures.ThreadPoolExecutor(_AT_ONCE) as pool:
        results = list(pool.map(lambda wait: _look(cloud, wait), waits))
    return _standing(results)


def undecided(waits, reason):
    """As ``poll``, when nothing can be asked just now."""
    found = [_known(wait) for wait in waits]
    return _standing(
        [
            w if w['state'] != PENDING else {**w, 'reason': reason}
            for w in found
        ]
    )


def _known(wait):
    """A wait, also for a step of which Mistral tells nothing."""
    if isinstance(wait, dict):
        return wait
    return {**one('point', _NOTHING), 'state': FAILED, 'reason': _LOST}


def _standing(results):
    count = {
        state: sum(result['state'] == state for result in results)
        for state in (PENDING, OK, FAILED)
    }
    return {
        'pending': count[PENDING],
        'results': results,
        'summary': {'ok': count[OK], 'failed': count[FAILED]},
        'failure': failure(results),
    }


def failure(results):
    """What failed, in one line for a list of executions; None if nothing."""
    failed = [result for result in results if result['state'] == FAILED]
    if not failed:
        return None
    first = f"{failed[0]['name']}: {failed[0]['reason']}"
    if len(results) == 1:
        return first
    return f"{len(failed)} of {len(results)} failed. {first}"


def _look(cloud, wait):
    wait = _known(wait)
    if wait['state'] != PENDING:
        return wait
    try:
        return {**wait, **_LOOKS[wait['wait']](cloud, wait)}
    except exceptions.NotFound:
        return {**wait, 'state': FAILED, 'reason': "It was deleted meanwhile."}
    except _FINAL as error:
        return {**wait, 'state': FAILED, 'reason': str(error)}
    except exceptions.Unavailable as error:
        return {**wait, 'reason': str(error)}


_NOTHING = {'protection': '', 'type': '', 'id': '', 'name': ''}


def _look_at_point(cloud, wait):
    protection = plugins.protection(wait['protection'])
    point = protection.made(cloud, wait['id'])
    state = _STATES[point.state]
    reason = protection.reason(cloud, point) if state == FAILED else ''
    return {'id': point.id, 'state': state, 'reason': reason}


def _look_at_resource(cloud, wait):
    protection = plugins.protection(wait['protection'])
    resource = protection.restored(cloud, wait['id'], wait['type'])
    state = _STATES[resource.state]
    reason = f"Its status is {resource.status}." if state == FAILED else ''
    facts = {'id': resource.id, 'name': resource.label}
    return {'state': state, 'reason': reason, **facts}


def _look_whether_gone(cloud, wait):
    protection = plugins.protection(wait['protection'])
    try:
        point = protection.deleted(cloud, wait['id'])
    except exceptions.NotFound:
        return {'state': OK}
    if point.state == base.PENDING:
        return {'state': PENDING}
    return {
        'state': FAILED,
        'reason': f"The service did not delete it: its status is "
        f"{point.status}.",
    }


_LOOKS = {
    'point': _look_at_point,
    'resource': _look_at_resource,
    'gone': _look_whether_gone,
}
