# SPDX-License-Identifier: Apache-2.0
"""Neutron networks."""

from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api import neutron
from protection_dashboard.api import nova
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protectables import base

# https://docs.openstack.org/api-ref/network/v2/#networks; DOWN means that its
# administrative state is down, which does not matter for protecting it
STATES = {
    'ACTIVE': base.AVAILABLE,
    'DOWN': base.AVAILABLE,
    'BUILD': base.PENDING,
}


class Network(base.Protectable):
    """A network that the project owns, not one shared with it."""

    slug = 'network'
    resource_type = 'OS::Neutron::Network'
    name = "Network"
    parents = ('OS::Keystone::Project', 'OS::Nova::Server')
    service_type = neutron.SERVICE_TYPE
    service = 'Neutron'
    detail_url = 'horizon:project:networks:detail'

    def list(self, cloud: Cloud) -> base.Resources:
        return [
            _resource(network)
            for network in neutron.network_list(cloud)
            if network['project_id'] == cloud.project_id
        ]

    def show(self, cloud: Cloud, resource_id: str) -> base.Resource:
        network = neutron.network_get(cloud, resource_id)
        if network['project_id'] != cloud.project_id:
            raise exceptions.NotFound("Neutron: network not found.")
        return _resource(network)

    def names(self, cloud: Cloud) -> dict[str, str]:
        return neutron.network_names(cloud)

    def dependents(
        self, cloud: Cloud, parent: base.Resource
    ) -> base.Resources:
        """Also the networks that a server has a port in."""
        if parent.type != 'server':
            return super().dependents(cloud, parent)
        wanted = nova.server_network_ids(cloud, parent.id)
        return [one for one in self.list(cloud) if one.id in wanted]


def _resource(network: Any) -> base.Resource:
    return base.Resource(
        id=network['id'],
        type=Network.slug,
        name=network['name'] or '',
        status=network['status'],
        state=STATES.get(network['status'], base.ERROR),
        details={
            'description': network.get('description', ''),
            'subnets': network['subnets'],
        },
    )
