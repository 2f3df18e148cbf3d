# SPDX-License-Identifier: Apache-2.0
"""Neutron: networks, as the dictionaries of its API.

Network API v2.0, https://docs.openstack.org/api-ref/network/v2/. Not by its
client, which is no longer developed.
"""

from protection_dashboard.api import error_answers
from protection_dashboard.api import errors
from protection_dashboard.common import ids

TYPE = 'network'
_PAGE = 500

_neutron = errors.of('Neutron')


def _get(cloud, path, **query):
    """The answer's JSON; a catalog may name the service's URL with /v2.0."""
    root = cloud.url(TYPE).removesuffix('/v2.0')
    answer = cloud.session(TYPE).get(f'{root}/v2.0{path}', params=query)
    return error_answers.mapping(answer)


def _networks(cloud, **query):
    """The project's networks, page by page; shared ones of others are not."""
    query |= {'project_id': cloud.project_id}
    found, more = [], True
    while more:
        page = _get(cloud, '/networks', **query)
        found += page['networks']
        more = 'next' in {x['rel'] for x in page.get('networks_links', ())}
        query['marker'] = found[-1]['id'] if more else None
    return found


@_neutron
def network_list(cloud, limit=_PAGE):
    """All networks that the project owns, ``limit`` in one request."""
    return _networks(cloud, limit=limit)


@_neutron
def network_names(cloud):
    """``{id: name}`` of the project's networks."""
    networks = _networks(cloud, limit=_PAGE, fields=['id', 'name'])
    return {network['id']: network['name'] for network in networks}


@_neutron
def network_get(cloud, network_id):
    """One network that the user may see, whoever owns it."""
    network_id = ids.known(network_id, "Neutron: network")
    return _get(cloud, f'/networks/{network_id}')['network']
