# SPDX-License-Identifier: Apache-2.0
"""What an execution of a plan would do now, without doing any of it.

The functions that decide are those that an execution calls.
"""

import dataclasses
import datetime

from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.plans import selection
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.plans.schema import ResourceEntry
from protection_dashboard.protections import base
from protection_dashboard.recovery_points import fetch as point_fetch
from protection_dashboard.retention import policy as retention_policy
from protection_dashboard.workflows import result_states

#: how the ids of recovery points begin that do not exist yet
_NEW = 'new:'


@dataclasses.dataclass(frozen=True)
class DryRun:
    """What would happen to each resource, and to each existing point.

    ``protected``, ``skipped`` and ``failed`` are resources, ``removed`` and
    ``kept`` are verdicts on recovery points of the plan. ``errors`` are those
    of services whose points are missing.
    """

    protected: tuple[selection.SelectedResource, ...]
    skipped: tuple[selection.SelectedResource, ...]
    failed: tuple[selection.SelectedResource, ...]
    removed: tuple[retention_policy.Verdict, ...]
    kept: tuple[retention_policy.Verdict, ...]
    errors: tuple[Exception, ...]


def plan_dry_run(
    cloud: Cloud,
    document: PlanDocument,
    now: datetime.datetime,
    schedule_id: str = '',
) -> DryRun:
    """The dry run of a plan's document at ``now`` (aware).

    With a ``schedule_id`` as if that schedule of the plan had started it,
    else as if a person had.
    """
    by_state: dict[str, list[selection.SelectedResource]] = {
        result_states.PENDING: [],
        result_states.SKIPPED: [],
        result_states.FAILED: [],
    }
    for selected in map(
        _refused, selection.resolve_resources(cloud, document)
    ):
        by_state[selected.state].append(selected)
    protected = by_state[result_states.PENDING]
    keys = {ResourceRef.of_entry(one.entry) for one in protected}
    points, errors = point_fetch.fetch_points_of_resources(cloud, keys)
    mark = base.Mark(plan=document['id'], schedule=schedule_id)
    new_points = [_new_point(one.entry, mark, now) for one in protected]
    verdicts = _verdicts(document, points, new_points, now)
    return DryRun(
        protected=tuple(protected),
        skipped=tuple(by_state[result_states.SKIPPED]),
        failed=tuple(by_state[result_states.FAILED]),
        removed=tuple(one for one in verdicts if not one.keep),
        kept=tuple(one for one in verdicts if one.keep),
        errors=tuple(errors),
    )


def _verdicts(
    document: PlanDocument,
    points: list[base.RecoveryPoint],
    new_points: list[base.RecoveryPoint],
    now: datetime.datetime,
) -> list[retention_policy.Verdict]:
    """On the plan's own points, once there are the new ones as well."""
    policy = retention_policy.Policy.from_document(document)
    everything = [*points, *new_points]
    return [
        verdict
        for verdict in retention_policy.retention_verdicts(
            everything, policy, now
        )
        if policy.owns(verdict.point) and verdict.point not in new_points
    ]


def _refused(
    selected: selection.SelectedResource,
) -> selection.SelectedResource:
    """The resource, failed if its protection would refuse to protect it."""
    resource, entry = selected.resource, selected.entry
    if selected.state != result_states.PENDING or not resource:
        return selected
    refusal = plugins.protection(entry['protection']).refusal(
        resource, entry['options']
    )
    return (
        selected.with_state(result_states.FAILED, refusal)
        if refusal
        else selected
    )


def _new_point(
    entry: ResourceEntry, mark: base.Mark, now: datetime.datetime
) -> base.RecoveryPoint:
    """The recovery point that the execution would make of a resource."""
    return base.RecoveryPoint(
        id=f'{_NEW}{ResourceRef.of_entry(entry)}',
        protection=entry['protection'],
        resource_type=entry['type'],
        resource_id=entry['id'],
        name='',
        description='',
        status='',
        state=base.AVAILABLE,
        created=now,
        mark=mark,
    )
