# SPDX-License-Identifier: Apache-2.0
"""Neutron's stand-in under Trove: one network, an address per server.

The methods are those of neutronclient that Trove calls.
"""

import uuid

NETWORK = '7d1a5e1c-0000-4000-8000-00000000a001'
SUBNET = '7d1a5e1c-0000-4000-8000-00000000b001'


def neutron_client(context, region_name=None):
    """Return what Trove's option remote_neutron_client asks for."""
    return Neutron()


class Neutron:
    def list_ports(self, device_id=None, **_):
        """Return the port of a server; its address follows from its id."""
        if device_id is None:
            return {'ports': []}
        high, low = divmod(int(device_id[:4], 16) % 64000 + 10, 256)
        address = {'subnet_id': SUBNET, 'ip_address': f'10.20.{high}.{low}'}
        port = {
            'id': device_id,
            'network_id': NETWORK,
            'fixed_ips': [address],
        }
        return {'ports': [port]}

    def create_port(self, body):
        return {'port': {'id': str(uuid.uuid4()), 'fixed_ips': []}}

    def delete_port(self, port_id):
        """No port is kept."""

    def list_floatingips(self, **_):
        return {'floatingips': []}

    def list_security_groups(self, **_):
        return {'security_groups': []}

    def show_subnet(self, subnet_id):
        subnet = {
            'id': SUBNET,
            'network_id': NETWORK,
            'cidr': '10.20.0.0/16',
            'ip_version': 4,
            'gateway_ip': '10.20.0.1',
        }
        return {'subnet': subnet}

    def show_network(self, network_id):
        network = {'id': NETWORK, 'name': 'private', 'subnets': [SUBNET]}
        return {'network': network}

    def list_networks(self, **_):
        return {'networks': []}
