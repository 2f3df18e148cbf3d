# SPDX-License-Identifier: Apache-2.0
"""A headless Chromium; what it shows at a failure is kept in artifacts/."""

from pathlib import Path

import pytest
from selenium import webdriver

from tests.browser.screen import Screen
from tests.support.trove_client_fixtures import ledger  # noqa: F401
from tests.support.trove_client_fixtures import shown  # noqa: F401
from tests.support.trove_client_fixtures import trove_client  # noqa: F401

ARTIFACTS = Path(__file__).parents[2] / 'artifacts'
FLAGS = (
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--window-size=1300,1000',
)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    setattr(item, f'report_{report.when}', report)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item):
    """Leave the page before what it shows is removed: it may ask again."""
    seen = getattr(item, 'funcargs', {}).get('screen')
    if seen and getattr(item, 'report_call', None) and item.report_call.passed:
        seen.driver.get('about:blank')


@pytest.fixture(scope='package')
def driver(tmp_path_factory):
    """One for all tests of a worker: its start takes as long as ten pages.

    It ends with the last of them, as pages that refresh themselves cost time.
    """
    profile = tmp_path_factory.mktemp('chromium')
    options = webdriver.ChromeOptions()
    options.binary_location = '/usr/bin/chromium'
    for flag in (*FLAGS, f'--user-data-dir={profile}'):
        options.add_argument(flag)
    options.set_capability('goog:loggingPrefs', {'browser': 'ALL'})
    service = webdriver.ChromeService('/usr/bin/chromedriver')
    chromium = webdriver.Chrome(options=options, service=service)
    yield chromium
    chromium.quit()


@pytest.fixture
def screen(running_cloud, driver, request):
    """What a person sees and does; console errors fail the test."""
    seen = Screen(driver)
    seen.forget()
    yield seen
    if request.node.report_call.failed:
        ARTIFACTS.mkdir(exist_ok=True)
        kept = ARTIFACTS / request.node.name
        driver.save_screenshot(str(kept.with_suffix('.png')))
        kept.with_suffix('.html').write_text(driver.page_source)
    assert not errors(driver)


@pytest.fixture
def refused(screen, driver):
    """The same, where the server refuses what is asked: logged as errors."""
    yield screen
    status = 'the server responded with a status of'
    assert all(status in line['message'] for line in errors(driver))


def errors(driver):
    """Errors that the browser has logged since it was asked last."""
    logged = driver.get_log('browser')
    return [line for line in logged if line['level'] == 'SEVERE']
