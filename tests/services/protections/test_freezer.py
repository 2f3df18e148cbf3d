# SPDX-License-Identifier: Apache-2.0
"""Servers and projects through Freezer: backed up, given back, removed."""

import dataclasses
import uuid

from novaclient import client as nova_client
import pytest

from protection_dashboard import plugins
from protection_dashboard.protections.base import Mark
from tests.support import freezer_service
from tests.support.freezer_service import FREEZER
from tests.support.freezer_service import waiting

SERVER = plugins.protectable('server')


def remove(cloud, server):
    """Delete a restored server and the image it was made of."""
    servers = nova_client.Client('2.47', session=cloud.session('compute'))
    servers.servers.delete(server.id)
    cloud.session('image').delete(address(cloud, server))


def address(cloud, server):
    """Where Glance has the image of a server."""
    return f'{cloud.url("image")}/v2/images/{server.details["image"]}'


def protect(cloud, resource):
    """The wait of a new point, as a run of its own would begin it."""
    mark = Mark(execution=str(uuid.uuid4()))
    options = {'backup_name': f'{{x}} 100% of {resource.name}'}
    point_id = FREEZER.protect(cloud, resource, options, mark)
    return waiting('point', resource, point_id)


@dataclasses.dataclass(frozen=True)
class ExecutedPlan:
    """Two points of demo's server and one of alt's project, given back."""

    server: object
    first: object
    second: object
    new: object
    project: object


@pytest.fixture(scope='module')
def prepared(demo, alt):
    """All of it side by side: what takes long is Freezer's own pace."""
    server = next(s for s in SERVER.list(demo) if s.name == 'web-1')
    (project,) = plugins.protectable('project').list(alt)
    begun = protect(alt, project)
    # Nova makes one image of a server at a time
    made = [
        freezer_service.ended(demo, protect(demo, server)) for _number in '12'
    ]
    made.append(freezer_service.ended(alt, begun))
    assert [wait['reason'] for wait in made] == [''] * 3
    first, second = (FREEZER.show(demo, wait['id']) for wait in made[:2])
    whole = FREEZER.show(alt, made[2]['id'])
    removed = FREEZER.delete(demo, first.id)
    back = [
        waiting('resource', r, FREEZER.restore(c, p, {'restore_name': 'back'}))
        for c, r, p in ((demo, server, second), (alt, project, whole))
    ]
    gone = freezer_service.ended(demo, waiting('gone', server, removed))
    assert gone['state'] == 'ok'
    new, all_new = (
        freezer_service.ended(c, w)
        for c, w in zip((demo, alt), back, strict=True)
    )
    assert [new['reason'], all_new['reason']] == ['', '']
    yield ExecutedPlan(server, first, second, new, all_new)
    for cloud in (demo, alt):
        for found in SERVER.list(cloud):
            if found.name.startswith('back'):
                remove(cloud, found)
    freezer_service.clear(demo, [server.id])
    freezer_service.clear(alt, [project.id])


def test_a_server_comes_back_as_a_new_one(demo, prepared):
    new = SERVER.show(demo, prepared.new['id'])
    assert (new.name, new.state) == ('back', 'available')
    assert new.id != prepared.server.id
    for fact in ('flavor', 'networks'):
        assert new.details[fact] == prepared.server.details[fact]
    content = demo.session('image').get(f'{address(demo, new)}/file').text
    assert content.startswith(f'The disk of {prepared.server.id}')


def test_to_delete_one_point_leaves_the_other(demo, prepared):
    left = [point.id for point in FREEZER.points(demo, prepared.server.id)]
    assert prepared.second.id in left
    assert prepared.first.id not in left


def test_a_project_comes_back_with_all_its_servers(alt, prepared):
    assert prepared.project['id'] == alt.project_id
    names = sorted(server.name for server in SERVER.list(alt))
    assert names == ['alt-server', 'back alt-server']


def test_nothing_is_left_but_the_points(demo, alt, prepared):
    for cloud in (demo, alt):
        jobs, actions = freezer_service.left(cloud)
        assert [job for job in jobs if 'work=permit' not in job] == []
        assert actions == []


def test_a_name_that_the_agent_would_misread_is_only_shown(prepared):
    assert prepared.second.name == '{x} 100% of web-1'
    name = prepared.second.details['backup_name']
    assert name.startswith('_x_100_of_web-1_')
