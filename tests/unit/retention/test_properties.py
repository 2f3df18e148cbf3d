# SPDX-License-Identifier: Apache-2.0
"""Retention against an independent oracle, by property, and in numbers."""

import dataclasses
import datetime
import random
import time

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from protection_dashboard.protections import base
from protection_dashboard.retention import policy as retention_policy
from protection_dashboard.retention.policy import Policy
from protection_dashboard.retention.policy import Retention
from tests.support.recovery_points import MONTHLY
from tests.support.recovery_points import NIGHTLY
from tests.support.recovery_points import NOW
from tests.support.recovery_points import OTHER
from tests.support.recovery_points import PLAN
from tests.support.recovery_points import RUN
from tests.support.recovery_points import point
from tests.unit.retention import oracle

NUMBER = st.none() | st.integers(1, 4)
RULES = st.builds(Retention, *[NUMBER] * 7)
ZONES = st.sampled_from(
    ('UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns')
)
STATES = st.sampled_from((*[base.AVAILABLE] * 4, base.ERROR, base.PENDING))
PLANS = st.sampled_from((PLAN, PLAN, PLAN, OTHER, ''))
WEEKLY = '54444444-0f27-4c9e-8c0f-0f2f3ee1a3d6'
ALSO = (NIGHTLY, WEEKLY)
START = datetime.datetime(2025, 10, 20, tzinfo=datetime.UTC)


def _after(quarters):
    return START + quarters * datetime.timedelta(minutes=15)


@st.composite
def histories(draw):
    """Points of two resources, ours and others', some in chains."""
    # quarters of an hour, close together and years apart: some end up later
    # than now, which a fast clock gives
    steps = draw(
        st.lists(st.sampled_from((0, 1, 3, 50, 96, 700)), max_size=25)
    )
    made, at = [], draw(st.sampled_from((0, 38_100)))
    for number, step in enumerate(steps):
        at += step
        parents = ('', *(p.id for p in made[-3:]))
        made.append(
            point(
                draw(st.sampled_from((*[_after(at)] * 9, base.UNKNOWN_TIME))),
                draw(
                    st.sampled_from((*['available'] * 4, 'error', 'pending'))
                ),
                id=f'{number:02}',
                plan=draw(PLANS),
                schedule=draw(st.sampled_from(('', NIGHTLY, MONTHLY))),
                also=draw(st.sampled_from(((), (), (MONTHLY,), ALSO))),
                execution=draw(st.sampled_from(('', '', '', RUN))),
                resource_id=draw(st.sampled_from(('web', 'db'))),
                parent=draw(st.sampled_from(parents)),
            )
        )
    return draw(st.permutations(made))


@st.composite
def cases(draw):
    points = draw(histories())
    names = [p.id for p in points] or ['none']
    policy = Policy(
        PLAN,
        draw(RULES),
        draw(ZONES),
        draw(
            st.dictionaries(
                st.sampled_from((MONTHLY, WEEKLY)), st.tuples(RULES, ZONES)
            )
        ),
        draw(st.dictionaries(st.sampled_from(names), st.just(''), max_size=3)),
    )
    return points, policy


def split(points, policy):
    found = retention_policy.retention_verdicts(points, policy, NOW, RUN)
    kept = [v.point for v in found if v.keep]
    return kept, [v.point for v in found if not v.keep]


@settings(max_examples=400, deadline=None)
@given(cases())
def test_it_agrees_with_a_slow_person(case):
    points, policy = case
    kept, removed = split(points, policy)
    assert {p.id for p in kept} == oracle.staying(points, policy, NOW, RUN)
    assert len(kept) + len(removed) == len(points)


@settings(max_examples=200, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_what_it_removes_is_safe_to_remove(case, shuffle):
    points, policy = case
    kept, removed = split(points, policy)
    for gone in removed:
        assert gone.mark.plan == PLAN
        assert gone.mark.execution != RUN
        assert base.UNKNOWN_TIME < gone.created <= NOW
        assert gone.state != base.PENDING
        assert gone.id not in policy.pins
        assert gone.id not in {p.parent for p in kept}
        rest = [
            p
            for p in kept
            if p.resource_id == gone.resource_id
            and p.mark.plan == PLAN
            and (p.created <= NOW or p.mark.execution == RUN)
        ]
        if gone.state == base.ERROR:
            assert any(p.created >= gone.created for p in rest)
        else:
            assert any(p.state == base.AVAILABLE for p in rest)
    assert split(kept, policy) == (kept, [])
    shuffled = shuffle.sample(points, len(points))
    assert split(shuffled, policy) == (kept, removed)


@settings(max_examples=200, deadline=None)
@given(cases(), st.data())
def test_counting_for_one_more_schedule_costs_no_point_its_place(case, data):
    points, policy = case
    if not points:
        return
    _kept, before = split(points, policy)
    one = data.draw(st.sampled_from(points))
    mark = dataclasses.replace(one.mark, also=(*one.mark.also, WEEKLY))
    more = dataclasses.replace(one, mark=mark)
    _kept, after = split([more if p is one else p for p in points], policy)
    by_hand = not one.mark.schedules
    if not by_hand:
        assert one.id in {p.id for p in before} or more not in after


@settings(max_examples=200, deadline=None)
@given(cases(), st.data())
def test_a_pin_costs_no_other_point_its_place(case, data):
    points, policy = case
    if not points:
        return
    kept, _removed = split(points, policy)
    pinned = data.draw(st.sampled_from(points))
    pins = {**policy.pins, pinned.id: ''}
    still, _removed = split(points, dataclasses.replace(policy, pins=pins))
    assert {p.id for p in kept} <= {p.id for p in still}


def test_ten_thousand_points_take_less_than_half_a_second():
    chosen = random.Random(1)
    points = [
        point(
            NOW - datetime.timedelta(minutes=chosen.randrange(10**6)),
            id=str(number),
            schedule=chosen.choice(('', MONTHLY)),
            resource_id=str(number % 50),
            parent=str(number - 50) if number % 350 >= 50 else '',
        )
        for number in range(10_000)
    ]
    rule = Retention(
        last=3, days=30, hourly=24, daily=30, weekly=9, monthly=12
    )
    policy = Policy(
        PLAN, rule, 'Europe/Berlin', {MONTHLY: (Retention(monthly=12), 'UTC')}
    )
    # a busy machine makes one time longer, hardly all of them
    times = []
    for _number in range(3):
        began = time.process_time()
        found = retention_policy.retention_verdicts(points, policy, NOW)
        times.append(time.process_time() - began)
    assert min(times) < 0.5
    assert len(found) == 10_000
