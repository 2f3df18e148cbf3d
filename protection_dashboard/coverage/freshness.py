# SPDX-License-Identifier: Apache-2.0
"""Freshness: the age of the newest good copy against the RPO of its plan.

A resource is *fresh* as long as its newest good copy is not older than the
RPO; until then a failed execution is no problem. All times are aware.
"""

from collections.abc import Iterable
from collections.abc import Sequence
import dataclasses
import datetime

from protection_dashboard.common.references import ResourceRef
from protection_dashboard.coverage.rpo import Rpo
from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import records as execution_records
from protection_dashboard.protections import base

FRESH = 'fresh'
STALE = 'stale'
NEVER = 'never'
IDLE = 'idle'
UNKNOWN = 'unknown'

#: an execution, with all that is known of it or as lists need it
AnyRun = execution_records.Execution | execution_log.LogEntry

_NEVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)


@dataclasses.dataclass(frozen=True)
class Freshness:
    """The newest good recovery point of a resource, and whether it is fresh.

    ``point`` is None when there is no good one; ``failures`` counts the
    executions since then that did not make one. ``state`` is 'fresh',
    'stale' (older than the RPO), 'never' (no good point) or 'idle' (there
    is no RPO). ``until`` is how long the point stays fresh, None without a
    point or an RPO; ``age`` is that of the point, None without one.
    """

    point: base.RecoveryPoint | None = None
    failures: int = 0
    state: str = IDLE
    until: datetime.datetime | None = None
    age: datetime.timedelta | None = None


def resource_freshness(
    point: base.RecoveryPoint | None,
    rpos: Iterable[Rpo],
    now: datetime.datetime,
    failed: int = 0,
) -> Freshness:
    """The Freshness of a resource.

    ``point`` is its newest good one, or None; ``rpos`` are those of
    all plans that cover it, of which the strictest counts. ``failed`` is
    how many executions since then did not make a good point.
    """
    if point is None:
        return Freshness(failures=failed, state=NEVER)
    until = _until(rpos, point.created)
    state = _state(until, now)
    return Freshness(point, failed, state, until, now - point.created)


def _until(
    rpos: Iterable[Rpo], moment: datetime.datetime
) -> datetime.datetime | None:
    found = [one.until(moment) for one in rpos]
    return min(filter(None, found), default=None)


def _state(until: datetime.datetime | None, now: datetime.datetime) -> str:
    if until is None:
        return IDLE
    return STALE if until < now else FRESH


def freshness_by_resource(
    points: Iterable[base.RecoveryPoint],
    runs: Sequence[AnyRun],
    rpo: Rpo,
    now: datetime.datetime,
) -> dict[ResourceRef, Freshness]:
    """The Freshness of each resource that has points of one plan.

    ``points``, ``runs`` and ``rpo`` are those of the plan. An
    execution that began after the newest good point was made, and has
    ended, made none.
    """
    good: dict[ResourceRef, base.RecoveryPoint | None] = {}
    for point in sorted(points, key=lambda point: point.recency(now)):
        key = ResourceRef.of_point(point)
        is_good = point.state == base.AVAILABLE
        good[key] = point if is_good else good.get(key)
    return {
        key: resource_freshness(
            point,
            [rpo],
            now,
            ended_since(runs, point.created if point else None),
        )
        for key, point in good.items()
    }


def ended_since(
    runs: Iterable[AnyRun], since: datetime.datetime | None = None
) -> int:
    """How many executions have ended that began after a moment, or at all."""
    return sum(
        run.state in execution_records.ATTEMPTED
        and run.started > (since or _NEVER)
        for run in runs
    )


@dataclasses.dataclass(frozen=True)
class PlanFreshness:
    """The last good execution of a plan, and whether it is recent enough.

    ``state`` is 'fresh', 'stale', 'never' (no good execution yet), 'idle'
    (there is a good one and no RPO) or 'unknown' (the last good one is older
    than what is known). ``until`` is when the last good execution became or
    becomes older than the RPO, ``due`` when the first occurrence after it
    was; both may be None. ``failures`` counts the executions that failed
    since ``last_good``, or all of them when that is None.
    """

    state: str
    last_good: AnyRun | None = None
    failures: int = 0
    due: datetime.datetime | None = None
    until: datetime.datetime | None = None


def plan_freshness(
    runs: Sequence[AnyRun],
    rpo: Rpo,
    now: datetime.datetime,
    known_from: datetime.datetime | None = None,
) -> PlanFreshness:
    """The PlanFreshness of the executions of a plan, newest first.

    There may be executions before ``known_from`` that are not among these;
    None: these are all.
    """
    good = next(
        (run for run in runs if run.state == execution_records.SUCCESS), None
    )
    failed = [run for run in runs if run.state == execution_records.ERROR]
    if not good:
        return _without_good(len(failed), rpo, now, known_from)
    count = sum(run.started > good.started for run in failed)
    until = rpo.until(good.started)
    state = _state(until, now)
    due = rpo.due(good.started) if state == STALE else None
    return PlanFreshness(state, good, count, due, until)


def _without_good(
    count: int,
    rpo: Rpo,
    now: datetime.datetime,
    known_from: datetime.datetime | None,
) -> PlanFreshness:
    if known_from is None:
        return PlanFreshness(NEVER, failures=count)
    # at best there was a good one just before what is known
    until = rpo.until(known_from)
    state = STALE if _state(until, now) == STALE else UNKNOWN
    return PlanFreshness(state, failures=count, until=until)
