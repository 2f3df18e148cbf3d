# SPDX-License-Identifier: Apache-2.0
"""A look that a service turns away says nothing about the copy."""

import json

import pytest

from protection_dashboard.executions import waits
from tests.support import gateways

ID = 'f47ac10b-58cc-4372-a567-0e02b2c3d479'
ENTRY = {'type': 'volume', 'id': 'v', 'name': 'data'}
SNAPSHOT = {
    'id': ID,
    'name': 'data',
    'description': None,
    'status': 'available',
    'volume_id': 'v',
    'size': 1,
    'created_at': '2026-01-01T00:00:00.000000',
    'metadata': {},
}
THERE = gateways.Answer(200, json.dumps({'snapshot': SNAPSHOT}).encode())
LIMITED = b'{"overLimitFault": {"message": "This request was rate-limited."}}'


def looked(answers, kind='point'):
    """How a wait stands after one look for each answer."""
    given = iter(answers)
    wait = waits.new_wait(
        kind, {'protection': 'volume_snapshot', **ENTRY}, id=ID
    )
    with gateways.serving(lambda _asked: next(given)) as gateway:
        cloud = gateways.cloud(gateway.url)
        for _answer in answers:
            (wait,) = waits.poll_waits(cloud, [wait])['results']
            yield wait


@pytest.mark.parametrize('kind', ['point', 'gone'])
@pytest.mark.parametrize(
    ('status', 'after'),
    [
        (429, '3'),
        (429, ''),
        (413, '3'),
        (408, ''),
        (425, ''),
        (500, ''),
        (502, ''),
        (503, '3'),
        (504, ''),
    ],
)
def test_it_is_asked_again(status, after, kind):
    headers = {'Retry-After': after} if after else {}
    away = gateways.Answer(status, LIMITED, headers=headers)
    (wait,) = looked([away], kind)
    assert wait['state'] == 'pending'
    assert wait['reason'].startswith('Cinder')
    assert 'This request was rate-limited.' in wait['reason']


def test_the_copy_is_good_once_the_service_answers():
    away = gateways.Answer(429, LIMITED, headers={'Retry-After': '3'})
    first, second, last = looked([away, away, THERE])
    assert first['state'] == second['state'] == 'pending'
    assert first['reason'] == (
        'Cinder asks to be called less often (This request was rate-limited.)'
        ': try again in 3 seconds.'
    )
    assert (last['state'], last['reason']) == ('ok', '')


def test_a_page_of_a_proxy_is_asked_again():
    (wait,) = looked([gateways.Answer(200, b'<html>Log in', 'text/html')])
    assert wait['state'] == 'pending'
    assert 'Cinder gave an answer that cannot be read' in wait['reason']


@pytest.mark.parametrize(
    ('status', 'after', 'reason'),
    [
        (413, '0', 'Cinder: This request was rate-limited.'),
        (403, '', 'Cinder: This request was rate-limited.'),
        (404, '', 'It was deleted meanwhile.'),
    ],
)
def test_a_refusal_is_final(status, after, reason):
    headers = {'Retry-After': after} if after else {}
    (wait,) = looked([gateways.Answer(status, LIMITED, headers=headers)])
    assert (wait['state'], wait['reason']) == ('failed', reason)
