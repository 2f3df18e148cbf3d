# SPDX-License-Identifier: Apache-2.0
"""Nova: API, scheduler, conductor and compute in one process."""

import os
import shutil
import sys
import traceback

from cloud import settings
from cloud.patches import idle_threads
from cloud.patches import prompt_messages
from cloud.patches import sqlite_immediate
from cloud.services.base import Service
from cloud.services.base import keystone_authtoken
from cloud.services.base import wal

_CONFIGURATION = """\
[DEFAULT]
host = cloud
my_ip = {host}
state_path = {state}
instances_path = {state}/instances
use_stderr = true
transport_url = fake:///
rpc_response_timeout = 60
compute_driver = cloud.Driver
vif_plugging_is_fatal = false
vif_plugging_timeout = 0
default_schedule_zone = nova
report_interval = 20
update_resources_interval = 60
periodic_fuzzy_delay = 0
resume_guests_state_on_host_boot = false
[api]
auth_strategy = keystone
dhcp_domain =
[wsgi]
api_paste_config = {state}/api-paste.ini
[api_database]
connection = sqlite:///{state}/api.db?timeout=60
sqlite_synchronous = false
max_retries = -1
[database]
connection = sqlite:///{state}/cell1.db?timeout=60
sqlite_synchronous = false
max_retries = -1
[quota]
instances = 200
cores = 1000
ram = 1000000
[scheduler]
discover_hosts_in_cells_interval = -1
[service_user]
send_service_user_token = true
auth_url = {auth_url}
auth_type = password
username = nova
password = {password}
project_name = service
user_domain_id = default
project_domain_id = default
region_name = {region}
[placement]
auth_section = service_user
region_name = {region}
[neutron]
auth_section = service_user
region_name = {region}
[cinder]
auth_section = service_user
os_region_name = {region}
catalog_info = block-storage::public
[glance]
region_name = {region}
[vnc]
enabled = false
[oslo_concurrency]
lock_path = {state}/lock
[oslo_messaging_notifications]
driver = noop
[oslo_policy]
policy_file = {state}/policy.yaml
"""


class Nova(Service):
    """Its hypervisor is our driver: servers without a machine."""

    name = 'nova'
    port = 8774
    catalog = {'compute': '/v2.1'}
    after = ('keystone', 'placement')
    fill_after = ('cinder', 'glance', 'neutron')

    def configure(self):
        configuration = _CONFIGURATION.format(
            state=self.state,
            host=settings.HOST,
            auth_url=settings.AUTH_URL,
            password=settings.PASSWORD,
            region=settings.REGION,
        )
        (self.state / 'nova.conf').write_text(
            configuration + keystone_authtoken(self.name)
        )
        shutil.copy(f'{sys.prefix}/etc/nova/api-paste.ini', self.state)
        (self.state / 'policy.yaml').touch()
        for name in ('instances', 'lock'):
            (self.state / name).mkdir(exist_ok=True)
        os.environ['OS_NOVA_CONFIG_DIR'] = str(self.state)
        os.environ['OS_NOVA_DISABLE_EVENTLET_PATCHING'] = 'true'

    def _patch(self):
        from nova import monkey_patch

        monkey_patch.patch('threading')
        sqlite_immediate.install()

    def create_database(self):
        self._patch()
        from cloud.services.nova import database

        database.create(f'{self.state}/nova.conf')
        for name in ('api.db', 'cell1.db', 'cell1.db.cell0'):
            wal(self.state / name)

    def serve(self):
        self._patch()
        prompt_messages.install()
        idle_threads.install()
        sys.argv = ['nova']
        try:
            from cloud.services.nova import server

            server.serve(self.port)
        finally:
            # the other threads would keep a dead Nova alive
            traceback.print_exc()
            os._exit(1)

    def seed(self, cloud_session):
        from cloud.services.nova import sample

        sample.seed(cloud_session)

    def sample(self, sessions):
        from cloud.services.nova import sample

        sample.sample(sessions)
