# SPDX-License-Identifier: Apache-2.0
"""Trove: API, task manager and conductor in one process.

What stands under it is in cloud.services.trove.dataplane and its neighbours.
"""

import sys

from cloud import settings
from cloud.patches import policies
from cloud.patches import prompt_messages
from cloud.services.base import Service
from cloud.services.base import keystone_authtoken
from cloud.services.trove import sample

_CONFIGURATION = """\
[DEFAULT]
use_stderr = true
bind_host = {host}
bind_port = {port}
api_paste_config = {paste}
transport_url = fake://
# the conductor's key would be another one in each of its processes
enable_secure_rpc_messaging = false
report_interval = 0
default_datastore = mysql
remote_nova_client = cloud.services.trove.compute.nova_client
remote_cinder_client = cloud.services.trove.volumes.cinder_client
remote_neutron_client = cloud.services.trove.network.neutron_client
remote_glance_client = cloud.services.trove.images.glance_client
remote_swift_client = cloud.services.trove.objects.swift_client
# nothing listens there: the task manager only joins addresses with it
swift_url = http://{host}:8080/v1/AUTH_
cinder_volume_type = file
trove_security_groups_support = false
usage_sleep_time = 1
# a GET of an instance without a guest waits so long, in seconds
agent_call_low_timeout = 1
http_get_rate = 100000
http_post_rate = 100000
http_put_rate = 100000
http_delete_rate = 100000
max_instances_per_tenant = 100
max_ram_per_tenant = -1
max_volumes_per_tenant = 1000
max_backups_per_tenant = 1000
[network]
enable_access_check = false
[database]
connection = {database}
sqlite_synchronous = false
[service_credentials]
auth_url = {auth_url}
region_name = {region}
username = trove
password = {password}
project_name = service
[oslo_concurrency]
lock_path = {state}/lock
[oslo_messaging_notifications]
driver = noop
"""


class Trove(Service):
    name = 'trove'
    database = 'trove'
    port = 8779
    catalog = {'database': '/v1.0/%(tenant_id)s'}
    fill_after = ('neutron',)

    def configure(self):
        configuration = _CONFIGURATION.format(
            database=self.database_url,
            state=self.state,
            host=settings.HOST,
            port=self.port,
            paste=f'{sys.prefix}/etc/trove/api-paste.ini',
            auth_url=settings.AUTH_URL,
            region=settings.REGION,
            password=settings.PASSWORD,
        )
        (self.state / 'trove.conf').write_text(
            configuration + keystone_authtoken(self.name)
        )
        (self.state / 'lock').mkdir(exist_ok=True)

    @property
    def _command_line(self):
        return ['trove', f'--config-file={self.state}/trove.conf']

    def create_database(self):
        from trove.common import cfg
        from trove.datastore import models
        from trove.db import get_db_api

        from cloud.services.trove.images import IMAGE

        cfg.parse_args(self._command_line)
        self.use_wal()
        get_db_api().db_sync(cfg.CONF)
        datastore, version = sample.DATASTORE.values()
        models.update_datastore(datastore, None)
        models.update_datastore_version(
            datastore, version, datastore, IMAGE, None, '', active=True
        )
        models.update_datastore(datastore, version)

    def serve(self):
        import trove.cmd  # noqa: F401 - eventlet's patches, before all else
        from trove.cmd.common import initialize

        sys.argv = self._command_line
        conf = initialize()
        prompt_messages.install()
        policies.install()
        from cloud.services.trove import server

        server.serve(conf)

    def sample(self, sessions):
        sample.sample(sessions)
