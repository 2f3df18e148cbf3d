# SPDX-License-Identifier: Apache-2.0
"""How many points of one resource a plan's schedules leave at most.

The operator's limit, the forms and the forecast all use ``most_points``;
:mod:`.simulation` tells when that number is reached. ``most_points`` finds
what a rule keeps at some moment backwards, run by run and period by period:
twelve months of a run every five minutes are 100,000 runs, but only twelve
points.
"""

import bisect
import collections
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
import dataclasses
import datetime
import functools
import heapq
import itertools
from typing import Any

from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence import timezones
from protection_dashboard.retention import policy as retention_policy

UTC = datetime.UTC
_MINUTE = datetime.timedelta(minutes=1)
_DAY = datetime.timedelta(days=1)
#: any year: almost all ways in which rules overlap occur in it
_YEAR = [datetime.date(2026, 1, 1) + day * _DAY for day in range(366)]
#: above it the numbers of the rules are added instead
_MAX_POINTS = 1000
#: 29 February on a weekday comes back within 40 years
_LOOK_BACK = 40 * 366
_STARTS: dict[str, Callable[[datetime.datetime], datetime.datetime]] = {
    'hourly': lambda local: local.replace(minute=0),
    'daily': lambda local: _midnight(local),
    'weekly': lambda local: _midnight(local) - local.weekday() * _DAY,
    'monthly': lambda local: _midnight(local).replace(day=1),
    'yearly': lambda local: _midnight(local).replace(month=1, day=1),
}


def most_points_of_plan(document: Mapping[str, Any]) -> int | None:
    """How many points of one resource stay at most; None: no bound.

    It counts good points of scheduled runs. For a plan without a schedule it
    counts what the rules keep of runs that people start.
    """
    found = most_points_by_schedule(document).values()
    bounded = [number for number in found if number is not None]
    return sum(bounded) if len(bounded) == len(found) else None


def most_points_by_schedule(
    document: Mapping[str, Any],
) -> dict[str, int | None]:
    """``{schedule id: most}`` of schedules with a retention of their own.

    '' stands for the plan's own retention, which governs the other schedules
    and, where there is no schedule, the runs that people start.
    """
    policy = retention_policy.Policy.from_document(document)
    groups = collections.defaultdict(list)
    for one in document['schedules']:
        own = one['id'] if one['id'] in policy.schedules else ''
        groups[own].append((one['pattern'], one['zone']))
    if not groups:
        return {'': most_points(policy.rule, policy.zone, ())}
    return {
        own: most_points(
            *policy.schedules.get(own, (policy.rule, policy.zone)),
            tuple(timings),
        )
        for own, timings in groups.items()
    }


@functools.lru_cache(maxsize=1000)
def most_points(
    rule: retention_policy.Retention,
    zone: str,
    timings: tuple[tuple[str, str], ...],
) -> int | None:
    """How many points of one resource a rule keeps at most; None: no bound.

    ``zone`` is the zone of the rule's days and weeks. ``timings`` are the
    patterns and zones of the schedules that it governs; without any, runs
    are started by people. A number above 1000 may be too great, as it counts
    a point once for each rule that keeps it. InvalidSchedule when a pattern
    or a zone is not known.
    """
    if rule.empty:
        return None
    if not timings:
        return None if rule.days else sum(rule.given.values())
    schedules = [
        _PastRuns(cron.parse(p), timezones.zone_by_name(z)) for p, z in timings
    ]
    return _PeakCount(
        rule, timezones.zone_by_name(zone), schedules
    ).upper_bound()


@dataclasses.dataclass(frozen=True)
class _PastRuns:
    """The runs of a pattern in a zone, backwards from a moment.

    A local time that comes twice counts once: an hour in autumn makes no
    limit of every other day.
    """

    parsed: cron.Cron
    zone: datetime.tzinfo

    def back(self, moment: datetime.datetime) -> Iterator[datetime.datetime]:
        """The runs that are not after a moment, the newest first."""
        while True:
            run = self.latest(moment)
            yield run
            moment = run - _MINUTE

    def latest(self, moment: datetime.datetime) -> datetime.datetime:
        """The newest run that is not after a moment, both in UTC."""
        wall = self._passed(moment)
        before = bisect.bisect(self.parsed.times, 60 * wall.hour + wall.minute)
        days = (wall.date() - n * _DAY for n in range(_LOOK_BACK))
        if not before:
            next(days)
        day = next(filter(self.parsed.runs_on, days))
        today = day == wall.date()
        minutes = self.parsed.times[before - 1 if today else -1]
        midnight = datetime.datetime.combine(day, datetime.time())
        return timezones.first_moment(midnight + minutes * _MINUTE, self.zone)

    def _passed(self, moment: datetime.datetime) -> datetime.datetime:
        """The latest naive local time that clocks showed until a moment."""
        local = moment.astimezone(self.zone)
        if local.fold:
            # clocks showed all times until they went back once already
            change = timezones.change_between(self.zone, moment - _DAY, moment)
            local = (change - _MINUTE).astimezone(self.zone)
        return local.replace(tzinfo=None)


@dataclasses.dataclass(frozen=True)
class _PeakCount:
    """How many points a rule keeps of the runs of the schedules under it.

    ``zone`` is the zone of the rule's days and weeks.
    """

    rule: retention_policy.Retention
    zone: datetime.tzinfo
    schedules: list[_PastRuns]
    #: results of ``_earlier``
    known: dict[tuple[str, datetime.datetime], datetime.datetime] = (
        dataclasses.field(default_factory=dict)
    )

    def upper_bound(self) -> int:
        """The most points that there are right after a run."""
        if len(self.rule.given) == 1 and not self.rule.days:
            return self._sum()
        greatest = 0
        try:
            for moment in self._moments():
                greatest = max(greatest, self._kept_at(moment))
                if greatest > _MAX_POINTS:
                    return self._sum()
        except OverflowError:
            # runs so rare that the calendar ends before enough of them
            return self._sum()
        return greatest

    def _moments(self) -> set[datetime.datetime]:
        """The last runs of weeks and months: rules overlap least there."""
        days = [day for day in _YEAR if day.weekday() == 0 or day.day == 1]
        ends = [
            datetime.datetime.combine(day, datetime.time(), self.zone)
            for day in days
        ]
        return {self._latest(_before(end)) for end in ends}

    def _latest(self, moment: datetime.datetime) -> datetime.datetime:
        return max(schedule.latest(moment) for schedule in self.schedules)

    def _kept_at(self, moment: datetime.datetime) -> int:
        """How many points there are right after the run of a moment."""
        kept: set[datetime.datetime] = set()
        for name, number in self.rule.given.items():
            runs = self._kept_by(name, number, moment)
            kept.update(itertools.islice(runs, _MAX_POINTS + 1))
        return len(kept)

    def _kept_by(
        self, name: str, number: int, moment: datetime.datetime
    ) -> Iterator[datetime.datetime]:
        if name == 'days':
            young = moment.astimezone(self.zone) - number * _DAY
            runs = self._runs(moment)
            return itertools.takewhile(lambda run: run > young, runs)
        if name == 'last':
            return itertools.islice(self._runs(moment), number)
        return itertools.islice(self._newest_of_each(name, moment), number)

    def _runs(self, moment: datetime.datetime) -> Iterator[datetime.datetime]:
        """The runs until a moment, the newest first."""
        each = (schedule.back(moment) for schedule in self.schedules)
        merged = heapq.merge(*each, reverse=True)
        return (run for run, _same in itertools.groupby(merged))

    def _newest_of_each(
        self, period: str, run: datetime.datetime
    ) -> Iterator[datetime.datetime]:
        """A run and the newest one of each earlier hour, day or week."""
        while True:
            yield run
            run = self._earlier(period, run)

    def _earlier(
        self, period: str, run: datetime.datetime
    ) -> datetime.datetime:
        """The newest run of the last period before that of a run."""
        if (period, run) not in self.known:
            start = _STARTS[period](run.astimezone(self.zone))
            self.known[period, run] = self._latest(_before(start))
        return self.known[period, run]

    def _sum(self) -> int:
        """An upper bound: a point counts once for each rule that keeps it."""
        counts = dict(self.rule.given)
        # the points that ``days`` keeps are among the newest, as those of
        # ``last`` are
        newest = max(counts.pop('last', 0), self._runs_in_days())
        counts.pop('days', 0)
        return newest + sum(counts.values())

    def _runs_in_days(self) -> int:
        last = _YEAR[-1]
        days = [last - day * _DAY for day in range(self.rule.days or 0)]
        return sum(
            len(schedule.parsed.times)
            * sum(map(schedule.parsed.runs_on, days))
            for schedule in self.schedules
        )


def _midnight(local: datetime.datetime) -> datetime.datetime:
    return local.replace(hour=0, minute=0, fold=0)


def _before(local: datetime.datetime) -> datetime.datetime:
    return local.astimezone(UTC) - _MINUTE
