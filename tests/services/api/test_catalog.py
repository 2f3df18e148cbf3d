# SPDX-License-Identifier: Apache-2.0
"""A cloud that lacks a service, or whose service does not answer."""

import dataclasses
import socket
import time

import pytest

from cloud import settings
from protection_dashboard import exceptions
from protection_dashboard.plans import service as plan_service
from tests.support import factories


def with_address(cloud, kind, url):
    """The cloud with another address for one type of service."""
    endpoint = {'interface': 'public', 'region': settings.REGION, 'url': url}
    entry = {'type': kind, 'name': kind, 'endpoints': [endpoint]}
    others = [entry for entry in cloud.catalog if entry['type'] != kind]
    return dataclasses.replace(cloud, catalog=[*others, entry])


@pytest.fixture
def closed():
    """The address of a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind((settings.HOST, 0))
        yield f'http://{settings.HOST}:{probe.getsockname()[1]}/v2'


@pytest.fixture
def deaf():
    """The address of a port that takes a request and never answers."""
    with socket.create_server((settings.HOST, 0)) as listening:
        yield f'http://{settings.HOST}:{listening.getsockname()[1]}/v2'


@pytest.mark.parametrize(
    ('kind', 'name', 'call'),
    [
        ('workflowv2', 'mistral', plan_service.plan_list),
        ('block-storage', 'cinder', factories.VOLUME.list),
    ],
)
def test_a_service_that_is_not_in_the_catalog_is_named(demo, kind, name, call):
    # a service may have several types, of which clients know the aliases
    entries = [entry for entry in demo.catalog if entry['name'] != name]
    cloud = dataclasses.replace(demo, catalog=entries)
    assert not cloud.has(kind)
    with pytest.raises(exceptions.Unavailable) as caught:
        call(cloud)
    assert str(caught.value) == (
        f'The service catalog has no {kind} service in this region: ask '
        'your administrator for it.'
    )


def test_a_service_of_another_region_is_not_in_the_catalog(demo):
    cloud = dataclasses.replace(demo, region='RegionTwo')
    assert demo.has('workflowv2')
    assert not cloud.has('workflowv2')
    with pytest.raises(exceptions.Unavailable):
        plan_service.plan_list(cloud)


@pytest.mark.parametrize('address', ['closed', 'deaf'])
def test_a_service_that_does_not_answer_is_given_up(demo, address, request):
    url = request.getfixturevalue(address)
    cloud = with_address(demo, 'workflowv2', url)
    cloud = dataclasses.replace(cloud, timeout=0.5)
    begin = time.monotonic()
    with pytest.raises(exceptions.Unavailable) as caught:
        plan_service.plan_list(cloud)
    assert time.monotonic() - begin < 3
    assert str(caught.value) == (
        'Mistral does not answer: try again, or ask your administrator '
        'whether it runs.'
    )


def test_a_token_that_is_no_longer_good_asks_to_log_in(demo):
    cloud = dataclasses.replace(demo, token='gAAAA-not-a-token')
    for call in (plan_service.plan_list, factories.VOLUME.list):
        with pytest.raises(exceptions.NotAuthorized):
            call(cloud)
