# SPDX-License-Identifier: Apache-2.0
"""The tests' own steps fail on any other page, and as any other user."""

import pytest

from tests.browser.screen import LOGINS
from tests.browser.screen import Screen

ADMIN = '/admin/protection_health/'
PLANS = '/project/protection_plans/'
NOWHERE = '/project/protection_nowhere/'


class Disturbed(Screen):
    """As if answers to the page before brought other cookies, some times."""

    def __init__(self, driver, times):
        super().__init__(driver)
        self.times = times

    def send_login(self, user):
        if self.times:
            self.times -= 1
            spoilt = {'name': 'csrftoken', 'value': 'x' * 32}
            self.driver.add_cookie(spoilt)
        return super().send_login(user)


def test_a_page_that_is_refused_is_not_visited(refused):
    refused.log_in('demo')
    with pytest.raises(AssertionError, match='403'):
        refused.open(ADMIN)


def test_a_page_that_is_not_there_is_not_visited(refused):
    refused.log_in('demo')
    with pytest.raises(AssertionError, match='404'):
        refused.open(NOWHERE)


def test_the_login_page_is_not_the_page_that_was_meant(screen):
    with pytest.raises(AssertionError, match='/auth/login/'):
        screen.open(PLANS)


def test_the_page_of_another_user_is_not_the_one_that_was_meant(screen):
    screen.log_in('demo')
    screen.user = 'admin'
    with pytest.raises(AssertionError, match='demo'):
        screen.open(PLANS)


def test_who_is_still_logged_in_is_not_taken_for_another(screen, driver):
    screen.log_in('demo')
    screen.log_in('viewer')
    screen.open(PLANS)
    assert screen.logged_in() == 'viewer'


def test_who_does_not_exist_cannot_log_in(screen):
    with pytest.raises(AssertionError, match="Invalid credentials"):
        screen.log_in('nobody')
    assert screen.logged_in() is None


def test_a_login_that_is_refused_is_tried_again(refused, driver):
    person = Disturbed(driver, LOGINS - 1)
    person.log_in('demo')
    person.open(PLANS)
    with pytest.raises(AssertionError, match="Cookies may be turned off"):
        Disturbed(driver, LOGINS).log_in('demo')


def test_who_logs_out_is_asked_to_log_in(screen):
    screen.log_in('demo')
    screen.log_out()
    with pytest.raises(AssertionError, match='/auth/login/'):
        screen.open(PLANS)
