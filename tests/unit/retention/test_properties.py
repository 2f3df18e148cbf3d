# SPDX-License-Identifier: Apache-2.0
"""Retention against an independent oracle, by property, and in numbers."""

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
        draw(st.dictionaries(st.just(MONTHLY), st.tuples(RULES, ZONES))),
        draw(st.dictionaries(st.sampled_from(names), st.just(''), max_size=1)),
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
        assert any(
            p.resource_id == gone.resource_id
            and p.state == base.AVAILABLE
            and p.mark.plan == PLAN
            and (p.created <= NOW or p.mark.execution == RUN)
            for p in kept
        )
    assert split(kept, policy) == (kept, [])
    shuffled = shuffle.sample(points, len(points))
    assert split(shuffled, policy) == (kept, removed)


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
