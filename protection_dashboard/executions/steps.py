# SPDX-License-Identifier: Apache-2.0
"""The steps of an execution: the work behind the Mistral actions.

Arguments and results are plain JSON. What a step starts is returned as a
:class:`protection_dashboard.executions.waits.Wait`.
"""

from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
import contextlib
import copy
import datetime
import time
from typing import Any
from typing import NotRequired
from typing import TypedDict

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.executions import waits
from protection_dashboard.plans import selection
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.plans.schema import ResourceEntry
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import base
from protection_dashboard.protections import methods
from protection_dashboard.schemas import validation as schema_validation
from protection_dashboard.workflows import result_states

_MAX_WAITING = 30  # seconds in all that a step waits for a busy service
_PAUSE = 5  # seconds before the next try, when the service does not say


class ResourceInput(TypedDict):
    """A resource: slug of its type, and its id; '' is all of the type.

    With ``force`` its option "force" is on, whatever the plan says.
    """

    type: str
    id: str
    force: NotRequired[bool]


class Step(TypedDict):
    """The protection of one resource in an execution of a plan.

    ``mark`` are the ``ids`` of a :class:`protections.mark.Mark`;
    ``at`` is the ISO text of the time (aware) that all points of the
    execution carry in their names.
    """

    resource: ResourceEntry
    mark: dict[str, str]
    at: str


class Resolved(TypedDict):
    """What an execution does: a step for each resource to protect.

    ``known`` are the results for resources of the plan that it does not
    protect, with the reasons.
    """

    steps: list[Step]
    known: list[waits.Wait]


def resolve_plan(
    cloud: Cloud,
    document: PlanDocument,
    mark: base.Mark,
    now: datetime.datetime,
    only: Collection[ResourceInput] | None = None,
    is_final: Callable[[exceptions.ProtectionError], bool] | None = None,
) -> Resolved:
    """What an execution of a plan's document does with today's resources.

    ``now`` is aware. With ``only`` the plan's other resources are left out.
    ``is_final`` is that of :func:`selection.resolve_resources`.
    """
    chosen = selection.resolve_resources(cloud, document, is_final)
    if only is not None:
        chosen = _only(chosen, only)
    pending = [one for one in chosen if one.state == result_states.PENDING]
    return {
        'steps': plan_steps([one.entry for one in pending], mark, now),
        'known': [
            waits.new_wait(
                'point', one.entry, state=one.state, reason=one.reason
            )
            for one in chosen
            if one.state != result_states.PENDING
        ],
    }


def document_with_force(
    document: PlanDocument, only: Iterable[ResourceInput] | None
) -> PlanDocument:
    """A plan's document with the option "force" on where ``only`` wants it.

    Of a resource that the plan does not name, but selects by a rule, that is
    the option of its type: the execution is limited to ``only`` anyway.
    """
    forced = {
        ResourceRef.of_entry(one) for one in only or () if one.get('force')
    }
    if not forced:
        return document
    found = copy.deepcopy(document)
    named = set()
    for entry in found['resources']:
        if ResourceRef.of_entry(entry) in forced:
            named.add(ResourceRef.of_entry(entry))
            _turn_force_on(entry)
    for ref in forced - named:
        if ref.type in found.get('methods', {}):
            _turn_force_on(found['methods'][ref.type])
    return found


def has_force(protection: str) -> bool:
    """Whether a protection, by its slug, has the option "force"."""
    known = plugins.protections().get(protection)
    properties = known.options_schema.get('properties', {}) if known else {}
    return 'force' in properties


def _turn_force_on(entry: Any) -> None:
    if has_force(entry['protection']):
        entry['options']['force'] = True


def _only(
    chosen: Iterable[selection.SelectedResource], only: Iterable[ResourceInput]
) -> list[selection.SelectedResource]:
    """The selected resources that are named in ``only``, or whose type is."""
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


def plan_steps(
    entries: Iterable[ResourceEntry],
    mark: base.Mark,
    now: datetime.datetime,
) -> list[Step]:
    """One step for each of a plan's resource entries; ``now`` is aware."""
    return [
        {'resource': entry, 'mark': mark.ids, 'at': now.isoformat()}
        for entry in entries
    ]


def sweep_protections(cloud: Cloud, slugs: Iterable[str]) -> None:
    """Let protections remove what executions that died have left.

    An error of a service is ignored: the next execution does it again.
    """
    for slug in slugs:
        with contextlib.suppress(exceptions.ProtectionError):
            plugins.protection(slug).sweep(cloud)


def begin_protection(cloud: Cloud, step: Step) -> waits.Wait:
    """Start to protect one resource; the wait has failed if that fails.

    It may take half a minute, while a service asks to be called less often.
    """
    entry = step['resource']
    try:
        return waits.new_wait('point', entry, id=_protect_in_time(cloud, step))
    except exceptions.ProtectionError as error:
        return waits.new_wait(
            'point', entry, state=result_states.FAILED, reason=str(error)
        )


def _protect_in_time(cloud: Cloud, step: Step) -> str:
    """The new point's id or token; tries again while the service is busy."""
    mark = base.Mark.from_ids(step['mark'])
    # without an execution in its mark, nothing tells the point that an
    # earlier try made
    left = _MAX_WAITING if mark.execution else 0
    while True:
        try:
            return _protect(cloud, step, mark)
        except exceptions.Busy as error:
            pause = error.retry_after or _PAUSE
            if pause > left:
                raise
            left -= pause
            time.sleep(pause)


def _protect(cloud: Cloud, step: Step, mark: base.Mark) -> str:
    entry = step['resource']
    protection = plugins.protection(entry['protection'])
    resource = _resource(cloud, entry)
    # Mistral may deliver a step twice. This comes before the resource's
    # state, as the point of the first delivery may keep the resource busy.
    made: str | None = (
        protection.delivered(cloud, resource, mark) if mark.execution else None
    )
    if made:
        return made
    obstacle = methods.obstacle(cloud, resource, protection)
    if obstacle:
        raise exceptions.Refused(obstacle)
    options = options_with_timed_name(
        protection,
        entry['options'],
        datetime.datetime.fromisoformat(step['at']),
    )
    validate_options(protection.options_schema, options)
    point_id: str = protection.protect(cloud, resource, options, mark)
    return point_id


def _resource(cloud: Cloud, entry: Mapping[str, Any]) -> Resource:
    protectable = plugins.protectable(entry['type'])
    try:
        resource: Resource = protectable.show(cloud, entry['id'])
    except exceptions.NotFound as error:
        kind = protectable.name.lower()
        raise exceptions.NotFound(f"The {kind} no longer exists.") from error
    return resource


def options_with_timed_name(
    protection: base.Protection,
    options: Mapping[str, Any],
    at: datetime.datetime,
) -> dict[str, Any]:
    """The options with the time ``at`` (in UTC) at the end of the name.

    So the points of all executions have different names. The name is cut to
    what the service takes.
    """
    key = protection.name_option
    suffix = f"{at:%Y-%m-%d %H:%M:%S} UTC"
    room = protection.longest_name - len(suffix) - 1
    return {**options, key: f"{options.get(key) or ''}"[:room] + ' ' + suffix}


def validate_options(
    schema: Mapping[str, Any], options: Mapping[str, Any]
) -> None:
    """Raise Refused, naming the option, for what does not fit a schema."""
    for name, words in schema_validation.field_errors(schema, options):
        raise exceptions.Refused(f"The option {name} is not valid: {words}")


def begin_restore(
    cloud: Cloud,
    point: Mapping[str, Any],
    options: base.Options,
    since: datetime.datetime | None = None,
) -> waits.Wait:
    """Start to restore a recovery point; the wait for the new resource.

    ``point`` has at least the keys ``protection`` (a slug) and ``id``. What
    the same execution, which began at ``since`` (aware), has started before
    is taken over. Raises Refused, or another ProtectionError of the service;
    Unavailable only if it is safe to try again.
    """
    protection = plugins.protection(point['protection'])
    validate_options(protection.restore_schema, options)
    found = protection.show(cloud, point['id'])
    token = since and protection.delivered_restore(
        cloud, found, options, since
    )
    if not token:
        token = _restore(cloud, protection, found, options)
    return waits.new_wait(
        'resource',
        _entry(found, name=options.get('restore_name') or ''),
        id=token,
        point=found.id,
    )


def _restore(
    cloud: Cloud,
    protection: base.Protection,
    point: base.RecoveryPoint,
    options: base.Options,
) -> str:
    """The id or token of the new resource."""
    if point.state != base.AVAILABLE:
        raise exceptions.Refused(
            f"The recovery point's status is {point.status}: only an "
            "available one can be restored."
        )
    try:
        token: str = protection.restore(cloud, point, options)
    except exceptions.Busy:
        raise
    except exceptions.Unavailable as error:
        if protection.tells_restores:
            raise
        raise exceptions.Refused(
            f"{error} Whether the restore has begun is not known."
        ) from error
    return token


def begin_deletion(cloud: Cloud, point: Mapping[str, Any]) -> waits.Wait:
    """Start to delete a recovery point; the wait for its end.

    ``point`` has at least the keys ``protection`` (a slug) and ``id``. If it
    names points in ``after``, which the same execution has to delete before,
    the deletion begins later. If the service refuses, the wait has failed;
    if it does not answer, the wait is pending without an id.
    """
    after = point.get('after') or []
    try:
        protection = plugins.protection(point['protection'])
        found = protection.show(cloud, point['id'])
        token = '' if after else protection.delete(cloud, found.id)
    except exceptions.ProtectionError as error:
        return {
            **waits.wait_for_point(point),
            'state': state_after(error),
            'reason': str(error),
            'after': after,
        }
    entry = _entry(found, name=found.label)
    return waits.new_wait('gone', entry, id=token, point=found.id, after=after)


def state_after(error: exceptions.ProtectionError) -> str:
    """The state of a wait after an error: pending if it may pass."""
    if exceptions.may_pass(error):
        return result_states.PENDING
    return result_states.FAILED


def _entry(point: base.RecoveryPoint, name: str) -> dict[str, str]:
    return {
        'protection': point.protection,
        'type': point.resource_type,
        'id': point.resource_id,
        'name': name,
    }
