# SPDX-License-Identifier: Apache-2.0
"""How fresh copies are: the last good one, what was promised, what failed.

Copies are *fresh* as long as the newest good one is not older than its plan
promises; a failure is no problem until then.
"""

import dataclasses
import datetime

from protection_dashboard.common.references import ResourceRef
from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import records as execution_records
from protection_dashboard.protections import base

FRESH = 'fresh'
STALE = 'stale'
NEVER = 'never'
IDLE = 'idle'
UNKNOWN = 'unknown'
_NEVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)


@dataclasses.dataclass(frozen=True)
class Freshness:
    """How a resource stands.

    ``point`` is its newest good one, or None; ``failures`` counts the runs
    in vain since. ``state`` is 'fresh', 'stale' (older than promised),
    'never' (no good point) or 'idle' (nothing is promised). ``until`` is
    how long the point stays fresh, None without point or promise; ``age``
    is a timedelta, None without a point.
    """

    point: base.RecoveryPoint | None = None
    failures: int = 0
    state: str = IDLE
    until: datetime.datetime | None = None
    age: datetime.timedelta | None = None


def of_resource(point, promises, now, failures=0):
    """The Freshness of a resource with its newest good point, or None.

    ``promises`` are those of all plans that cover it; the strictest counts.
    """
    if point is None:
        return Freshness(failures=failures, state=NEVER)
    until = _until(promises, point.created)
    state = _state(until, now)
    return Freshness(point, failures, state, until, now - point.created)


def _until(promises, moment):
    found = [one.until(moment) for one in promises]
    return min(filter(None, found), default=None)


def _state(until, now):
    if until is None:
        return IDLE
    return STALE if until < now else FRESH


def of_resources(points, runs, promise, now):
    """``{ResourceRef: Freshness}`` of each resource that has points.

    ``points``, ``runs`` and ``promise`` are those of one plan. A run that
    began after the newest good point was made, and has ended, made none.
    """
    good = {}
    for point in sorted(points, key=lambda point: point.recency(now)):
        key = ResourceRef.of_point(point)
        is_good = point.state == base.AVAILABLE
        good[key] = point if is_good else good.get(key)
    return {
        key: of_resource(
            point,
            [promise],
            now,
            failures(runs, point.created if point else None),
        )
        for key, point in good.items()
    }


def failures(runs, since=None):
    """How many ended runs began after a moment (aware), or at all."""
    return sum(
        run.state in execution_records.TRIED
        and run.started > (since or _NEVER)
        for run in runs
    )


@dataclasses.dataclass(frozen=True)
class Standing:
    """How a plan stands.

    ``state`` is 'fresh', 'stale', 'never' (no good run yet), 'idle' (a good
    run, and nothing promises another) or 'unknown' (its last good run is
    older than what is known). ``until`` is how long the last good run was
    or is promised to be enough, ``due`` when the first one after it was
    due. ``last_good`` is a Run or a Brief, or None; ``failures`` counts the
    runs that failed since.
    """

    state: str
    last_good: execution_records.Run | execution_log.Brief | None = None
    failures: int = 0
    due: datetime.datetime | None = None
    until: datetime.datetime | None = None


def of_plan(runs, promise, now, known_from=None):
    """The Standing of a plan with these runs (newest first) and a Promise.

    There may be others before ``known_from`` (aware, or None).
    """
    good = next(
        (run for run in runs if run.state == execution_records.SUCCESS), None
    )
    failed = [run for run in runs if run.state == execution_records.ERROR]
    if not good:
        return _without_good(len(failed), promise, now, known_from)
    count = sum(run.started > good.started for run in failed)
    until = promise.until(good.started)
    state = _state(until, now)
    due = promise.due(good.started) if state == STALE else None
    return Standing(state, good, count, due, until)


def _without_good(count, promise, now, known_from):
    if known_from is None:
        return Standing(NEVER, failures=count)
    # at best it was good just before
    until = promise.until(known_from)
    state = STALE if _state(until, now) == STALE else UNKNOWN
    return Standing(state, failures=count, until=until)
