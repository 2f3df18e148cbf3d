# SPDX-License-Identifier: Apache-2.0
"""The newest good copy of each protected resource against its promise."""

import bisect
import collections
import dataclasses

from protection_dashboard.coverage import coverage
from protection_dashboard.coverage import freshness
from protection_dashboard.coverage.rpo import Promise
from protection_dashboard.executions import records as execution_records
from protection_dashboard.schedules import expected_runs

#: nothing is known: a service does not answer, or has too many points
UNKNOWN = 'unknown'
#: it has no good copy, and the last run that was due made none
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
#: a copy that is not as it was promised
PROBLEMS = (OVERDUE, freshness.STALE)
_IN_VAIN = ('failed', 'missed', 'cancelled')


@dataclasses.dataclass(frozen=True)
class Copy:
    """A protected resource with its freshness.Freshness.

    ``state`` is that of the Freshness, but 'overdue' where there is no good
    copy and the last run failed or was missed, and 'unknown' where nobody
    can say.
    """

    cover: coverage.Cover
    freshness: freshness.Freshness
    state: str

    @property
    def resource(self):
        return self.cover.resource

    @property
    def key(self):
        return self.cover.key

    @property
    def name(self):
        return self.cover.name

    @property
    def point(self):
        return self.freshness.point

    @property
    def failures(self):
        return self.freshness.failures

    def urgency(self):
        """What to sort by: the worst, and the longest so, first."""
        until = self.freshness.until
        moment = until.timestamp() if until else 0
        return _ORDER.index(self.state), moment, self.name.lower()


def of(covers, planned, newest):
    """A Copy of each of some covers that are protected, the worst first.

    ``planned`` is an agenda.Agenda, ``newest`` a newest.Newest.
    """
    promises = {one.id: one.promise for one in planned.states}
    tries = _tries(planned.runs)
    found = [
        _copy(cover, promises, tries, newest, planned.look.now)
        for cover in covers
    ]
    return sorted(found, key=Copy.urgency)


def counts(found):
    """``{state: how many}`` of some Copies."""
    return collections.Counter(one.state for one in found)


def _copy(cover, promises, tries, newest, now):
    point = newest.points.get(cover.source)
    failures = 0
    if point:
        started = [tries[one] for one in cover.plans if one in tries]
        failures = sum(_after(some, point.created) for some in started)
    known = freshness.of_resource(
        point, _promised(cover, promises), now, failures
    )
    return Copy(cover, known, _state(cover, known, newest))


def _promised(cover, promises):
    """Of its plans, and of schedules of the database client."""
    own = [promises[plan_id] for plan_id in cover.plans]
    clients = [
        Promise(timings=((one.pattern, one.zone),))
        for one in cover.schedules
        if not hasattr(one, 'plan')
    ]
    return [*own, *clients]


def _state(cover, known, newest):
    if known.state != freshness.NEVER:
        return known.state
    if cover.source in newest.unknown:
        return UNKNOWN
    return OVERDUE if _was_due(cover) else freshness.NEVER


def _was_due(cover):
    """Whether the last run that was due did not do it.

    After a good one the resource is new: the next run has it in it.
    """
    decided = (
        expected_runs.last_decided(one.expected) for one in cover.schedules
    )
    return any(one.status in _IN_VAIN for one in decided if one)


def _tries(runs):
    """``{plan id: when its runs began that have ended}``, sorted."""
    found = collections.defaultdict(list)
    for run in reversed(runs):
        if run.state in execution_records.TRIED:
            found[run.plan_id].append(run.started)
    return {plan_id: sorted(started) for plan_id, started in found.items()}


def _after(started, moment):
    return len(started) - bisect.bisect_right(started, moment)
