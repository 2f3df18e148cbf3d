# SPDX-License-Identifier: Apache-2.0
"""Neutron: networks, as the dictionaries of its API.

Network API v2.0, https://docs.openstack.org/api-ref/network/v2/. Its client
is not used, as it is no longer developed.
"""

from typing import Any

from protection_dashboard.api import error_answers
from protection_dashboard.api import errors
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import ids

SERVICE_TYPE = 'network'
_PAGE = 500

_convert_errors = errors.convert_errors('Neutron')


def _get(cloud: Cloud, path: str, **query: Any) -> dict[str, Any]:
    """The answer's JSON; the catalog's URL may end with /v2.0."""
    root = cloud.url(SERVICE_TYPE).removesuffix('/v2.0')
    answer = cloud.session(SERVICE_TYPE).get(
        f'{root}/v2.0{path}', params=query
    )
    return error_answers.json_object(answer)


def _networks(cloud: Cloud, **query: Any) -> list[dict[str, Any]]:
    """The networks that the project owns, read page by page."""
    query |= {'project_id': cloud.project_id}
    found: list[dict[str, Any]] = []
    more = True
    while more:
        page = _get(cloud, '/networks', **query)
        found += page['networks']
        more = 'next' in {x['rel'] for x in page.get('networks_links', ())}
        query['marker'] = found[-1]['id'] if more else None
    return found


@_convert_errors
def network_list(cloud: Cloud, limit: int = _PAGE) -> list[dict[str, Any]]:
    """All networks that the project owns, ``limit`` in one request."""
    return _networks(cloud, limit=limit)


@_convert_errors
def network_names(cloud: Cloud) -> dict[str, str]:
    """``{id: name}`` of the project's networks."""
    networks = _networks(cloud, limit=_PAGE, fields=['id', 'name'])
    return {network['id']: network['name'] for network in networks}


@_convert_errors
def network_get(cloud: Cloud, network_id: str) -> dict[str, Any]:
    """A network that the user may see, of any project."""
    network_id = ids.uuid_or_not_found(network_id, "Neutron: network")
    answer = _get(cloud, f'/networks/{network_id}')
    network: dict[str, Any] = answer['network']
    return network
