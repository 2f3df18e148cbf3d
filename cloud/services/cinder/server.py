# SPDX-License-Identifier: Apache-2.0
"""Cinder's parts in one process: threads and oslo.messaging's fake://.

Imported in Cinder's own process only, after its monkey_patch.
"""

import contextlib
import sys

from cinder import context
from cinder import coordination
from cinder import i18n
from cinder import objects
from cinder import privsep
from cinder import rpc
from cinder import service
from cinder import version
from cinder.common import config
import os_brick
import os_brick.privileged
from oslo_config import cfg
from oslo_db import exception as db_exception
from oslo_log import log
from oslo_service import wsgi

from cloud.services import web

CONF = cfg.CONF


class Part(service.Service):
    """One of several services in a process.

    Upstream keeps service_id on the class (one Service per process); the
    heartbeat must go to this instance's own row.
    """

    def report_state(self):
        if self.manager.is_working():
            # else this would be the last heartbeat, and the part be down
            with contextlib.suppress(db_exception.DBError):
                self._report()

    def _report(self):
        row = objects.Service.get_by_id(
            context.get_admin_context(), self.origin_service_id
        )
        row.report_count += 1
        row.save(retry=False)


def serve(port):
    """Start the parts, then answer HTTP for ever."""
    _configure()
    parts = _create_parts()
    for part in parts:
        part.start()
    # rows in table workers (crash clean-up) carry the first backend's id
    service.Service.service_id = parts[0].origin_service_id
    app = wsgi.Loader(CONF).load_app(name='osapi_volume')
    web.serve(app, port, 'cinder')


def _configure():
    i18n.enable_lazy()
    objects.register_all()
    CONF(sys.argv[1:], project='cinder', version=version.version_string())
    config.set_middleware_defaults()
    log.setup(CONF, 'cinder')
    os_brick.setup(CONF)
    # no sudo, no privsep daemon: "privileged" calls run in this process
    privsep.sys_admin_pctxt.set_client_mode(False)
    os_brick.privileged.default.set_client_mode(False)
    CONF.register_opt(cfg.StrOpt('backend_host'))
    coordination.COORDINATOR.start()
    rpc.init(CONF)


def _create_parts():
    """Volumes first, the scheduler last: it asks them what they can do."""
    parts = [
        Part.create(
            host=f'{CONF.host}@{backend}',
            service_name=backend,
            binary='cinder-volume',
            coordination=True,
        )
        for backend in CONF.enabled_backends
    ]
    # a backup finds its service by this name only
    backup = Part.create(
        binary='cinder-backup',
        service_name='backup',
        coordination=True,
        process_number=1,
    )
    return [*parts, backup, Part.create(binary='cinder-scheduler')]
