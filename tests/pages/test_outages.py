# SPDX-License-Identifier: Apache-2.0
"""A service is down or missing: pages open, say it, and lose nothing."""

import socket
import time

import pytest

from cloud import settings as places
from cloud.services.mistral.service import Mistral
from protection_dashboard.recovery_points import listing as point_listing
from tests.pages.page import Page
from tests.support import factories

LISTS = {
    'plans': '/project/protection_plans/',
    'schedules': '/project/protection_schedules/',
    'executions': '/project/protection_executions/',
    'points': '/project/protection_points/',
}
OF_MISTRAL = ('plans', 'schedules', 'executions')
#: of a plan's page, and whether it asks Cinder
TABS = [
    ('overview', False),
    ('resources', True),
    ('schedules', False),
    ('executions', False),
    ('points', True),
    ('document', False),
]
#: pages made of several services' answers
SURVEYS = [
    f'/project/protection_overview/{part}'
    for part in ('', 'freshness/', 'not-needed/', 'orphans/')
]
OF_ADMIN = [
    f'/admin/protection_{panel}/' for panel in ('history', 'plans', 'health')
]
NEVER = {'frequency': 'custom', 'pattern': '0 3 1 1 *'}
LIMIT = 15  # seconds
GONE = '00000000-0000-4000-8000-000000000000'
AJAX = {'HTTP_X_REQUESTED_WITH': 'XMLHttpRequest'}
NO_DATA = "This list could not be loaded: the reason stands above."


def silent(service):
    return (
        f"{service} does not answer: try again, or ask your administrator "
        "whether it runs."
    )


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def plan(executed_plan):
    """It ran once, so that every list has a row."""
    return executed_plan.plan


@pytest.fixture(scope='module')
def proposed(user, demo):
    return proposal(user, factories.volume(demo, 'scratch'))


def proposal(user, volume):
    """A schedule form that was opened while everything worked."""
    address = f'/project/protection_plans/schedule/volume/{volume.id}/'
    typed = {'plan_name': 'typed in vain', 'snapshot_name': 'typed', **NEVER}
    return address, {**user.page(address).values, **typed}


@pytest.fixture(scope='class')
def no_mistral(running_cloud, plan, proposed):
    with running_cloud.without('mistral'):
        yield


@pytest.fixture(scope='class')
def no_cinder(running_cloud, plan, proposed):
    with running_cloud.without('cinder'):
        yield


@pytest.fixture
def hanging(no_mistral, settings):
    """Something accepts Mistral's connections, and never answers."""
    settings.PROTECTION_TIMEOUT = 1
    with socket.create_server((places.HOST, Mistral().port), backlog=100):
        yield


def person(address):
    return 'admin' if address.startswith('/admin/') else 'demo'


def said(page):
    """All that stands on a page, on one line."""
    return page.only(Page.MAIN)


def timely(user, address):
    """The page, which must come in spite of the outage."""
    begin = time.monotonic()
    page = user.page(address)
    assert time.monotonic() - begin < LIMIT
    return page


def lead(user, address):
    """The message on the list that an address leads to."""
    answer = user.get(address)
    assert (answer.status_code, answer['Location']) in [
        (302, home) for home in LISTS.values()
    ]
    (alert,) = user.page(answer['Location']).alerts
    return alert


@pytest.mark.usefixtures('no_mistral')
class TestWithoutMistral:
    @pytest.mark.parametrize('panel', OF_MISTRAL)
    def test_a_list_says_it(self, user, panel):
        page = timely(user, LISTS[panel])
        assert page.notices == [silent('Mistral')]
        assert page.empty == NO_DATA

    def test_a_row_is_an_error_at_once(self, user, plan):
        asked = {'action': 'row_update', 'table': 'executions', 'obj_id': GONE}
        answer = user.get(LISTS['executions'], asked, **AJAX)
        assert answer.status_code == 503

    def test_recovery_points_are_shown_all_the_same(self, user, demo):
        page = timely(user, LISTS['points'])
        assert page.notices == [silent('Mistral')]
        found = point_listing.point_page(demo, 20).points
        ids = [f'{point.protection}:{point.id}' for point in found]
        assert [row.id for row in page.rows] == ids

    def test_a_page_of_one_thing_leads_to_a_list_that_says_it(
        self, user, plan
    ):
        (schedule,) = plan.schedules
        for address in (
            f'{LISTS["plans"]}{plan.id}/',
            f'{LISTS["plans"]}{plan.id}/delete/',
            f'{LISTS["schedules"]}{plan.id}/{schedule.id}/',
            f'{LISTS["executions"]}{plan.id}/',
        ):
            assert lead(user, address).endswith(silent('Mistral'))

    def test_the_form_opens_and_says_it(self, user, proposed):
        address, _typed = proposed
        page = timely(user, address)
        (alert,) = page.alerts
        assert alert.endswith(silent('Mistral'))
        assert page.values['plan_name'] == 'scratch backup'

    def test_a_form_that_is_sent_loses_nothing(self, user, proposed):
        address, typed = proposed
        answer = user.post(address, typed)
        assert answer.status_code == 200
        page = Page(answer.content.decode())
        (alert,) = page.alerts
        assert alert.endswith(silent('Mistral'))
        kept = {name: page.values[name] for name in typed}
        assert kept | {'csrfmiddlewaretoken': ''} == typed | {
            'csrfmiddlewaretoken': ''
        }

    def test_a_wizard_that_is_sent_loses_nothing(self, user, executed_plan):
        point_id = executed_plan.point.id
        address = f'{LISTS["points"]}restore/volume_snapshot/{point_id}/'
        page = user.page(address)
        answer = user.post(address, {**page.values, 'restore_name': 'in vain'})
        assert answer.status_code == 200
        page = Page(answer.content.decode())
        assert page.alerts == [silent('Mistral')]
        assert page.values['restore_name'] == 'in vain'

    def test_a_button_says_it(self, user, plan):
        answer = user.press(LISTS['plans'], f'plans__run__{plan.id}')
        assert answer.status_code == 302
        page = user.page(answer['Location'])
        assert any(silent('Mistral') in alert for alert in page.alerts)

    @pytest.mark.parametrize('address', [*SURVEYS, *OF_ADMIN])
    def test_a_survey_says_it(self, visitor, address):
        page = timely(visitor(person(address)), address)
        assert silent('Mistral') in said(page)

    @pytest.mark.parametrize('address', [*LISTS.values(), *SURVEYS, *OF_ADMIN])
    def test_nobody_waits_for_a_service_that_hangs(
        self, visitor, hanging, address
    ):
        page = timely(visitor(person(address)), address)
        assert silent('Mistral') in said(page)


@pytest.mark.usefixtures('no_cinder')
class TestWithoutCinder:
    @pytest.mark.parametrize('address', SURVEYS)
    def test_a_survey_says_it_and_shows_the_rest(self, user, address):
        page = timely(user, address)
        assert silent('Cinder') in said(page)
        assert silent('Mistral') not in said(page)

    @pytest.mark.parametrize('address', OF_ADMIN)
    def test_the_administrator_sees_the_rest(self, visitor, address):
        page = timely(visitor('admin'), address)
        assert silent('Mistral') not in said(page)
        failed = 'Service Cinder (block-storage) Failed'
        assert (failed in said(page)) == address.endswith('health/')

    def test_recovery_points_say_it(self, user):
        page = timely(user, LISTS['points'])
        assert page.notices == [silent('Cinder')]
        # those of other services stay
        kinds = {row.id.partition(':')[0] for row in page.rows}
        assert 'volume_snapshot' not in kinds
        assert kinds or page.empty == NO_DATA

    @pytest.mark.parametrize('panel', OF_MISTRAL)
    def test_the_other_lists_work(self, user, panel, plan):
        page = timely(user, LISTS[panel])
        assert (page.notices, page.alerts) == ([], [])
        assert page.rows

    @pytest.mark.parametrize(('tab', 'lacks'), TABS)
    def test_a_plans_page_says_where_something_is_missing(
        self, user, plan, tab, lacks
    ):
        address = f'{LISTS["plans"]}{plan.id}/?tab=plan__{tab}'
        page = timely(user, address)
        warned = page.of_class('alert-warning')
        assert warned == ([silent('Cinder')] if lacks else [])

    def test_a_form_leads_to_a_list_that_says_it(self, user, proposed):
        address, _typed = proposed
        assert lead(user, address).endswith(silent('Cinder'))

    def test_a_form_that_is_sent_loses_nothing(self, user, proposed):
        address, typed = proposed
        answer = user.post(address, typed)
        assert answer.status_code == 200
        page = Page(answer.content.decode())
        (alert,) = page.alerts
        assert alert.endswith(silent('Cinder'))
        kept = {name: page.values[name] for name in typed}
        assert kept | {'csrfmiddlewaretoken': ''} == typed | {
            'csrfmiddlewaretoken': ''
        }

    def test_a_wizard_that_is_sent_loses_nothing(self, user, executed_plan):
        point_id = executed_plan.point.id
        address = f'{LISTS["points"]}restore/volume_snapshot/{point_id}/'
        typed = {'restore_name': 'in vain', 'restore_description': '<b>'}
        page = Page(user.post(address, typed).content.decode())
        assert page.alerts == [silent('Cinder')]
        assert {name: page.values[name] for name in typed} == typed
