# SPDX-License-Identifier: Apache-2.0
"""The main journey without a mouse: Tab, Enter, Space and arrows only."""

import uuid

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from protection_dashboard.plans import service as plan_service

NAME = f'keys {uuid.uuid4().hex[:6]}'
STEPS = 250  # presses of Tab: Horizon's navigation is long
#: what a person sees of the element that has the focus
FOCUS = """
const one = document.activeElement;
const look = getComputedStyle(one);
return {
  text: (one.matches('input') ? one.value : one.textContent).trim(),
  name: one.getAttribute('name'),
  row: (one.closest('tr') || one).textContent,
  menu: one.matches('.dropdown-toggle'),
  dialog: Boolean(one.closest('.modal.in')),
  content: Boolean(one.closest('#protection #content_body, .modal')),
  ours: (one.getAttribute('href') || '').includes('/protection_'),
  seen: look.outlineStyle !== 'none' || look.boxShadow !== 'none',
};
"""


@pytest.fixture
def volume(sandbox, demo):
    made = sandbox.volume(NAME)
    yield made
    for plan in plan_service.plan_list(demo):
        if NAME in plan.name:
            sandbox.known(plan.document)


class Keyboard:
    def __init__(self, screen):
        self.screen = screen

    def press(self, *keys):
        ActionChains(self.screen.driver).send_keys(*keys).perform()

    @property
    def focus(self):
        return self.screen.driver.execute_script(FOCUS)

    def tab_to(self, reached):
        """Press Tab until this is true of what has the focus then."""
        for _step in range(STEPS):
            self.press(Keys.TAB)
            focus = self.focus
            if reached(focus):
                assert focus['seen'] or not focus['content'], focus
                return
        raise AssertionError(f'Tab does not get there: {focus}')

    def enter(self, reached):
        self.tab_to(reached)
        self.press(Keys.ENTER)

    def choose(self, row, action):
        """Open the menu of the row that holds a text, and an action in it."""
        self.enter(lambda f: row in f['row'] and f['menu'])
        self.enter(lambda f: row in f['row'] and f['text'] == action)


@pytest.fixture
def keys(screen):
    screen.log_in('demo')
    return Keyboard(screen)


def test_a_volume_is_protected_by_keyboard_alone(screen, keys, volume):
    screen.open('/project/volumes/')
    screen.row(NAME)
    open_dialog(screen, keys)
    keys.press(Keys.ESCAPE)
    screen.wait(lambda driver: NAME in keys.focus['row'])
    open_dialog(screen, keys)
    keys.tab_to(lambda f: f['name'] == 'frequency')
    keys.press(Keys.ARROW_DOWN)
    screen.shows('.protection-preview', "Every")
    keys.enter(lambda f: f['dialog'] and f['text'] == 'Schedule Backup')
    screen.arrive('protection_schedules')
    screen.row(NAME)
    keys.enter(lambda f: NAME in f['row'] and f['text'] == 'Run Now')
    screen.shows('.alert', NAME)
    screen.open('/project/protection_executions/')
    screen.wait(lambda driver: 'Success' in screen.told(NAME), limit=60)
    keys.enter(lambda f: f['text'] == 'Overview' and f['ours'])
    assert 'Fresh' in screen.text('.protection-counts')


def open_dialog(screen, keys):
    keys.choose(NAME, 'Schedule Backup')
    screen.shows('.protection-preview', "First run")
    screen.wait(lambda driver: keys.focus['dialog'])
