# SPDX-License-Identifier: Apache-2.0
"""A second region: no Manila, a gateway before Cinder, slashes at the end."""

import contextlib

from django.core.cache import cache
import pytest

from cloud import settings
from cloud import users as cloud_users
from protection_dashboard.api.mistral import client as mistral
from tests.pages.conftest import Visitor
from tests.pages.test_outages import LISTS
from tests.pages.test_outages import SURVEYS
from tests.pages.test_outages import said
from tests.support import gateways

REGION = 'RegionTwo'
#: what has an endpoint there: Manila, of two types in the catalog, has none
KINDS = ('identity', 'block-storage', 'workflowv2')
BOTH = [LISTS['points'], *SURVEYS]
REST = [LISTS['plans'], LISTS['schedules'], LISTS['executions']]
THROTTLED = b'{"error_msg": "The throttling threshold has been reached"}'
#: an answer, and the sentence that it comes to
ANSWERS = {
    'throttled': (
        gateways.Answer(429, THROTTLED, headers={'Retry-After': '7'}),
        'Cinder asks to be called less often (The throttling threshold has '
        'been reached): try again in 7 seconds.',
    ),
    'null': (
        gateways.Answer(503, b'{"error": null}'),
        'Cinder does not work at the moment (Service Unavailable): try '
        'again, or ask your administrator.',
    ),
    'html': (
        gateways.Answer(
            502, b'<html><title>502 Bad &amp; Gateway</title>', 'text/html'
        ),
        'Cinder does not work at the moment (502 Bad & Gateway): try again, '
        'or ask your administrator.',
    ),
    'portal': (
        gateways.Answer(200, b'<h1>Log in first</h1>', 'text/html'),
        'Cinder gave an answer that cannot be read: try again, or ask your '
        'administrator what stands before it.',
    ),
    'list': (gateways.Answer(403, b'["no"]'), 'Cinder: no'),
}


class Identity:
    """Keystone as an administrator changes it; ``stack`` undoes it."""

    def __init__(self, stack):
        self.session = cloud_users.open_session('admin')
        self.stack = stack

    def all(self, collection, **query):
        address = f'{settings.AUTH_URL}/{collection}'
        return self.session.get(address, params=query).json()[collection]

    def add(self, collection, **facts):
        name = collection.removesuffix('s')
        address = f'{settings.AUTH_URL}/{collection}'
        made = self.session.post(address, json={name: facts}).json()[name]
        self.stack.callback(self.session.delete, f'{address}/{made["id"]}')

    def endpoint_of(self, kind):
        (service,) = self.all('services', type=kind)
        found = self.all('endpoints', service_id=service['id'])
        return next(one for one in found if one['interface'] == 'public')


@pytest.fixture(scope='module')
def identity(running_cloud):
    with contextlib.ExitStack() as stack:
        made = Identity(stack)
        made.add('regions', id=REGION)
        yield made


@pytest.fixture(scope='module')
def gateway(identity):
    """Cinder's gateway there; ``said`` is what it answers, None: as Cinder."""

    def answer(handler, passed):
        return handler.server.said or passed()

    real = identity.endpoint_of('block-storage')['url']
    with gateways.before(real, answer) as gateway:
        gateway.said = None
        yield gateway


@pytest.fixture(scope='module')
def stranger(identity, gateway, executed_plan):
    """demo in that region; what the services have is the same."""
    for kind in KINDS:
        known = identity.endpoint_of(kind)
        url = gateway.url if kind == 'block-storage' else known['url']
        identity.add(
            'endpoints',
            service_id=known['service_id'],
            interface='public',
            region_id=REGION,
            url=f'{url}//',
        )
    visitor = Visitor('demo')
    visitor.get(f'/auth/switch_services_region/{REGION}/')
    assert visitor.session['services_region'] == REGION
    return visitor


@pytest.mark.parametrize('address', [*BOTH, *REST])
def test_a_page_opens_where_a_service_is_missing(stranger, gateway, address):
    gateway.said = None
    page = stranger.page(address)
    assert (page.notices, page.alerts) == ([], [])
    assert 'Manila' not in said(page)


def test_its_rows_are_those_of_the_services_there(
    stranger, gateway, executed_plan
):
    gateway.said = None
    rows = {row.id for row in stranger.page(LISTS['points']).rows}
    assert f'volume_snapshot:{executed_plan.point.id}' in rows
    assert any(asked.startswith('GET') for asked in gateway.asked)
    assert executed_plan.plan.name in said(stranger.page(LISTS['plans']))


@pytest.mark.parametrize('answer', ANSWERS)
@pytest.mark.parametrize('address', BOTH)
def test_a_page_says_what_a_gateway_says(stranger, gateway, address, answer):
    gateway.said, sentence = ANSWERS[answer]
    cache.clear()
    text = said(stranger.page(address))
    assert sentence in text
    assert mistral.SERVICE_TYPE not in text


@pytest.mark.parametrize('answer', ANSWERS)
@pytest.mark.parametrize('address', REST)
def test_other_pages_do_without(stranger, gateway, address, answer):
    gateway.said = ANSWERS[answer][0]
    cache.clear()
    page = stranger.page(address)
    assert (page.notices, page.alerts) == ([], [])
    assert page.rows
