# SPDX-License-Identifier: Apache-2.0
"""Cinder: volumes and their snapshots.

Block Storage API v3, https://docs.openstack.org/api-ref/block-storage/v3/.
``filters`` are those of the lists, ``options`` those of cinderclient.
"""

from collections.abc import Mapping
from typing import Any
from typing import Protocol

from cinderclient import client
from cinderclient import exceptions as cinder

from protection_dashboard.api import errors
from protection_dashboard.api import rows
from protection_dashboard.api.cloud import Cloud

SERVICE_TYPE = 'block-storage'
# 3.22 brought the filter by metadata; from 3.66 on Cinder makes snapshots of
# attached volumes without force, so stay below.
MICROVERSION = '3.45'

_convert_errors = errors.convert_errors('Cinder', cinder.ClientException)


class CinderVolume(Protocol):
    """What is read of a volume; ``size`` is in GiB, times are UTC."""

    id: str
    name: str | None
    description: str | None
    status: str
    size: int
    volume_type: str | None
    availability_zone: str | None
    attachments: list[dict[str, Any]]
    metadata: dict[str, str]
    snapshot_id: str | None
    created_at: str


class CinderSnapshot(Protocol):
    """What is read of a volume's snapshot; ``size`` is in GiB."""

    id: str
    name: str | None
    description: str | None
    status: str
    size: int
    volume_id: str
    metadata: dict[str, str]
    created_at: str


class Backup(Protocol):
    """What is read of a volume's backup; ``size`` is in GiB."""

    id: str
    name: str | None
    description: str | None
    status: str
    size: int
    volume_id: str
    metadata: dict[str, str]
    fail_reason: str | None
    created_at: str


def _client(cloud: Cloud) -> Any:
    return client.Client(MICROVERSION, session=cloud.session(SERVICE_TYPE))


@_convert_errors
def volume_list(cloud: Cloud, **filters: Any) -> list[CinderVolume]:
    """All volumes of the project."""
    volumes = rows.with_plain_rows(_client(cloud).volumes)
    found: list[CinderVolume] = volumes.list(search_opts=filters)
    return found


@_convert_errors
def volume_names(cloud: Cloud) -> dict[str, str]:
    """``{id: name}`` of the project's volumes."""
    volumes = rows.with_plain_rows(_client(cloud).volumes)
    return {row.id: row.name for row in volumes.list(detailed=False)}


@_convert_errors
def volume_get(cloud: Cloud, volume_id: str) -> CinderVolume:
    """A volume; an administrator gets those of other projects too."""
    found: CinderVolume = _client(cloud).volumes.get(volume_id)
    return found


@_convert_errors
def volume_create(
    cloud: Cloud, size: int | None, **options: Any
) -> CinderVolume:
    """Create a volume; ``size`` is in GiB, None for that of the source."""
    made: CinderVolume = _client(cloud).volumes.create(size, **options)
    return made


@_convert_errors
def snapshot_list(
    cloud: Cloud,
    limit: int | None = None,
    offset: int = 0,
    **filters: Any,
) -> list[CinderSnapshot]:
    """Snapshots of the project, the newest first; all without ``limit``.

    Filters with empty values are left out.
    """
    search: dict[str, Any] = {k: v for k, v in filters.items() if v}
    if offset:
        search['offset'] = offset
    snapshots = rows.with_plain_rows(_client(cloud).volume_snapshots)
    found: list[CinderSnapshot] = snapshots.list(
        search_opts=search, limit=limit, sort='created_at:desc'
    )
    return found


@_convert_errors
def snapshot_get(cloud: Cloud, snapshot_id: str) -> CinderSnapshot:
    """A snapshot; an administrator gets those of other projects too."""
    found: CinderSnapshot = _client(cloud).volume_snapshots.get(snapshot_id)
    return found


@_convert_errors
def snapshot_create(
    cloud: Cloud, volume_id: str, **options: Any
) -> CinderSnapshot:
    """Begin to make a snapshot of a volume."""
    snapshots = _client(cloud).volume_snapshots
    made: CinderSnapshot = snapshots.create(volume_id, **options)
    return made


@_convert_errors
def snapshot_delete(cloud: Cloud, snapshot_id: str) -> None:
    """Begin to delete a snapshot."""
    _client(cloud).volume_snapshots.delete(snapshot_id)


@_convert_errors
def volume_update(cloud: Cloud, volume_id: str, **changes: Any) -> None:
    """Change a volume's name or description."""
    _client(cloud).volumes.update(volume_id, **changes)


@_convert_errors
def volume_metadata_set(
    cloud: Cloud, volume_id: str, metadata: Mapping[str, str]
) -> None:
    """Set keys of a volume's metadata; the other keys stay."""
    _client(cloud).volumes.set_metadata(volume_id, metadata)


@_convert_errors
def volume_metadata_delete(cloud: Cloud, volume_id: str, *keys: str) -> None:
    """Delete keys of a volume's metadata."""
    _client(cloud).volumes.delete_metadata(volume_id, keys)


@_convert_errors
def volume_delete(cloud: Cloud, volume_id: str) -> None:
    """Begin to delete a volume."""
    _client(cloud).volumes.delete(volume_id)


@_convert_errors
def backup_list(cloud: Cloud, volume_id: str | None = None) -> list[Backup]:
    """Backups of the project, or of one of its volumes, in full."""
    search = {'volume_id': volume_id} if volume_id else {}
    found: list[Backup] = _client(cloud).backups.list(search_opts=search)
    return found


@_convert_errors
def backup_update(cloud: Cloud, backup_id: str, **changes: Any) -> None:
    """Change a backup's name or description, or replace its metadata."""
    _client(cloud).backups.update(backup_id, **changes)


@_convert_errors
def backup_delete(cloud: Cloud, backup_id: str) -> None:
    """Begin to delete a backup."""
    _client(cloud).backups.delete(backup_id)


@_convert_errors
def volume_type_names(cloud: Cloud) -> dict[str, str]:
    """``{id: name}`` of the volume types that the project may use."""
    return {kind.id: kind.name for kind in _client(cloud).volume_types.list()}


@_convert_errors
def limits_get(cloud: Cloud) -> dict[str, int]:
    """``{name: number}`` of the project's quotas and usage; -1: no limit."""
    limits = _client(cloud).limits.get().absolute
    return {limit.name: limit.value for limit in limits}
