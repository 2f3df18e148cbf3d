# SPDX-License-Identifier: Apache-2.0
"""How many points of one resource a plan's schedules leave at most.

Runs that nobody has started yet are put before the very function that keeps
and removes. To count what a rule keeps at some moment only the runs matter
that it can keep, so those are looked up backwards: twelve months of a run
every five minutes are 100,000 runs and twelve points.
"""

import bisect
import collections
import dataclasses
import datetime
import functools
import itertools

from protection_dashboard import cron
from protection_dashboard import retention
from protection_dashboard import zones
from protection_dashboard.retention_growth import virtual_point

UTC = datetime.UTC
_PLAN = 'virtual'
_MINUTE = datetime.timedelta(minutes=1)
_DAY = datetime.timedelta(days=1)
#: any year: rules meet in it in almost every way
_YEAR = [datetime.date(2026, 1, 1) + day * _DAY for day in range(366)]
#: beyond it the numbers of the rules are added instead
_MOST = 100
#: 29 February on a weekday comes back within 40 years
_LOOK_BACK = 40 * 366
_STARTS = {
    'last': lambda local: local,
    'hourly': lambda local: local.replace(minute=0),
    'daily': lambda local: local.replace(hour=0, minute=0),
    'weekly': lambda local: (
        local.replace(hour=0, minute=0) - local.weekday() * _DAY
    ),
    'monthly': lambda local: local.replace(day=1, hour=0, minute=0),
    'yearly': lambda local: local.replace(month=1, day=1, hour=0, minute=0),
}


def most(document):
    """Points of one resource that stay at most; None: they get ever more.

    Counts good points of scheduled runs. A plan without a schedule keeps
    what its rules keep of runs that people start.
    """
    found = most_of_each(document).values()
    return None if None in found else sum(found)


def most_of_each(document):
    """``{schedule id: most}`` of those with a retention of their own.

    Under '' is what the plan's own retention keeps, which governs the others
    and, where there is no schedule, what people start.
    """
    policy = retention.Policy.of(document)
    groups = collections.defaultdict(list)
    for one in document['schedules']:
        own = one['id'] if one['id'] in policy.schedules else ''
        groups[own].append((one['pattern'], one['zone']))
    if not groups:
        return {'': _most_by_hand(policy.rule)}
    return {
        own: _most(
            *policy.schedules.get(own, (policy.rule, policy.zone)), *timings
        )
        for own, timings in groups.items()
    }


def _most_by_hand(rule):
    return None if rule.empty or rule.days else sum(rule.given.values())


@functools.lru_cache(maxsize=1000)
def _most(rule, zone, *timings):
    """The most that a rule keeps of ``(pattern, zone)`` runs."""
    if rule.empty:
        return None
    clocks = [_Clock(cron.parse(p), zones.named(z)) for p, z in timings]
    keeper = _Keeper(rule, zones.named(zone), clocks)
    return max(keeper.kept_at(moment) for moment in keeper.moments())


@dataclasses.dataclass(frozen=True)
class _Clock:
    """The runs of a pattern in a zone, from a moment on backwards."""

    parsed: cron.Cron
    zone: datetime.tzinfo

    def latest(self, moment):
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
        return zones.first_moment(midnight + minutes * _MINUTE, self.zone)

    def _passed(self, moment):
        """The latest time that the wall has shown until a moment, naive."""
        local = moment.astimezone(self.zone)
        if local.fold:
            # all times until the clocks went back have been shown once
            change = zones.change_between(self.zone, moment - _DAY, moment)
            local = (change - _MINUTE).astimezone(self.zone)
        return local.replace(tzinfo=None)


@dataclasses.dataclass(frozen=True)
class _Keeper:
    """A rule on the clocks of a zone, and the schedules under it."""

    rule: retention.Rule
    zone: datetime.tzinfo
    clocks: list

    def moments(self):
        """The last runs of weeks and months: rules share least there."""
        days = [day for day in _YEAR if day.weekday() == 0 or day.day == 1]
        ends = [
            datetime.datetime.combine(day, datetime.time(), self.zone)
            for day in days
        ]
        return {
            max(clock.latest(_before(end)) for clock in self.clocks)
            for end in ends
        }

    def kept_at(self, moment):
        """How many points there are right after the run of a moment."""
        runs = set(itertools.islice(self._matter(moment), _MOST))
        if len(runs) == _MOST:
            return self._sum()
        points = [virtual_point(run, _PLAN) for run in runs]
        policy = retention.Policy(_PLAN, self.rule, self.zone.key)
        found = retention.verdicts(points, policy, moment)
        return sum(one.keep for one in found)

    def _matter(self, moment):
        for clock in self.clocks:
            for name, number in self.rule.given.items():
                yield from self._kept_by(name, number, clock, moment)

    def _kept_by(self, name, number, clock, moment):
        if name == 'days':
            runs = self._back('last', clock, moment)
            young = moment - number * _DAY
            return itertools.takewhile(lambda run: run > young, runs)
        return itertools.islice(self._back(name, clock, moment), number)

    def _back(self, name, clock, moment):
        """The newest run of each period, without end."""
        while True:
            moment = clock.latest(moment)
            yield moment
            moment = _before(_STARTS[name](moment.astimezone(self.zone)))

    def _sum(self):
        counts = dict(self.rule.given)
        days = counts.pop('days', 0)
        each_day = sum(len(clock.parsed.times) for clock in self.clocks)
        return sum(counts.values()) + days * each_day


def _before(local):
    return local.astimezone(UTC) - _MINUTE
