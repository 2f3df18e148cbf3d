# SPDX-License-Identifier: Apache-2.0
"""Lists cut by the services: each entry once, forward and backward."""

import pytest

from protection_dashboard.executions import service as execution_service
from protection_dashboard.protections.base import Wanted
from protection_dashboard.recovery_points import listing as point_listing

COUNT = 5


@pytest.fixture(scope='module')
def volume(module_sandbox):
    return module_sandbox.volume('source of many points')


@pytest.fixture(scope='module')
def many(module_sandbox, demo, volume):
    """Ids of the volume's points, the newest first."""
    return [module_sandbox.point(volume).id for _number in range(COUNT)][::-1]


def walk(cloud, limit, wanted):
    """Every page, from the first on; then back to the first."""
    pages = [point_listing.point_page(cloud, limit, None, wanted)]
    while pages[-1].next:
        cursor = pages[-1].next
        pages.append(point_listing.point_page(cloud, limit, cursor, wanted))
    back = [pages[-1]]
    while back[-1].previous:
        cursor = back[-1].previous
        back.append(point_listing.point_page(cloud, limit, cursor, wanted))
    return pages, back


def ids(page):
    return [point.id for point in page.points]


@pytest.mark.parametrize('limit', [1, 2, 4, 5, 6])
def test_points_come_once_each_in_both_directions(demo, volume, many, limit):
    pages, back = walk(demo, limit, Wanted('volume', volume.id))
    assert [one for page in pages for one in ids(page)] == many
    assert all(len(page.points) == limit for page in pages[:-1])
    assert [ids(page) for page in reversed(back)] == [ids(p) for p in pages]
    assert pages[0].previous is None


def test_points_of_all_volumes_are_newest_first(demo, many):
    found = point_listing.point_page(demo, 100).points
    times = [point.created for point in found]
    assert times == sorted(times, reverse=True)
    assert set(many) < {point.id for point in found}


def test_a_page_past_the_end_is_empty(demo, volume, many):
    cursor = {'volume_snapshot': 50}
    page = point_listing.point_page(
        demo, 20, cursor, Wanted('volume', volume.id)
    )
    assert (page.points, page.next) == ([], None)


@pytest.mark.parametrize('limit', [4, 7, 20, 21])
def test_runs_come_once_each_in_both_directions(demo, many_executions, limit):
    name = {'workflow_name': many_executions.workflow}
    every = many_executions.run_ids
    assert turned(demo, limit, 'desc', name) == every
    assert turned(demo, limit, 'asc', name) == every[::-1]


def turned(cloud, limit, order, filters):
    """Ids of all runs, page after page in one direction."""
    found, marker = [], ''
    while True:
        page = execution_service.list_executions(
            cloud, limit, marker, order, **filters
        )
        found += [run.id for run in page]
        if len(page) < limit:
            return found
        marker = page[-1].id


def test_runs_are_newest_first(demo, many_executions):
    found = execution_service.list_executions(demo, 100)
    times = [run.started for run in found]
    assert times == sorted(times, reverse=True)
