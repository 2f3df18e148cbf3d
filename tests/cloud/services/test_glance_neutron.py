# SPDX-License-Identifier: Apache-2.0
"""Glance and Neutron as tenants see them."""

from concurrent import futures

from keystoneauth1.exceptions import NotFound
import pytest

from cloud.services.collection import open_api
from cloud.services.glance import sample as glance_sample
from cloud.services.neutron import sample as neutron_sample
from cloud.users import open_session

pytestmark = pytest.mark.usefixtures('running_cloud')


def _open(service_type, user='demo'):
    return open_api(open_session(user), service_type)


@pytest.fixture
def image():
    """A private image of demo with a few bytes."""
    api = _open('image')
    body = {'name': 'test', 'disk_format': 'raw', 'container_format': 'bare'}
    address = f'/v2/images/{api.post("/v2/images", json=body).json()["id"]}'
    kind = {'Content-Type': 'application/octet-stream'}
    api.put(f'{address}/file', data=b'content', headers=kind)
    yield address
    api.delete(address)


def test_an_image_gives_its_bytes_back_to_its_project_only(image):
    demo, alt = _open('image'), _open('image', 'alt')
    assert demo.get(image).json()['status'] == 'active'
    assert demo.get(f'{image}/file').content == b'content'
    with pytest.raises(NotFound):
        alt.get(image)


@pytest.mark.parametrize('user', ['demo', 'alt'])
def test_everybody_finds_the_public_image(user):
    image = glance_sample.image_named(
        _open('image', user), glance_sample.IMAGE
    )
    assert (image['visibility'], image['status']) == ('public', 'active')
    assert image['size'] == len(glance_sample.CONTENT)


def test_a_project_sees_its_own_network_only():
    (demo_net, _), (alt_net, _) = neutron_sample.NETWORKS.values()
    alt = _open('network', 'alt')
    assert neutron_sample.network_named(alt, alt_net)
    assert neutron_sample.network_named(alt, demo_net) is None


def test_a_port_gets_an_address_of_the_subnet():
    api = _open('network')
    network = neutron_sample.network_named(api, 'demo-net')
    body = {'port': {'network_id': network['id']}}
    port = api.post('/v2.0/ports', json=body).json()['port']
    api.delete(f'/v2.0/ports/{port["id"]}')
    (address,) = port['fixed_ips']
    assert address['ip_address'].startswith('10.10.0.')


def test_the_first_requests_after_a_start_all_find_the_network(running_cloud):
    api = _open('network')
    with running_cloud.without('neutron'):
        pass
    with futures.ThreadPoolExecutor(8) as pool:
        ask = pool.map(
            lambda _: neutron_sample.network_named(api, 'demo-net'), range(8)
        )
        assert all(ask)
