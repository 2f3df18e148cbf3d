# SPDX-License-Identifier: Apache-2.0
"""What a run of a plan would do now, without doing any of it.

The functions that decide are those of the run itself.
"""

import dataclasses

from protection_dashboard import plugins
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.plans import selection
from protection_dashboard.protections import base
from protection_dashboard.recovery_points import fetch as point_fetch
from protection_dashboard.retention import policy as retention_policy
from protection_dashboard.workflows import result_states

#: how the ids of points begin that are not there yet
_NEW = 'new:'


@dataclasses.dataclass(frozen=True)
class DryRun:
    """What would become of each resource, and of each point that exists.

    ``protected``, ``skipped`` and ``failed`` are of selectors.Selected,
    ``removed`` and ``kept`` of retention.Verdict. ``errors`` are of the
    services whose points are missing.
    """

    protected: tuple
    skipped: tuple
    failed: tuple
    removed: tuple
    kept: tuple
    errors: tuple


def of(cloud, document, now, schedule_id=''):
    """The DryRun of a plan, started by one of its schedules or by hand."""
    found = map(_refused, selection.resolved(cloud, document))
    of_state = {
        result_states.PENDING: [],
        result_states.SKIPPED: [],
        result_states.FAILED: [],
    }
    for one in found:
        of_state[one.state].append(one)
    protected = of_state[result_states.PENDING]
    keys = {ResourceRef.of_entry(one.entry) for one in protected}
    points, errors = point_fetch.points(cloud, keys)
    mark = base.Mark(plan=document['id'], schedule=schedule_id)
    made = [_made(one.entry, mark, now) for one in protected]
    policy = retention_policy.Policy.of(document)
    verdicts = [
        verdict
        for verdict in retention_policy.verdicts([*points, *made], policy, now)
        if policy.owns(verdict.point) and verdict.point not in made
    ]
    return DryRun(
        protected=tuple(protected),
        skipped=tuple(of_state[result_states.SKIPPED]),
        failed=tuple(of_state[result_states.FAILED]),
        removed=tuple(one for one in verdicts if not one.keep),
        kept=tuple(one for one in verdicts if one.keep),
        errors=tuple(errors),
    )


def _refused(selected):
    """Failed if its protection would refuse, as it does in a run."""
    if selected.state != result_states.PENDING:
        return selected
    entry = selected.entry
    refusal = plugins.protection(entry['protection']).refusal(
        selected.resource, entry['options']
    )
    return (
        selected.ended(result_states.FAILED, refusal) if refusal else selected
    )


def _made(entry, mark, now):
    """The point that the run would make of a resource."""
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
