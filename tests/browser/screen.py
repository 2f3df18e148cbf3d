# SPDX-License-Identifier: Apache-2.0
"""Horizon as a person uses it, in words of what stands on the screen."""

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select
from selenium.webdriver.support.ui import WebDriverWait

from cloud import settings

ADDRESS = f'http://{settings.HOST}:{settings.DASHBOARD_PORT}'
PATIENCE = 20  # seconds
_FILL = 'arguments[0].value = arguments[1]'


class Screen:
    def __init__(self, driver):
        self.driver = driver

    def wait(self, condition, limit=PATIENCE, pause=0.3):
        """What a condition of the driver gives once it is true."""
        ignored = [StaleElementReferenceException]
        return WebDriverWait(
            self.driver, limit, pause, ignored_exceptions=ignored
        ).until(condition)

    def find(self, selector, within=None):
        """The visible element of a CSS selector, when it is there."""

        def visible(driver):
            found = (within or driver).find_elements(By.CSS_SELECTOR, selector)
            return next((e for e in found if e.is_displayed()), None)

        return self.wait(visible)

    def log_in(self, user):
        self.open('/auth/login/')
        for name, value in (
            ('username', user),
            ('password', settings.PASSWORD),
            ('domain', 'Default'),
        ):
            for field in self.driver.find_elements(By.NAME, name):
                # chromedriver cannot type emoji
                self.driver.execute_script(_FILL, field, value)
        self.find('#loginBtn').click()
        self.wait(lambda driver: '/auth/login' not in driver.current_url)

    def forget(self):
        """As a new person would come: nobody is logged in."""
        # a page that is open may ask for its rows, and get its session back
        self.driver.get('about:blank')
        self.driver.execute_cdp_cmd('Network.clearBrowserCookies', {})

    def open(self, path):
        self.driver.get(ADDRESS + path)

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


def _gone(element):
    try:
        return not element.is_displayed()
    except StaleElementReferenceException:
        return True
