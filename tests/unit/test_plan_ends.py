# SPDX-License-Identifier: Apache-2.0
"""What is lost when a plan goes together with its recovery points."""

import datetime

from protection_dashboard import plan_ends
from protection_dashboard.protections import base

PLAN = {'id': 'plan', 'pins': []}
START = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)


def point(number, plan='plan', resource='a', parent='', state=base.AVAILABLE):
    return base.RecoveryPoint(
        id=str(number),
        protection='freezer',
        resource_type='volume',
        resource_id=resource,
        name='',
        description='',
        status='',
        state=state,
        created=START + datetime.timedelta(hours=number),
        mark=base.Mark(plan=plan),
        parent=parent,
    )


def ids(points):
    return [one.id for one in points]


def test_increments_go_before_what_they_build_on():
    found = plan_ends.of(PLAN, [point(1), point(2, parent='1'), point(3)])
    assert ids(found.going) == ['3', '2', '1']
    assert found.last == (('volume', 'a'),)


def test_what_others_made_stays_and_is_a_copy():
    found = plan_ends.of(PLAN, [point(1), point(2, plan='other')])
    assert (ids(found.going), found.staying, found.last) == (['1'], (), ())


def test_what_stays_keeps_all_that_it_builds_on():
    pinned = {**PLAN, 'pins': [{'id': '3'}]}
    chain = [point(1), point(2, parent='1'), point(3, parent='2')]
    found = plan_ends.of(pinned, [*chain, point(4)])
    assert (ids(found.going), ids(found.staying)) == (['4'], ['1', '2', '3'])
    assert found.last == ()


def test_an_increment_of_another_plan_keeps_its_parent():
    other = point(2, plan='other', parent='1')
    found = plan_ends.of(PLAN, [point(1), other])
    assert (found.going, ids(found.staying)) == ((), ['1'])


def test_a_point_in_the_making_stays_a_failed_one_goes():
    points = [point(1, state=base.PENDING), point(2, state=base.ERROR)]
    found = plan_ends.of(PLAN, points)
    assert (ids(found.going), ids(found.staying)) == (['2'], ['1'])
    assert found.last == ()


def test_another_set_of_points_has_another_digest():
    one, two, three = (
        plan_ends.of(PLAN, points).digest
        for points in (
            [point(1)],
            [point(1), point(2)],
            [point(1), point(2, plan='x')],
        )
    )
    assert one == three != two
