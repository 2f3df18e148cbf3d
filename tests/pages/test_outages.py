# SPDX-License-Identifier: Apache-2.0
"""A service is down or missing: pages open, say it, and lose nothing."""

import time

from django.core.cache import cache
import pytest

from cloud import settings
from cloud import tenants
from protection_dashboard import points
from tests import plants
from tests.pages.conftest import Visitor
from tests.pages.page import Page

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
NEVER = {'frequency': 'custom', 'pattern': '0 3 1 1 *'}
LIMIT = 15  # seconds
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
def plan(estate):
    """It ran once, so that every list has a row."""
    return estate.plan


@pytest.fixture(scope='module')
def proposed(user, demo):
    """A schedule form that was opened while everything worked."""
    volume = plants.volume(demo, 'scratch')
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

    def test_recovery_points_are_shown_all_the_same(self, user, demo):
        page = timely(user, LISTS['points'])
        assert page.notices == [silent('Mistral')]
        found = points.page(demo, 20).points
        ids = [f'{point.protection}:{point.id}' for point in found]
        assert [row.id for row in page.rows] == ids

    def test_a_page_of_one_thing_leads_to_a_list_that_says_it(
        self, user, plan
    ):
        (wish,) = plan.schedules
        for address in (
            f'{LISTS["plans"]}{plan.id}/',
            f'{LISTS["plans"]}{plan.id}/delete/',
            f'{LISTS["schedules"]}{plan.id}/{wish["id"]}/',
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

    def test_a_wizard_that_is_sent_loses_nothing(self, user, estate):
        point_id = estate.point.id
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


@pytest.mark.usefixtures('no_cinder')
class TestWithoutCinder:
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
        said = page.of_class('alert-warning')
        assert said == ([silent('Cinder')] if lacks else [])

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

    def test_a_wizard_that_is_sent_loses_nothing(self, user, estate):
        point_id = estate.point.id
        address = f'{LISTS["points"]}restore/volume_snapshot/{point_id}/'
        typed = {'restore_name': 'in vain', 'restore_description': '<b>'}
        page = Page(user.post(address, typed).content.decode())
        assert page.alerts == [silent('Cinder')]
        assert {name: page.values[name] for name in typed} == typed


@pytest.fixture(scope='class')
def absent_mistral(running_cloud, plan):
    """Mistral is not in the catalog of whoever logs in now."""
    session = tenants.open_session('admin')
    identity = settings.AUTH_URL
    (service,) = session.get(
        f'{identity}/services', params={'type': 'workflowv2'}
    ).json()['services']
    endpoints = session.get(
        f'{identity}/endpoints', params={'service_id': service['id']}
    ).json()['endpoints']

    def enable(*, enabled):
        for endpoint in endpoints:
            body = {'endpoint': {'enabled': enabled}}
            session.patch(f'{identity}/endpoints/{endpoint["id"]}', json=body)

    enable(enabled=False)
    try:
        yield Visitor('demo')
    finally:
        enable(enabled=True)


class TestWithMistralMissingFromTheCatalog:
    @pytest.mark.parametrize('panel', LISTS)
    def test_a_panel_says_what_the_operator_has_to_do(
        self, absent_mistral, panel
    ):
        cache.clear()
        page = timely(absent_mistral, LISTS[panel])
        (notice,) = page.notices
        assert 'This cloud has no workflow service (Mistral)' in notice
        command = 'openstack service create --name mistral workflowv2'
        assert page.all('//pre') == [command]
        assert bool(page.rows) == (panel == 'points')

    def test_a_form_says_it_and_loses_nothing(self, absent_mistral, proposed):
        address, typed = proposed
        answer = absent_mistral.post(address, typed)
        page = Page(answer.content.decode())
        (alert,) = page.alerts
        assert 'The service catalog has no workflowv2 service' in alert
        assert page.values['plan_name'] == 'typed in vain'
