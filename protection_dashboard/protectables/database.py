# SPDX-License-Identifier: Apache-2.0
"""Trove database instances."""

from typing import Any

from protection_dashboard.api import trove
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protectables import base

# https://docs.openstack.org/api-ref/database/#instance-status
STATES = {
    'ACTIVE': base.AVAILABLE,
    'HEALTHY': base.AVAILABLE,
    'BACKUP': base.PENDING,
    'BUILD': base.PENDING,
    'DETACH': base.PENDING,
    'EJECT': base.PENDING,
    'LOGGING': base.PENDING,
    'PROMOTE': base.PENDING,
    'REBOOT': base.PENDING,
    'RESIZE': base.PENDING,
    'UPGRADE': base.PENDING,
}


class Database(base.Protectable):
    """A database instance of the Database service."""

    slug = 'database'
    resource_type = 'OS::Trove::Instance'
    name = "Database Instance"
    service_type = trove.SERVICE_TYPE
    service = 'Trove'
    detail_url = 'horizon:project:databases:detail'

    def list(self, cloud: Cloud) -> base.Resources:
        return [_resource(found) for found in trove.instance_list(cloud)]

    def everywhere(self, cloud: Cloud) -> base.OwnedResources:
        found = trove.instance_list_all_projects(cloud)
        return [(one['tenant_id'], _resource(one)) for one in found]

    def show(self, cloud: Cloud, resource_id: str) -> base.Resource:
        return _resource(trove.instance_get(cloud, resource_id))

    def names(self, cloud: Cloud) -> dict[str, str]:
        return {i['id']: i['name'] for i in trove.instance_list(cloud)}


def _resource(instance: Any) -> base.Resource:
    return base.Resource(
        id=instance['id'],
        type=Database.slug,
        name=instance['name'] or '',
        status=instance['status'],
        state=STATES.get(instance['status'], base.ERROR),
        size=instance.get('volume', {}).get('size'),
        details={
            'flavor': instance['flavor']['id'],
            'datastore': instance['datastore']['type'],
            'datastore_version': instance['datastore']['version'],
            'region': instance.get('region'),
            'network': _network(instance),
            'addresses': [a['address'] for a in _addresses(instance)],
        },
    )


def _addresses(instance: Any) -> list[dict[str, Any]]:
    return instance.get('addresses') or []


def _network(instance: Any) -> str:
    """The id of the network of the instance's own address, or ''.

    An instance has one network; its floating addresses name none.
    """
    networks = (a.get('network') for a in _addresses(instance))
    return next(filter(None, networks), '')
