# SPDX-License-Identifier: Apache-2.0
"""What a plan's retention keeps and removes, with the reason in words.

One function of the existing points decides, for the pages and for the step of
a run that removes points. It removes a point only when the point is the
plan's own, finished, not pinned, kept by no rule, not the last good one of
its resource, not needed by a point that stays, and not made by the run that
asks.

A point that counts for several schedules stays if the retention of any of them
keeps it. A pinned point stays besides what the rules keep: none of them counts
it, neither among the last ones nor as the newest of its day, so that a pin
never costs another point its place. Of failed points, which have nothing to
restore, only the newest stays, and only until there is a newer good one.

Services tell when a point was made, and their clocks may be wrong. A point
that is dated later than now, or not at all, stays, and rules do not count it.
A point of the asking run counts as made now at the latest, whatever its
service says.
"""

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
import dataclasses
import datetime
import functools
from typing import Any
from typing import Self

from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.protections import base
from protection_dashboard.recurrence import local_time
from protection_dashboard.recurrence import phrases
from protection_dashboard.recurrence import timezones
from protection_dashboard.retention.rules import Retention
from protection_dashboard.retention.rules import day_phrase

__all__ = [
    'Policy',
    'Retention',
    'Verdict',
    'retention_verdicts',
    'verdicts_of_run',
]

_FINISHED = (base.AVAILABLE, base.ERROR)
_KEPT = {
    'foreign': TranslatableText(_("kept: not made by this plan")),
    'pinned': TranslatableText(_("kept: pinned")),
    'busy': TranslatableText(_("kept: its service is still working on it")),
    'everything': TranslatableText(_("kept: nothing is removed by this plan")),
    'failed': TranslatableText(
        _("kept: it failed, and there is no newer good copy")
    ),
    'last': TranslatableText(_("kept: the last good one")),
    'halt': TranslatableText(
        _("kept: the newest copy of its resource failed")
    ),
    'needed': TranslatableText(_("kept: increments need it")),
    'made': TranslatableText(_("kept: this run has just made it")),
    'unprotected': TranslatableText(
        _("kept: this run made no newer copy of its resource")
    ),
    'undated': TranslatableText(_("kept: when it was taken is not known")),
}
_AHEAD = _(
    "kept: its service's clock was ahead and dates it %(day)s, %(time)s "
    "(%(zone)s); retention counts it from then on"
)
_REMOVED = {
    'good': TranslatableText(_("removed: no rule keeps it")),
    'replaced': TranslatableText(
        _("removed: it failed and a newer good copy exists")
    ),
    'failed': TranslatableText(
        _("removed: it failed, and so did a newer copy")
    ),
}
#: stands for the plan's own retention among those of its schedules
_PLAN_RULE = ''


@dataclasses.dataclass(frozen=True)
class Policy:
    """The retention of a plan and of its schedules.

    ``schedules`` is ``{schedule id: (Retention, zone name)}`` of the schedules
    with a retention of their own, which governs the points that they made.
    ``rule``, on the clocks of ``zone``, governs all other points of the plan.
    ``pins`` is ``{point id: note}``. ``names`` is ``{schedule id: its pattern
    in words}`` of the schedules in ``schedules``.
    """

    plan: str
    rule: Retention = Retention()  # noqa: RUF009  frozen
    zone: str = 'UTC'
    schedules: dict[str, tuple[Retention, str]] = dataclasses.field(
        default_factory=dict
    )
    pins: dict[str, str] = dataclasses.field(default_factory=dict)
    names: dict[str, TranslatableText] = dataclasses.field(
        default_factory=dict, compare=False
    )

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The policy of a plan's document."""
        schedules = document['schedules']
        return cls(
            plan=document['id'],
            rule=Retention.from_document(document.get('retention')),
            zone=schedules[0]['zone'] if schedules else 'UTC',
            schedules={
                one['id']: (
                    Retention.from_document(one['retention']),
                    one['zone'],
                )
                for one in schedules
                if 'retention' in one
            },
            pins={p['id']: p['note'] for p in document.get('pins', [])},
            names={
                one['id']: phrases.pattern_in_words(
                    one['pattern'], one['zone']
                )
                for one in schedules
                if 'retention' in one
            },
        )

    def owns(self, point: base.RecoveryPoint) -> bool:
        """Whether a run of the plan made the point."""
        return bool(self.plan) and point.mark.plan == self.plan

    def governing_rules(
        self, point: base.RecoveryPoint
    ) -> dict[str, tuple[Retention, str]]:
        """``{schedule id: (Retention, zone name)}`` of an own point.

        Those of all schedules that it counts for, that which started the run
        first; '' stands for the plan's own retention.
        """
        groups = [
            one if one in self.schedules else _PLAN_RULE
            for one in point.mark.schedules or ('',)
        ]
        own = (self.rule, self.zone)
        return {group: self.schedules.get(group, own) for group in groups}

    def rule_name(self, group: str) -> TranslatableText:
        """What a retention of ``governing_rules`` is called in a sentence."""
        if group == _PLAN_RULE:
            return TranslatableText(_("the plan"))
        return self.names.get(group) or TranslatableText(_("a schedule"))


@dataclasses.dataclass(frozen=True)
class Verdict:
    """Whether a point stays, and the reason."""

    point: base.RecoveryPoint
    keep: bool
    words: TranslatableText


def retention_verdicts(
    points: Iterable[base.RecoveryPoint],
    policy: Policy,
    now: datetime.datetime,
    execution: str = '',
) -> list[Verdict]:
    """A :class:`Verdict` on each point, the newest first.

    ``points`` are all known points of the plan's resources, in any order.
    They include points that the plan did not make, as an increment among
    them may need one of the plan's. ``now`` is aware; ``execution`` is the id
    of the run that asks, '' for a page. InvalidSchedule when a zone is not
    known.
    """
    each = {point.id: point for point in points}.values()
    ordered = sorted(each, key=_order, reverse=True)
    ours = [point for point in ordered if policy.owns(point)]
    own = _OwnPoints.of(ours, policy, now, execution)
    found = [_verdict(point, policy, own) for point in ordered]
    return _with_parents(found)


def verdicts_of_run(
    found: Iterable[Verdict], unprotected: Collection[ResourceRef]
) -> list[Verdict]:
    """The verdicts by which a run may remove points.

    ``found`` are those of ``retention_verdicts``; ``unprotected`` are
    resources of which the run made no good point. Of these only failed points
    are removed, so that they do not fill a quota, and no good one is.
    """
    return _with_parents(
        [
            Verdict(one.point, keep=True, words=_KEPT['unprotected'])
            if not one.keep
            and one.point.state != base.ERROR
            and ResourceRef.of_point(one.point) in unprotected
            else one
            for one in found
        ]
    )


@dataclasses.dataclass(frozen=True)
class _OwnPoints:
    """Facts about the points that a plan made, as of ``now`` (aware).

    ``kept_by_rule`` is ``{point id: TranslatableText}``. ``newest_good`` and
    ``newest_finished`` have one point for each resource. ``made_by_run`` are
    ids of the points that the asking run made. Points whose date cannot be
    true are in ``made_by_run`` only.
    """

    kept_by_rule: dict[str, TranslatableText]
    newest_good: dict[ResourceRef, base.RecoveryPoint]
    newest_finished: dict[ResourceRef, base.RecoveryPoint]
    made_by_run: frozenset[str]
    now: datetime.datetime

    @classmethod
    def of(
        cls,
        ours: list[base.RecoveryPoint],
        policy: Policy,
        now: datetime.datetime,
        execution: str,
    ) -> Self:
        made = frozenset(
            point.id
            for point in ours
            if execution and point.mark.execution == execution
        )
        dated = [
            _with_credible_time(point, now)
            for point in ours
            if point.id in made or base.UNKNOWN_TIME < point.created <= now
        ]
        dated.sort(key=_order, reverse=True)
        done = [point for point in dated if point.state in _FINISHED]
        good = [point for point in done if point.state == base.AVAILABLE]
        rules = _reasons_of_rules(good, policy, now)
        return cls(rules, _newest(good), _newest(done), made, now)


def _with_credible_time(
    point: base.RecoveryPoint, now: datetime.datetime
) -> base.RecoveryPoint:
    """The point, with its time between UNKNOWN_TIME and now."""
    created = max(base.UNKNOWN_TIME, min(point.created, now))
    return dataclasses.replace(point, created=created)


def _order(point: base.RecoveryPoint) -> tuple[datetime.datetime, str]:
    return point.created, point.id


def _newest(
    points: list[base.RecoveryPoint],
) -> dict[ResourceRef, base.RecoveryPoint]:
    return {ResourceRef.of_point(point): point for point in reversed(points)}


def _reasons_of_rules(
    good: list[base.RecoveryPoint], policy: Policy, now: datetime.datetime
) -> dict[str, TranslatableText]:
    """``{point id: reason}`` of the points that any of their rules keeps.

    Each rule counts the points of one resource that it governs and that are
    not pinned.
    """
    groups: dict[tuple[ResourceRef, str], list[base.RecoveryPoint]] = {}
    several: set[str] = set()
    for point in good:
        if point.id in policy.pins:
            continue
        governing = policy.governing_rules(point)
        for group in governing:
            key = (ResourceRef.of_point(point), group)
            groups.setdefault(key, []).append(point)
        if len(governing) > 1:
            several.add(point.id)
    reasons: dict[str, list[TranslatableText]] = {}
    for (_resource, group), members in groups.items():
        rule, zone = policy.governing_rules(members[0])[group]
        kept = rule.kept(members, timezones.zone_by_name(zone), now)
        for point_id, words in kept.items():
            said = words
            if point_id in several:
                said = _words_of_rule(words, policy.rule_name(group))
            reasons.setdefault(point_id, []).append(said)
    return {
        point_id: functools.reduce(_and, said)
        for point_id, said in reasons.items()
    }


def _words_of_rule(
    words: TranslatableText, name: TranslatableText
) -> TranslatableText:
    """The reason to keep a point, with whose retention it is."""
    values = {'reason': words, 'schedule': name}
    message = _("%(reason)s (retention of: %(schedule)s)")
    return TranslatableText(message, values)


def _and(
    first: TranslatableText, following: TranslatableText
) -> TranslatableText:
    message = _("%(first)s; %(following)s")
    return TranslatableText(message, {'first': first, 'following': following})


def _verdict(
    point: base.RecoveryPoint, policy: Policy, own: _OwnPoints
) -> Verdict:
    words = _why_kept(point, policy, own)
    if words is None:
        return Verdict(point, keep=False, words=_why_removed(point, own))
    return Verdict(point, keep=True, words=words)


def _why_removed(
    point: base.RecoveryPoint, own: _OwnPoints
) -> TranslatableText:
    if point.state != base.ERROR:
        return _REMOVED['good']
    good = own.newest_good.get(ResourceRef.of_point(point))
    replaced = good and _order(good) > _order(point)
    return _REMOVED['replaced' if replaced else 'failed']


def _why_kept(
    point: base.RecoveryPoint, policy: Policy, own: _OwnPoints
) -> TranslatableText | None:
    """The reason to keep a point; None if only an increment could need it."""
    if point.id in policy.pins:
        return _pinned_words(policy.pins[point.id])
    if not policy.owns(point):
        return _KEPT['foreign']
    if point.state not in _FINISHED:
        return _KEPT['busy']
    if any(rule.empty for rule, _z in policy.governing_rules(point).values()):
        return _KEPT['everything']
    if point.id in own.made_by_run:
        return _why_rules_keep(point, own) or _KEPT['made']
    return _why_date_unusable(point, policy, own.now) or _why_rules_keep(
        point, own
    )


def _why_date_unusable(
    point: base.RecoveryPoint, policy: Policy, now: datetime.datetime
) -> TranslatableText | None:
    """The reason to keep a point whose date cannot be true; None if it can."""
    if point.created <= base.UNKNOWN_TIME:
        return _KEPT['undated']
    if point.created <= now:
        return None
    _rule, name = next(iter(policy.governing_rules(point).values()))
    zone = timezones.zone_by_name(name)
    local = min(point.created, local_time.LATEST_MOMENT).astimezone(zone)
    day = day_phrase(local, now.astimezone(zone))
    return TranslatableText(
        _AHEAD, {'day': day, 'time': f'{local:%H:%M}', 'zone': name}
    )


def _why_rules_keep(
    point: base.RecoveryPoint, own: _OwnPoints
) -> TranslatableText | None:
    """The reason to keep a finished, dated, own point; None: no reason."""
    resource = ResourceRef.of_point(point)
    if point.state == base.ERROR:
        is_newest = point.id == own.newest_finished[resource].id
        return _KEPT['failed'] if is_newest else None
    if point.id in own.kept_by_rule:
        return own.kept_by_rule[point.id]
    if point.id == own.newest_good[resource].id:
        return _KEPT['last']
    failed = own.newest_finished[resource].state == base.ERROR
    return _KEPT['halt'] if failed else None


def _pinned_words(note: str) -> TranslatableText:
    if not note:
        return _KEPT['pinned']
    return TranslatableText(_("kept: pinned (%(note)s)"), {'note': note})


def _with_parents(found: list[Verdict]) -> list[Verdict]:
    """The verdicts, changed so that parents of kept points are kept."""
    parents = {one.point.id: one.point.parent for one in found}
    needed: set[str] = set()
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
