# SPDX-License-Identifier: Apache-2.0
"""Protects a Cinder volume by a copy of it, which is a volume as well.

Block Storage API v3, https://docs.openstack.org/api-ref/block-storage/v3/.
"""

from typing import Any

from cinderclient import client
from cinderclient import exceptions as cinder

from protection_dashboard import exceptions
from protection_dashboard.api import errors
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import base
from protection_dashboard.protections import recovery_point

# metadata of a copy: the id of the volume that it was made of
COPY_OF = 'copy_of'

STATES = {
    'available': base.AVAILABLE,
    'in-use': base.AVAILABLE,
    'creating': base.PENDING,
    'deleting': base.PENDING,
}

Options = dict[str, Any]

_cinder = errors.convert_errors('Cinder', cinder.ClientException)


def _volumes(cloud: Cloud) -> Any:
    """Cinder's volumes, as the user of this cloud may see them."""
    session = cloud.session('block-storage')
    return client.Client('3.45', session=session).volumes


class VolumeCopy(base.Protection):
    """A full copy next to its volume, restored as a new volume."""

    slug = 'volume_copy'
    name = "Volume copy"
    protectables = ('volume',)
    service_type = 'block-storage'
    service = 'Cinder'
    name_option = 'copy_name'

    OPTIONS_SCHEMA = {
        'title': "Volume Copy Options",
        'type': 'object',
        'properties': {
            'copy_name': {
                'type': 'string',
                'title': "Copy Name",
                'description': "The name of the copy.",
                'maxLength': 255,
            },
            'volume_type': {
                'type': 'string',
                'title': "Volume Type",
                'description': "Where the copy is stored.",
                'x-picker': 'volume_type',
            },
        },
        'required': ['copy_name'],
    }

    RESTORE_SCHEMA = {
        'title': "Volume Copy Restore",
        'type': 'object',
        'properties': {
            'restore_name': {
                'type': ['string', 'null'],
                'title': "Restore Name",
                'description': "The name of the restored volume.",
                'default': None,
                'maxLength': 255,
            },
        },
        'required': [],
    }

    # what the forms start with

    def defaults(self, resource: Resource) -> Options:
        return {'copy_name': resource.label}

    def restore_defaults(
        self, point: base.RecoveryPoint, original: Resource | None
    ) -> Options:
        return {'restore_name': self.restored_name(point, original)}

    # what a run does

    def delivered(
        self, cloud: Cloud, resource: Resource, mark: base.Mark
    ) -> str | None:
        copies = self.points(cloud, resource.id)
        return next((one.id for one in copies if one.mark == mark), None)

    @_cinder
    def protect(
        self,
        cloud: Cloud,
        resource: Resource,
        options: Options,
        mark: base.Mark,
    ) -> str:
        copy = _volumes(cloud).create(
            resource.size,
            source_volid=resource.id,
            name=options['copy_name'],
            volume_type=options.get('volume_type'),
            metadata={**mark.metadata(), COPY_OF: resource.id},
        )
        return copy.id

    @_cinder
    def restore(
        self, cloud: Cloud, point: base.RecoveryPoint, options: Options
    ) -> str:
        volume = _volumes(cloud).create(
            point.size,
            source_volid=point.id,
            name=options.get('restore_name'),
        )
        return volume.id

    @_cinder
    def delete(self, cloud: Cloud, point_id: str) -> str:
        # show refuses what is no copy: a volume of the user stays
        _volumes(cloud).delete(self.show(cloud, point_id).id)
        return point_id

    # what the pages show

    @_cinder
    def show(self, cloud: Cloud, point_id: str) -> base.RecoveryPoint:
        volume = _volumes(cloud).get(point_id)
        # an administrator's token finds the volumes of every project
        owner = getattr(volume, 'os-vol-tenant-attr:tenant_id', None)
        if COPY_OF not in volume.metadata or owner != cloud.project_id:
            raise exceptions.NotFound("Cinder: copy not found.")
        return _point(volume)

    @_cinder
    def points(
        self,
        cloud: Cloud,
        resource_id: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[base.RecoveryPoint]:
        copies = [
            _point(volume)
            for volume in _volumes(cloud).list()
            if COPY_OF in volume.metadata
            and resource_id in (None, volume.metadata[COPY_OF])
        ]
        copies.sort(key=lambda point: point.created, reverse=True)
        return copies[offset:][:limit]


def _point(volume: Any) -> base.RecoveryPoint:
    return base.RecoveryPoint(
        id=volume.id,
        protection=VolumeCopy.slug,
        resource_type='volume',
        resource_id=volume.metadata[COPY_OF],
        name=volume.name or '',
        description=volume.description or '',
        status=volume.status,
        state=STATES.get(volume.status, base.ERROR),
        created=recovery_point.created(volume.created_at),
        size=volume.size,
        mark=base.Mark.of(volume.metadata),
    )
