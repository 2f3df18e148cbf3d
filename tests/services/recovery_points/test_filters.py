# SPDX-License-Identifier: Apache-2.0
"""Lists of recovery points by filters: right pages, right cursors."""

import datetime
import uuid

import pytest

from protection_dashboard.plans import service as plan_service
from protection_dashboard.protections.base import Mark
from protection_dashboard.protections.base import Wanted
from protection_dashboard.recovery_points import listing as point_listing
from tests.support import manila_shares
from tests.support.waiting import until

HOUR = datetime.timedelta(hours=1)


@pytest.fixture(scope='module')
def plan(module_sandbox, demo):
    """A plan of one volume, whose points its filters are about."""
    volume = module_sandbox.volume('filtered')
    return plan_service.plan_create(demo, module_sandbox.document(volume))


@pytest.fixture(scope='module')
def mine(module_sandbox, plan):
    """Ids of the plan's three points, the newest first; others between."""
    volume = module_sandbox.volume('filtered as well')
    made = []
    for _number in range(3):
        made.append(module_sandbox.point(volume, plan=plan).id)
        module_sandbox.point(volume)
    return made[::-1]


def walk(cloud, wanted, limit=2):
    """Ids of every page, from the first on; and then back to the first."""
    pages = [point_listing.point_page(cloud, limit, None, wanted)]
    while pages[-1].next:
        cursor = pages[-1].next
        pages.append(point_listing.point_page(cloud, limit, cursor, wanted))
    back = [pages[-1]]
    while back[-1].previous:
        cursor = back[-1].previous
        back.append(point_listing.point_page(cloud, limit, cursor, wanted))
    assert [ids(page) for page in reversed(back)] == [ids(p) for p in pages]
    return [one for page in pages for one in ids(page)]


def ids(page):
    return [point.id for point in page.points]


def test_pages_by_filters_join_without_gap(demo, plan, mine):
    now = datetime.datetime.now(datetime.UTC)
    by_plan = Wanted(plan=plan.id)
    looked_through = (
        Wanted(plan=plan.id, state='available'),
        Wanted(plan=plan.id, since=now - HOUR),
        Wanted('volume', plan=plan.id, until=now + HOUR),
    )
    for wanted in (by_plan, *looked_through):
        assert walk(demo, wanted) == mine
    for nothing in (
        Wanted(plan=plan.id, until=now - HOUR),
        Wanted(plan=plan.id, state='error'),
        Wanted('share', plan=plan.id),
    ):
        assert walk(demo, nothing) == []


def test_only_one_method_is_asked(demo, plan, mine):
    wanted = Wanted('volume', plan=plan.id)
    assert (
        ids(point_listing.point_page(demo, 9, None, wanted, 'volume_snapshot'))
        == mine
    )
    assert (
        ids(point_listing.point_page(demo, 9, None, wanted, 'freezer')) == []
    )


def test_everything_as_filtered(demo, plan, mine):
    found = point_listing.all_points(demo, Wanted(plan=plan.id))
    assert [point.id for point in found] == mine


def test_points_are_found_under_each_of_their_schedules(module_sandbox, demo):
    volume = module_sandbox.volume('of several schedules')
    plan = plan_service.plan_create(demo, module_sandbox.document(volume))
    daily, weekly, *more = (str(uuid.uuid4()) for _number in range(100))
    made = [
        module_sandbox.point(volume, plan=plan, schedules=schedules).id
        for schedules in (
            [daily],
            [weekly, daily],
            [daily, *more],
            [daily, weekly],
            [weekly],
        )
    ][::-1]
    for wanted, expected in (
        (Wanted(plan=plan.id), made),
        (Wanted(plan=plan.id, schedule=daily), made[1:]),
        (Wanted(schedule=weekly), [made[0], made[1], made[3]]),
        (Wanted(schedule=weekly, state='available'), [*made[:2], made[3]]),
        (Wanted(schedule=weekly, state='error'), []),
        # of as many schedules as a plan may have
        (Wanted(schedule=more[-1]), [made[2]]),
    ):
        assert walk(demo, wanted) == expected
        assert walk(demo, wanted, limit=1) == expected


def test_failed_points_are_found(module_sandbox, demo):
    volume = module_sandbox.volume(
        'fails', metadata={'fault_create_snapshot': 'fail'}
    )
    point = module_sandbox.point(volume, state='error')
    found = point_listing.point_page(
        demo, 20, None, Wanted(state='error')
    ).points
    assert point.id in [one.id for one in found]
    assert {one.state for one in found} == {'error'}
    mine = Wanted('volume', volume.id, state='error')
    assert ids(point_listing.point_page(demo, 20, None, mine)) == [point.id]


def test_snapshots_of_shares_are_filtered_by_manila(demo, plan):
    with manila_shares.kept(demo) as sandbox:
        share = sandbox.share('filtered')
        mark = {'protection_plan': plan.id}
        made = sandbox.manila.share_snapshots.create(share.id, metadata=mark)
        sandbox.point(share)
        until(
            lambda: (
                manila_shares.SNAPSHOT.show(demo, made.id).state != 'pending'
            )
        )
        for wanted in (
            Wanted('share', plan=plan.id),
            Wanted('share', share.id, plan=plan.id, state='available'),
        ):
            assert ids(point_listing.point_page(demo, 9, None, wanted)) == [
                made.id
            ]
        daily, weekly = str(uuid.uuid4()), str(uuid.uuid4())
        both = Mark(plan=plan.id, schedule=daily, also=(weekly,))
        twice = sandbox.manila.share_snapshots.create(
            share.id, metadata=both.metadata()
        )
        for schedule in (daily, weekly):
            wanted = Wanted('share', schedule=schedule)
            (found,) = point_listing.point_page(demo, 9, None, wanted).points
            assert found.id == twice.id
            assert found.mark.schedules == (daily, weekly)
        of_it = point_listing.point_page(
            demo, 9, None, Wanted('share', share.id)
        )
        assert len(of_it.points) == 3
