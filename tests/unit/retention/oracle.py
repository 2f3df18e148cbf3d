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
    good = [p for p in newer if p.state == 'available']
    if not good:
        return True
    if point.state == 'error':
        return False
    ended = [p for p in newer if p.state != 'pending']
    return max(ended, key=lambda p: (p.created, p.id)).state == 'error'


def _rule(point, policy):
    if point.mark.schedule in policy.schedules:
        return policy.schedules[point.mark.schedule]
    return policy.rule, policy.zone


def _ruled(point, mine, policy, now):
    rule, zone = _rule(point, policy)
    wishes = (
        ('last', rule.last),
        ('days', rule.days),
        *((name, getattr(rule, name)) for name in FORMATS),
    )
    if not any(number for _name, number in wishes):
        return True
    if point.state != 'available':
        return False
    group = [
        p
        for p in mine
        if p.state == 'available'
        and _same(p, point)
        and _group(p, policy) == _group(point, policy)
    ]
    return any(
        _kept_by(name, number, point, group, zone, now)
        for name, number in wishes
        if number
    )


def _group(point, policy):
    schedule = point.mark.schedule
    return schedule if schedule in policy.schedules else None


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
