# SPDX-License-Identifier: Apache-2.0
"""How fresh copies are: the last good one, and what failed since."""

import dataclasses
import datetime

from protection_dashboard import history
from protection_dashboard import schedules
from protection_dashboard.protections import base

#: how long a run may take before its absence counts
GRACE = datetime.timedelta(hours=1)
_NEVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)
_TRIED = ('SUCCESS', 'ERROR')
_SILENT = ('paused', 'ended')


@dataclasses.dataclass(frozen=True)
class Freshness:
    """How a resource stands: its newest good point, and runs in vain since.

    ``point`` is None when there is no good one.
    """

    point: base.RecoveryPoint | None = None
    failures: int = 0


def of_resources(points, runs):
    """``{(type, id): Freshness}`` of each resource that has points.

    ``points`` and ``runs`` are those of one plan. A run that began after the
    newest good point was made, and has ended, made none.
    """
    good = {}
    for point in sorted(points, key=lambda point: point.created):
        key = (point.resource_type, point.resource_id)
        is_good = point.state == base.AVAILABLE
        good[key] = point if is_good else good.get(key)
    return {
        key: Freshness(point, failures(runs, point.created if point else None))
        for key, point in good.items()
    }


def failures(runs, since=None):
    """How many ended runs began after a moment (aware), or at all."""
    return sum(
        run.state in _TRIED and run.started > (since or _NEVER) for run in runs
    )


@dataclasses.dataclass(frozen=True)
class Standing:
    """How a plan stands.

    ``state`` is 'fresh', 'stale', 'never' (no good run yet) or 'idle' (a
    good run, and no schedule that promises another). ``due`` is when the
    run was due that a stale plan lacks. ``last_good`` is a Run or None, and
    ``failures`` counts the runs that failed since.
    """

    state: str
    last_good: history.Run | None = None
    failures: int = 0
    due: datetime.datetime | None = None


def of_plan(runs, promises, now):
    """The Standing of a plan with these runs, newest first, and Schedules."""
    good = next((run for run in runs if run.state == 'SUCCESS'), None)
    failed = [run for run in runs if run.state == 'ERROR']
    if not good:
        return Standing('never', failures=len(failed))
    count = sum(run.started > good.started for run in failed)
    due = _first_due(promises, good.started)
    if due is None:
        return Standing('idle', good, count)
    if due + GRACE < now:
        return Standing('stale', good, count, due)
    return Standing('fresh', good, count)


def _first_due(promises, since):
    """When the next run was due after a moment; None without a promise."""
    due = [
        schedules.next_runs(one.pattern, one.zone, since, 1)[0]
        for one in promises
        if one.state not in _SILENT
    ]
    return min(due, default=None)
