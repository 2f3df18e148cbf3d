# SPDX-License-Identifier: Apache-2.0
"""What a run may remove before it makes its copies, and after it failed."""

import dataclasses

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from protection_dashboard.common.references import ResourceRef
from protection_dashboard.protections import base
from protection_dashboard.retention import policy as retention_policy
from protection_dashboard.retention import room
from protection_dashboard.retention import simulation
from protection_dashboard.retention.policy import Policy
from protection_dashboard.retention.policy import Retention
from tests.support.recovery_points import MONTHLY
from tests.support.recovery_points import NIGHTLY
from tests.support.recovery_points import NOW
from tests.support.recovery_points import PLAN
from tests.support.recovery_points import RUN
from tests.support.recovery_points import daily
from tests.support.recovery_points import point
from tests.unit.retention.test_properties import cases

WEB, DB = ResourceRef('volume', 'web'), ResourceRef('volume', 'db')
MARK = base.Mark(plan=PLAN, execution=RUN)


def removable(points, policy, *resources, mark=MARK):
    found = room.verdicts_to_make_room(
        points, policy, NOW, mark, resources or (WEB,)
    )
    return [one.point.id for one in found]


def test_what_the_new_copy_displaces_may_go_before_it_is_made():
    points = daily(4)
    policy = Policy(PLAN, Retention(last=4))
    assert removable(points, policy) == [points[-1].id]
    policy = Policy(PLAN, Retention(last=2))
    assert removable(points, policy) == [p.id for p in points[:0:-1]]


def test_the_last_good_copy_and_what_it_builds_on_stay():
    full = point('2026-11-18T02:00:00', id='full')
    first = point('2026-11-19T02:00:00', id='1', parent='full')
    policy = Policy(PLAN, Retention(last=1))
    assert removable([full, first], policy) == []
    assert removable([full], policy) == []


def test_failed_copies_go_first_and_then_increments_before_their_parents():
    full = point('2026-11-18T02:00:00', id='full')
    more = point('2026-11-20T02:00:00', id='more', parent='full')
    failed = point('2026-11-20T03:00:00', base.ERROR, id='failed')
    alone = point('2026-11-19T02:00:00', id='alone')
    newest = daily(1)
    policy = Policy(PLAN, Retention(last=1))
    points = [full, more, failed, alone, *newest]
    assert removable(points, policy) == ['failed', 'more', 'full', 'alone']


def test_the_failed_copies_of_an_outage_make_room_and_no_good_one_does():
    failed = [
        point(f'2026-11-21T0{hour}:00:00', base.ERROR, id=f'failed {hour}')
        for hour in range(3, 9)
    ]
    policy = Policy(PLAN, Retention(last=2))
    assert removable([*failed, *daily(4)], policy) == [
        f'failed {hour}' for hour in range(3, 9)
    ]


def test_it_asks_the_retentions_of_all_schedules_that_the_run_is_for():
    sunday = point('2026-11-15T02:00:00', schedule=NIGHTLY, also=(MONTHLY,))
    policy = Policy(
        PLAN,
        Retention(last=1),
        schedules={MONTHLY: (Retention(weekly=1), 'UTC')},
    )
    points = [sunday, *daily(1, schedule=NIGHTLY)]
    nightly = base.Mark(plan=PLAN, schedule=NIGHTLY)
    both = dataclasses.replace(nightly, also=(MONTHLY,))
    assert removable(points, policy, mark=nightly) == []
    assert removable(points, policy, mark=both) == [sunday.id]


@settings(max_examples=300, deadline=None)
@given(cases(), st.lists(st.sampled_from((WEB, DB)), unique=True))
def test_nothing_goes_that_would_stay_after_a_good_run(case, resources):
    points, policy = case
    points = [p for p in points if p.mark.execution != RUN]
    gone = removable(points, policy, *(resources or [WEB]))
    new = [
        simulation.virtual_point_of_resource(NOW, resource, MARK)
        for resource in resources or [WEB]
    ]
    after = retention_policy.retention_verdicts(
        [*points, *new], policy, NOW, RUN
    )
    assert set(gone) <= {one.point.id for one in after if not one.keep}
    by_id = {p.id: p for p in points}
    for number, one in enumerate(gone):
        assert by_id[one].parent not in gone[:number]
        left = [p for p in points if p.id not in gone]
        assert one not in {p.parent for p in left}
        if by_id[one].state == base.AVAILABLE:
            assert any(
                p.state == base.AVAILABLE
                and p.mark.plan == PLAN
                and p.resource_id == by_id[one].resource_id
                for p in left
            )


def test_a_run_that_failed_removes_failed_copies_only():
    failed = [
        point(f'2026-11-20T0{hour}:00:00', base.ERROR, id=f'failed {hour}')
        for hour in range(3, 5)
    ]
    points = [*failed, *daily(3)]
    found = retention_policy.retention_verdicts(
        points, Policy(PLAN, Retention(last=1)), NOW
    )
    assert retention_policy.verdicts_of_run(found, []) == found
    assert retention_policy.verdicts_of_run(found, [DB]) == found
    kept = retention_policy.verdicts_of_run(found, [WEB])
    assert [one.point.id for one in kept if not one.keep] == [
        'failed 4',
        'failed 3',
    ]
    assert str(kept[-1].words) == (
        "kept: this run made no newer copy of its resource"
    )


@settings(max_examples=200, deadline=None)
@given(cases(), st.lists(st.sampled_from((WEB, DB)), unique=True))
def test_after_a_failure_nothing_goes_that_something_needs(case, unprotected):
    points, policy = case
    found = retention_policy.retention_verdicts(points, policy, NOW)
    after = retention_policy.verdicts_of_run(found, unprotected)
    kept = {one.point.id for one in after if one.keep}
    assert {one.point.id for one in found if one.keep} <= kept
    assert [one.point for one in after] == [one.point for one in found]
    for one in after:
        assert one.point.parent not in {
            other.point.id for other in after if one.keep and not other.keep
        }
        if not one.keep and one.point.state != base.ERROR:
            assert ResourceRef.of_point(one.point) not in unprotected
