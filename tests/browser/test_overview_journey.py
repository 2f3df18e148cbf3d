# SPDX-License-Identifier: Apache-2.0
"""Not protected, ticked, protected: the Overview counts it."""

import uuid

import pytest
from selenium.webdriver.support.ui import Select

from protection_dashboard.plans import service as plan_service

NAME = f'overview {uuid.uuid4().hex[:6]}'
OVERVIEW = '/project/protection_overview/'


@pytest.fixture
def volumes(sandbox):
    return [sandbox.volume(f'{NAME} {number}') for number in range(2)]


@pytest.fixture
def plan(demo, sandbox):
    """``plan()``: what the form has made; gone after the test."""

    def made():
        found = plan_service.plan_list(demo)
        return next((one for one in found if one.name == NAME), None)

    yield made
    if made():
        sandbox.known(made().document)


def test_what_is_not_protected_is_ticked_and_protected(screen, volumes, plan):
    screen.log_in('demo')
    screen.open(f'{OVERVIEW}?name={NAME}')
    for volume in volumes:
        assert "No plan" in screen.told(volume.name)
        box = f'input[name=object_ids][value$="{volume.id}"]'
        click(screen, box)
    press(screen, "Protect selected")
    screen.find('[name=name]').send_keys(NAME)
    boxes = screen.driver.find_elements(
        'css selector', '[data-wizard-row] input:checked'
    )
    ticked = {box.get_attribute('value') for box in boxes}
    assert ticked == {f'volume:{volume.id}' for volume in volumes}
    step(screen, 'schedule')
    Select(screen.find('[name=frequency]')).select_by_value('weekly')
    step(screen, 'review')
    screen.shows('[data-wizard-fragment=review]', "Protects today")
    press(screen, "Create")
    screen.wait(lambda driver: '/create/' not in driver.current_url)
    screen.is_at(screen.path())
    assert {one['id'] for one in plan().resources} == {v.id for v in volumes}
    screen.open(f'{OVERVIEW}?name={NAME}')
    screen.no_row(volumes[0].name)
    before = screen.text('[data-protection-countdown]')
    screen.wait(
        lambda driver: screen.text('[data-protection-countdown]') != before
    )
    screen.open(f'{OVERVIEW}freshness/?name={NAME}')
    for volume in volumes:
        told = screen.told(volume.name)
        assert "No copy yet" in told
        assert NAME in told


def click(screen, selector):
    """Horizon's theme hides the box itself and shows its label."""
    found = screen.driver.find_element('css selector', selector)
    screen.driver.execute_script('arguments[0].click()', found)


def press(screen, label):
    def pressed(driver):
        for found in driver.find_elements('css selector', 'button'):
            if found.text.strip() == label:
                found.click()
                return True
        return False

    screen.wait(pressed)


def step(screen, slug):
    screen.find(f'nav [data-wizard-to={slug}]').click()
    screen.find(f'#step-{slug}')
