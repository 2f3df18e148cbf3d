# SPDX-License-Identifier: Apache-2.0
"""Nova: servers.

Compute API v2.1, https://docs.openstack.org/api-ref/compute/.
"""

from novaclient import client
from novaclient import exceptions as nova

from protection_dashboard.api import errors
from protection_dashboard.common import ids

TYPE = 'compute'
# the first one whose servers tell their flavor, not only its id (Pike)
MICROVERSION = '2.47'
_ALL = -1  # a limit: novaclient then asks for page after page

_nova = errors.of('Nova', nova.ClientException)


def _servers(cloud):
    return client.Client(MICROVERSION, session=cloud.session(TYPE)).servers


@_nova
def server_list(cloud, **filters):
    """All servers of the project, as novaclient's objects."""
    return _servers(cloud).list(limit=_ALL, search_opts=filters)


@_nova
def server_names(cloud):
    """``{id: name}`` of the project's servers."""
    servers = _servers(cloud).list(detailed=False, limit=_ALL)
    return {server.id: server.name for server in servers}


@_nova
def server_get(cloud, server_id):
    """One server; an administrator gets those of other projects too."""
    return _servers(cloud).get(ids.known(server_id, "Nova: server"))


@_nova
def server_network_ids(cloud, server_id):
    """Ids of the networks that a server has a port in."""
    server_id = ids.known(server_id, "Nova: server")
    ports = _servers(cloud).interface_list(server_id)
    return {port.net_id for port in ports}


@_nova
def server_metadata_set(cloud, server_id, metadata):
    """Add to a server's metadata; the other keys stay."""
    server_id = ids.known(server_id, "Nova: server")
    _servers(cloud).set_meta(server_id, metadata)


@_nova
def server_metadata_delete(cloud, server_id, key):
    server_id = ids.known(server_id, "Nova: server")
    _servers(cloud).delete_meta(server_id, [key])


@_nova
def server_update(cloud, server_id, **changes):
    """Change a server's name or description."""
    _servers(cloud).update(server_id, **changes)


@_nova
def flavor_list(cloud):
    """The flavors that the project may use, as novaclient's objects."""
    compute = client.Client(MICROVERSION, session=cloud.session(TYPE))
    return compute.flavors.list()
