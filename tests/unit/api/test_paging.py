# SPDX-License-Identifier: Apache-2.0
"""Lists are read to their end, and a token stays at the host it is for."""

import json
from urllib import parse

import pytest

from protection_dashboard import exceptions
from protection_dashboard.api import cinder
from protection_dashboard.api import glance
from protection_dashboard.api import manila
from protection_dashboard.api import neutron
from protection_dashboard.api import nova
from tests.support import gateways

ROWS = [{'id': f'{n:02}', 'name': f'n{n}'} for n in range(30)]
#: of a proxy that ends TLS, of a name that only the proxy knows, of nobody
LINKS = ('https://127.0.0.1:1', 'http://cinder.internal:8776', '')
LISTS = {
    'volumes': cinder.volume_list,
    'volume names': cinder.volume_names,
    'volume_types': cinder.volume_type_names,
    'backups': cinder.backup_list,
    'snapshots': cinder.snapshot_list,
    'flavors': nova.flavor_list,
    'servers': nova.server_list,
    'shares': manila.share_list,
    'share names': manila.share_names,
    'images': glance.image_list,
    'networks': neutron.network_list,
}
KEYS = {'volume names': 'volumes', 'share names': 'shares'}


def paged(key, cap, link):
    """``answer(handler)`` of a service that gives ``cap`` rows at once."""

    def answer(handler):
        query = dict(parse.parse_qsl(parse.urlsplit(handler.path).query))
        ids = [row['id'] for row in ROWS]
        begin = int(query.get('offset', 0))
        if 'marker' in query:
            begin += ids.index(query['marker']) + 1
        # Nova's client asks for -1, all of them, by no limit
        limit = min(cap, int(query.get('limit', cap)))
        body = {key: ROWS[begin : begin + limit]}
        if len(body[key]) == limit:
            address = f'{link}/{key}?marker={body[key][-1]["id"]}'
            body[f'{key}_links'] = [{'rel': 'next', 'href': address}]
            body['next'] = address
        return gateways.Answer(body=json.dumps(body).encode())

    return answer


@pytest.mark.parametrize('link', LINKS)
@pytest.mark.parametrize('cap', [1, 7, 30, 1000])
@pytest.mark.parametrize('name', LISTS)
def test_a_list_is_read_to_its_end_whatever_is_given_at_once(name, cap, link):
    key = KEYS.get(name, name)
    with gateways.serving(paged(key, cap, link)) as gateway:
        found = LISTS[name](gateways.cloud(gateway.url))
    ids = [
        one if isinstance(one, str) else
        one['id'] if isinstance(one, dict) else one.id
        for one in found
    ]  # fmt: skip
    assert ids == [row['id'] for row in ROWS]


@pytest.mark.parametrize('link', LINKS)
@pytest.mark.parametrize('cap', [1, 5, 1000])
@pytest.mark.parametrize(
    'listed', [cinder.snapshot_list, manila.snapshot_list]
)
def test_a_window_is_whole_whatever_is_given_at_once(listed, cap, link):
    with gateways.serving(paged('snapshots', cap, link)) as gateway:
        found = listed(gateways.cloud(gateway.url), limit=12, offset=12)
        last = listed(gateways.cloud(gateway.url), limit=12, offset=24)
    assert [one.id for one in found] == [row['id'] for row in ROWS[12:24]]
    assert [one.id for one in last] == [row['id'] for row in ROWS[24:]]


@pytest.fixture
def elsewhere():
    """A server under another name that takes whatever it is sent."""
    with gateways.serving(lambda _asked: gateways.Answer()) as other:
        other.seen = other.url.replace('127.0.0.1', 'localhost')
        yield other


@pytest.mark.parametrize('status', [301, 302, 303, 307, 308])
def test_a_token_is_sent_to_no_other_host(elsewhere, status):
    away = gateways.Answer(status, headers={'Location': elsewhere.seen})
    with gateways.serving(lambda _asked: away) as gateway:
        for call in (cinder.volume_list, nova.server_list, glance.image_list):
            with pytest.raises(exceptions.Unavailable) as caught:
                call(gateways.cloud(gateway.url))
            assert "sends requests on to another address (localhost)" in str(
                caught.value
            )
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    ('location', 'host'),
    [('', ''), ('/again', '127.0.0.1'), ('http://[', ''), ('x:y', '')],
)
def test_a_redirect_that_leads_nowhere_is_told(location, host):
    away = gateways.Answer(302, headers={'Location': location})
    with gateways.serving(lambda _asked: away) as gateway:
        with pytest.raises(exceptions.Unavailable) as caught:
            cinder.volume_list(gateways.cloud(gateway.url))
        assert len(gateway.asked) <= 6
    assert host in str(caught.value)


def test_a_redirect_at_the_same_host_is_followed():
    body = json.dumps({'volumes': ROWS}).encode()

    def answer(handler):
        if handler.path.startswith('/new'):
            return gateways.Answer(body=body)
        return gateways.Answer(308, headers={'Location': '/new/volumes?a=b'})

    with gateways.serving(answer) as gateway:
        cloud = gateways.cloud(gateway.url)
        assert len(cinder.volume_list(cloud, status='x')) == len(ROWS)
    assert gateway.asked[-1] == 'GET /new/volumes?a=b'
