# SPDX-License-Identifier: Apache-2.0
"""What a plan's retention removes: shown beforehand, begun after a run.

``retention.verdicts`` decides in both; how a point then goes is told in
:mod:`protection_dashboard.recovery_points.removals`.
"""

import collections
import collections.abc
import datetime
import typing

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.plans import document as plan_document
from protection_dashboard.recovery_points import fetch as point_fetch
from protection_dashboard.recovery_points import removals
from protection_dashboard.recurrence.cron import InvalidSchedule
from protection_dashboard.retention import policy as retention_policy
from protection_dashboard.workflows import definitions
from protection_dashboard.workflows import result_states


def planned(cloud, document, resources, now):
    """``(verdicts, errors)`` on what exists of some resources today.

    What a run would do that protects all of these ResourceRefs; what the
    run of this ``cloud`` has made itself stays.
    """
    found, errors = point_fetch.points(cloud, resources)
    policy = retention_policy.Policy.of(document)
    verdicts = retention_policy.verdicts(found, policy, now, cloud.execution)
    return verdicts, errors


def start(cloud, plan_id, ended):
    """Begin to remove what the retention of a plan does not keep.

    Only of the resources that the ``ended`` waits of this run protected, and
    by the plan as it is saved now. As ``removals.standing``; nothing when
    the plan is gone.
    """
    document = _document(cloud, plan_id)
    return begin(cloud, document, protected_names(ended))


def protected_names(
    ended: collections.abc.Iterable[dict[str, typing.Any]],
) -> dict[ResourceRef, str]:
    """``{ResourceRef: name}`` of what the ended waits protected."""
    return {
        ResourceRef.of_result(wait): wait['name']
        for wait in ended
        if wait['state'] == result_states.OK
    }


def begin(
    cloud: Cloud,
    document: dict[str, typing.Any] | None,
    names: dict[ResourceRef, str],
) -> dict[str, typing.Any]:
    """Begin to remove what a plan document's retention does not keep.

    Of the resources in ``names`` only. As ``removals.standing``; nothing
    when there is no document.
    """
    if not document or not names:
        return removals.standing([])
    now = datetime.datetime.now(datetime.UTC)
    try:
        found, errors = planned(cloud, document, names, now)
    except InvalidSchedule as error:
        # of a plan in no zone that is known nobody can tell the days
        return removals.standing([], [f"Nothing was removed: {error}"])
    going = doomed(found, names)
    begun = concurrency.each(
        lambda one: removals.begin(cloud, document['id'], one), going
    )
    return removals.standing(begun, [str(error) for error in errors])


def _document(cloud, plan_id):
    """The plan's document as it is saved now; None when the plan is gone."""
    try:
        workflow = mistral.workflow_get(
            cloud, definitions.workflow_name(plan_id)
        )
        return plan_document.carried(workflow).document
    except exceptions.NotFound:
        return None


def doomed(
    verdicts: collections.abc.Iterable[retention_policy.Verdict],
    names: dict[ResourceRef, str],
) -> list[removals.Removal]:
    """A removal for each point that is not kept."""
    gone = [one for one in verdicts if not one.keep]
    children = collections.defaultdict(list)
    for one in gone:
        children[one.point.parent].append(one.point.id)
    return [
        removals.one(
            verdict.point,
            resource=names[ResourceRef.of_point(verdict.point)],
            reason=str(verdict.words),
            after=children[verdict.point.id],
        )
        for verdict in gone
    ]
