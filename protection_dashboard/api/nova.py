# SPDX-License-Identifier: Apache-2.0
"""Nova: servers.

Compute API v2.1, https://docs.openstack.org/api-ref/compute/.
"""

from collections.abc import Mapping
from typing import Any
from typing import Literal
from typing import Protocol

from novaclient import client
from novaclient import exceptions as nova

from protection_dashboard.api import errors
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import ids

SERVICE_TYPE = 'compute'
# the first version with the flavor in a server, not only its id (Pike)
MICROVERSION = '2.47'
_ALL = -1  # as a limit: novaclient reads all pages

_convert_errors = errors.convert_errors('Nova', nova.ClientException)


class NovaServer(Protocol):
    """What is read of a server; ``image`` is '' if it boots from a volume."""

    id: str
    name: str
    status: str
    flavor: dict[str, Any]
    image: dict[str, Any] | Literal['']
    addresses: dict[str, Any]
    metadata: dict[str, str]
    tenant_id: str
    created: str


class Flavor(Protocol):
    """What is read of a flavor; ``ram`` is in MiB, ``disk`` in GiB."""

    id: str
    name: str
    vcpus: int
    ram: int
    disk: int


def _servers(cloud: Cloud) -> Any:
    return client.Client(
        MICROVERSION, session=cloud.session(SERVICE_TYPE)
    ).servers


@_convert_errors
def server_list(cloud: Cloud, **filters: Any) -> list[NovaServer]:
    """All servers of the project; ``filters`` are those of the list."""
    servers = _servers(cloud)
    found: list[NovaServer] = servers.list(limit=_ALL, search_opts=filters)
    return found


@_convert_errors
def server_names(cloud: Cloud) -> dict[str, str]:
    """``{id: name}`` of the project's servers."""
    servers = _servers(cloud).list(detailed=False, limit=_ALL)
    return {server.id: server.name for server in servers}


@_convert_errors
def server_get(cloud: Cloud, server_id: str) -> NovaServer:
    """A server; an administrator gets those of other projects too."""
    server_id = ids.uuid_or_not_found(server_id, "Nova: server")
    found: NovaServer = _servers(cloud).get(server_id)
    return found


@_convert_errors
def server_network_ids(cloud: Cloud, server_id: str) -> set[str]:
    """Ids of the networks in which a server has a port."""
    server_id = ids.uuid_or_not_found(server_id, "Nova: server")
    ports = _servers(cloud).interface_list(server_id)
    return {port.net_id for port in ports}


@_convert_errors
def server_metadata_set(
    cloud: Cloud, server_id: str, metadata: Mapping[str, str]
) -> None:
    """Set keys of a server's metadata; the other keys stay."""
    server_id = ids.uuid_or_not_found(server_id, "Nova: server")
    _servers(cloud).set_meta(server_id, metadata)


@_convert_errors
def server_metadata_delete(cloud: Cloud, server_id: str, key: str) -> None:
    """Delete a key of a server's metadata."""
    server_id = ids.uuid_or_not_found(server_id, "Nova: server")
    _servers(cloud).delete_meta(server_id, [key])


@_convert_errors
def server_update(cloud: Cloud, server_id: str, **changes: Any) -> None:
    """Change a server's name or description."""
    _servers(cloud).update(server_id, **changes)


@_convert_errors
def flavor_list(cloud: Cloud) -> list[Flavor]:
    """The flavors that the project may use."""
    compute = client.Client(MICROVERSION, session=cloud.session(SERVICE_TYPE))
    found: list[Flavor] = []
    page = compute.flavors.list()
    while page:
        found += page
        page = compute.flavors.list(marker=page[-1].id)
    return found
