# SPDX-License-Identifier: Apache-2.0
"""Schedule Backup and Protect Now where there are several methods, or none."""

import pytest

from protection_dashboard import plugins
from protection_dashboard.plans import service as plan_service
from tests.pages.page import Page
from tests.support import factories

FORMS = '/project/protection_plans/'
NEVER = {'frequency': 'custom', 'pattern': '0 3 1 1 *'}
REQUIRED = ["This field is required."]


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def volume(demo):
    return factories.volume(demo, 'scratch')


@pytest.fixture(scope='module')
def address(volume):
    return f'{FORMS}schedule/volume/{volume.id}/'


@pytest.fixture(scope='module')
def shown(user, address):
    return user.page(address)


def sent(user, address, shown, **changes):
    """The page that answers to a form."""
    answer = user.post(address, {**shown.values, **NEVER, **changes})
    assert answer.status_code == 200
    return Page(answer.content.decode())


@pytest.mark.parametrize('form', ['schedule', 'protect'])
def test_the_form_offers_the_methods(user, volume, form):
    page = user.page(f'{FORMS}{form}/volume/{volume.id}/')
    methods = page.root.xpath('//select[@name="method"]/option/@value')
    assert methods == ['volume_snapshot', 'freezer']
    assert page.values['snapshot_name'] == 'scratch'
    assert page.values['freezer.backup_name'] == 'scratch'
    (own,) = page.root.xpath('//*[@data-protection-is=\'["freezer"]\']')
    assert own.get('data-protection-when') == 'method'
    inside = own.xpath('.//input/@name')
    assert inside == ['freezer.backup_name', 'freezer.description']


@pytest.mark.parametrize(
    ('method', 'wrong'),
    [
        ('volume_snapshot', 'snapshot_name'),
        ('freezer', 'freezer.backup_name'),
    ],
)
def test_only_the_chosen_method_is_checked(
    user, address, shown, method, wrong
):
    empty = {'snapshot_name': '', 'freezer.backup_name': ''}
    page = sent(user, address, shown, method=method, **empty)
    errors = {name: page.errors(name) for name in empty}
    assert errors == {**{name: [] for name in empty}, wrong: REQUIRED}
    assert page.values['method'] == method


def test_a_method_that_is_not_offered_is_refused(user, address, shown):
    page = sent(user, address, shown, method='database_backup')
    (error,) = page.errors('method')
    assert error.startswith("Select a valid choice.")


def test_the_plan_has_the_chosen_method(module_sandbox, demo, user, address):
    name = 'scratch away from here'
    options = {'freezer.backup_name': 'away', 'freezer.description': ''}
    answer = user.submit(
        address, plan_name=name, method='freezer', **NEVER, **options
    )
    assert answer.status_code == 302
    (plan,) = [p for p in plan_service.plan_list(demo) if p.name == name]
    module_sandbox.known(plan.document)
    (entry,) = plan.resources
    assert entry['protection'] == 'freezer'
    assert entry['options'] == {'backup_name': 'away'}


@pytest.fixture(scope='class')
def no_freezer(running_cloud, shown):
    with running_cloud.without('freezer-api'):
        yield


@pytest.mark.usefixtures('no_freezer')
class TestWithoutFreezer:
    def test_the_method_is_listed_with_its_reason(self, user, address):
        page = user.page(address)
        assert page.root.xpath('//select[@name="method"]') == []
        assert 'Volume snapshot' in page.all('//dd')
        (reason,) = [
            text for text in page.all('//dd') if text.startswith('Freezer')
        ]
        assert "Freezer backup: Freezer does not answer" in reason
        assert page.values['snapshot_name'] == 'scratch'

    def test_it_cannot_be_taken_instead_of_the_chosen_one(
        self, user, address, shown
    ):
        page = sent(user, address, shown, method='freezer')
        (alert,) = page.alerts
        assert "Only this method can be used now." in alert


@pytest.mark.parametrize('form', ['schedule', 'protect'])
def test_what_has_no_method_has_no_form(user, demo, form):
    network = plugins.protectable('network').list(demo)[0]
    address = f'{FORMS}{form}/network/{network.id}/'
    page = user.page(address)
    (reason,) = page.of_class('text-danger')
    assert reason == (
        "Freezer backup: Networks are not backed up on their own: protected "
        "with their server or project."
    )
    assert page.root.xpath(f'{Page.MAIN}//input[@type="submit"]') == []
    answer = user.post(address, {'plan_name': 'x', **NEVER})
    assert answer.status_code == 200
    assert reason in Page(answer.content.decode()).of_class('text-danger')
