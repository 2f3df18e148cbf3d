# SPDX-License-Identifier: Apache-2.0
"""Cinder: volumes and their snapshots.

Block Storage API v3, https://docs.openstack.org/api-ref/block-storage/v3/.
"""

from cinderclient import client
from cinderclient import exceptions as cinder

from protection_dashboard.api import errors
from protection_dashboard.api import rows

TYPE = 'block-storage'
# 3.22 brought the filter by metadata; from 3.66 on a server takes a snapshot
# of an attached volume even if nobody said force, so stay below.
MICROVERSION = '3.45'

_cinder = errors.of('Cinder', cinder.ClientException)


def _client(cloud):
    return client.Client(MICROVERSION, session=cloud.session(TYPE))


@_cinder
def volume_list(cloud, **filters):
    """All volumes of the project, as plain.Rows."""
    volumes = rows.rows(_client(cloud).volumes)
    return volumes.list(search_opts=filters)


@_cinder
def volume_names(cloud):
    """``{id: name}`` of the project's volumes."""
    volumes = rows.rows(_client(cloud).volumes)
    return {one.id: one.name for one in volumes.list(detailed=False)}


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
    snapshots = rows.rows(_client(cloud).volume_snapshots)
    return snapshots.list(
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


@_cinder
def volume_update(cloud, volume_id, **changes):
    """Change a volume's name or description."""
    _client(cloud).volumes.update(volume_id, **changes)


@_cinder
def volume_metadata_set(cloud, volume_id, metadata):
    """Add to a volume's metadata; the other keys stay."""
    _client(cloud).volumes.set_metadata(volume_id, metadata)


@_cinder
def volume_metadata_delete(cloud, volume_id, *keys):
    _client(cloud).volumes.delete_metadata(volume_id, keys)


@_cinder
def volume_delete(cloud, volume_id):
    _client(cloud).volumes.delete(volume_id)


@_cinder
def backup_list(cloud, volume_id=None):
    """Backups of the project, or of one of its volumes, in full."""
    search = {'volume_id': volume_id} if volume_id else {}
    return _client(cloud).backups.list(search_opts=search)


@_cinder
def backup_update(cloud, backup_id, **changes):
    """Change a backup's name, description or metadata (all of it)."""
    _client(cloud).backups.update(backup_id, **changes)


@_cinder
def backup_delete(cloud, backup_id):
    _client(cloud).backups.delete(backup_id)


@_cinder
def volume_type_names(cloud):
    """``{id: name}`` of the volume types that the project may use."""
    return {kind.id: kind.name for kind in _client(cloud).volume_types.list()}


@_cinder
def limits_get(cloud):
    """``{name: number}`` of what the project may have, and has; -1: any."""
    limits = _client(cloud).limits.get().absolute
    return {limit.name: limit.value for limit in limits}
