# SPDX-License-Identifier: Apache-2.0
"""Horizon as a person uses it, in words of what stands on the screen.

No step goes on upon another page than the one that was meant: each that leads
to a page asserts its address, its status and who is logged in there.
"""

import functools
from urllib.parse import unquote
from urllib.parse import urlsplit

from selenium.common.exceptions import StaleElementReferenceException
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as expected
from selenium.webdriver.support.ui import Select
from selenium.webdriver.support.ui import WebDriverWait

from cloud import settings

ADDRESS = f'http://{settings.HOST}:{settings.DASHBOARD_PORT}'
PATIENCE = 20  # seconds
LOGIN = '/auth/login/'
LOGINS = 3  # attempts
_PAGE_GOES = 'does not belong to the document'
_FILL = 'arguments[0].value = arguments[1]'
_STATUS = """
const [page] = performance.getEntriesByType('navigation');
return document.readyState === 'complete' ? page.responseStatus : 0;
"""
_CALM = 'return !window.jQuery || !jQuery.active'
_USER = """
const name = document.querySelector('.user-menu .user-name');
return name && name.textContent.trim();
"""
_REFUSAL = """
const said = document.querySelectorAll('form .alert, form .help-block');
return [...said].map(one => one.textContent.trim()).join(' ');
"""


class Screen:
    def __init__(self, driver):
        self.driver = driver
        self.user = None  # who is meant to be logged in

    def wait(self, condition, limit=PATIENCE, pause=0.3):
        """What a condition of the driver gives once it is true."""
        ignored = [StaleElementReferenceException]
        return WebDriverWait(
            self.driver, limit, pause, ignored_exceptions=ignored
        ).until(functools.partial(_now, condition))

    def find(self, selector, within=None):
        """The visible element of a CSS selector, when it is there."""

        def visible(driver):
            found = (within or driver).find_elements(By.CSS_SELECTOR, selector)
            return next((e for e in found if e.is_displayed()), None)

        return self.wait(visible)

    def log_in(self, user):
        """Log in until the page says that it is this user's.

        An answer to the page before may still come and bring its cookies
        back; then the login is refused, or is not this user's.
        """
        refusals = []
        while len(refusals) < LOGINS:
            if refusals:
                self.forget()
            self.driver.get(ADDRESS + LOGIN)
            if self.logged_in():
                refusals.append(f'{self.logged_in()} is logged in already')
                continue
            refusal = self.send_login(user)
            if not refusal:
                self.user = user
                return
            refusals.append(refusal)
        raise AssertionError(f'{user} cannot log in: {refusals}')

    def send_login(self, user):
        """Fill in the login form that is open; why it was refused, or ''."""
        for name, value in (
            ('username', user),
            ('password', settings.PASSWORD),
            ('domain', 'Default'),
        ):
            for field in self.driver.find_elements(By.NAME, name):
                # chromedriver cannot type emoji
                self.driver.execute_script(_FILL, field, value)
        self._leave(self.find('#loginBtn'))
        shown = self.logged_in()
        if shown == _shown(user):
            return ''
        if shown:
            return f'{shown} is logged in'
        said = self.driver.execute_script(_REFUSAL)
        return said or f'no reason at {self.path()}'

    def log_out(self):
        """Sign out as a person does, until the login form is there."""
        self.find('.user-menu .dropdown-toggle').click()
        self._leave(self.find('.user-menu form button'))
        self.find('#loginBtn')
        assert not self.logged_in()
        self.user = None

    def _leave(self, button):
        """Press what leads to another page, and wait for all of that."""
        here = self.driver.find_element(By.TAG_NAME, 'html')
        button.click()
        self.wait(expected.staleness_of(here))
        self.wait(lambda driver: driver.execute_script(_STATUS))

    def logged_in(self):
        """Whom the page names as its user; None on a page of nobody's."""
        return _shown(self.driver.execute_script(_USER))

    def calm(self):
        """Wait until the page asks for nothing.

        Each answer brings the cookies and saves the session that its request
        began with, even if they have changed since.
        """
        self.wait(lambda driver: driver.execute_script(_CALM))

    def forget(self):
        """As a new person would come: nobody is logged in, in a new tab."""
        old = self.driver.window_handles
        self.calm()
        self.driver.switch_to.new_window('tab')
        new = self.driver.current_window_handle
        for other in old:
            self.driver.switch_to.window(other)
            self.driver.close()
        self.driver.switch_to.window(new)
        self.driver.execute_cdp_cmd('Network.clearBrowserCookies', {})
        self.user = None

    def open(self, path, reached=None):
        """Visit the page of an address; it leads to ``reached``, if given."""
        self.driver.get(ADDRESS + path)
        self.is_at(reached or path)

    def is_at(self, address):
        """Assert that the page is there, at this address, and the user's."""
        status = self.wait(lambda driver: driver.execute_script(_STATUS))
        here = urlsplit(self.path())._replace(fragment='').geturl()
        seen = unquote(here), status, self.logged_in()
        there = unquote(address.partition('#')[0])
        meant = there, 200, _shown(self.user)
        assert seen == meant, f'this page is {seen}, not {meant}'

    def arrive(self, part, limit=PATIENCE):
        """Wait until an address with this part is open, and assert it."""
        self.wait(lambda driver: part in driver.current_url, limit)
        self.is_at(self.path())

    def path(self):
        return self.driver.current_url.removeprefix(ADDRESS)

    def row(self, text):
        """The first row of the page's table that holds a text."""

        def holds(driver):
            rows = driver.find_elements(By.CSS_SELECTOR, 'tbody tr')
            return next((row for row in rows if text in row.text), None)

        return self.wait(holds)

    def told(self, text):
        """The words of the row that holds a text."""
        return self.wait(lambda driver: self.row(text).text)

    def no_row(self, text):
        """Wait until no row holds a text."""
        self.wait(lambda driver: text not in self.find('#content_body').text)

    def choose(self, text, action):
        """Choose an action of the row that holds a text, in its menu if any.

        A row that is still changing is replaced by the page while it is read;
        what was found in the old one is looked for again.
        """

        def chosen(driver):
            row = self.row(text)
            wanted = next(
                element
                for element in row.find_elements(By.CSS_SELECTOR, 'a, button')
                if element.get_attribute('textContent').strip() == action
            )
            if not wanted.is_displayed():
                row.find_element(By.CSS_SELECTOR, '.dropdown-toggle').click()
            wanted.click()
            return True

        self.wait(chosen)

    def follow(self, text):
        """Follow the link of this text in the table."""

        def followed(driver):
            self.row(text).find_element(By.LINK_TEXT, text).click()
            return True

        self.wait(followed)

    def dialog(self):
        """The dialog that is open."""
        return self.find('.modal-dialog')

    def confirm(self):
        """Press the button that confirms, and wait for what follows."""
        dialog = self.dialog()
        self.find('.btn-primary, .btn-danger', dialog).click()
        self.wait(lambda driver: _gone(dialog))

    def fill(self, **fields):
        """Type into the fields of the form, or choose in its selects."""
        for name, value in fields.items():
            field = self.find(f'[name={name}]')
            if field.tag_name == 'select':
                Select(field).select_by_value(value)
                continue
            field.clear()
            field.send_keys(value)

    def text(self, selector):
        return self.wait(lambda driver: self.find(selector).text)

    def shows(self, selector, text, limit=PATIENCE):
        """Wait until an element shows a text; its text."""

        def shown(driver):
            found = driver.find_elements(By.CSS_SELECTOR, selector)
            texts = [element.text for element in found]
            return next((one for one in texts if text in one), None)

        return self.wait(shown, limit)


def _shown(user):
    """A user's name as a page shows it; Angular takes {$ for its own."""
    return user and user.strip().replace('{$', '{%').replace('$}', '%}')


def _now(condition, driver):
    """A condition now; it is stale where the page goes just then.

    In that moment chromedriver calls an element of the page that goes no
    stale one, but answers with an error of Chromium.
    """
    try:
        return condition(driver)
    except WebDriverException as error:
        if _PAGE_GOES in str(error.msg):
            raise StaleElementReferenceException(error.msg) from error
        raise


def _gone(element):
    try:
        return not element.is_displayed()
    except StaleElementReferenceException:
        return True
