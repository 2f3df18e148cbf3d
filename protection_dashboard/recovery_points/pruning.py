# SPDX-License-Identifier: Apache-2.0
"""Which recovery points a plan's retention removes, and the start of that.

A page shows it beforehand, an execution does it after its own work; both by
:func:`protection_dashboard.retention.policy.retention_verdicts`. The
deletions are made by
:mod:`protection_dashboard.recovery_points.removals`.
"""

import collections
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
import datetime
import functools
import typing

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.protections import base
from protection_dashboard.recovery_points import fetch as point_fetch
from protection_dashboard.recovery_points import removals
from protection_dashboard.recurrence.cron import InvalidSchedule
from protection_dashboard.retention import policy as retention_policy
from protection_dashboard.retention import room
from protection_dashboard.workflows import definitions
from protection_dashboard.workflows import result_states

#: how many recovery points one run removes at most: Mistral keeps what becomes
#: of each of them, and refuses a result of more than a megabyte
MAX_REMOVALS = 500


def planned_verdicts(
    cloud: Cloud,
    document: PlanDocument,
    resources: Collection[ResourceRef],
    now: datetime.datetime,
) -> tuple[list[retention_policy.Verdict], list[exceptions.ProtectionError]]:
    """``(verdicts, errors)`` on the recovery points of some resources.

    They say what an execution of the plan would remove at ``now`` (aware) if
    it protected all ``resources``. What the execution that ``cloud`` belongs
    to has made itself stays. ``errors`` are those of services whose points
    are missing.
    """
    found, errors = point_fetch.fetch_points_of_resources(cloud, resources)
    policy = retention_policy.Policy.from_document(document)
    verdicts = retention_policy.retention_verdicts(
        found, policy, now, cloud.execution
    )
    return verdicts, errors


def start_pruning(
    cloud: Cloud, plan_id: str, ended: Iterable[Mapping[str, typing.Any]]
) -> removals.RemovalStatus:
    """Begin to remove what the retention of a plan does not keep.

    It looks only at the resources that the execution has tried to protect, by
    its ``ended`` waits, and at the plan as it is saved now. Of those that it
    has not protected only failed points are removed. Nothing is removed when
    the plan is gone.
    """
    document = _document(cloud, plan_id)
    waits = list(ended)
    return begin_removals(
        cloud, document, attempted_names(waits), unprotected_resources(waits)
    )


def attempted_names(
    ended: Iterable[Mapping[str, typing.Any]],
) -> dict[ResourceRef, str]:
    """``{ResourceRef: name}`` of the resources that were to be protected.

    ``ended`` are the waits (:class:`executions.waits.Wait`) of an execution
    that are no longer pending; skipped ones were not to be.
    """
    return {
        ResourceRef.of_result(wait): wait['name']
        for wait in ended
        if wait['state'] in (result_states.OK, result_states.FAILED)
        and wait['resource_id']
    }


def unprotected_resources(
    ended: Iterable[Mapping[str, typing.Any]],
) -> set[ResourceRef]:
    """The resources of which an execution has made no good point."""
    return {
        ResourceRef.of_result(wait)
        for wait in ended
        if wait['state'] == result_states.FAILED
    }


def begin_removals(
    cloud: Cloud,
    document: PlanDocument | None,
    names: Mapping[ResourceRef, str],
    unprotected: Collection[ResourceRef] = (),
) -> removals.RemovalStatus:
    """Begin to remove what a plan document's retention does not keep.

    Only points of the resources in ``names`` (``{ResourceRef: name}``)
    are removed, of those that are ``unprotected`` only failed ones, and none
    when there is no document.
    """
    if not document or not names:
        return removals.removal_status([])
    now = datetime.datetime.now(datetime.UTC)
    try:
        found, errors = planned_verdicts(cloud, document, names, now)
    except InvalidSchedule as error:
        # in a time zone that nobody knows, no point belongs to a day
        return removals.removal_status([], [f"Nothing was removed: {error}"])
    found = retention_policy.verdicts_of_run(found, unprotected)
    planned = removals_of_verdicts(found, names)
    now_removed = first_removals(planned, MAX_REMOVALS)
    begun = concurrency.map_concurrently(
        functools.partial(removals.begin_removal, cloud, document['id']),
        now_removed,
    )
    troubles = [str(error) for error in errors]
    left = len(planned) - len(now_removed)
    if left:
        troubles.append(
            f"A run removes at most {MAX_REMOVALS} recovery points: the next "
            f"one removes the other {left}."
        )
    return removals.removal_status(begun, troubles)


def begin_making_room(
    cloud: Cloud,
    document: PlanDocument,
    mark: base.Mark,
    names: Mapping[ResourceRef, str],
    places: int,
) -> list[removals.Removal]:
    """Begin to remove points so that a full quota has room for new ones.

    ``names`` (``{ResourceRef: name}``) are resources to protect with ``mark``.
    At most ``places`` points are removed, of those that retention would
    remove afterwards.
    """
    now = datetime.datetime.now(datetime.UTC)
    found, _errors = point_fetch.fetch_points_of_resources(cloud, names)
    policy = retention_policy.Policy.from_document(document)
    try:
        verdicts = room.verdicts_to_make_room(
            found, policy, now, mark, [*names]
        )
    except InvalidSchedule:
        return []
    planned = removals_of_verdicts(verdicts[:places], names)
    return concurrency.map_concurrently(
        functools.partial(removals.begin_removal, cloud, document['id']),
        planned,
    )


def first_removals(
    planned: Sequence[removals.Removal], most: int
) -> list[removals.Removal]:
    """The removals that one run does, ``most`` or fewer.

    The oldest points go first, but none before the increments that need it.
    ``planned`` has the newest points first.
    """
    chosen: dict[str, removals.Removal] = {}
    by_id = {one['id']: one for one in planned}
    for removal in reversed(planned):
        needed = _with_increments(removal, by_id)
        if len(chosen.keys() | needed.keys()) > most:
            break
        chosen |= needed
    return [one for one in planned if one['id'] in chosen]


def _with_increments(
    removal: removals.Removal, by_id: Mapping[str, removals.Removal]
) -> dict[str, removals.Removal]:
    """A removal and all that has to go before it, by the points' ids."""
    found: dict[str, removals.Removal] = {}
    waiting = [removal]
    while waiting:
        one = waiting.pop()
        if one['id'] not in found:
            found[one['id']] = one
            waiting += [by_id[k] for k in one['after'] if k in by_id]
    return found


def _document(cloud: Cloud, plan_id: str) -> PlanDocument | None:
    """The plan's document as it is saved now; None when the plan is gone."""
    try:
        workflow = mistral.workflow_get(
            cloud, definitions.plan_workflow_name(plan_id)
        )
        document: PlanDocument = plan_document.plan_from_workflow(
            workflow
        ).document
    except exceptions.NotFound:
        return None
    return document


def removals_of_verdicts(
    verdicts: Iterable[retention_policy.Verdict],
    names: Mapping[ResourceRef, str],
) -> list[removals.Removal]:
    """A new removal for each point that retention does not keep.

    ``names`` is ``{ResourceRef: name}`` of the points' resources.
    """
    gone = [verdict for verdict in verdicts if not verdict.keep]
    children = collections.defaultdict(list)
    for verdict in gone:
        children[verdict.point.parent].append(verdict.point.id)
    return [
        removals.new_removal(
            verdict.point,
            resource=names[ResourceRef.of_point(verdict.point)],
            reason=str(verdict.words),
            after=children[verdict.point.id],
        )
        for verdict in gone
    ]
