# SPDX-License-Identifier: Apache-2.0
"""Nova's parts in one process: threads and oslo.messaging's fake://.

Imported in Nova's own process only, after its monkey_patch.
"""

import copy
import json
import sys

from nova import context
from nova import service
from nova import virt
from nova.api.openstack import wsgi_app
from nova.compute import rpcapi as compute
from nova.conductor import rpcapi as conductor
import nova.conf
from nova.objects import host_mapping
from nova.scheduler import rpcapi as scheduler
import os_brick
import os_vif
from oslo_messaging._drivers import impl_fake

from cloud.services import web
from cloud.services.nova import driver

CONF = nova.conf.CONF
# binary -> what its service is told; compute reads the database itself, so
# conductor need not be up before it
_PARTS = {
    'nova-conductor': {'topic': conductor.RPC_TOPIC},
    'nova-scheduler': {'topic': scheduler.RPC_TOPIC},
    'nova-compute': {
        'topic': compute.RPC_TOPIC,
        'topic_alt': compute.RPC_TOPIC_ALT,
    },
}


def serve(port):
    """Start the parts, then answer HTTP for ever."""
    _copy_messages()
    # drivers are looked up below nova.virt: "cloud.Driver"
    sys.modules['nova.virt.cloud'] = virt.cloud = driver
    wsgi_app.init_global_data(
        wsgi_app._get_config_files(), 'osapi_compute', 'nova'
    )
    os_brick.setup(CONF)
    os_vif.initialize()
    for binary, options in _PARTS.items():
        service.Service.create(binary=binary, **options).start()
    host_mapping.discover_hosts(context.get_admin_context())
    app = wsgi_app.init_application('osapi_compute', 'nova')
    web.serve(app, port, 'nova')


def _copy_messages():
    """Hand receivers a copy, as a broker does, not the sender's own."""
    send = impl_fake.FakeDriver._send

    def send_copy(self, target, ctxt, message, *args, **kwargs):
        ctxt, message = json.loads(json.dumps(ctxt)), copy.deepcopy(message)
        return send(self, target, ctxt, message, *args, **kwargs)

    impl_fake.FakeDriver._send = send_copy
