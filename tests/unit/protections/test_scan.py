# SPDX-License-Identifier: Apache-2.0
"""A service's sorted list is looked through: right windows, within bounds."""

import datetime

import pytest

from protection_dashboard.protections import base
from protection_dashboard.protections import scan
from protection_dashboard.protections.query import Wanted
from tests.support import recovery_points

HOUR = datetime.timedelta(hours=1)
ERRORS = Wanted(state=base.ERROR)


def listed(count, every=1):
    """Points of the last hours, the newest first; one in ``every`` failed."""
    return [
        recovery_points.point(
            recovery_points.NOW - number * HOUR,
            base.AVAILABLE if number % every else base.ERROR,
        )
        for number in range(count)
    ]


class Service:
    """Gives windows of a list, and remembers how many rows it gave."""

    def __init__(self, points):
        self.points = points
        self.given = 0

    def __call__(self, limit, offset):
        rows = self.points[offset:][:limit]
        self.given += len(rows)
        return rows


@pytest.mark.parametrize('offset', [0, 3, 9, 250])
def test_a_window_counts_only_what_is_wanted(offset):
    points = listed(2600, every=10)
    found = scan.search_pages(Service(points), ERRORS, 5, offset)
    wanted = [p for p in points if p.state == base.ERROR]
    assert found.points == wanted[offset:][:5]
    assert found.looked == 0


def test_it_looks_no_further_than_it_has_to():
    service = Service(listed(3000, every=10))
    scan.search_pages(service, ERRORS, 10)
    assert service.given == 100


def test_it_ends_at_the_first_point_that_is_too_old():
    service = Service(listed(3000))
    since = recovery_points.NOW - 20 * HOUR
    found = scan.search_pages(service, Wanted(since=since), 100)
    assert (len(found.points), found.looked) == (20, 0)
    assert service.given == 100


def test_a_list_by_its_last_changes_is_looked_through_to_its_end():
    points = listed(150)
    changed = [points[-1], *points[:-1]]
    wanted = Wanted(since=recovery_points.NOW - 120 * HOUR)
    found = scan.search_pages(Service(changed), wanted, by_age=False)
    assert len(found.points) == 120


def test_it_says_when_it_has_not_looked_at_everything():
    service = Service(listed(scan.MAX_POINTS + 500))
    nothing = scan.search_pages(
        service, Wanted(plan=recovery_points.OTHER), 20
    )
    assert nothing == base.Found([], looked=scan.MAX_POINTS)
    assert service.given == scan.MAX_POINTS


def test_a_list_that_ends_before_is_known_as_a_whole():
    service = Service(listed(scan.MAX_POINTS - scan.PAGE + 150))
    assert (
        scan.search_pages(service, Wanted(plan=recovery_points.OTHER)).looked
        == 0
    )


def test_rare_statuses_are_merged_by_age():
    points = listed(9, every=1)
    by_status = {'error': points[::2], 'error_deleting': points[1::2]}

    def fetch(status, limit, offset):
        return by_status[status][offset:][:limit]

    statuses = {base.ERROR: tuple(by_status)}
    found = scan.search_by_status(fetch, statuses, ERRORS, 4, 2)
    assert found == base.Found(points[2:6])
    young = Wanted(state=base.ERROR, since=recovery_points.NOW - 5 * HOUR)
    assert scan.search_by_status(fetch, statuses, young).points == points[:5]


class WithMetadata:
    """Gives windows of points that have some metadata, and of one status."""

    def __init__(self, points):
        self.points = points
        self.asked = []

    def __call__(self, metadata, limit, offset, status=None):
        self.asked.append((metadata, limit))
        rows = [
            point
            for point in self.points
            if metadata.items() <= point.mark.metadata().items()
            and status in (None, point.status)
        ]
        return rows[offset:][:limit]


def meeting(count):
    """Points of two schedules: some of either one, some of both."""
    hourly, daily = recovery_points.NIGHTLY, recovery_points.MONTHLY
    return [
        recovery_points.point(
            recovery_points.NOW - number * HOUR,
            base.AVAILABLE if number % 5 else base.ERROR,
            schedule=hourly if number % 7 else daily,
            also=() if number % 3 or not number % 7 else (daily,),
        )
        for number in range(count)
    ]


@pytest.mark.parametrize('limit', [1, 4, 100])
@pytest.mark.parametrize('offset', [0, 3, 90])
@pytest.mark.parametrize('state', ['', base.ERROR])
def test_points_are_found_under_each_of_their_schedules(limit, offset, state):
    points = meeting(200)
    wanted = Wanted(schedule=recovery_points.MONTHLY, state=state)
    service = WithMetadata(points)
    statuses = {base.ERROR: (base.ERROR,)}
    found = scan.search_by_metadata(service, statuses, wanted, limit, offset)
    fitting = [point for point in points if wanted.fits(point)]
    assert found.points == fitting[offset:][:limit]
    assert len(fitting) == (18 if state else 86)
    # two lists, and no more rows of each than are needed
    assert len(service.asked) == 2
    if not state:
        assert {most for _metadata, most in service.asked} == {offset + limit}


@pytest.mark.parametrize(
    ('wanted', 'fits'),
    [
        (Wanted(), True),
        (Wanted('volume', 'web'), True),
        (Wanted('server'), False),
        (Wanted(resource='other'), False),
        (Wanted(plan=recovery_points.PLAN), True),
        (
            Wanted(
                plan=recovery_points.PLAN, schedule=recovery_points.NIGHTLY
            ),
            False,
        ),
        (Wanted(execution=recovery_points.OTHER), False),
        (Wanted(state=base.ERROR), False),
        (Wanted(since=recovery_points.NOW), False),
        (Wanted(since=recovery_points.NOW - HOUR), True),
        (Wanted(until=recovery_points.NOW), True),
        (Wanted(until=recovery_points.NOW - HOUR), False),
    ],
)
def test_a_point_fits_what_is_wanted(wanted, fits):
    assert wanted.fits(recovery_points.point(recovery_points.NOW)) is fits
