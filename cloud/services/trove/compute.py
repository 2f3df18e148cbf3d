# SPDX-License-Identifier: Apache-2.0
"""Nova's stand-in under Trove: flavors, and servers that only boot a guest.

The methods are those of novaclient that Trove calls.
"""

import dataclasses
import uuid

import eventlet
from novaclient import api_versions
from novaclient import exceptions
from oslo_utils import timeutils

from cloud.services import faults
from cloud.services.nova import flavors
from cloud.services.trove import guest
from cloud.services.trove.dataplane import Row
from cloud.services.trove.dataplane import dataplane
from cloud.services.trove.dataplane import faults_in
from cloud.services.trove.dataplane import seconds

FLAVORS = {flavor.id: flavor for flavor in flavors.DATABASE}


def nova_client(context, region_name=None, password=None):
    """Return what Trove's option remote_nova_client asks for."""
    return Row(
        flavors=Flavors(),
        servers=Servers(),
        server_groups=ServerGroups(),
        api_version=api_versions.APIVersion('2.90'),
    )


class Flavors:
    def list(self):
        return [self.get(flavor_id) for flavor_id in FLAVORS]

    def get(self, flavor_id):
        try:
            flavor = FLAVORS[str(flavor_id)]
        except KeyError:
            raise exceptions.NotFound(404, f'no flavor {flavor_id}') from None
        return Row(**dataclasses.asdict(flavor), ephemeral=0, links=[])


class ServerGroups:
    def list(self):
        return []


class Server(Row):
    def delete(self):
        Servers().delete(self.id)


class Servers:
    def create(self, name, image, flavor, meta=None, nics=None, **_):
        now = timeutils.utcnow().isoformat()
        ports = [nic['port-id'] for nic in nics or ()]
        server = {
            'id': str(uuid.uuid4()),
            'name': name,
            'status': 'BUILD',
            'flavor': {'id': flavor},
            'instance_id': meta['trove_instance_id'],
            'tenant_id': meta['trove_project_id'],
            'networks': {port: dataplane().ports[port] for port in ports},
            'created': now,
            'updated': now,
        }
        dataplane().servers[server['id']] = server
        dataplane().save()
        eventlet.spawn_after(seconds.boot, boot, server['id'])
        return self.get(server['id'])

    def get(self, server_id):
        try:
            server = dataplane().servers[server_id]
        except KeyError:
            raise exceptions.NotFound(404, f'no server {server_id}') from None
        return Server(addresses={}, host='demo', hostId='demo', **server)

    def list(self, search_opts=None, limit=None, **_):
        return [self.get(server_id) for server_id in dataplane().servers]

    def delete(self, server_id):
        server = dataplane().servers.pop(server_id, None)
        if server:
            guest.remove(server['instance_id'])
        dataplane().save()


def boot(server_id):
    """Start the guest of a server: after its creation, after a restart."""
    server = dataplane().servers.get(server_id)
    if server is None:
        return
    if faults.wanted('boot', faults_in(server['name'])) == faults.FAIL:
        server['status'] = 'ERROR'
    else:
        server['status'] = 'ACTIVE'
        guest.start(server['instance_id'])
    dataplane().save()


def boot_all():
    """Start the guests of all servers that are there."""
    for server_id in dataplane().servers:
        eventlet.spawn(boot, server_id)
