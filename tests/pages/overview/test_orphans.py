# SPDX-License-Identifier: Apache-2.0
"""The page of orphans, and how recovery points among them are cleaned up.

In the administrator's own project, where nobody else works.
"""

import pytest

from tests.pages.page import Page
from tests.support import factories
from tests.support import sandboxes

PAGE = '/project/protection_overview/orphans/'
PLANLESS = f'{PAGE}planless/'


@pytest.fixture(scope='module')
def admin(cloud_of):
    return cloud_of('admin')


@pytest.fixture(scope='module')
def alt_sandbox(admin):
    with sandboxes.kept(admin) as made:
        yield made


@pytest.fixture(scope='module')
def user(visitor, admin):
    return visitor('admin', admin.project_id)


@pytest.fixture(scope='module')
def points(alt_sandbox):
    """Two points of a volume whose plan does not exist."""
    volume = alt_sandbox.volume('of no plan')
    return [alt_sandbox.point(volume) for _number in range(2)]


def section(page, slug):
    (found,) = page.root.xpath(f'//section[@aria-labelledby="orphans_{slug}"]')
    return found


def test_each_kind_has_its_count_and_its_rows(user, points):
    page = user.page(PAGE)
    found = section(page, 'planless')
    assert 'Recovery points without their plan: 2' in found.text_content()
    for point in points:
        base = f'/project/protection_points/restore/volume_snapshot/{point.id}'
        (cell,) = found.xpath(f'.//td[a[contains(@href, "{base}")]]')
        restore, own = cell.xpath('./a')
        assert restore.text == 'Restore'
        assert own.text == point.name
    assert PLANLESS in found.xpath('.//a/@href')


def test_the_list_of_a_kind_is_a_file(user, points):
    answer = user.get(PAGE, {'format': 'csv', 'kind': 'planless'})
    content = b''.join(answer.streaming_content).decode()
    assert all(point.id in content for point in points)


def test_a_viewer_is_offered_no_clean_up(visitor):
    viewer = visitor('viewer')
    assert viewer.page(PAGE).links('Clean Up...') == []
    assert viewer.get(PLANLESS).status_code == 403
    assert viewer.post(PLANLESS, {'count': '1'}).status_code == 403


def test_a_kind_that_there_is_not_has_no_page(user):
    assert user.get(f'{PAGE}starships/').status_code == 404


def test_points_go_once_their_number_is_typed(
    user, admin, alt_sandbox, points
):
    before = user.page(PLANLESS)
    assert before.alerts[0].endswith('last good copies of: of no plan')
    refused = user.submit(PLANLESS, count='3')
    errors = Page(refused.content.decode()).errors('count')
    assert errors == ['Type the number 2.']
    late = alt_sandbox.point(alt_sandbox.volume('of no plan either'))
    seen = {**before.values, 'count': '2'}
    page = Page(user.post(PLANLESS, seen).content.decode())
    assert any('has changed meanwhile' in alert for alert in page.alerts)
    assert {p.id for p in [*points, late]} <= factories.point_ids(admin)
    answer = user.submit(PLANLESS, count='3')
    run = alt_sandbox.ended(answer['Location'].rstrip('/').rpartition('/')[2])
    assert (run.kind, run.summary['ok']) == ('delete', 3)
    assert not {p.id for p in [*points, late]} & factories.point_ids(admin)
