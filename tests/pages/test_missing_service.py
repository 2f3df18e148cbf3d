# SPDX-License-Identifier: Apache-2.0
"""A cloud without Mistral: panels say what its operator has to do."""

from django.core.cache import cache
import pytest

from cloud import settings
from cloud import users as cloud_users
from tests.pages.conftest import Visitor
from tests.pages.page import Page
from tests.pages.test_outages import LISTS
from tests.pages.test_outages import proposal
from tests.support import factories


@pytest.fixture(scope='module')
def proposed(visitor, demo):
    return proposal(visitor('demo'), factories.volume(demo, 'scratch'))


@pytest.fixture(scope='module')
def absent_mistral(running_cloud, executed_plan, proposed):
    """Mistral is not in the catalog of whoever logs in now."""
    session = cloud_users.open_session('admin')
    identity = settings.AUTH_URL
    (service,) = session.get(
        f'{identity}/services', params={'type': 'workflowv2'}
    ).json()['services']
    endpoints = session.get(
        f'{identity}/endpoints', params={'service_id': service['id']}
    ).json()['endpoints']

    def enable(*, enabled):
        for endpoint in endpoints:
            body = {'endpoint': {'enabled': enabled}}
            session.patch(f'{identity}/endpoints/{endpoint["id"]}', json=body)

    enable(enabled=False)
    try:
        yield Visitor('demo')
    finally:
        enable(enabled=True)


@pytest.mark.parametrize('panel', LISTS)
def test_a_panel_says_what_the_operator_has_to_do(absent_mistral, panel):
    cache.clear()
    page = absent_mistral.page(LISTS[panel])
    (notice,) = page.notices
    assert 'This cloud has no workflow service (Mistral)' in notice
    command = 'openstack service create --name mistral workflowv2'
    assert page.all('//pre') == [command]
    assert bool(page.rows) == (panel == 'points')


def test_a_form_says_it_and_loses_nothing(absent_mistral, proposed):
    address, typed = proposed
    answer = absent_mistral.post(address, typed)
    page = Page(answer.content.decode())
    (alert,) = page.alerts
    assert 'The service catalog has no workflowv2 service' in alert
    assert page.values['plan_name'] == 'typed in vain'
