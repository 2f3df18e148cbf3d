# SPDX-License-Identifier: Apache-2.0
"""A page that refreshes itself stops and says so when it may no longer.

In one tab is a page of a run that goes on, in the other tab its user signs
out, or somebody else logs in.
"""

import uuid

import pytest
from selenium.webdriver.support import expected_conditions as expected

from protection_dashboard.api.mistral import client as mistral
from tests.browser.screen import ADDRESS
from tests.browser.screen import LOGIN
from tests.browser.test_accessibility import OURS
from tests.browser.test_accessibility import findings

NAME = f'endless {uuid.uuid4().hex[:6]}'
LIST = '/project/protection_executions/'
PLANS = '/project/protection_plans/'
NOTICE = '.protection-session'
QUIET = 6000  # ms: three times what a page waits until it asks again
#: what the page has asked for by itself, of our pages
_ASKED = """
return performance.getEntriesByType('resource')
  .filter(one => one.initiatorType === 'xmlhttprequest')
  .filter(one => one.name.includes('/protection_'))
  .map(one => one.startTime);
"""
_QUIET = f"""
const asked = (() => {{ {_ASKED} }})();
return performance.now() - Math.max(...asked) > {QUIET};
"""


@pytest.fixture(scope='module')
def run_id(module_sandbox):
    return module_sandbox.endless(NAME)


@pytest.fixture(params=['list', 'page'])
def address(request, run_id):
    """Of a page that refreshes itself while the run goes on."""
    return {'list': LIST, 'page': f'{LIST}{run_id}/'}[request.param]


class Tabs:
    """The page that refreshes itself, and another of the same browser."""

    def __init__(self, screen, address, user='demo', project_id=''):
        self.driver = screen.driver
        screen.log_in(user)
        if project_id:
            to_project(screen, project_id, address)
        screen.open(address)
        screen.shows('#content_body', NAME)
        screen.wait(lambda driver: len(self.asked()) > 1)
        self.page = self.driver.current_window_handle
        self.driver.switch_to.new_window('tab')
        self.other = self.driver.current_window_handle
        screen.open(PLANS)

    def asked(self):
        """When the page that is open asked by itself, in ms of its own."""
        return self.driver.execute_script(_ASKED)

    def to_page(self):
        self.driver.switch_to.window(self.page)

    def to_other(self):
        self.driver.switch_to.window(self.other)


def to_project(screen, project_id, address):
    screen.calm()
    screen.open(f'/auth/switch/{project_id}/?next={address}', address)


def is_quiet(screen):
    screen.wait(lambda driver: driver.execute_script(_QUIET))


def link(screen):
    return screen.find(f'{NOTICE} a')


def test_it_says_that_its_session_has_ended(refused, address):
    tabs = Tabs(refused, address)
    refused.log_out()
    tabs.to_page()
    told = refused.shows(NOTICE, "Your session has ended")
    assert "Log in again" in told
    assert refused.find(NOTICE).get_attribute('role') == 'alert'
    assert findings(refused, OURS) == []
    asked = tabs.asked()
    is_quiet(refused)
    assert tabs.asked() == asked
    assert NAME in refused.text('#content_body')
    assert len(refused.driver.find_elements('css selector', NOTICE)) == 1


def test_it_leaves_the_login_form_alone(refused, address):
    tabs = Tabs(refused, address)
    refused.log_out()
    tabs.to_page()
    refused.find(NOTICE)
    tabs.to_other()
    assert refused.send_login('demo') == ''


def test_its_link_leads_back_to_it(refused, address):
    tabs = Tabs(refused, address)
    refused.log_out()
    tabs.to_page()
    here = refused.driver.find_element('tag name', 'html')
    link(refused).click()
    refused.wait(expected.staleness_of(here))
    assert refused.send_login('demo') == ''
    refused.user = 'demo'
    refused.is_at(address)
    refused.shows('#content_body', NAME)


def test_it_shows_nothing_to_who_logs_in_next(refused, address):
    tabs = Tabs(refused, address)
    refused.driver.get(f'{ADDRESS}{LOGIN}?next={PLANS}')
    assert refused.send_login('alt') == ''
    tabs.to_page()
    told = refused.shows(NOTICE, "logged in as somebody else")
    assert "Load this page again" in told
    is_quiet(refused)
    assert NAME in refused.text('#content_body')


def test_it_shows_nothing_of_another_project(refused, demo, alt, address):
    tabs = Tabs(refused, address, 'admin', demo.project_id)
    to_project(refused, alt.project_id, PLANS)
    tabs.to_page()
    refused.shows(NOTICE, "in another project")
    is_quiet(refused)
    assert NAME in refused.text('#content_body')
    link(refused).click()
    refused.wait(lambda driver: NAME not in refused.text('body'))


def test_a_dialog_says_it_too(refused, sandbox):
    volume = sandbox.volume(NAME)
    refused.log_in('demo')
    refused.open('/project/volumes/')
    refused.choose(volume.name, 'Schedule Backup')
    refused.shows('.protection-preview', "First run")
    page = refused.driver.current_window_handle
    refused.driver.switch_to.new_window('tab')
    refused.open(PLANS)
    refused.log_out()
    refused.driver.switch_to.window(page)
    refused.fill(frequency='monthly')
    refused.shows(f'.modal-body {NOTICE}', "Your session has ended")
    assert findings(refused, {'include': [[NOTICE]]}) == []


def test_the_form_of_a_plan_says_it_too(refused):
    refused.log_in('demo')
    refused.open(f'{PLANS}create/')
    page = refused.driver.current_window_handle
    refused.driver.switch_to.new_window('tab')
    refused.open(PLANS)
    refused.log_out()
    refused.driver.switch_to.window(page)
    refused.find('nav [data-wizard-to=review]').click()
    refused.shows(NOTICE, "Your session has ended")


@pytest.mark.parametrize(
    ('path', 'element', 'attribute'),
    [
        (LIST, 'tr[data-update-url]', 'data-update-url'),
        ('{0}{1}/', '[data-protection-refresh]', 'data-protection-refresh'),
    ],
    ids=['list', 'page'],
)
def test_a_whole_page_is_no_part_of_it(
    screen, run_id, path, element, attribute
):
    """As of a gateway that leads whoever is not logged in to its own page."""
    screen.log_in('demo')
    screen.open(path.format(LIST, run_id))
    screen.shows('#content_body', NAME)
    script = """
        document.querySelector(arguments[0])
          .setAttribute(arguments[1], arguments[2]);
        return document.querySelector(arguments[3]);
    """
    screen.wait(
        lambda driver: driver.execute_script(
            script, element, attribute, PLANS, NOTICE
        )
    )
    screen.shows(NOTICE, "can no longer be kept up to date")
    assert NAME in screen.text('#content_body')
    assert len(screen.driver.find_elements('css selector', '.h1, h1')) == 1


def test_a_run_that_is_gone_is_asked_for_no_more(refused, demo, sandbox):
    run_id = sandbox.endless(NAME)
    tabs = Tabs(refused, f'{LIST}{run_id}/')
    mistral.mistral_client(demo).executions.delete(run_id, force=True)
    tabs.to_page()
    refused.shows(NOTICE, "can no longer be kept up to date")
    is_quiet(refused)


def test_a_row_that_cannot_be_asked_for_says_so(
    refused, running_cloud, run_id
):
    Tabs(refused, LIST).to_page()
    with running_cloud.without('mistral'):
        refused.shows(NOTICE, "can no longer be kept up to date", limit=60)
    assert NAME in refused.text('#content_body')
