# SPDX-License-Identifier: Apache-2.0
"""The buttons in the tabs of a plan's page, also while services are down."""

import pytest

from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import service as plan_service
from protection_dashboard.recovery_points import pins
from tests.pages.page import Page

PLANS = '/project/protection_plans/'
DELETE = '/project/protection_points/delete/'
SILENT = (
    "{} does not answer: try again, or ask your administrator whether it runs."
)


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def plan(module_sandbox, demo):
    volume = module_sandbox.volume('tabbed volume')
    document = {
        **module_sandbox.document(volume, '0 3 1 1 *'),
        'retention': {'last': 1},
    }
    made = plan_service.plan_create(demo, document)
    module_sandbox.ended(execution_service.execute_plan(demo, made))
    return made


@pytest.fixture(scope='module')
def point(module_sandbox, plan):
    (found,) = module_sandbox.points(plan.document)
    return found


def tab(plan, slug):
    return f'{PLANS}{plan.id}/?tab=plan__{slug}'


def button(action, point):
    return f'points__{action}__{point.protection}:{point.id}'


def test_delete_leads_to_the_page_that_counts(
    user, module_sandbox, plan, point
):
    answer = user.press(tab(plan, 'points'), button('delete', point))
    assert answer.status_code == 302
    assert answer['Location'].startswith(f'{DELETE}?point=')
    assert point.id in answer['Location']
    assert user.get(answer['Location']).status_code == 200
    assert module_sandbox.points(plan.document) == [point]


def test_unpin_takes_the_pin_away(user, demo, plan, point):
    pins.pin_point(demo, point, 'kept for a while')
    page = user.page(tab(plan, 'points'))
    (row,) = page.rows
    assert row.actions['Unpin'] == button('unpin', point)
    answer = user.press(tab(plan, 'points'), button('delete', point))
    assert answer['Location'] == tab(plan, 'points')
    (alert,) = user.page(answer['Location']).alerts
    assert 'pinned' in alert
    answer = user.press(tab(plan, 'points'), button('unpin', point))
    assert answer.status_code == 302
    assert plan_service.plan_get(demo, plan.id).pins == {}


@pytest.mark.parametrize('action', ['delete', 'unpin'])
def test_a_reader_is_refused(
    visitor, demo, module_sandbox, plan, point, action
):
    if action == 'unpin':
        pins.pin_point(demo, point, 'kept')
    before = plan_service.plan_get(demo, plan.id).pins
    reader = visitor('viewer')
    answer = reader.press(tab(plan, 'points'), button(action, point))
    assert (answer.status_code, answer['Location']) == (
        302,
        tab(plan, 'points'),
    )
    (alert,) = reader.page(answer['Location']).alerts
    assert 'You are not allowed to' in alert
    assert plan_service.plan_get(demo, plan.id).pins == before
    assert module_sandbox.points(plan.document) == [point]


@pytest.mark.parametrize('action', ['delete', 'unpin'])
def test_a_point_that_is_gone_is_told_so(user, plan, action):
    value = f'points__{action}__volume_snapshot:{plan.id}'
    answer = user.press(tab(plan, 'points'), value)
    assert answer.status_code == 404


def values(plan):
    """A button of each table of the page."""
    (schedule,) = plan.schedules
    return {
        'schedules': f'schedules__pause__{plan.id}:{schedule.id}',
        'executions': f'executions__delete__{plan.id}',
        'points': f'points__delete__volume_snapshot:{plan.id}',
    }


@pytest.fixture(scope='class')
def no_mistral(running_cloud, plan, point):
    with running_cloud.without('mistral'):
        yield


@pytest.mark.usefixtures('no_mistral')
@pytest.mark.parametrize('slug', ['schedules', 'executions', 'points'])
class TestWithoutMistral:
    def test_a_button_of_a_tab_says_it(self, user, plan, slug):
        answer = user.press(tab(plan, slug), values(plan)[slug])
        assert answer.status_code == 302
        page = user.page(answer['Location'])
        assert any(SILENT.format('Mistral') in one for one in page.alerts)


@pytest.fixture(scope='class')
def no_cinder(running_cloud, plan, point):
    with running_cloud.without('cinder'):
        yield


@pytest.mark.usefixtures('no_cinder')
class TestWithoutCinder:
    def test_a_button_that_does_nothing_keeps_what_failed(self, user, plan):
        answer = user.press(tab(plan, 'points'), 'points__delete')
        assert answer.status_code == 200
        page = Page(answer.content.decode())
        assert page.of_class('alert-warning') == [SILENT.format('Cinder')]
