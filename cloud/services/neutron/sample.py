# SPDX-License-Identifier: Apache-2.0
"""A network with one subnet in each tenant's project.

https://docs.openstack.org/api-ref/network/v2/
"""

from cloud.services.collection import open_api

# project -> (name of its network, addresses of its subnet)
NETWORKS = {
    'demo': ('demo-net', '10.10.0.0/24'),
    'alt': ('alt-net', '10.20.0.0/24'),
}


def sample(sessions):
    """Create the networks where they are missing."""
    for user, (name, addresses) in NETWORKS.items():
        api = open_api(sessions(user), 'network')
        network = network_named(api, name) or _create_network(api, name)
        if not network['subnets']:
            _create_subnet(api, network, addresses)


def network_named(api, name):
    """Return the network (a dictionary) of this name, or None."""
    answer = api.get('/v2.0/networks', params={'name': name}).json()
    return next(iter(answer['networks']), None)


def _create_network(api, name):
    body = {'network': {'name': name}}
    return api.post('/v2.0/networks', json=body).json()['network']


def _create_subnet(api, network, addresses):
    subnet = {
        'name': f'{network["name"]}-ipv4',
        'network_id': network['id'],
        'ip_version': 4,
        'cidr': addresses,
    }
    api.post('/v2.0/subnets', json={'subnet': subnet})
