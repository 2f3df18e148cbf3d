# SPDX-License-Identifier: Apache-2.0
"""Retention as a slow person would do it by hand: the oracle of the tests.

It shares no code with what is tested: it groups by text that strftime wrote,
asks every question of every point, and repeats until nothing changes.
"""

import dataclasses
import datetime
import zoneinfo

FORMATS = {
    'hourly': '%Y-%m-%d %H %z',
    'daily': '%Y-%m-%d',
    'weekly': '%G week %V',
    'monthly': '%Y-%m',
    'yearly': '%Y',
}


def staying(points, policy, now, execution):
    """Ids of the points that must stay once an execution has made its own."""
    mine = [p for p in points if p.mark.plan == policy.plan]
    made = [p for p in mine if p.mark.execution == execution]
    stay = {p.id for p in made}
    # nobody can have made it yet, unless it is this run's: then it is new
    strange = [p for p in mine if p.created > now and p not in made]
    strange += [p for p in mine if p.created.year == 1970]
    stay |= {p.id for p in strange}
    mine = [_believed(p, now) for p in mine if p not in strange]
    others = [p for p in points if p.mark.plan != policy.plan]
    stay |= {p.id for p in others}
    stay |= {p.id for p in mine if _untouchable(p, mine, policy)}
    stay |= {p.id for p in mine if _ruled(p, mine, policy, now)}
    while True:
        more = {p.parent for p in points if p.id in stay and p.parent}
        if more <= stay:
            return stay & {p.id for p in points}
        stay |= more


def _believed(point, now):
    return dataclasses.replace(point, created=min(point.created, now))


def _newer(one, other):
    return (one.created, one.id) > (other.created, other.id)


def _same(one, other):
    return one.resource_id == other.resource_id


def _untouchable(point, mine, policy):
    if point.id in policy.pins:
        return True
    if point.state == 'pending':
        return True
    newer = [p for p in mine if _same(p, point) and _newer(p, point)]
    if point.state == 'error':
        return all(p.state == 'pending' for p in newer)
    good = [p for p in newer if p.state == 'available']
    if not good:
        return True
    ended = [p for p in newer if p.state != 'pending']
    return max(ended, key=lambda p: (p.created, p.id)).state == 'error'


def _ruled(point, mine, policy, now):
    return any(
        _ruled_by(group, point, mine, policy, now)
        for group in _groups(point, policy)
    )


def _ruled_by(group, point, mine, policy, now):
    rule, zone = policy.schedules.get(group, (policy.rule, policy.zone))
    wishes = (
        ('last', rule.last),
        ('days', rule.days),
        *((name, getattr(rule, name)) for name in FORMATS),
    )
    if not any(number for _name, number in wishes):
        return True
    if point.state != 'available':
        return False
    members = [
        p
        for p in mine
        if p.state == 'available'
        and _same(p, point)
        and p.id not in policy.pins
        and group in _groups(p, policy)
    ]
    return any(
        _kept_by(name, number, point, members, zone, now)
        for name, number in wishes
        if number
    )


def _groups(point, policy):
    """The schedules under whose own retention it is; None: the plan's."""
    mark = point.mark
    named = {mark.schedule, *mark.also} - {''} or {None}
    return {one if one in policy.schedules else None for one in named}


def _kept_by(name, number, point, group, zone, now):
    if name == 'days':
        local = point.created.astimezone(zoneinfo.ZoneInfo(zone))
        return local + datetime.timedelta(days=number) > now
    if name == 'last':
        return sum(_newer(p, point) for p in group) < number
    label = _label(name, point, zone)
    newer = [p for p in group if _newer(p, point)]
    labels = {_label(name, p, zone) for p in newer}
    return label not in labels and len(labels) < number


def _label(name, point, zone):
    local = point.created.astimezone(zoneinfo.ZoneInfo(zone))
    return local.strftime(FORMATS[name])
