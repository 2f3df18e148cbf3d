# SPDX-License-Identifier: Apache-2.0
"""Neutron's stand-in under Trove: ports, and an address per server.

The methods are those of neutronclient that Trove calls.
"""

import uuid

from cloud.services.trove.dataplane import dataplane

NETWORK = '7d1a5e1c-0000-4000-8000-00000000a001'
SUBNET = '7d1a5e1c-0000-4000-8000-00000000b001'


def neutron_client(context, region_name=None):
    """Return what Trove's option remote_neutron_client asks for."""
    return Neutron()


class Neutron:
    def list_ports(self, device_id=None, **_):
        """Return the ports of a server; its address follows from its id.

        A server without ports is in the one network there always is.
        """
        server = dataplane().servers.get(device_id)
        if server is None:
            return {'ports': []}
        high, low = divmod(int(device_id[:4], 16) % 64000 + 10, 256)
        address = {'subnet_id': SUBNET, 'ip_address': f'10.20.{high}.{low}'}
        networks = server.get('networks') or {device_id: NETWORK}
        ports = [
            {'id': port, 'network_id': network, 'fixed_ips': [address]}
            for port, network in networks.items()
        ]
        return {'ports': ports}

    def create_port(self, body):
        port = {'id': str(uuid.uuid4()), 'fixed_ips': []}
        dataplane().ports[port['id']] = body['port']['network_id']
        dataplane().save()
        return {'port': port}

    def delete_port(self, port_id):
        dataplane().ports.pop(port_id, None)
        dataplane().save()

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
