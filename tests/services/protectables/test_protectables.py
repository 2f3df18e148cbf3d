# SPDX-License-Identifier: Apache-2.0
"""Kinds of resources, as the real services tell of them."""

import contextlib
import dataclasses
import uuid

from keystoneauth1 import adapter
import pytest

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api import glance
from protection_dashboard.api import neutron
from protection_dashboard.protectables import base

#: what the samples of the projects demo and alt are called
SAMPLES = {
    'server': ('web-1', 'alt-server'),
    'network': ('demo-net', 'alt-net'),
    'volume': ('web-1-data', 'alt-data'),
    'project': ('demo', 'alt'),
}
IMAGE = {'name': 'test', 'disk_format': 'raw', 'container_format': 'bare'}
of_each = pytest.mark.parametrize('slug', SAMPLES)


def named(cloud, slug, name):
    """The project's resource of this name; there must be one."""
    (found,) = [
        one
        for one in plugins.protectable(slug).list(cloud)
        if one.name == name
    ]
    return found


@pytest.fixture(scope='module')
def made(demo):
    """``made(service_type, path, body)``: its JSON; gone after the tests."""
    with contextlib.ExitStack() as stack:

        def make(service_type, path, body):
            api = adapter.Adapter(
                demo.session(service_type), service_type=service_type
            )
            answer = api.post(path, json=body).json()
            made_id = answer.get('id') or answer['network']['id']
            stack.callback(api.delete, f'{path}/{made_id}')
            return made_id

        yield make


@pytest.fixture(scope='module')
def image(demo, made):
    """An image of demo's without bytes."""
    image_id = made('image', '/v2/images', IMAGE)
    return plugins.protectable('image').show(demo, image_id)


@of_each
def test_a_project_has_its_own_and_no_other(demo, alt, cloud_of, slug):
    kind = plugins.protectable(slug)
    mine, theirs = SAMPLES[slug]
    found = named(demo, slug, mine)
    assert found.state == base.AVAILABLE
    assert kind.show(demo, found.id) == found
    assert kind.names(demo)[found.id] == mine
    # an administrator's token opens what belongs to others
    for stranger in (alt, cloud_of('admin', 'alt')):
        assert theirs in {one.name for one in kind.list(stranger)}
        assert found.id not in {one.id for one in kind.list(stranger)}
        assert found.id not in kind.names(stranger)
        with pytest.raises(exceptions.NotFound):
            kind.show(stranger, found.id)


@pytest.mark.parametrize('slug', ['image', *SAMPLES])
@pytest.mark.parametrize('made_up', [str(uuid.UUID(int=0)), '../servers'])
def test_a_made_up_id_is_not_found(demo, slug, made_up):
    with pytest.raises(exceptions.NotFound):
        plugins.protectable(slug).show(demo, made_up)


def test_an_image_is_of_its_owner(demo, alt, cloud_of, image):
    kind = plugins.protectable('image')
    assert (image.name, image.state) == ('test', base.PENDING)
    assert kind.names(demo)[image.id] == 'test'
    for stranger in (alt, cloud_of('admin', 'alt')):
        assert image.id not in {one.id for one in kind.list(stranger)}
        with pytest.raises(exceptions.NotFound):
            kind.show(stranger, image.id)


def test_a_public_image_of_others_is_not_the_projects(demo, cloud_of):
    owner = cloud_of('admin')
    public = named(owner, 'image', 'cirros-like')
    assert public.id not in plugins.protectable('image').names(demo)


def test_images_come_page_after_page(demo, made):
    ids = {made('image', '/v2/images', IMAGE) for _time in range(5)}
    listed = [image['id'] for image in glance.image_list(demo, limit=2)]
    assert ids <= set(listed)
    assert sorted(listed) == sorted(glance.image_names(demo))


def test_networks_come_page_after_page(demo, made):
    body = {'network': {'name': 'test'}}
    ids = {made('network', '/v2.0/networks', body) for _time in range(5)}
    listed = [found['id'] for found in neutron.network_list(demo, limit=2)]
    assert ids <= set(listed)
    assert sorted(listed) == sorted(neutron.network_names(demo))


def test_a_server_tells_what_it_is_made_of(demo):
    server = named(demo, 'server', 'web-1')
    volume = named(demo, 'volume', 'web-1-data')
    assert server.status == 'ACTIVE'
    assert server.details['flavor'] == 'm1.tiny'
    assert server.details['networks'] == ['demo-net']
    assert server.details['volumes'] == [volume.id]


def test_a_server_owns_its_volumes_and_networks(demo, cloud_of):
    server = named(demo, 'server', 'web-1')
    parts = {
        slug: {
            one.name
            for one in plugins.protectable(slug).dependents(demo, server)
        }
        for slug in ('volume', 'network', 'image', 'share')
    }
    assert parts == {
        'volume': {'web-1-data'},
        'network': {'demo-net'},
        'image': set(),  # a public one, which is not the project's
        'share': set(),
    }


def test_a_project_owns_all_of_it(demo):
    project = named(demo, 'project', 'demo')
    for slug in ('server', 'network', 'volume', 'image'):
        kind = plugins.protectable(slug)
        assert set(kind.names(demo)) == {
            one.id for one in kind.dependents(demo, project)
        }


@pytest.mark.parametrize(
    ('slug', 'service'),
    [('server', 'Nova'), ('image', 'Glance'), ('network', 'Neutron')],
)
def test_an_absent_service_is_said_in_a_sentence(demo, slug, service):
    kind = plugins.protectable(slug)
    assert kind.unavailable(demo) == ''
    kept = [one for one in demo.catalog if one['type'] != kind.service_type]
    poor = dataclasses.replace(demo, catalog=kept)
    assert kind.unavailable(poor) == (
        f'{service} is not part of this cloud: ask your administrator for it.'
    )
    with pytest.raises(exceptions.Absent):
        kind.list(poor)
