# SPDX-License-Identifier: Apache-2.0
"""Freshness: the age of the newest good copy against the RPO of its plan.

:class:`Rpo` says how old a copy may be. Against it are held the newest good
point of a resource (:class:`Freshness`), the last good execution of a plan
(:class:`PlanFreshness`), and every protected resource of a project
(:class:`NewestCopy`). A resource is *fresh* as long as its newest good copy
is not older than the RPO; until then a failed execution is no problem. All
times are aware.
"""

import bisect
import collections
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
import dataclasses
import datetime
from typing import Any
from typing import NamedTuple
from typing import Protocol

from protection_dashboard.common.references import ResourceRef
from protection_dashboard.coverage import coverage
from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import records as execution_records
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import base
from protection_dashboard.protections.base import RecoveryPoint
from protection_dashboard.recovery_points.newest import NewestPoints
from protection_dashboard.recurrence import occurrences
from protection_dashboard.schedules import expected_runs

FRESH = 'fresh'
STALE = 'stale'
NEVER = 'never'
IDLE = 'idle'
#: not known: its service does not answer, or has too many points to read
UNKNOWN = 'unknown'

#: an execution, with all that is known of it or as lists need it
AnyRun = execution_records.Execution | execution_log.LogEntry

_MOMENT = datetime.timedelta(microseconds=1)
_Pair = tuple[datetime.datetime, datetime.datetime]
_NEVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)


class Timing(NamedTuple):
    """When a schedule is due: its cron pattern and the name of its zone.

    Nothing is due before ``first`` or after ``end``; both are aware, or None.
    """

    pattern: str
    zone: str
    first: datetime.datetime | None = None
    end: datetime.datetime | None = None

    def around(self, moment: datetime.datetime) -> _Pair | None:
        """The last occurrence up to a moment and the first one after it.

        Before the schedule begins they are its first occurrence and the one
        that its pattern would have had before. None when it has no further
        occurrence.
        """
        at = moment
        if self.first:
            at = max(moment, self.first - occurrences.EARLY - _MOMENT)
        pair = occurrences.occurrences_around(self.pattern, self.zone, at)
        if pair and self.end and pair[1] > self.end:
            return None
        return pair


@dataclasses.dataclass(frozen=True)
class Rpo:
    """The RPO that a plan's document sets, else that of its schedules.

    ``hours`` is what the document sets, None or 0: nothing. ``timings`` are
    those of the schedules that are to run. Without hours a copy is fresh for
    1.5 times the interval in which it was made: from the last occurrence of
    any schedule to the next one. Before the first of them begins, a copy is
    fresh at least until half an interval after that. ``ended`` is when the
    last one of schedules that have all ended did; then there is no RPO.
    """

    hours: int | None = None
    timings: tuple[Timing, ...] = ()
    ended: datetime.datetime | None = None

    def fresh_until(
        self, moment: datetime.datetime
    ) -> datetime.datetime | None:
        """Until when a copy made at a moment is fresh; None: no RPO."""
        found = self._around(moment)
        planned = found and found[0] + INTERVAL_FACTOR * (found[1] - found[0])
        if not self.hours:
            return planned
        until = moment + datetime.timedelta(hours=self.hours)
        is_begun = not found or found[0] <= moment + occurrences.EARLY
        return until if is_begun else max(until, planned or until)

    def next_due(self, moment: datetime.datetime) -> datetime.datetime | None:
        """The first occurrence of any schedule after a moment, or None."""
        found = self._around(moment)
        return found[1] if found else None

    def _around(self, moment: datetime.datetime) -> _Pair | None:
        """The last occurrence up to a moment and the first one after it.

        The last one lies after the moment if no schedule has begun by then.
        """
        found = [p for one in self.timings if (p := one.around(moment))]
        if not found:
            return None
        soonest = min(found, key=lambda pair: pair[1])
        at = moment + occurrences.EARLY
        begun = [last for last, _following in found if last <= at]
        return max(begun, default=soonest[0]), soonest[1]


@dataclasses.dataclass(frozen=True)
class Freshness:
    """The newest good recovery point of a resource, and whether it is fresh.

    ``point`` is None when there is no good one; ``failures`` counts the
    executions since then that did not make one. ``state`` is 'fresh', 'stale'
    (older than the RPO), 'never' (no good point) or 'idle' (there is no RPO).
    ``fresh_until`` is how long the point stays fresh, None without a point or
    an RPO; ``age`` is that of the point, None without one.
    """

    point: base.RecoveryPoint | None = None
    failures: int = 0
    state: str = IDLE
    fresh_until: datetime.datetime | None = None
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
    until = _strictest_end(rpos, point.created)
    state = _state(until, now)
    return Freshness(point, failed, state, until, now - point.created)


def _strictest_end(
    rpos: Iterable[Rpo], moment: datetime.datetime
) -> datetime.datetime | None:
    found = [one.fresh_until(moment) for one in rpos]
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
    than what is known). ``fresh_until`` is when the last good execution became
    or becomes older than the RPO, ``first_due`` when the first occurrence
    after it was; both may be None. ``failures`` counts the executions that
    failed since ``last_good``, or all of them when that is None. ``ended`` is
    when the last of its schedules ended, None unless all have: no newer copy
    is planned.
    """

    state: str
    last_good: AnyRun | None = None
    failures: int = 0
    first_due: datetime.datetime | None = None
    fresh_until: datetime.datetime | None = None
    ended: datetime.datetime | None = None


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
    until = rpo.fresh_until(good.started)
    state = _state(until, now)
    due = rpo.next_due(good.started) if state == STALE else None
    return PlanFreshness(state, good, count, due, until, rpo.ended)


def _without_good(
    count: int,
    rpo: Rpo,
    now: datetime.datetime,
    known_from: datetime.datetime | None,
) -> PlanFreshness:
    if known_from is None:
        return PlanFreshness(NEVER, failures=count, ended=rpo.ended)
    # at best there was a good one just before what is known
    until = rpo.fresh_until(known_from)
    state = STALE if _state(until, now) == STALE else UNKNOWN
    return PlanFreshness(
        state, failures=count, fresh_until=until, ended=rpo.ended
    )


#: without an RPO of its own, a copy may be as old as so many intervals
INTERVAL_FACTOR = 1.5
_ENDED = 'ended'
_SILENT = ('paused', _ENDED, 'unreadable')


class _Schedule(Protocol):
    """What is read here of a ``schedules.status.ScheduleStatus``."""

    @property
    def pattern(self) -> str: ...

    @property
    def zone(self) -> str: ...

    @property
    def state(self) -> str: ...

    @property
    def first(self) -> datetime.datetime | None: ...

    @property
    def end(self) -> datetime.datetime | None: ...


def rpo_of_plan(
    document: Mapping[str, Any], schedules: Iterable[_Schedule]
) -> Rpo:
    """The RPO of a plan, by its document and its schedules."""
    schedules = list(schedules)
    ends = [one.end for one in schedules if one.state == _ENDED and one.end]
    if ends and len(ends) == len(schedules):
        return Rpo(ended=max(ends))
    timings = {
        Timing(one.pattern, one.zone, one.first, one.end)
        for one in schedules
        if one.state not in _SILENT
    }
    return Rpo(document.get('promise'), tuple(sorted(timings, key=str)))


#: it has no good copy, and the last execution that was due made none
OVERDUE = 'overdue'
#: the worst comes first
_ORDER = (
    OVERDUE,
    STALE,
    UNKNOWN,
    NEVER,
    IDLE,
    FRESH,
)
#: states of copies that are not as the RPO asks
PROBLEM_STATES = (OVERDUE, STALE)
#: what became of an execution that made no copy
_WITHOUT_COPY = ('failed', 'missed', 'cancelled')


class _PlanState(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def rpo(self) -> Rpo: ...


class _Project(Protocol):
    """What is read here of ``reports.project_status``."""

    @property
    def states(self) -> Iterable[_PlanState]: ...

    @property
    def runs(self) -> Sequence[execution_log.LogEntry]: ...

    @property
    def window(self) -> expected_runs.RunWindow: ...


@dataclasses.dataclass(frozen=True)
class NewestCopy:
    """A protected resource with its Freshness.

    ``state`` is that of the Freshness, except 'overdue' where there is no
    good copy and the last execution failed or was missed, and 'unknown'
    where the services do not tell.
    """

    cover: coverage.ResourceCoverage
    freshness: Freshness
    state: str

    @property
    def resource(self) -> Resource:
        return self.cover.resource

    @property
    def key(self) -> str:
        """Its id in forms and tables: ``type:id``."""
        return self.cover.key

    @property
    def name(self) -> str:
        return self.cover.name

    @property
    def point(self) -> RecoveryPoint | None:
        """The newest good one, or None."""
        return self.freshness.point

    @property
    def failures(self) -> int:
        """How many executions since then made no good copy."""
        return self.freshness.failures

    def urgency(self) -> tuple[int, float, str]:
        """A sort key: the worst state first, in it the longest overdue."""
        until = self.freshness.fresh_until
        moment = until.timestamp() if until else 0
        return _ORDER.index(self.state), moment, self.name.lower()


def newest_copies_of(
    covers: Iterable[coverage.ResourceCoverage],
    planned: _Project,
    newest: NewestPoints,
) -> list[NewestCopy]:
    """A NewestCopy of each cover, which has to be protected, the worst first.

    ``planned`` is the status of the project, ``newest`` what its services
    say of the newest points.
    """
    rpos = {one.id: one.rpo for one in planned.states}
    started = _starts_of_ended(planned.runs)
    found = [
        _copy(cover, rpos, started, newest, planned.window.now)
        for cover in covers
    ]
    return sorted(found, key=NewestCopy.urgency)


def count_by_state(found: Iterable[NewestCopy]) -> collections.Counter[str]:
    """How many copies are in each state."""
    return collections.Counter(one.state for one in found)


def _copy(
    cover: coverage.ResourceCoverage,
    rpos: Mapping[str, Rpo],
    started: Mapping[str, list[datetime.datetime]],
    newest: NewestPoints,
    now: datetime.datetime,
) -> NewestCopy:
    point = newest.points.get(cover.source)
    failures = 0
    if point:
        times = [started[one] for one in cover.plans if one in started]
        failures = sum(_after(some, point.created) for some in times)
    known = resource_freshness(point, _rpos(cover, rpos), now, failures)
    return NewestCopy(cover, known, _copy_state(cover, known, newest))


def _rpos(
    cover: coverage.ResourceCoverage, of_plans: Mapping[str, Rpo]
) -> list[Rpo]:
    """The RPOs of its plans, and of schedules of the database client."""
    own = [of_plans[plan_id] for plan_id in cover.plans]
    clients = [
        Rpo(timings=(Timing(one.pattern, one.zone),))
        for one in cover.schedules
        if not hasattr(one, 'plan')
    ]
    return [*own, *clients]


def _copy_state(
    cover: coverage.ResourceCoverage,
    known: Freshness,
    newest: NewestPoints,
) -> str:
    if known.state != NEVER:
        return known.state
    if cover.source in newest.unknown:
        return UNKNOWN
    return OVERDUE if _was_due(cover) else NEVER


def _was_due(cover: coverage.ResourceCoverage) -> bool:
    """Whether the last execution that was due failed to make a copy.

    If that one was good, the resource was created after it.
    """
    decided = (
        expected_runs.last_decided(one.expected) for one in cover.schedules
    )
    return any(one.status in _WITHOUT_COPY for one in decided if one)


def _starts_of_ended(
    runs: Sequence[execution_log.LogEntry],
) -> dict[str, list[datetime.datetime]]:
    """When the ended executions of each plan began, sorted, by plan id."""
    found = collections.defaultdict(list)
    for run in reversed(runs):
        if run.state in execution_records.ATTEMPTED:
            found[run.plan_id].append(run.started)
    return {plan_id: sorted(started) for plan_id, started in found.items()}


def _after(started: list[datetime.datetime], moment: datetime.datetime) -> int:
    """How many of some sorted times lie after a moment."""
    return len(started) - bisect.bisect_right(started, moment)
