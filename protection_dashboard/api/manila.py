# SPDX-License-Identifier: Apache-2.0
"""Manila: shares and their snapshots.

Shared File Systems API v2,
https://docs.openstack.org/api-ref/shared-file-system/.
"""

from keystoneauth1 import adapter
from manilaclient import api_versions
from manilaclient import exceptions as manila
from manilaclient.v2 import client

from protection_dashboard.api import errors
from protection_dashboard.api import rows
from protection_dashboard.common import ids

TYPE = 'shared-file-system'
# The first one with metadata of snapshots (Zed); an older one takes them and
# drops them without a word, so a server that is older must say no.
MICROVERSION = '2.73'
# Manila cuts a list at its osapi_max_limit (1000), it ignores a marker, and
# its links to a next page lead to the first one again.
_PAGE = 500
_LEAST = 100

_manila = errors.of('Manila', manila.ClientException)


def _client(cloud):
    session = cloud.session(TYPE)
    found = client.Client(
        session=session,
        service_catalog_url=cloud.url(TYPE),
        api_version=api_versions.APIVersion(MICROVERSION),
    )
    # its own way would open a connection for each request, and wait for a
    # host that is gone as long as for an answer
    found.client = adapter.LegacyJsonAdapter(
        session, service_type=TYPE, default_microversion=MICROVERSION
    )
    return found


def everything(fetch):
    """All rows of ``fetch(limit=, offset=)``, page by page."""
    found = []
    while True:
        page = fetch(limit=_PAGE, offset=len(found))
        found += page
        if len(page) < _LEAST:
            return found


def _shares(cloud, detailed, **filters):
    shares = rows.rows(_client(cloud).shares)

    def fetch(**window):
        # the client's default is to add the public shares of others
        search = {'is_public': False, 'sort_key': 'id', **filters, **window}
        return shares.list(detailed=detailed, search_opts=search)

    return everything(fetch)


@_manila
def share_list(cloud, **filters):
    """All shares of the project, as plain.Rows."""
    return _shares(cloud, detailed=True, **filters)


@_manila
def share_names(cloud):
    """``{id: name}`` of the project's shares."""
    return {share.id: share.name for share in _shares(cloud, detailed=False)}


@_manila
def share_get(cloud, share_id):
    return _client(cloud).shares.get(ids.known(share_id, "Manila: share"))


@_manila
def share_metadata_set(cloud, share_id, metadata):
    """Add to a share's metadata; the other keys stay."""
    share_id = ids.known(share_id, "Manila: share")
    _client(cloud).shares.set_metadata(share_id, metadata)


@_manila
def share_metadata_delete(cloud, share_id, key):
    share_id = ids.known(share_id, "Manila: share")
    _client(cloud).shares.delete_metadata(share_id, [key])


@_manila
def share_create(cloud, protocol, size, **options):
    return _client(cloud).shares.create(protocol, size, **options)


@_manila
def share_revert(cloud, share_id, snapshot_id):
    _client(cloud).shares.revert_to_snapshot(share_id, snapshot_id)


@_manila
def snapshot_list(cloud, limit=None, offset=0, **filters):
    """Snapshots of the project, newest first; all of them without limit."""
    snapshots = rows.rows(_client(cloud).share_snapshots)
    order = {'sort_key': 'created_at', 'sort_dir': 'desc'}

    def fetch(**window):
        return snapshots.list(search_opts={**filters, **order, **window})

    if limit is None:
        return everything(fetch)
    return fetch(limit=limit, offset=offset)


@_manila
def snapshot_get(cloud, snapshot_id):
    return _client(cloud).share_snapshots.get(
        ids.known(snapshot_id, "Manila: snapshot")
    )


@_manila
def snapshot_create(cloud, share_id, **options):
    return _client(cloud).share_snapshots.create(share_id, **options)


@_manila
def snapshot_delete(cloud, snapshot_id):
    _client(cloud).share_snapshots.delete(snapshot_id)


@_manila
def limits_get(cloud):
    """``{name: number}`` of what the project may have, and has; -1: any."""
    limits = _client(cloud).limits.get().absolute
    return {limit.name: limit.value for limit in limits}


@_manila
def share_type_names(cloud):
    """``{id: name}`` of the share types that the project may use."""
    return {kind.id: kind.name for kind in _client(cloud).share_types.list()}


@_manila
def share_network_names(cloud):
    """``{id: name}`` of the project's share networks."""
    networks = _client(cloud).share_networks.list(detailed=False)
    return {network.id: network.name for network in networks}
