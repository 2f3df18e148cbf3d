# SPDX-License-Identifier: Apache-2.0
"""Whether what was due did run.

Mistral drops a run without a trace when its trigger's trust is dead or its
workflow is gone, and after a downtime it catches up a single one. So the
times at which a schedule is due stand beside the runs that cron began.
"""

import bisect
from collections.abc import Iterable
import dataclasses
import datetime
import typing

from protection_dashboard.executions import records as execution_records
from protection_dashboard.recurrence import occurrences

WEEK = datetime.timedelta(days=7)
#: how late a run may begin before it counts as late, or as missed
GRACE = datetime.timedelta(minutes=5)
_OPEN = ('waiting', 'planned')
_UNDECIDED = (*_OPEN, 'running', 'long')


class Expected(typing.NamedTuple):
    """A time at which a schedule was or is due, and what became of it.

    ``status`` is 'ok', 'late' (ok, but began more than GRACE after it was
    due), 'failed', 'skipped', 'cancelled', 'running', 'long' (running for
    longer than usual), 'missed', 'waiting' (may still begin) or 'planned'.
    ``run`` is a ledger.Brief, None where none began. ``due`` is aware.
    """

    due: datetime.datetime
    status: str
    run: object = None


@dataclasses.dataclass(frozen=True)
class Look:
    """What is looked at: from ``since`` to ``now``, both aware.

    Not all runs before ``known_from`` are known, so nothing that was due
    then is said to be missed; None: all of them are.
    """

    now: datetime.datetime
    since: datetime.datetime
    known_from: datetime.datetime | None = None


def of(schedule, runs, look, *, armed=None, longest=None):
    """``[Expected]`` of a schedule until now, the newest first.

    ``runs`` are Briefs of it, the newest first; those by hand do not count.
    Without a run only what was due after ``armed`` (aware; None: never) is
    listed: nobody knows whether the rest was expected. ``longest`` is how
    long a run may take, a timedelta or None.
    """
    times = occurrences.of(schedule, look.since, look.now + occurrences.EARLY)
    begun = _matched(times, runs, armed)
    since = _claimed(look, armed)
    found = [
        Expected(time, _status(time, begun.get(time), look.now, longest), run)
        for time in times
        if (run := begun.get(time)) or time > since
    ]
    return found[::-1]


def planned(schedule, now, until):
    """``[Expected]`` of what is due after now, the next first."""
    return [
        Expected(time, 'planned')
        for time in occurrences.ahead(schedule, now, until)
    ]


def _claimed(look, armed):
    """After which moment a schedule was there and its runs are known."""
    if armed is None:
        return look.now
    return max(armed, look.known_from or armed, look.since)


def _matched(times, runs, armed):
    """``{time: Brief}``: each run belongs to the nearest time before it."""
    found = {}
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


def _fits(time, started, armed):
    """A catch-up may be very late, a run of another pattern not."""
    is_own = armed is not None and time > armed
    return is_own or started - time <= GRACE


def _status(time, run, now, longest):
    if run is None:
        return 'waiting' if now - time <= GRACE else 'missed'
    if run.ended is None:
        took = now - run.started
        return 'long' if longest and took > longest else 'running'
    is_late = (
        run.state == execution_records.SUCCESS and run.started - time > GRACE
    )
    return 'late' if is_late else execution_records.outcome(run.state)


def longest(usual, hours):
    """How long a run may take: timedelta of its usual one and its limit.

    ``usual`` is a timedelta or None, ``hours`` the plan's time limit.
    """
    limit = datetime.timedelta(hours=hours)
    if usual is None:
        return limit
    return min(limit, max(3 * usual, usual + datetime.timedelta(minutes=30)))


@dataclasses.dataclass(frozen=True)
class Week:
    """How many runs were due in a span, and what became of them.

    ``ran`` have begun; ``ok`` are done and good.
    """

    expected: int = 0
    ran: int = 0
    ok: int = 0
    failed: int = 0
    missed: int = 0


def week(found, now, span=WEEK):
    """The Week of the Expected of one schedule or more."""
    count = dict.fromkeys(('expected', 'ran', 'ok', 'failed', 'missed'), 0)
    for one in found:
        if one.status in _OPEN or one.due <= now - span:
            continue
        count['expected'] += 1
        count['ran'] += one.run is not None
        count['ok'] += one.status in ('ok', 'late')
        count['failed'] += one.status == 'failed'
        count['missed'] += one.status == 'missed'
    return Week(**count)


def last_missed(found: Iterable[Expected]) -> Expected | None:
    """The latest Expected that should have begun, if nothing began then.

    ``found`` are those of one schedule, the newest first. None when its
    last run did begin, whatever became of it; an older one that was missed
    does not count.
    """
    last = _latest(found, _OPEN)
    return last if last and last.status == 'missed' else None


def last_decided(found: Iterable[Expected]) -> Expected | None:
    """The latest Expected that is over: its run ended, or was missed.

    ``found`` are those of one schedule, the newest first.
    """
    return _latest(found, _UNDECIDED)


def _latest(
    found: Iterable[Expected], statuses: tuple[str, ...]
) -> Expected | None:
    """The first one that has none of some statuses."""
    return next((one for one in found if one.status not in statuses), None)


def missed(found):
    """The latest Expected that was missed, or None."""
    return next((one for one in found if one.status == 'missed'), None)
