# SPDX-License-Identifier: Apache-2.0
"""What a plan's retention keeps and removes, and why, in words.

One function of what exists decides for the pages and for the step of a run
that removes. It removes a point only when it is the plan's own, finished,
not pinned, kept by no rule, not the last good one of its resource, needed by
nothing that stays, and not made by the run that asks.

Services tell when a point was made, and their clocks may be wrong. What is
dated later than now, or not at all, stays and takes no place of a rule; what
the asking run made is not later than now, whatever its service says.
"""

import dataclasses
import datetime

from protection_dashboard.common.i18n import Words
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.protections import base
from protection_dashboard.recurrence import local_time
from protection_dashboard.recurrence import timezones
from protection_dashboard.retention.rules import Rule
from protection_dashboard.retention.rules import said_day

__all__ = ['Policy', 'Rule', 'Verdict', 'verdicts']

_DONE = (base.AVAILABLE, base.ERROR)
_KEPT = {
    'foreign': Words(_("kept: not made by this plan")),
    'pinned': Words(_("kept: pinned")),
    'busy': Words(_("kept: its service is still working on it")),
    'everything': Words(_("kept: nothing is removed by this plan")),
    'failed': Words(_("kept: it failed, and there is no newer good copy")),
    'last': Words(_("kept: the last good one")),
    'halt': Words(_("kept: the newest copy of its resource failed")),
    'needed': Words(_("kept: increments need it")),
    'made': Words(_("kept: this run has just made it")),
    'undated': Words(_("kept: when it was taken is not known")),
}
_AHEAD = _(
    "kept: its service's clock was ahead and dates it %(day)s, %(time)s "
    "(%(zone)s); retention counts it from then on"
)
_REMOVED = {
    base.AVAILABLE: Words(_("removed: no rule keeps it")),
    base.ERROR: Words(_("removed: it failed and a newer good copy exists")),
}


@dataclasses.dataclass(frozen=True)
class Policy:
    """What a plan promises to keep.

    ``schedules`` is ``{id: (Rule, zone)}`` of those with a retention of
    their own: it governs the points that they made, ``rule`` on the clocks
    of ``zone`` all others of the plan. ``pins`` is ``{point id: note}``.
    """

    plan: str
    rule: Rule = Rule()  # noqa: RUF009  frozen
    zone: str = 'UTC'
    schedules: dict = dataclasses.field(default_factory=dict)
    pins: dict = dataclasses.field(default_factory=dict)

    @classmethod
    def of(cls, document):
        """The policy of a plan document."""
        schedules = document['schedules']
        return cls(
            plan=document['id'],
            rule=Rule.read(document.get('retention')),
            zone=schedules[0]['zone'] if schedules else 'UTC',
            schedules={
                one['id']: (Rule.read(one['retention']), one['zone'])
                for one in schedules
                if 'retention' in one
            },
            pins={p['id']: p['note'] for p in document.get('pins', [])},
        )

    def owns(self, point):
        """Whether a run of the plan made the point."""
        return bool(self.plan) and point.mark.plan == self.plan

    def governing(self, point):
        """``(Rule, zone)`` that an own point is under."""
        return self.schedules.get(point.mark.schedule, (self.rule, self.zone))


@dataclasses.dataclass(frozen=True)
class Verdict:
    """Whether a point stays, and the reason: ``words.Words``."""

    point: base.RecoveryPoint
    keep: bool
    words: Words


def verdicts(points, policy, now, execution=''):
    """A :class:`Verdict` on each point, the newest first.

    ``points`` are all that is known of the plan's resources, in any order,
    those of others too: an increment of theirs may need one of ours.
    ``now`` is aware, ``execution`` the id of the run that asks.
    InvalidSchedule when a zone is not known.
    """
    each = {point.id: point for point in points}.values()
    ordered = sorted(each, key=_age, reverse=True)
    ours = [point for point in ordered if policy.owns(point)]
    story = _Story.of(ours, policy, now, execution)
    found = [_verdict(point, policy, story) for point in ordered]
    return _with_parents(found)


@dataclasses.dataclass(frozen=True)
class _Story:
    """Of own points: what rules keep, and each resource's newest.

    ``by_rule`` is ``{point id: Words}``, ``good`` and ``done`` are
    ``{resource: its newest good, newest finished point}``, ``made`` are ids
    of what the asking run made. Points with a date that cannot be believed
    are in ``made`` only.
    """

    by_rule: dict
    good: dict
    done: dict
    made: frozenset
    now: datetime.datetime

    @classmethod
    def of(cls, ours, policy, now, execution):
        made = frozenset(
            point.id
            for point in ours
            if execution and point.mark.execution == execution
        )
        dated = [
            _believed(point, now)
            for point in ours
            if point.id in made or base.UNKNOWN_TIME < point.created <= now
        ]
        dated.sort(key=_age, reverse=True)
        done = [point for point in dated if point.state in _DONE]
        good = [point for point in done if point.state == base.AVAILABLE]
        rules = _by_rule(good, policy, now)
        return cls(rules, _newest(good), _newest(done), made, now)


def _believed(point, now):
    """The point, made at a time at which it can have been made."""
    created = max(base.UNKNOWN_TIME, min(point.created, now))
    return dataclasses.replace(point, created=created)


def _age(point):
    return point.created, point.id


def _resource(point):
    return point.resource_type, point.resource_id


def _newest(points):
    return {_resource(point): point for point in reversed(points)}


def _by_rule(good, policy, now):
    groups = {}
    for point in good:
        schedule = point.mark.schedule
        group = schedule if schedule in policy.schedules else ''
        groups.setdefault((_resource(point), group), []).append(point)
    reasons = {}
    for members in groups.values():
        rule, zone = policy.governing(members[0])
        reasons.update(rule.kept(members, timezones.named(zone), now))
    return reasons


def _verdict(point, policy, story):
    words = _why_kept(point, policy, story)
    if words is None:
        return Verdict(point, keep=False, words=_REMOVED[point.state])
    return Verdict(point, keep=True, words=words)


def _why_kept(point, policy, story):
    """Words, or None when only an increment could need it."""
    if point.id in policy.pins:
        return _pinned(policy.pins[point.id])
    if not policy.owns(point):
        return _KEPT['foreign']
    if point.state not in _DONE:
        return _KEPT['busy']
    if policy.governing(point)[0].empty:
        return _KEPT['everything']
    if point.id in story.made:
        return _why_ruled(point, story) or _KEPT['made']
    return _misdated(point, policy, story.now) or _why_ruled(point, story)


def _misdated(point, policy, now):
    """Words if nobody knows when it was made, else None."""
    if point.created <= base.UNKNOWN_TIME:
        return _KEPT['undated']
    if point.created <= now:
        return None
    _rule, name = policy.governing(point)
    zone = timezones.named(name)
    local = min(point.created, local_time.LATEST_MOMENT).astimezone(zone)
    day = said_day(local, now.astimezone(zone))
    return Words(_AHEAD, {'day': day, 'time': f'{local:%H:%M}', 'zone': name})


def _why_ruled(point, story):
    """Words of a finished, own point that has a date; None: nothing does."""
    good = story.good.get(_resource(point))
    if point.state == base.ERROR:
        newer = good and _age(good) > _age(point)
        return None if newer else _KEPT['failed']
    if point.id in story.by_rule:
        return story.by_rule[point.id]
    if point.id == good.id:
        return _KEPT['last']
    failed = story.done[_resource(point)].state == base.ERROR
    return _KEPT['halt'] if failed else None


def _pinned(note):
    if not note:
        return _KEPT['pinned']
    return Words(_("kept: pinned (%(note)s)"), {'note': note})


def _with_parents(found):
    """The verdicts, with the parents of all that stays kept."""
    parents = {one.point.id: one.point.parent for one in found}
    needed = set()
    for one in found:
        parent = one.point.parent if one.keep else ''
        while parent and parent not in needed:
            needed.add(parent)
            parent = parents.get(parent, '')
    return [
        Verdict(one.point, keep=True, words=_KEPT['needed'])
        if not one.keep and one.point.id in needed
        else one
        for one in found
    ]
