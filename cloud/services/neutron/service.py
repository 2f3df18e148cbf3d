# SPDX-License-Identifier: Apache-2.0
"""Neutron: its API alone; its mechanism driver stands in for agents."""

import os
import sys

from cloud.patches import sqlite_immediate
from cloud.services.base import Service
from cloud.services.base import keystone_authtoken
from cloud.services.neutron import sample

_CONFIGURATION = """\
[DEFAULT]
host = cloud
state_path = {state}
use_stderr = true
transport_url = fake:///
core_plugin = ml2
service_plugins = router
auth_strategy = keystone
api_paste_config = {paste}
notify_nova_on_port_status_changes = false
notify_nova_on_port_data_changes = false
dhcp_agent_notification = false
rpc_workers = 0
rpc_state_report_workers = 0
global_physnet_mtu = 1500
[database]
connection = {database}
sqlite_synchronous = false
max_retries = -1
[ml2]
type_drivers = local,flat
tenant_network_types = local
mechanism_drivers = cloud
extension_drivers = port_security
[ml2_type_flat]
flat_networks = *
[quotas]
quota_network = 200
quota_subnet = 200
quota_port = 1000
[oslo_concurrency]
lock_path = {state}/lock
[oslo_messaging_notifications]
driver = noop
[oslo_policy]
policy_file = {state}/policy.yaml
"""

# Neutron finds its drivers among the entry points of installed packages.
_ENTRY_POINTS = """\
[neutron.ml2.mechanism_drivers]
cloud = cloud.services.neutron.mechanism:AgentlessMechanism
"""
_METADATA = 'Metadata-Version: 2.1\nName: cloud\nVersion: 0\n'


class Neutron(Service):
    name = 'neutron'
    database = 'neutron'
    port = 9696
    catalog = {'network': ''}

    def configure(self):
        configuration = _CONFIGURATION.format(
            database=self.database_url,
            state=self.state,
            paste=f'{sys.prefix}/etc/neutron/api-paste.ini',
        )
        (self.state / 'neutron.conf').write_text(
            configuration + keystone_authtoken(self.name)
        )
        (self.state / 'policy.yaml').touch()
        (self.state / 'lock').mkdir(exist_ok=True)
        self._offer_mechanism()
        os.environ['OS_NEUTRON_CONFIG_DIR'] = str(self.state)
        os.environ['OS_NEUTRON_CONFIG_FILES'] = 'neutron.conf'

    def _offer_mechanism(self):
        folder = self.state / 'packages'
        package = folder / 'cloud-0.dist-info'
        package.mkdir(parents=True, exist_ok=True)
        (package / 'METADATA').write_text(_METADATA)
        (package / 'entry_points.txt').write_text(_ENTRY_POINTS)
        sys.path.append(str(folder))

    def create_database(self):
        """Build the schema from the models, as Neutron's own tests do."""
        from neutron.common import config
        from neutron.db.migration import cli
        from neutron.db.migration.models import head
        from oslo_config import cfg
        from oslo_db import options
        import sqlalchemy

        config.register_common_config_options()
        config.init(['--config-file', str(self.state / 'neutron.conf')])
        options.set_defaults(cfg.CONF)
        engine = sqlalchemy.create_engine(cfg.CONF.database.connection)
        head.get_metadata().create_all(engine)
        for alembic in cli.get_alembic_configs():
            alembic.neutron_config = cfg.CONF
            cli.do_alembic_command(alembic, 'stamp', revision='heads')
        self.use_wal()

    def serve(self):
        from oslo_service import backend

        from cloud.services import web

        backend.init_backend(backend.BackendType.THREADING)
        sqlite_immediate.install()
        sys.argv = ['neutron']
        from neutron import policy
        from neutron.wsgi.api import application
        from sqlalchemy import orm

        # left to the first request, whose neighbours would see nothing, or
        # tables that do not yet know one another
        policy.init()
        orm.configure_mappers()
        web.serve(application, self.port, 'neutron')

    def sample(self, sessions):
        sample.sample(sessions)
