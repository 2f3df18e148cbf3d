# SPDX-License-Identifier: Apache-2.0
"""The newest good copy of each protected resource against its RPO."""

import bisect
import collections
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
import dataclasses
import datetime
from typing import Protocol

from protection_dashboard.coverage import coverage
from protection_dashboard.coverage import freshness
from protection_dashboard.coverage.rpo import Rpo
from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import records as execution_records
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections.base import RecoveryPoint
from protection_dashboard.recovery_points.newest import NewestPoints
from protection_dashboard.schedules import expected_runs

#: not known: its service does not answer, or has too many points to read
UNKNOWN = 'unknown'
#: it has no good copy, and the last execution that was due made none
OVERDUE = 'overdue'
#: the worst comes first
_ORDER = (
    OVERDUE,
    freshness.STALE,
    UNKNOWN,
    freshness.NEVER,
    freshness.IDLE,
    freshness.FRESH,
)
#: states of copies that are not as the RPO asks
PROBLEM_STATES = (OVERDUE, freshness.STALE)
#: what became of an execution that made no copy
_WITHOUT_COPY = ('failed', 'missed', 'cancelled')


class _PlanState(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def promise(self) -> Rpo: ...


class _Project(Protocol):
    """What is read here of ``reports.project_status``."""

    @property
    def states(self) -> Iterable[_PlanState]: ...

    @property
    def runs(self) -> Sequence[execution_log.LogEntry]: ...

    @property
    def look(self) -> expected_runs.RunWindow: ...


@dataclasses.dataclass(frozen=True)
class NewestCopy:
    """A protected resource with its Freshness.

    ``state`` is that of the Freshness, except 'overdue' where there is no
    good copy and the last execution failed or was missed, and 'unknown'
    where the services do not tell.
    """

    cover: coverage.ResourceCoverage
    freshness: freshness.Freshness
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
        until = self.freshness.until
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
    rpos = {one.id: one.promise for one in planned.states}
    started = _starts_of_ended(planned.runs)
    found = [
        _copy(cover, rpos, started, newest, planned.look.now)
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
    known = freshness.resource_freshness(
        point, _rpos(cover, rpos), now, failures
    )
    return NewestCopy(cover, known, _state(cover, known, newest))


def _rpos(
    cover: coverage.ResourceCoverage, of_plans: Mapping[str, Rpo]
) -> list[Rpo]:
    """The RPOs of its plans, and of schedules of the database client."""
    own = [of_plans[plan_id] for plan_id in cover.plans]
    clients = [
        Rpo(timings=((one.pattern, one.zone),))
        for one in cover.schedules
        if not hasattr(one, 'plan')
    ]
    return [*own, *clients]


def _state(
    cover: coverage.ResourceCoverage,
    known: freshness.Freshness,
    newest: NewestPoints,
) -> str:
    if known.state != freshness.NEVER:
        return known.state
    if cover.source in newest.unknown:
        return UNKNOWN
    return OVERDUE if _was_due(cover) else freshness.NEVER


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
