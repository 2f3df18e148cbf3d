# SPDX-License-Identifier: Apache-2.0
"""Trove's parts in one process: eventlet and oslo.messaging's fake://.

Imported in Trove's own process only, after its monkey patch.
"""

import copy

from oslo_messaging._drivers import impl_fake
from oslo_service import service
from trove.common import base_wsgi
from trove.common import cfg
from trove.common import notification
from trove.common import pastedeploy
from trove.common.rpc.service import RpcService
from trove.conductor import api as conductor
from trove.instance import models
from trove.taskmanager import api as taskmanager

from cloud.services.trove import compute


def serve(conf):
    """Start the parts and the guests, then answer HTTP for ever."""
    _copy_messages()
    notification.DBaaSAPINotification.register_notify_callback(
        models.persist_instance_fault
    )
    cfg.set_api_config_defaults()
    launcher = service.ServiceLauncher(conf, restart_method='mutate')
    for part in (_taskmanager(conf), _conductor(conf), _api(conf)):
        launcher.launch_service(part)
    compute.boot_all()
    launcher.wait()


def _copy_messages():
    """Hand receivers a copy, as a broker does.

    The fake transport hands over the sender's own dictionary, from which
    Trove pops keys: the second message of a request would lack them.
    """
    send = impl_fake.FakeDriver._send

    def send_copy(self, target, context, message, *args, **kwargs):
        context, message = copy.deepcopy((context, message))
        return send(self, target, context, message, *args, **kwargs)

    impl_fake.FakeDriver._send = send_copy


def _taskmanager(conf):
    return RpcService(
        key=None,
        manager=conf.taskmanager_manager,
        topic=conf.taskmanager_queue,
        rpc_api_version=taskmanager.API.API_LATEST_VERSION,
    )


def _conductor(conf):
    return RpcService(
        key=None,
        manager=conf.conductor_manager,
        topic=conf.conductor_queue,
        rpc_api_version=conductor.API.API_LATEST_VERSION,
    )


def _api(conf):
    application = pastedeploy.paste_deploy_app(
        conf.find_file(conf.api_paste_config), 'trove', {}
    )
    return base_wsgi.Service(application, conf.bind_port, host=conf.bind_host)
