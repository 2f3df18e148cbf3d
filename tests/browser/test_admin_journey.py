# SPDX-License-Identifier: Apache-2.0
"""An administrator finds out what went wrong in somebody's project."""

import uuid

import pytest
from selenium.webdriver.common.by import By

from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import document as plan_document
from tests.support import factories
from tests.support import sandboxes

NAME = f'payroll {uuid.uuid4().hex[:6]}'
HISTORY = '/admin/protection_history/'
_FETCH = """
const done = arguments[arguments.length - 1];
fetch(arguments[0]).then(answer => answer.text()).then(done);
"""


@pytest.fixture
def failed(demo):
    """A run of demo's that failed."""
    with sandboxes.kept(demo) as sandbox:
        flow = sandbox.hollow(factories.volume(demo))
        plan = plan_document.Plan({'id': '', 'name': NAME}, flow.id)
        yield sandbox.ended(execution_service.execute_plan(demo, plan))


def test_history_is_filtered_read_and_taken_along(screen, failed):
    screen.log_in('admin')
    screen.open(HISTORY)
    assert "demo" in screen.told(NAME)
    screen.driver.find_element(
        By.CSS_SELECTOR, f'[name=project] option[value="{project(screen)}"]'
    ).click()
    screen.fill(state='failed', person='demo')
    screen.find('.protection-filters [type=submit]').click()
    screen.arrive('state=failed')
    chosen = screen.path()
    assert "Failed" in screen.told(NAME)

    screen.follow(NAME)
    said = screen.text('.protection-owner')
    assert "project demo" in said
    assert "According to the project, demo started it" in said
    assert not links_into_projects(screen)

    screen.open(chosen)
    address = screen.find('.protection-csv a').get_attribute('href')
    told = screen.driver.execute_async_script(_FETCH, address)
    (line,) = [one for one in told.splitlines() if failed.id in one]
    assert line.startswith('demo,')
    assert 'ERROR' in line


def project(screen):
    """The id of demo's project, as the filter has it."""
    options = screen.driver.find_elements(
        By.CSS_SELECTOR, '[name=project] option'
    )
    found = {one.text: one.get_attribute('value') for one in options}
    return found['demo']


def links_into_projects(screen):
    return screen.driver.find_elements(
        By.CSS_SELECTOR, '#content_body a[href*="/project/"]'
    )
