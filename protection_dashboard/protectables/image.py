# SPDX-License-Identifier: Apache-2.0
"""Glance images."""

from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api import glance
from protection_dashboard.api import nova
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protectables import base

# https://docs.openstack.org/glance/latest/user/statuses.html
STATES = {
    'active': base.AVAILABLE,
    'importing': base.PENDING,
    'queued': base.PENDING,
    'saving': base.PENDING,
    'uploading': base.PENDING,
}
# all other properties were added to the image by users
FIELDS = frozenset(
    (
        'checksum',
        'container_format',
        'created_at',
        'direct_url',
        'disk_format',
        'file',
        'id',
        'locations',
        'min_disk',
        'min_ram',
        'name',
        'os_hash_algo',
        'os_hash_value',
        'os_hidden',
        'owner',
        'protected',
        'schema',
        'self',
        'size',
        'status',
        'stores',
        'tags',
        'updated_at',
        'virtual_size',
        'visibility',
    )
)


class Image(base.Protectable):
    """An image that the project owns, not one that it may only use."""

    slug = 'image'
    resource_type = 'OS::Glance::Image'
    name = "Image"
    parents = ('OS::Keystone::Project', 'OS::Nova::Server')
    service_type = glance.SERVICE_TYPE
    service = 'Glance'
    detail_url = 'horizon:project:images:images:detail'

    def list(self, cloud: Cloud) -> base.Resources:
        return [
            _resource(image)
            for image in glance.image_list(cloud)
            if image['owner'] == cloud.project_id
        ]

    def show(self, cloud: Cloud, resource_id: str) -> base.Resource:
        image = glance.image_get(cloud, resource_id)
        if image['owner'] != cloud.project_id:
            raise exceptions.NotFound("Glance: image not found.")
        return _resource(image)

    def names(self, cloud: Cloud) -> dict[str, str]:
        return glance.image_names(cloud)

    def dependents(
        self, cloud: Cloud, parent: base.Resource
    ) -> base.Resources:
        """Also the image that a server was booted from."""
        if parent.type != 'server':
            return super().dependents(cloud, parent)
        # '' if it was booted from a volume
        image = nova.server_get(cloud, parent.id).image or {'id': None}
        return [one for one in self.list(cloud) if one.id == image['id']]


def _resource(image: Any) -> base.Resource:
    return base.Resource(
        id=image['id'],
        type=Image.slug,
        name=image['name'] or '',
        status=image['status'],
        state=STATES.get(image['status'], base.ERROR),
        details={
            'disk_format': image['disk_format'],
            'visibility': image['visibility'],
            'bytes': image['size'],
        },
        metadata={k: v for k, v in image.items() if k not in FIELDS},
    )
