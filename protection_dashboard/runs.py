# SPDX-License-Identifier: Apache-2.0
"""What a run does, step by step: the work behind the Mistral actions.

Everything here goes in and out as plain JSON. A *wait* is one thing that a
run waits for::

    {"wait": "point" | "resource" | "gone", "id": ..., "protection": slug,
     "type": slug, "resource_id": ..., "name": ...,
     "state": "pending" | "ok" | "failed", "reason": one line or ""}
"""

from concurrent import futures
import contextlib
import datetime

from protection_dashboard import conformity
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


def steps(document, mark, now):
    """One step for each resource of a plan document.

    ``now`` is an aware datetime; all points of a run carry the same time.
    """
    return [
        {'resource': entry, 'mark': mark.ids, 'at': now.isoformat()}
        for entry in document['resources']
    ]


def sweep(cloud, slugs):
    """Let protections remove what dead runs have left."""
    for slug in slugs:
        # a run does its work all the same, and the next one sweeps again
        with contextlib.suppress(exceptions.ProtectionError):
            plugins.protection(slug).sweep(cloud)


def _wait(kind, entry, **facts):
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


def protect(cloud, step):
    """Start to protect one resource; a wait, failed with its reason."""
    entry = step['resource']
    try:
        return _wait('point', entry, id=_protect(cloud, step))
    except exceptions.ProtectionError as error:
        return _wait('point', entry, state=FAILED, reason=str(error))


def _protect(cloud, step):
    entry = step['resource']
    protection = plugins.protection(entry['protection'])
    resource = _protectable(cloud, entry)
    obstacle = protection.obstacle(cloud, resource)
    if obstacle:
        raise exceptions.Refused(obstacle)
    options = named(
        protection,
        entry['options'],
        datetime.datetime.fromisoformat(step['at']),
    )
    check(protection.options_schema, options)
    return protection.protect(
        cloud, resource, options, base.Mark(**step['mark'])
    )


def _protectable(cloud, entry):
    protectable = plugins.protectable(entry['type'])
    kind = protectable.name.lower()
    try:
        resource = protectable.show(cloud, entry['id'])
    except exceptions.NotFound as error:
        raise exceptions.NotFound(f"The {kind} no longer exists.") from error
    if resource.state != base.AVAILABLE:
        raise exceptions.Refused(
            f"The {kind}'s status is {resource.status}: it cannot be "
            "protected in this state."
        )
    return resource


def named(protection, options, at):
    """The options of one run: the point's name ends with the run's time."""
    key = protection.name_option
    suffix = f"{at:%Y-%m-%d %H:%M:%S} UTC"
    room = protection.longest_name - len(suffix) - 1
    return {**options, key: f"{options.get(key) or ''}"[:room] + ' ' + suffix}


def check(schema, options):
    """Refused, naming the option, when options do not fit a schema."""
    for name, words in conformity.errors(schema, options):
        raise exceptions.Refused(f"The option {name} is not valid: {words}")


def restore(cloud, point, options):
    """Start to restore a point ``{"protection": slug, "id": ...}``."""
    protection = plugins.protection(point['protection'])
    check(protection.restore_schema, options)
    found = protection.show(cloud, point['id'])
    if found.state != base.AVAILABLE:
        raise exceptions.Refused(
            f"The recovery point's status is {found.status}: only an "
            "available one can be restored."
        )
    return _wait(
        'resource',
        _entry(found, name=options.get('restore_name') or ''),
        id=protection.restore(cloud, found, options),
        point=found.id,
    )


def delete(cloud, point):
    """Start to delete a point; a wait that it is gone, or why it stays."""
    try:
        protection = plugins.protection(point['protection'])
        found = protection.show(cloud, point['id'])
        token = protection.delete(cloud, found.id)
    except exceptions.ProtectionError as error:
        facts = {'state': FAILED, 'reason': str(error)}
        entry = {**point, 'type': '', 'id': '', 'name': point.get('name', '')}
        return _wait('gone', entry, **facts)
    return _wait('gone', _entry(found, name=found.label), id=token)


def _entry(point, name):
    return {
        'protection': point.protection,
        'type': point.resource_type,
        'id': point.resource_id,
        'name': name,
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
    return {**_wait('point', _NOTHING), 'state': FAILED, 'reason': _LOST}


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
