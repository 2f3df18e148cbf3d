# SPDX-License-Identifier: Apache-2.0
"""What a plan's retention keeps and removes, with the reason in words.

One function of the existing points decides, for the pages and for the step of
a run that removes points. It removes a point only when the point is the
plan's own, finished, not pinned, kept by no rule, not the last good one of
its resource, not needed by a point that stays, and not made by the run that
asks.

Services tell when a point was made, and their clocks may be wrong. A point
that is dated later than now, or not at all, stays, and rules do not count it.
A point of the asking run counts as made now at the latest, whatever its
service says.
"""

from collections.abc import Iterable
from collections.abc import Mapping
import dataclasses
import datetime
from typing import Any
from typing import Self

from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.protections import base
from protection_dashboard.recurrence import local_time
from protection_dashboard.recurrence import timezones
from protection_dashboard.retention.rules import Retention
from protection_dashboard.retention.rules import day_phrase

__all__ = ['Policy', 'Retention', 'Verdict', 'retention_verdicts']

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
    'undated': TranslatableText(_("kept: when it was taken is not known")),
}
_AHEAD = _(
    "kept: its service's clock was ahead and dates it %(day)s, %(time)s "
    "(%(zone)s); retention counts it from then on"
)
_REMOVED = {
    base.AVAILABLE: TranslatableText(_("removed: no rule keeps it")),
    base.ERROR: TranslatableText(
        _("removed: it failed and a newer good copy exists")
    ),
}


@dataclasses.dataclass(frozen=True)
class Policy:
    """The retention of a plan and of its schedules.

    ``schedules`` is ``{schedule id: (Retention, zone name)}`` of the schedules
    with a retention of their own, which governs the points that they made.
    ``rule``, on the clocks of ``zone``, governs all other points of the plan.
    ``pins`` is ``{point id: note}``.
    """

    plan: str
    rule: Retention = Retention()  # noqa: RUF009  frozen
    zone: str = 'UTC'
    schedules: dict[str, tuple[Retention, str]] = dataclasses.field(
        default_factory=dict
    )
    pins: dict[str, str] = dataclasses.field(default_factory=dict)

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
        )

    def owns(self, point: base.RecoveryPoint) -> bool:
        """Whether a run of the plan made the point."""
        return bool(self.plan) and point.mark.plan == self.plan

    def governing_rule(
        self, point: base.RecoveryPoint
    ) -> tuple[Retention, str]:
        """``(Retention, zone name)`` that governs an own point of the plan."""
        return self.schedules.get(point.mark.schedule, (self.rule, self.zone))


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
    groups: dict[tuple[ResourceRef, str], list[base.RecoveryPoint]] = {}
    for point in good:
        schedule = point.mark.schedule
        group = schedule if schedule in policy.schedules else ''
        groups.setdefault((ResourceRef.of_point(point), group), []).append(
            point
        )
    reasons: dict[str, TranslatableText] = {}
    for members in groups.values():
        rule, zone = policy.governing_rule(members[0])
        reasons.update(rule.kept(members, timezones.zone_by_name(zone), now))
    return reasons


def _verdict(
    point: base.RecoveryPoint, policy: Policy, own: _OwnPoints
) -> Verdict:
    words = _why_kept(point, policy, own)
    if words is None:
        return Verdict(point, keep=False, words=_REMOVED[point.state])
    return Verdict(point, keep=True, words=words)


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
    if policy.governing_rule(point)[0].empty:
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
    _rule, name = policy.governing_rule(point)
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
        good = own.newest_good.get(resource)
        newer = good and _order(good) > _order(point)
        return None if newer else _KEPT['failed']
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
