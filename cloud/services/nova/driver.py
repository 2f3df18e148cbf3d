# SPDX-License-Identifier: Apache-2.0
"""Nova's hypervisor of this cloud: servers in memory and in the database.

Unlike nova.virt.fake, on which it stands, it knows its servers and itself
again after a restart, and a snapshot has bytes. A server's metadata may ask
for the faults of cloud.services.faults: fault_boot and fault_snapshot.
"""

import io

from nova import context as nova_context
from nova import exception
from nova import objects
from nova.compute import power_state
from nova.compute import vm_states
from nova.image import glance
from nova.virt import fake
from nova.virt import node

from cloud.services import faults

_KEPT = (
    vm_states.ACTIVE,
    vm_states.PAUSED,
    vm_states.STOPPED,
    vm_states.SUSPENDED,
)


class Driver(fake.FakeDriver):
    def init_host(self, host):
        super().init_host(host)
        everything = nova_context.get_admin_context()
        for server in objects.InstanceList.get_by_host(everything, host):
            if server.vm_state in _KEPT:
                self._remember(server)

    def _remember(self, server):
        state = server.power_state or power_state.RUNNING
        self.instances[server.uuid] = fake.FakeInstance(
            server.name, state, server.uuid
        )
        flavor = server.flavor
        self.resources.claim(flavor.vcpus, flavor.memory_mb, flavor.root_gb)
        for interface in server.get_network_info():
            self._interfaces[interface['id']] = interface

    def get_available_resource(self, nodename):
        """Say which host this is: nova.virt.fake is another at each start."""
        resource = super().get_available_resource(nodename)
        return resource | {'uuid': node.get_local_node_uuid()}

    def get_nodenames_by_uuid(self, **refresh):
        nodes = self.get_available_nodes(**refresh)
        return {node.get_local_node_uuid(): name for name in nodes}

    def spawn(self, context, instance, *args, **kwargs):
        if faults.wanted('boot', instance.metadata) == faults.FAIL:
            raise exception.BuildAbortException(
                instance_uuid=instance.uuid, reason='fault: boot'
            )
        super().spawn(context, instance, *args, **kwargs)

    def snapshot(self, context, instance, image_id, update_task_state):
        super().snapshot(context, instance, image_id, update_task_state)
        if faults.wanted('snapshot', instance.metadata) == faults.FAIL:
            raise exception.NovaException('fault: snapshot')
        images = glance.API()
        image = images.get(context, image_id)
        images.update(
            context,
            image_id,
            _uploaded(image['name'], instance.project_id),
            data=io.BytesIO(_content(instance)),
            purge_props=False,
        )


def _uploaded(name, project_id):
    return {
        'name': name,
        'status': 'active',
        'disk_format': 'raw',
        'container_format': 'bare',
        'is_public': False,
        'properties': {'owner_id': project_id, 'image_state': 'available'},
    }


def _content(server):
    """Return what stands for the bytes of a server's disk."""
    return f'The disk of {server.uuid}\n'.encode().ljust(4096, b'.')
