# SPDX-License-Identifier: Apache-2.0
"""Cinder volumes."""

from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api import cinder
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protectables import base

# https://docs.openstack.org/api-ref/block-storage/v3/#volumes-volumes
STATES = {
    'available': base.AVAILABLE,
    'in-use': base.AVAILABLE,
    'creating': base.PENDING,
    'downloading': base.PENDING,
    'uploading': base.PENDING,
    'attaching': base.PENDING,
    'detaching': base.PENDING,
    'reserved': base.PENDING,
    'retyping': base.PENDING,
    'extending': base.PENDING,
    'backing-up': base.PENDING,
    'restoring-backup': base.PENDING,
}


class Volume(base.Protectable):
    """A volume of the Block Storage service."""

    slug = 'volume'
    resource_type = 'OS::Cinder::Volume'
    name = "Volume"
    parents = ('OS::Keystone::Project', 'OS::Nova::Server')
    service_type = cinder.SERVICE_TYPE
    service = 'Cinder'
    detail_url = 'horizon:project:volumes:detail'

    def list(self, cloud: Cloud) -> base.Resources:
        return [_resource(volume) for volume in cinder.volume_list(cloud)]

    def everywhere(self, cloud: Cloud) -> base.OwnedResources:
        return [
            (getattr(one, 'os-vol-tenant-attr:tenant_id'), _resource(one))
            for one in cinder.volume_list(cloud, all_tenants=1)
        ]

    def show(self, cloud: Cloud, resource_id: str) -> base.Resource:
        volume = cinder.volume_get(cloud, resource_id)
        owner = getattr(volume, 'os-vol-tenant-attr:tenant_id', None)
        if owner not in (None, cloud.project_id):
            raise exceptions.NotFound("Cinder: volume not found.")
        return _resource(volume)

    def names(self, cloud: Cloud) -> dict[str, str]:
        return cinder.volume_names(cloud)

    def annotate(
        self, cloud: Cloud, resource_id: str, key: str, value: str | None
    ) -> None:
        if value is None:
            cinder.volume_metadata_delete(cloud, resource_id, key)
        else:
            cinder.volume_metadata_set(cloud, resource_id, {key: value})

    def dependents(
        self, cloud: Cloud, parent: base.Resource
    ) -> base.Resources:
        """Also the volumes that are attached to a server."""
        if parent.type != 'server':
            return super().dependents(cloud, parent)
        return [
            _resource(volume)
            for volume in cinder.volume_list(cloud)
            if parent.id in {a['server_id'] for a in volume.attachments}
        ]


def _resource(volume: Any) -> base.Resource:
    return base.Resource(
        id=volume.id,
        type=Volume.slug,
        name=volume.name or '',
        status=volume.status,
        state=STATES.get(volume.status, base.ERROR),
        size=volume.size,
        details={
            'description': volume.description or '',
            'volume_type': volume.volume_type,
            'availability_zone': volume.availability_zone,
        },
        metadata=dict(volume.metadata),
    )
