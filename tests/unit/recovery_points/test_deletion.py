# SPDX-License-Identifier: Apache-2.0
"""What the deletion of points means, before it is done."""

import datetime

import pytest

from protection_dashboard import exceptions
from protection_dashboard.protections import base
from protection_dashboard.recovery_points import deletion as point_deletion
from tests.support import recovery_points

PLAN = {'id': 'plan', 'pins': []}
START = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)


def ids(points):
    return [point.id for point in points]


def test_the_last_good_copy_is_named():
    old, new, failed = (
        recovery_points.point('2026-11-20T02:30', id='old'),
        recovery_points.point('2026-11-21T02:30', id='new'),
        recovery_points.point('2026-11-21T03:30', base.ERROR, id='failed'),
    )
    every = [failed, new, old]
    assert (
        point_deletion.deletion_of_points([new], every, ()).without_good_point
        == ()
    )
    both = point_deletion.deletion_of_points([old, new], every, ())
    assert (ids(both.deletable), both.without_good_point) == (
        ['new', 'old'],
        (('volume', 'web'),),
    )
    assert (
        point_deletion.deletion_of_points(
            [failed], every, ()
        ).without_good_point
        == ()
    )


def test_what_is_pinned_busy_or_needed_stays():
    full = recovery_points.point('2026-11-19T02:30', id='full')
    later = recovery_points.point(
        '2026-11-20T02:30', id='later', parent='full'
    )
    pinned = recovery_points.point('2026-11-18T02:30', id='pinned')
    busy = recovery_points.point('2026-11-21T02:30', base.PENDING, id='busy')
    every = [busy, later, full, pinned]
    found = point_deletion.deletion_of_points(
        [full, pinned, busy], every, {'pinned'}
    )
    assert found.deletable == ()
    assert set(ids(found.remaining)) == {'full', 'pinned', 'busy'}
    both = point_deletion.deletion_of_points([full, later], every, ())
    assert ids(both.deletable) == ['later', 'full']


@pytest.mark.parametrize(
    ('count', 'errors', 'grave'),
    [(10, (), False), (11, (), True), (1, (exceptions.Unavailable(),), True)],
)
def test_it_asks_for_more_than_a_click(count, errors, grave):
    every = recovery_points.daily(12)
    found = point_deletion.deletion_of_points(every[:count], every, (), errors)
    assert (len(found.deletable), found.needs_typed_confirmation) == (
        count,
        grave,
    )


def test_other_points_have_another_digest():
    every = recovery_points.daily(3)
    one, two = (
        point_deletion.deletion_of_points(every[:n], every, ()) for n in (1, 2)
    )
    again = point_deletion.deletion_of_points(every[:2][::-1], every, ())
    assert one.digest != two.digest == again.digest


def point(number, state=base.AVAILABLE, plan='plan', parent=''):
    """A point of a plan, made by Freezer at this hour."""
    return recovery_points.point(
        START + datetime.timedelta(hours=number),
        state,
        id=str(number),
        protection='freezer',
        resource_id='a',
        plan=plan,
        parent=parent,
    )


def test_increments_go_before_what_they_build_on():
    found = point_deletion.deletion_of_plan(
        PLAN, [point(1), point(2, parent='1'), point(3)]
    )
    assert ids(found.deletable) == ['3', '2', '1']
    assert found.without_good_point == (('volume', 'a'),)


def test_what_others_made_stays_and_is_a_copy():
    found = point_deletion.deletion_of_plan(
        PLAN, [point(1), point(2, plan='other')]
    )
    assert (
        ids(found.deletable),
        found.remaining,
        found.without_good_point,
    ) == (['1'], (), ())


def test_what_stays_keeps_all_that_it_builds_on():
    pinned = {**PLAN, 'pins': [{'id': '3'}]}
    chain = [point(1), point(2, parent='1'), point(3, parent='2')]
    found = point_deletion.deletion_of_plan(pinned, [*chain, point(4)])
    assert (ids(found.deletable), ids(found.remaining)) == (
        ['4'],
        ['1', '2', '3'],
    )
    assert found.without_good_point == ()


def test_an_increment_of_another_plan_keeps_its_parent():
    other = point(2, plan='other', parent='1')
    found = point_deletion.deletion_of_plan(PLAN, [point(1), other])
    assert (found.deletable, ids(found.remaining)) == ((), ['1'])


def test_a_point_in_the_making_stays_a_failed_one_goes():
    points = [point(1, state=base.PENDING), point(2, state=base.ERROR)]
    found = point_deletion.deletion_of_plan(PLAN, points)
    assert (ids(found.deletable), ids(found.remaining)) == (['2'], ['1'])
    assert found.without_good_point == ()


def test_another_set_of_points_has_another_digest():
    one, two, three = (
        point_deletion.deletion_of_plan(PLAN, points).digest
        for points in (
            [point(1)],
            [point(1), point(2)],
            [point(1), point(2, plan='x')],
        )
    )
    assert one == three != two
