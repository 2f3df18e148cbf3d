# SPDX-License-Identifier: Apache-2.0
"""What is typed into the form of a plan survives until it is saved."""

import uuid

import pytest
from selenium.webdriver.support import expected_conditions as expected

from protection_dashboard.plans import service as plan_service
from tests.browser import plan_wizard
from tests.browser.test_accessibility import findings
from tests.browser.test_plan_wizard_fields import TYPED
from tests.support import factories

MARK = uuid.uuid4().hex[:6]
NAME = f'draft {MARK}'
PLANS = '/project/protection_plans/'
CREATE = f'{PLANS}create/'
NOTICE = '.protection-draft'
_KEPT = """
return Object.entries(sessionStorage)
  .filter(([key]) => key.startsWith('protection.draft:'))
  .map(([, value]) => value);
"""
#: a webhook's address may hold a secret
SECRET = 'http://127.0.0.1:8/hook/s3cr3t'


@pytest.fixture
def volume(sandbox):
    return sandbox.volume(f'typed {MARK}')


def kept(screen):
    """The texts of all drafts that the browser keeps."""
    return screen.driver.execute_script(_KEPT)


def is_kept(screen, text):
    screen.wait(lambda driver: any(text in one for one in kept(screen)))


def shown_step(screen):
    return screen.find('nav li.active a').get_attribute('data-wizard-to')


def at_step(screen, slug):
    screen.wait(lambda driver: shown_step(screen) == slug)
    screen.find(f'#step-{slug}')


def reload(screen):
    here = screen.driver.find_element('tag name', 'html')
    screen.driver.refresh()
    screen.wait(expected.staleness_of(here))


def fill_in(screen, volume):
    """Something in every step."""
    plan_wizard.fill(screen, 'name', {**TYPED['name'], 'name': NAME})
    plan_wizard.step(screen, 'resources')
    plan_wizard.tick(screen, volume)
    plan_wizard.button(screen, "Add Rule")
    plan_wizard.fill(screen, 'resources', TYPED['resources'])
    for slug in ('schedule', 'retention', 'notification'):
        plan_wizard.fill(screen, slug, TYPED[slug])
    plan_wizard.fill(screen, 'options', {'time_limit': '6', 'promise': '36'})
    # it follows the other fields, once the preview has come
    pattern = '30 2 * * 3'
    screen.wait(lambda _: plan_wizard.values(screen)['pattern'] == pattern)


def held(screen):
    """The values of the form, without what each page has of its own."""
    values = plan_wizard.values(screen)
    return {
        name: value
        for name, value in values.items()
        if name not in ('opened', 'csrfmiddlewaretoken')
    }


def test_back_is_the_step_before_and_forward_the_next(screen):
    screen.log_in('demo')
    screen.open(PLANS)
    screen.open(CREATE)
    at_step(screen, 'name')
    plan_wizard.fill(screen, 'name', {'name': NAME})
    for slug in ('resources', 'options', 'schedule'):
        plan_wizard.button(screen, "Next »")
        at_step(screen, slug)
    for slug in ('options', 'resources', 'name'):
        screen.driver.back()
        at_step(screen, slug)
    assert plan_wizard.values(screen)['name'] == NAME
    screen.driver.forward()
    at_step(screen, 'resources')
    screen.driver.back()
    at_step(screen, 'name')
    screen.driver.back()
    screen.arrive(PLANS)
    screen.find('table')
    screen.driver.forward()
    screen.find('#plan_wizard')
    screen.wait(lambda driver: plan_wizard.values(screen)['name'] == NAME)


def test_a_reload_keeps_what_was_typed_until_it_is_saved(
    screen, demo, sandbox, volume
):
    screen.log_in('demo')
    screen.open(CREATE)
    screen.find('#step-name')
    assert kept(screen) == []
    fill_in(screen, volume)
    before = held(screen)
    at_step(screen, 'options')
    is_kept(screen, 'promise=36')
    reload(screen)
    told = screen.shows(NOTICE, "What you filled in until")
    assert "was restored" in told
    at_step(screen, 'options')
    assert held(screen) == before
    assert not screen.driver.find_elements('css selector', '.has-error')
    assert findings(screen, {'include': [[NOTICE]]}) == []
    plan_wizard.finish(screen, "Create")
    (plan,) = [p for p in plan_service.plan_list(demo) if p.name == NAME]
    document = sandbox.known(plan.document)
    assert [one['id'] for one in document['resources']] == [volume.id]
    assert document['notification']['emails'] == [
        'a@example.org',
        'b@example.org',
    ]
    assert (document['time_limit'], document['promise']) == (6, 36)
    assert kept(screen) == []
    screen.open(CREATE)
    screen.find('#step-name')
    assert plan_wizard.values(screen)['name'] == ''
    assert not screen.driver.find_elements('css selector', NOTICE)


def test_start_over_discards_what_was_typed(screen):
    screen.log_in('demo')
    screen.open(CREATE)
    plan_wizard.fill(screen, 'name', {'name': NAME})
    is_kept(screen, MARK)
    reload(screen)
    screen.shows(NOTICE, "was restored")
    here = screen.driver.find_element('tag name', 'html')
    plan_wizard.button(screen, "Start Over")
    screen.wait(expected.staleness_of(here))
    screen.find('#step-name')
    assert plan_wizard.values(screen)['name'] == ''
    assert kept(screen) == []


def test_nothing_secret_is_kept(screen):
    screen.log_in('demo')
    screen.open(CREATE)
    fields = {'notify_webhook': 'address', 'notify_url': SECRET}
    plan_wizard.fill(screen, 'notification', fields)
    is_kept(screen, 'notify_webhook=address')
    (text,) = kept(screen)
    assert 's3cr3t' not in text
    assert 'opened' not in text
    assert 'csrf' not in text
    reload(screen)
    screen.shows(NOTICE, "The address of a webhook is not kept")


def test_a_session_that_ends_costs_nothing(refused, volume):
    refused.log_in('demo')
    refused.open(CREATE)
    fill_in(refused, volume)
    is_kept(refused, 'promise=36')
    before = held(refused)
    end_session(refused)
    plan_wizard.step(refused, 'review')
    told = refused.shows('.protection-session', "Your session has ended")
    assert "Your input is kept" in told
    refused.shows('[data-wizard-fragment=review]', "your input is kept")
    here = refused.driver.find_element('tag name', 'html')
    refused.find('.protection-session a').click()
    refused.wait(expected.staleness_of(here))
    assert refused.send_login('demo') == ''
    refused.user = 'demo'
    refused.is_at(CREATE)
    refused.shows(NOTICE, "was restored")
    at_step(refused, 'review')
    assert held(refused) == before
    refused.shows('[data-wizard-fragment=review]', "Protects today")


def end_session(screen):
    """In another tab of the browser."""
    page = screen.driver.current_window_handle
    screen.driver.switch_to.new_window('tab')
    screen.open(PLANS)
    screen.log_out()
    screen.driver.close()
    screen.driver.switch_to.window(page)


def test_another_user_finds_nothing_of_it(screen, volume):
    screen.log_in('demo')
    screen.open(CREATE)
    plan_wizard.fill(screen, 'name', {'name': NAME})
    is_kept(screen, MARK)
    screen.log_out()
    screen.log_in('alt')
    screen.open(CREATE)
    screen.find('#step-name')
    assert plan_wizard.values(screen)['name'] == ''
    assert kept(screen) == []


def test_an_edit_says_that_the_plan_has_changed_since(screen, demo, sandbox):
    plan = sandbox.plan(factories.volume(demo))
    screen.log_in('demo')
    screen.open(f'{PLANS}{plan.id}/edit/')
    plan_wizard.fill(screen, 'name', {'description': 'mine'})
    is_kept(screen, 'description=mine')
    plan_service.plan_save(demo, plan, promise=36)
    reload(screen)
    told = screen.shows(NOTICE, "was restored")
    assert "Somebody has changed this plan since then" in told
    assert plan_wizard.values(screen)['description'] == 'mine'


def test_a_bad_pattern_gets_the_focus(screen, volume):
    screen.log_in('demo')
    screen.open(f'{CREATE}?resource=volume:{volume.id}')
    plan_wizard.fill(screen, 'name', {'name': NAME})
    bad = {'frequency': 'custom', 'pattern': '61 * * * *'}
    plan_wizard.fill(screen, 'schedule', bad)
    plan_wizard.step(screen, 'review')
    review = '[data-wizard-fragment=review]'
    screen.shows(review, "Schedule")
    screen.find(f'{review} a[data-wizard-to=schedule]').click()
    at_step(screen, 'schedule')
    assert focused(screen) == 'pattern'
    plan_wizard.step(screen, 'review')
    plan_wizard.button(screen, "Create")
    screen.shows('#step-schedule .alert', "Pattern")
    screen.wait(lambda driver: focused(screen) == 'pattern')
    assert shown_step(screen) == 'schedule'


def focused(screen):
    return screen.driver.switch_to.active_element.get_attribute('name')


def test_a_bad_pattern_in_a_dialog_gets_the_focus(screen, volume):
    screen.log_in('demo')
    screen.open('/project/volumes/')
    screen.choose(volume.name, 'Schedule Backup')
    screen.shows('.protection-preview', "First run")
    screen.fill(frequency='custom', pattern='61 * * * *')
    screen.find('.btn-primary', screen.dialog()).click()
    screen.shows('.modal-body .has-error', "Pattern")
    screen.wait(lambda driver: focused(screen) == 'pattern')
