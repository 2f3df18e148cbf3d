# SPDX-License-Identifier: Apache-2.0
"""Horizon as its server answers: pages, logins, static files."""

import re

import pytest
import requests

from cloud.services.glance import sample as glance_sample
from cloud.services.horizon.service import Horizon
from cloud.users import PROJECTS_OF
from tests.pages.page import Page
from tests.pages.page import having
from tests.support.logins import log_in

pytestmark = pytest.mark.usefixtures('running_cloud')

BASE = Horizon().url
LOGIN = f'{BASE}/auth/login/'
MESSAGES = f'//*[{having("messages")}]//*[{having("alert")}]'


@pytest.fixture
def browser():
    with requests.Session() as session:
        yield session


@pytest.mark.parametrize('user', PROJECTS_OF)
def test_every_account_lands_on_its_servers(browser, user):
    page = log_in(browser, BASE, user)
    assert page.url == f'{BASE}/project/instances/'
    assert page.status_code == 200
    # an administrator of several projects lands in any of them
    sample = {'demo': 'web-1', 'viewer': 'web-1', 'alt': 'alt-server'}
    assert sample.get(user, '') in page.text


@pytest.fixture(scope='module')
def demo():
    with requests.Session() as session:
        log_in(session, BASE, 'demo')
        yield session


@pytest.mark.parametrize(
    'panel',
    [
        '',
        'instances/',
        'images/',
        'volumes/',
        'networks/',
        'network_topology/',
        'routers/',
        'databases/',
        'database_backups/',
        'database_backups/create',
        'shares/',
    ],
)
def test_a_page_of_the_project_opens_without_an_error(demo, panel):
    page = demo.get(f'{BASE}/project/{panel}')
    assert (page.status_code, page.url) == (200, f'{BASE}/project/{panel}')
    assert Page(page.text).all(MESSAGES) == []


@pytest.mark.parametrize(
    ('user', 'panel', 'offered'),
    [
        ('admin', 'admin/rbac_policies', True),
        ('demo', 'admin/rbac_policies', False),
        ('demo', 'identity/application_credentials', True),
        ('demo', 'project/trunks', False),
        ('demo', 'project/network_qos', False),
    ],
)
def test_the_menu_offers_what_the_cloud_has(browser, user, panel, offered):
    page = Page(log_in(browser, BASE, user).text)
    assert bool(page.all(f'//a[@href="/{panel}/"]')) is offered


def test_the_list_of_images_has_the_public_one(demo):
    script = {'X-Requested-With': 'XMLHttpRequest'}
    answer = demo.get(f'{BASE}/api/glance/images/', headers=script)
    images = {image['name'] for image in answer.json()['items']}
    assert glance_sample.IMAGE in images


def test_a_database_can_be_backed_up_from_its_row(demo):
    page = demo.get(f'{BASE}/project/databases/')
    actions = Page(page.text).rows[0].actions
    assert 'Create Backup' in actions


def test_a_wrong_password_stays_outside(browser):
    page = log_in(browser, BASE, 'demo', 'guess')
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
