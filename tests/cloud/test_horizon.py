# SPDX-License-Identifier: Apache-2.0
"""Horizon as its server answers: pages, logins, static files."""

import re

import pytest
import requests

from cloud.horizon import Horizon
from cloud.tenants import PROJECTS_OF

pytestmark = pytest.mark.usefixtures('running_cloud')

BASE = Horizon().url
LOGIN = f'{BASE}/auth/login/'


@pytest.fixture
def browser():
    with requests.Session() as session:
        yield session


def _log_in(browser, user):
    """Return the first page after the login."""
    browser.get(LOGIN)
    form = {
        'csrfmiddlewaretoken': browser.cookies['csrftoken'],
        'username': user,
        'password': 'secret',
        'region': 'default',
    }
    return browser.post(LOGIN, data=form, headers={'Referer': LOGIN})


@pytest.mark.parametrize('user', PROJECTS_OF)
def test_every_account_lands_on_its_volumes(browser, user):
    page = _log_in(browser, user)
    assert page.url == f'{BASE}/project/volumes/'
    assert page.status_code == 200
    # an administrator of several projects lands in any of them
    sample = {'demo': 'orders-db', 'viewer': 'orders-db', 'alt': 'alt-data'}
    assert sample.get(user, '') in page.text


@pytest.mark.parametrize('panel', ['volumes', 'databases', 'shares'])
def test_a_page_shows_no_error_for_the_lack_of_nova(browser, panel):
    _log_in(browser, 'demo')
    page = browser.get(f'{BASE}/project/{panel}/')
    assert page.status_code == 200
    assert 'Invalid service catalog' not in page.text


def test_a_wrong_password_stays_outside(browser):
    browser.get(LOGIN)
    form = {
        'csrfmiddlewaretoken': browser.cookies['csrftoken'],
        'username': 'demo',
        'password': 'guess',
        'region': 'default',
    }
    page = browser.post(LOGIN, data=form, headers={'Referer': LOGIN})
    assert 'Invalid credentials' in page.text
    assert browser.get(f'{BASE}/project/volumes/').url.startswith(LOGIN)


def test_the_compressed_files_are_served_and_may_be_kept(browser):
    page = browser.get(LOGIN)
    files = re.findall(r'"(/static/dashboard/(?:css|js)/[^"]+)"', page.text)
    assert files
    for file in files:
        answer = browser.get(BASE + file)
        assert answer.status_code == 200
        assert 'max-age=3600' in answer.headers['Cache-Control']


@pytest.mark.parametrize(
    'path',
    ['../secret_key', '..%2fsecret_key', '../../cinder/cinder.conf', ''],
)
def test_only_static_files_are_served(path):
    address = f'{BASE}/static/{path}'
    request = requests.Request('GET', address).prepare()
    request.url = address  # as an attacker writes it
    with requests.Session() as session:
        assert session.send(request).status_code == 404
