# SPDX-License-Identifier: Apache-2.0
"""The runs that a schedule should have started, and what became of them.

Mistral drops a run without a trace when its trigger's trust is dead or its
workflow is gone, and after a downtime it catches up a single one. So the
occurrences of a schedule are compared with the runs that cron has begun.
"""

import bisect
from collections.abc import Iterable
from collections.abc import Sequence
import dataclasses
import datetime
import typing

from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import records as execution_records
from protection_dashboard.recurrence import occurrences
from protection_dashboard.recurrence.schedule import Schedule

WEEK = datetime.timedelta(days=7)
#: how late a run may begin before it counts as late, or as missed
GRACE = datetime.timedelta(minutes=5)
_OPEN = ('waiting', 'planned')
_UNDECIDED = (*_OPEN, 'running', 'long')


class ExpectedRun(typing.NamedTuple):
    """An occurrence of a schedule, and what became of its run.

    ``status`` is 'ok', 'late' (ok, but began more than GRACE after it was
    due), 'failed', 'skipped', 'cancelled', 'running', 'long' (running for
    longer than usual), 'missed', 'waiting' (may still begin) or 'planned'.
    ``run`` is None where none began. ``due`` is aware.
    """

    due: datetime.datetime
    status: str
    run: execution_log.LogEntry | None = None


@dataclasses.dataclass(frozen=True)
class RunWindow:
    """The time for which runs are expected: ``since`` to ``now``, aware.

    Not all runs before ``known_from`` (aware) are known, so nothing that was
    due then is said to be missed; None: all runs are known.
    """

    now: datetime.datetime
    since: datetime.datetime
    known_from: datetime.datetime | None = None

    def known_after(self, moment: datetime.datetime | None) -> 'RunWindow':
        """This window, when also nothing until a moment is known for sure.

        ``moment`` is aware, or None: there is no such moment.
        """
        times = [one for one in (self.known_from, moment) if one]
        return dataclasses.replace(self, known_from=max(times, default=None))


def expected_until_now(
    schedule: Schedule,
    runs: Sequence[execution_log.LogEntry],
    window: RunWindow,
    *,
    armed: datetime.datetime | None = None,
    longest: datetime.timedelta | None = None,
) -> list[ExpectedRun]:
    """The ExpectedRuns of a schedule until now, the newest first.

    ``runs`` are those of the schedule, the newest first; runs by hand do not
    count. Occurrences without a run are listed only after ``armed`` (aware;
    None: none), since when the schedule has a trigger: nobody knows whether
    earlier ones were expected. ``longest`` is how long a run may take.
    InvalidSchedule when its first or end cannot be read.
    """
    times = occurrences.last_occurrences(
        schedule, window.since, window.now + occurrences.EARLY
    )
    begun = _matched(times, runs, armed)
    since = _known_since(window, armed)
    found = [
        ExpectedRun(
            time, _status(time, begun.get(time), window.now, longest), run
        )
        for time in times
        if (run := begun.get(time)) or time > since
    ]
    return found[::-1]


def expected_after_now(
    schedule: Schedule, now: datetime.datetime, until: datetime.datetime
) -> list[ExpectedRun]:
    """The ExpectedRuns after now until a moment (aware), the next first."""
    return [
        ExpectedRun(time, 'planned')
        for time in occurrences.first_occurrences(schedule, now, until)
    ]


def _known_since(
    window: RunWindow, armed: datetime.datetime | None
) -> datetime.datetime:
    """After which moment a schedule was armed and its runs are known."""
    if armed is None:
        return window.now
    return max(armed, window.known_from or armed, window.since)


def _matched(
    times: list[datetime.datetime],
    runs: Sequence[execution_log.LogEntry],
    armed: datetime.datetime | None,
) -> dict[datetime.datetime, execution_log.LogEntry]:
    """``{occurrence: its run}``, the nearest occurrence before each run."""
    found: dict[datetime.datetime, execution_log.LogEntry] = {}
    for run in reversed(runs):
        if run.by:
            continue
        at = bisect.bisect_right(times, run.started + occurrences.EARLY) - 1
        if at > 0 and times[at] in found:
            # the run before was so late that it took this one's time
            at -= 1
            near = run.started - times[at] <= GRACE
        else:
            near = at >= 0 and _fits(times[at], run.started, armed)
        if near:
            found.setdefault(times[at], run)
    return found


def _fits(
    time: datetime.datetime,
    started: datetime.datetime,
    armed: datetime.datetime | None,
) -> bool:
    """Whether a run that began at ``started`` can be that of an occurrence.

    One that cron has caught up may be very late; a run of an earlier pattern
    of the schedule may not.
    """
    is_own = armed is not None and time > armed
    return is_own or started - time <= GRACE


def _status(
    time: datetime.datetime,
    run: execution_log.LogEntry | None,
    now: datetime.datetime,
    longest: datetime.timedelta | None,
) -> str:
    """The status of an ExpectedRun."""
    if run is None:
        return 'waiting' if now - time <= GRACE else 'missed'
    if run.ended is None:
        took = now - run.started
        return 'long' if longest and took > longest else 'running'
    is_late = (
        run.state == execution_records.SUCCESS and run.started - time > GRACE
    )
    return (
        'late' if is_late else execution_records.execution_outcome(run.state)
    )


def longest_duration(
    usual: datetime.timedelta | None, hours: float
) -> datetime.timedelta:
    """How long a run may take before it counts as 'long'.

    ``usual`` is how long one usually takes, None if unknown; ``hours`` is
    the time limit of the plan.
    """
    limit = datetime.timedelta(hours=hours)
    if usual is None:
        return limit
    return min(limit, max(3 * usual, usual + datetime.timedelta(minutes=30)))


@dataclasses.dataclass(frozen=True)
class RunCounts:
    """How many runs were due in a span, and what became of them.

    ``ran`` have begun; ``ok`` have ended well. Of those that ``failed``
    Mistral ``lost`` some in the middle; ``skipped`` ones did nothing as an
    earlier one went on.
    """

    expected: int = 0
    ran: int = 0
    ok: int = 0
    failed: int = 0
    missed: int = 0
    skipped: int = 0
    lost: int = 0


_COUNTS = [field.name for field in dataclasses.fields(RunCounts)]


def run_counts(
    found: Iterable[ExpectedRun],
    now: datetime.datetime,
    span: datetime.timedelta = WEEK,
) -> RunCounts:
    """The RunCounts of ExpectedRuns up to ``now``, of schedules together."""
    count = dict.fromkeys(_COUNTS, 0)
    for one in found:
        if one.status in _OPEN or one.due <= now - span:
            continue
        count['expected'] += 1
        count['ran'] += one.run is not None
        count['ok'] += one.status in ('ok', 'late')
        count['failed'] += one.status == 'failed'
        count['missed'] += one.status == 'missed'
        count['skipped'] += one.status == 'skipped'
        count['lost'] += one.run is not None and one.run.is_lost
    return RunCounts(**count)


def last_run_if_missed(found: Iterable[ExpectedRun]) -> ExpectedRun | None:
    """The latest ExpectedRun that should have begun, if nothing began then.

    ``found`` are those of one schedule, the newest first. None when its
    last run did begin, whatever became of it; an older one that was missed
    does not count.
    """
    last = _latest(found, _OPEN)
    return last if last and last.status == 'missed' else None


def last_decided(found: Iterable[ExpectedRun]) -> ExpectedRun | None:
    """The latest ExpectedRun that is over: its run ended, or was missed.

    ``found`` are those of one schedule, the newest first.
    """
    return _latest(found, _UNDECIDED)


def _latest(
    found: Iterable[ExpectedRun], statuses: tuple[str, ...]
) -> ExpectedRun | None:
    """The first one that has none of some statuses."""
    return next((one for one in found if one.status not in statuses), None)


def newest_missed(found: Iterable[ExpectedRun]) -> ExpectedRun | None:
    """The latest ExpectedRun that was missed, or None."""
    return next((one for one in found if one.status == 'missed'), None)


class WithExpectedRuns:
    """What the status of a schedule tells by its expected runs.

    ``expected`` are those until now, the newest first.
    """

    expected: tuple[ExpectedRun, ...]

    @property
    def missed(self) -> ExpectedRun | None:
        """The latest ExpectedRun that was missed, or None."""
        return newest_missed(self.expected)

    def counts_of_week(self, now: datetime.datetime) -> RunCounts:
        """The counts of its last 7 days, up to ``now`` (aware)."""
        return run_counts(self.expected, now)
