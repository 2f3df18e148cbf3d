# SPDX-License-Identifier: Apache-2.0
"""Cinder's stand-in under Trove: the volumes of its servers, without bytes.

The methods are those of cinderclient that Trove calls.
"""

import uuid

from cinderclient import exceptions

from cloud.services.trove.dataplane import Row
from cloud.services.trove.dataplane import dataplane


def cinder_client(context, region_name=None):
    """Return what Trove's option remote_cinder_client asks for."""
    return Row(volumes=Volumes(), volume_types=VolumeTypes())


class Volume(Row):
    def delete(self):
        dataplane().volumes.pop(self.id, None)
        dataplane().save()


class Volumes:
    def create(self, size, name=None, **_):
        volume = {
            'id': str(uuid.uuid4()),
            'size': size,
            'name': name,
            'status': 'available',
        }
        dataplane().volumes[volume['id']] = volume
        dataplane().save()
        return Volume(**volume)

    def get(self, volume_id):
        try:
            return Volume(**dataplane().volumes[volume_id])
        except KeyError:
            raise exceptions.NotFound(404) from None

    def list(self, search_opts=None, **_):
        name = (search_opts or {}).get('name')
        return [
            Volume(**volume)
            for volume in dataplane().volumes.values()
            if name in (None, volume['name'])
        ]


class VolumeTypes:
    def list(self):
        return [Row(id='file', name='file', is_public=True, description='')]

    def get(self, type_id):
        return self.list()[0]
