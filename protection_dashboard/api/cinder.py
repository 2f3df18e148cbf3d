# SPDX-License-Identifier: Apache-2.0
"""Cinder: volumes and their snapshots.

Block Storage API v3, https://docs.openstack.org/api-ref/block-storage/v3/.
``filters`` are those of the lists, ``options`` those of cinderclient.
"""

from collections.abc import Mapping
from typing import Any
from typing import Protocol
from urllib import parse

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


def _rows(
    cloud: Cloud,
    path: str,
    key: str,
    limit: int | None = None,
    **query: Any,
) -> list[Any]:
    """The rows of a list: all, or the first ``limit`` of them.

    ``key`` is where the answer has them; parameters with empty values are
    left out. Cinder gives at most its osapi_max_limit at once, and then a
    link to the next page. The address in it may be one that nobody reaches
    through a proxy, so that page is asked for by its marker instead:
    cinderclient follows the link.
    """
    asked = {name: value for name, value in query.items() if value}
    http = _client(cloud).client
    found: list[Any] = []
    while True:
        if limit:
            asked['limit'] = limit - len(found)
        _answer, body = http.get(f'/{path}?{parse.urlencode(asked)}')
        found += [rows.Row(None, row) for row in body[key]]
        is_cut = any(body[name] for name in body if name.endswith('_links'))
        if not (body[key] and is_cut) or len(found) == limit:
            return found
        asked |= {'marker': found[-1].id, 'offset': 0}


@_convert_errors
def volume_list(cloud: Cloud, **filters: Any) -> list[CinderVolume]:
    """All volumes of the project."""
    return _rows(cloud, 'volumes/detail', 'volumes', **filters)


@_convert_errors
def volume_names(cloud: Cloud) -> dict[str, str]:
    """``{id: name}`` of the project's volumes."""
    return {row.id: row.name for row in _rows(cloud, 'volumes', 'volumes')}


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
    return _rows(
        cloud,
        'snapshots/detail',
        'snapshots',
        limit,
        offset=offset,
        sort='created_at:desc',
        **filters,
    )


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
    return _rows(cloud, 'backups/detail', 'backups', volume_id=volume_id)


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
    kinds = _rows(cloud, 'types', 'volume_types', is_public='None')
    return {kind.id: kind.name for kind in kinds}


@_convert_errors
def limits_get(cloud: Cloud) -> dict[str, int]:
    """``{name: number}`` of the project's quotas and usage; -1: no limit."""
    limits = _client(cloud).limits.get().absolute
    return {limit.name: limit.value for limit in limits}
