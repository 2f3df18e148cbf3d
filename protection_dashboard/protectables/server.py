# SPDX-License-Identifier: Apache-2.0
"""Nova servers."""

from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api import nova
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protectables import base

# https://docs.openstack.org/api-guide/compute/server_concepts.html; a
# server in another status, such as DELETED or UNKNOWN, cannot be protected
STATES = {
    'ACTIVE': base.AVAILABLE,
    'PAUSED': base.AVAILABLE,
    'SHUTOFF': base.AVAILABLE,
    'SUSPENDED': base.AVAILABLE,
    'SHELVED': base.AVAILABLE,
    'SHELVED_OFFLOADED': base.AVAILABLE,
    'BUILD': base.PENDING,
    'HARD_REBOOT': base.PENDING,
    'MIGRATING': base.PENDING,
    'PASSWORD': base.PENDING,
    'REBOOT': base.PENDING,
    'REBUILD': base.PENDING,
    'RESCUE': base.PENDING,
    'RESIZE': base.PENDING,
    'REVERT_RESIZE': base.PENDING,
    'VERIFY_RESIZE': base.PENDING,
}


class Server(base.Protectable):
    """A server of the Compute service."""

    slug = 'server'
    resource_type = 'OS::Nova::Server'
    name = "Server"
    service_type = nova.SERVICE_TYPE
    service = 'Nova'
    detail_url = 'horizon:project:instances:detail'

    def list(self, cloud: Cloud) -> base.Resources:
        return [
            _resource(server)
            for server in nova.server_list(cloud)
            if server.tenant_id == cloud.project_id
        ]

    def everywhere(self, cloud: Cloud) -> base.OwnedResources:
        found = nova.server_list(cloud, all_tenants=1)
        return [(server.tenant_id, _resource(server)) for server in found]

    def show(self, cloud: Cloud, resource_id: str) -> base.Resource:
        server = nova.server_get(cloud, resource_id)
        if server.tenant_id != cloud.project_id:
            raise exceptions.NotFound("Nova: server not found.")
        return _resource(server)

    def names(self, cloud: Cloud) -> dict[str, str]:
        return nova.server_names(cloud)

    def annotate(
        self, cloud: Cloud, resource_id: str, key: str, value: str | None
    ) -> None:
        if value is None:
            nova.server_metadata_delete(cloud, resource_id, key)
        else:
            nova.server_metadata_set(cloud, resource_id, {key: value})


def _resource(server: Any) -> base.Resource:
    volumes = getattr(server, 'os-extended-volumes:volumes_attached')
    return base.Resource(
        id=server.id,
        type=Server.slug,
        name=server.name or '',
        status=server.status,
        state=STATES.get(server.status, base.ERROR),
        details={
            'flavor': server.flavor['original_name'],
            'networks': sorted(server.addresses),
            'volumes': [volume['id'] for volume in volumes],
            # '' if it was booted from a volume
            'image': server.image['id'] if server.image else '',
        },
        metadata=dict(server.metadata),
    )
