# SPDX-License-Identifier: Apache-2.0
"""Flavors, and the sample servers of the tenants.

https://docs.openstack.org/api-ref/compute/
"""

import dataclasses

from cloud.services.collection import Collection
from cloud.services.collection import open_api
from cloud.services.glance import sample as glance_sample
from cloud.services.neutron import sample as neutron_sample
from cloud.services.nova import flavors

# project -> server -> the volumes that are attached to it
SERVERS = {
    'demo': {'web-1': ['web-1-data'], 'worker-1': ['orders-db']},
    'alt': {'alt-server': []},
}
_MICROVERSION = '2.90'


def seed(cloud_session):
    """Create the flavors."""
    api = open_api(cloud_session, 'compute', microversion=_MICROVERSION)
    wanted = (*flavors.DATABASE, *flavors.SERVER)
    Collection(api, 'flavors').ensure(*map(dataclasses.asdict, wanted))


def sample(sessions):
    """Create the servers, then attach their volumes."""
    tenants = [Tenant(user, sessions(user)) for user in SERVERS]
    for tenant in tenants:
        tenant.ensure()
    for tenant in tenants:
        tenant.attach()


class Tenant:
    """A project's servers, images, networks and volumes, by name."""

    def __init__(self, project, session):
        self._project = project
        self._wanted = SERVERS[project]
        self._image = open_api(session, 'image')
        self._network = open_api(session, 'network')
        self._compute = open_api(
            session, 'compute', microversion=_MICROVERSION
        )
        self._servers = Collection(
            self._compute, 'servers', listing='servers/detail'
        )
        self._volumes = Collection(
            open_api(session, 'block-storage'),
            'volumes',
            listing='volumes/detail',
        )

    def ensure(self):
        """Ask for the servers and volumes; they need not be there yet."""
        self._servers.ensure(*map(self._server, self._wanted))
        self._volumes.ensure(*map(_volume, self._volume_names))

    @property
    def _volume_names(self):
        return [name for names in self._wanted.values() for name in names]

    def _server(self, name):
        image = glance_sample.image_named(self._image, glance_sample.IMAGE)
        network = neutron_sample.network_named(
            self._network, neutron_sample.NETWORKS[self._project][0]
        )
        return {
            'name': name,
            'imageRef': image['id'],
            'flavorRef': flavors.SERVER[0].id,
            'networks': [{'uuid': network['id']}],
        }

    def attach(self):
        """Attach the volumes once they and the servers are there."""
        servers = self._servers.settle(*self._wanted)
        volumes = self._volumes.settle(*self._volume_names)
        for server, names in self._wanted.items():
            for name in names:
                self._attach(servers[server], volumes[name])
        self._volumes.settle(*self._volume_names)

    def _attach(self, server, volume):
        if volume['status'] == 'available':
            self._compute.post(
                f'/servers/{server["id"]}/os-volume_attachments',
                json={'volumeAttachment': {'volumeId': volume['id']}},
            )


def _volume(name):
    return {'name': name, 'size': 1}
