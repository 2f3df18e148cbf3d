# SPDX-License-Identifier: Apache-2.0
"""What a run does, step by step: the work behind the Mistral actions.

Everything here goes in and out as plain JSON; what a run waits for is a
*wait* (:mod:`protection_dashboard.executions.waits`).
"""

import contextlib
import datetime
import time

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.executions import waits
from protection_dashboard.plans import selection
from protection_dashboard.protections import base
from protection_dashboard.protections import methods
from protection_dashboard.schemas import validation as schema_validation
from protection_dashboard.workflows import result_states

_PATIENCE = 30  # seconds in all that a step waits for a busy service
_PAUSE = 5  # seconds before the next try, when the service does not say


def resolve(cloud, document, mark, now, only=None):
    """What a run of a plan document does, from what there is today.

    ``{"steps": [...], "known": [wait]}``: the steps of what is protected,
    and the waits of what is not, ended with their reasons. ``now`` is aware.
    ``only`` are resources ``{"type": slug, "id": ...}``: the plan's others
    are left out; without an id it is all of a type.
    """
    chosen = selection.resolved(cloud, document)
    if only is not None:
        chosen = _only(chosen, only)
    pending = [one for one in chosen if one.state == result_states.PENDING]
    return {
        'steps': steps([one.entry for one in pending], mark, now),
        'known': [
            waits.one('point', one.entry, state=one.state, reason=one.reason)
            for one in chosen
            if one.state != result_states.PENDING
        ],
    }


def _only(chosen, only):
    """Those of a selection that are named, or whose type is."""
    named = set(map(ResourceRef.of_entry, only))
    return [
        one
        for one in chosen
        if not named.isdisjoint(
            {
                ResourceRef.of_entry(one.entry),
                ResourceRef(one.entry['type'], ''),
            }
        )
    ]


def steps(entries, mark, now):
    """One step for each entry of a plan.

    ``now`` is an aware datetime; all points of a run carry the same time.
    """
    return [
        {'resource': entry, 'mark': mark.ids, 'at': now.isoformat()}
        for entry in entries
    ]


def sweep(cloud, slugs):
    """Let protections remove what dead runs have left."""
    for slug in slugs:
        # a run does its work all the same, and the next one sweeps again
        with contextlib.suppress(exceptions.ProtectionError):
            plugins.protection(slug).sweep(cloud)


def protect(cloud, step):
    """Start to protect one resource; a wait, failed with its reason.

    It may take half a minute, while a service asks to be called less often.
    """
    entry = step['resource']
    try:
        return waits.one('point', entry, id=_protect_in_time(cloud, step))
    except exceptions.ProtectionError as error:
        return waits.one(
            'point', entry, state=result_states.FAILED, reason=str(error)
        )


def _protect_in_time(cloud, step):
    mark = base.Mark(**step['mark'])
    # the execution tells the point of an earlier try from all others
    left = _PATIENCE if mark.execution else 0
    while True:
        try:
            return _protect(cloud, step, mark)
        except exceptions.Busy as error:
            pause = error.retry_after or _PAUSE
            if pause > left:
                raise
            left -= pause
            time.sleep(pause)


def _protect(cloud, step, mark):
    entry = step['resource']
    protection = plugins.protection(entry['protection'])
    resource = _resource(cloud, entry)
    # before its state: what an earlier delivery started may keep it busy
    made = mark.execution and protection.delivered(cloud, resource, mark)
    if made:
        return made
    obstacle = methods.obstacle(cloud, resource, protection)
    if obstacle:
        raise exceptions.Refused(obstacle)
    options = named(
        protection,
        entry['options'],
        datetime.datetime.fromisoformat(step['at']),
    )
    check(protection.options_schema, options)
    return protection.protect(cloud, resource, options, mark)


def _resource(cloud, entry):
    protectable = plugins.protectable(entry['type'])
    try:
        return protectable.show(cloud, entry['id'])
    except exceptions.NotFound as error:
        kind = protectable.name.lower()
        raise exceptions.NotFound(f"The {kind} no longer exists.") from error


def named(protection, options, at):
    """The options of one run: the point's name ends with the run's time."""
    key = protection.name_option
    suffix = f"{at:%Y-%m-%d %H:%M:%S} UTC"
    room = protection.longest_name - len(suffix) - 1
    return {**options, key: f"{options.get(key) or ''}"[:room] + ' ' + suffix}


def check(schema, options):
    """Refused, naming the option, when options do not fit a schema."""
    for name, words in schema_validation.errors(schema, options):
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
    return waits.one(
        'resource',
        _entry(found, name=options.get('restore_name') or ''),
        id=protection.restore(cloud, found, options),
        point=found.id,
    )


def delete(cloud, point):
    """Start to delete a point; a wait that it is gone, or why it stays.

    ``after`` are ids of points of the same run that have to go before.
    """
    after = point.get('after') or []
    try:
        protection = plugins.protection(point['protection'])
        found = protection.show(cloud, point['id'])
        token = '' if after else protection.delete(cloud, found.id)
    except exceptions.ProtectionError as error:
        failed = {'state': result_states.FAILED, 'reason': str(error)}
        return {**waits.of_point(point), **failed}
    entry = _entry(found, name=found.label)
    return waits.one('gone', entry, id=token, point=found.id, after=after)


def _entry(point, name):
    return {
        'protection': point.protection,
        'type': point.resource_type,
        'id': point.resource_id,
        'name': name,
    }
