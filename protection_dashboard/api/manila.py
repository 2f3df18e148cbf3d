# SPDX-License-Identifier: Apache-2.0
"""Manila: shares and their snapshots.

Shared File Systems API v2,
https://docs.openstack.org/api-ref/shared-file-system/. ``filters`` are those
of the lists, ``options`` those of manilaclient.
"""

from collections.abc import Callable
from collections.abc import Mapping
import sys
from typing import Any
from typing import Protocol

from keystoneauth1 import adapter
from manilaclient import api_versions
from manilaclient import exceptions as manila
from manilaclient.v2 import client

from protection_dashboard.api import errors
from protection_dashboard.api import rows
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import ids

SERVICE_TYPE = 'shared-file-system'
# The first version with metadata of snapshots (Zed): an older Manila refuses
# it, and so cannot silently ignore the metadata.
MICROVERSION = '2.73'
# Manila cuts a list at its osapi_max_limit (1000), it ignores a marker, and
# its links to a next page lead to the first page again.
_PAGE = 500

_convert_errors = errors.convert_errors('Manila', manila.ClientException)


class ManilaShare(Protocol):
    """What is read of a share; ``size`` is in GiB."""

    id: str
    name: str | None
    description: str | None
    status: str
    size: int
    share_proto: str
    share_type: str
    share_type_name: str | None
    share_network_id: str | None
    availability_zone: str | None
    snapshot_support: bool
    create_share_from_snapshot_support: bool
    revert_to_snapshot_support: bool
    snapshot_id: str | None
    project_id: str
    metadata: dict[str, str]
    created_at: str


class ManilaSnapshot(Protocol):
    """What is read of a share's snapshot; ``size`` is in GiB."""

    id: str
    name: str | None
    description: str | None
    status: str
    size: int
    share_id: str
    share_proto: str
    project_id: str
    metadata: dict[str, str]
    created_at: str


def _client(cloud: Cloud) -> Any:
    session = cloud.session(SERVICE_TYPE)
    found = client.Client(
        session=session,
        service_catalog_url=cloud.url(SERVICE_TYPE),
        api_version=api_versions.APIVersion(MICROVERSION),
    )
    # its own adapter opens a connection for each request, and waits for a
    # connection as long as for an answer
    found.client = adapter.LegacyJsonAdapter(
        session, service_type=SERVICE_TYPE, default_microversion=MICROVERSION
    )
    return found


def all_pages(
    fetch: Callable[..., list[Any]], limit: int = sys.maxsize, offset: int = 0
) -> list[Any]:
    """The rows of ``fetch(limit=, offset=)`` in a window, page by page.

    They end where Manila gives none: a short page may be cut, and its links
    do not tell.
    """
    found: list[Any] = []
    while len(found) < limit:
        size = min(_PAGE, limit - len(found))
        page = fetch(limit=size, offset=offset + len(found))
        if not page:
            break
        found += page
    return found


def _shares(cloud: Cloud, *, detailed: bool, **filters: Any) -> list[Any]:
    shares = rows.with_plain_rows(_client(cloud).shares)

    def fetch(**window: int) -> list[Any]:
        # by default the client adds the public shares of other projects
        search = {'is_public': False, 'sort_key': 'id', **filters, **window}
        found: list[Any] = shares.list(detailed=detailed, search_opts=search)
        return found

    return all_pages(fetch)


@_convert_errors
def share_list(cloud: Cloud, **filters: Any) -> list[ManilaShare]:
    """All shares of the project."""
    return _shares(cloud, detailed=True, **filters)


@_convert_errors
def share_names(cloud: Cloud) -> dict[str, str]:
    """``{id: name}`` of the project's shares."""
    return {share.id: share.name for share in _shares(cloud, detailed=False)}


@_convert_errors
def share_get(cloud: Cloud, share_id: str) -> ManilaShare:
    """A share that the user may see; public ones are of any project."""
    share_id = ids.uuid_or_not_found(share_id, "Manila: share")
    found: ManilaShare = _client(cloud).shares.get(share_id)
    return found


@_convert_errors
def share_metadata_set(
    cloud: Cloud, share_id: str, metadata: Mapping[str, str]
) -> None:
    """Set keys of a share's metadata; the other keys stay."""
    share_id = ids.uuid_or_not_found(share_id, "Manila: share")
    _client(cloud).shares.set_metadata(share_id, metadata)


@_convert_errors
def share_metadata_delete(cloud: Cloud, share_id: str, key: str) -> None:
    """Delete a key of a share's metadata."""
    share_id = ids.uuid_or_not_found(share_id, "Manila: share")
    _client(cloud).shares.delete_metadata(share_id, [key])


@_convert_errors
def share_create(
    cloud: Cloud, protocol: str, size: int | None, **options: Any
) -> ManilaShare:
    """Create a share; ``size`` is in GiB."""
    shares = _client(cloud).shares
    made: ManilaShare = shares.create(protocol, size, **options)
    return made


@_convert_errors
def share_revert(cloud: Cloud, share_id: str, snapshot_id: str) -> None:
    """Begin to replace a share's content by that of its snapshot."""
    _client(cloud).shares.revert_to_snapshot(share_id, snapshot_id)


@_convert_errors
def snapshot_list(
    cloud: Cloud,
    limit: int | None = None,
    offset: int = 0,
    **filters: Any,
) -> list[ManilaSnapshot]:
    """Snapshots of the project, the newest first; all without ``limit``."""
    snapshots = rows.with_plain_rows(_client(cloud).share_snapshots)
    order = {'sort_key': 'created_at', 'sort_dir': 'desc'}

    def fetch(**window: int) -> list[ManilaSnapshot]:
        search = {**filters, **order, **window}
        found: list[ManilaSnapshot] = snapshots.list(search_opts=search)
        return found

    return all_pages(fetch, sys.maxsize if limit is None else limit, offset)


@_convert_errors
def snapshot_get(cloud: Cloud, snapshot_id: str) -> ManilaSnapshot:
    """A snapshot that the user may see."""
    snapshot_id = ids.uuid_or_not_found(snapshot_id, "Manila: snapshot")
    found: ManilaSnapshot = _client(cloud).share_snapshots.get(snapshot_id)
    return found


@_convert_errors
def snapshot_create(
    cloud: Cloud, share_id: str, **options: Any
) -> ManilaSnapshot:
    """Begin to make a snapshot of a share."""
    snapshots = _client(cloud).share_snapshots
    made: ManilaSnapshot = snapshots.create(share_id, **options)
    return made


@_convert_errors
def snapshot_delete(cloud: Cloud, snapshot_id: str) -> None:
    """Begin to delete a snapshot."""
    _client(cloud).share_snapshots.delete(snapshot_id)


@_convert_errors
def limits_get(cloud: Cloud) -> dict[str, int]:
    """``{name: number}`` of the project's quotas and usage; -1: no limit."""
    limits = _client(cloud).limits.get().absolute
    return {limit.name: limit.value for limit in limits}


@_convert_errors
def share_type_names(cloud: Cloud) -> dict[str, str]:
    """``{id: name}`` of the share types that the project may use."""
    return {kind.id: kind.name for kind in _client(cloud).share_types.list()}


@_convert_errors
def share_network_names(cloud: Cloud) -> dict[str, str]:
    """``{id: name}`` of the project's share networks."""
    networks = _client(cloud).share_networks.list(detailed=False)
    return {network.id: network.name for network in networks}
