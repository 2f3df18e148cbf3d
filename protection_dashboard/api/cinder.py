# SPDX-License-Identifier: Apache-2.0
"""Cinder: volumes and their snapshots.

Block Storage API v3, https://docs.openstack.org/api-ref/block-storage/v3/.
"""

from cinderclient import client
from cinderclient import exceptions as cinder

from protection_dashboard.api import errors

TYPE = 'block-storage'
# 3.22 brought the filter by metadata; from 3.66 on a server takes a snapshot
# of an attached volume even if nobody said force, so stay below.
MICROVERSION = '3.45'

_cinder = errors.of('Cinder', cinder.ClientException)


def _client(cloud):
    return client.Client(MICROVERSION, session=cloud.session(TYPE))


@_cinder
def volume_list(cloud):
    """All volumes of the project, as cinderclient's objects."""
    return _client(cloud).volumes.list()


@_cinder
def volume_names(cloud):
    """``{id: name}`` of the project's volumes."""
    volumes = _client(cloud).volumes.list(detailed=False)
    return {volume.id: volume.name for volume in volumes}


@_cinder
def volume_get(cloud, volume_id):
    return _client(cloud).volumes.get(volume_id)


@_cinder
def volume_create(cloud, size, **options):
    return _client(cloud).volumes.create(size, **options)


@_cinder
def snapshot_list(cloud, limit=None, offset=0, **filters):
    """Snapshots of the project, newest first; all of them without limit."""
    search = {key: value for key, value in filters.items() if value}
    if offset:
        search['offset'] = offset
    return _client(cloud).volume_snapshots.list(
        search_opts=search, limit=limit, sort='created_at:desc'
    )


@_cinder
def snapshot_get(cloud, snapshot_id):
    return _client(cloud).volume_snapshots.get(snapshot_id)


@_cinder
def snapshot_create(cloud, volume_id, **options):
    return _client(cloud).volume_snapshots.create(volume_id, **options)


@_cinder
def snapshot_delete(cloud, snapshot_id):
    _client(cloud).volume_snapshots.delete(snapshot_id)
