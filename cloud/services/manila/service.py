# SPDX-License-Identifier: Apache-2.0
"""Manila: API, scheduler, share and data manager in one process."""

import sys

from cloud import settings
from cloud.patches import idle_threads
from cloud.patches import prompt_messages
from cloud.patches import sqlite_immediate
from cloud.services.base import Service
from cloud.services.base import wal
from cloud.services.manila import sample

# Manila's share manager registers its own keystone_authtoken.auth_url, which
# clashes with keystonemiddleware's in one process ("DuplicateOptError:
# auth-url"). So the credentials stand in a section of their own.
_CONFIGURATION = """\
[DEFAULT]
host = demo
my_ip = {host}
state_path = {state}
use_stderr = true
auth_strategy = keystone
transport_url = fake:///
api_paste_config = {paste}
osapi_share_listen = {host}
osapi_share_listen_port = {port}
storage_availability_zone = nova
enabled_share_backends = folders
enabled_share_protocols = NFS,CIFS
default_share_type = default
default_share_group_type = default
report_interval = 20
periodic_fuzzy_delay = 0
backup_driver = cloud.services.manila.drivers.FolderBackups
[folders]
share_driver = cloud.services.manila.drivers.FolderDriver
share_backend_name = folders
driver_handles_share_servers = false
dummy_driver_default_driver_method_delay = 0
dummy_driver_driver_methods_delays = create_share:0
[database]
connection = sqlite:///{state}/manila.db?timeout=60
sqlite_synchronous = false
max_retries = -1
[keystone_authtoken]
auth_section = credentials
www_authenticate_uri = {auth_url}
auth_url = {auth_url}
region_name = {region}
service_token_roles = service
service_token_roles_required = true
[credentials]
auth_type = password
auth_url = {auth_url}
username = manila
password = {password}
project_name = service
user_domain_id = default
project_domain_id = default
[oslo_concurrency]
lock_path = {state}/lock
[coordination]
backend_url = file://{state}/lock
[oslo_messaging_notifications]
driver = noop
[oslo_policy]
policy_file = {state}/policy.yaml
"""


class Manila(Service):
    """Shares are folders: their content is real, their exports are not."""

    name = 'manila'
    port = 8786
    catalog = {'sharev2': '/v2', 'shared-file-system': '/v2'}

    def configure(self):
        configuration = _CONFIGURATION.format(
            state=self.state,
            host=settings.HOST,
            port=self.port,
            paste=f'{sys.prefix}/etc/manila/api-paste.ini',
            auth_url=settings.AUTH_URL,
            region=settings.REGION,
            password=settings.PASSWORD,
        )
        (self.state / 'manila.conf').write_text(configuration)
        (self.state / 'policy.yaml').touch()
        (self.state / 'lock').mkdir(exist_ok=True)

    def _load(self):
        from manila import monkey_patch

        monkey_patch.patch()  # to native threads
        from manila.common import config
        from oslo_config import cfg
        from oslo_log import log

        log.register_options(cfg.CONF)
        arguments = ['--config-file', str(self.state / 'manila.conf')]
        cfg.CONF(arguments, project='manila')
        config.verify_share_protocols()
        config.set_lib_defaults()
        sqlite_immediate.install()
        return cfg.CONF

    def create_database(self):
        """Build the schema from the models, as Manila's own tests do.

        Its first migration opens a second connection while the first one
        holds SQLite's lock; later ones alter columns, which SQLite cannot.
        """
        self._load()
        from manila.db import migration
        from manila.db.sqlalchemy import api
        from manila.db.sqlalchemy import models

        models.BASE.metadata.create_all(api.get_engine())
        migration.stamp('head')
        wal(self.state / 'manila.db')

    def serve(self):
        conf = self._load()
        prompt_messages.install()
        idle_threads.install()
        from manila import rpc
        from oslo_log import log

        log.setup(conf, 'manila')
        rpc.init(conf)
        _start_workers(conf)
        self._serve_api(conf)

    def _serve_api(self, conf):
        from oslo_service import wsgi

        from cloud.services import web

        application = wsgi.Loader(conf).load_app(name='osapi_share')
        web.serve(application, self.port, 'manila')

    def seed(self, cloud_session):
        sample.seed(cloud_session)

    def sample(self, sessions):
        sample.sample(sessions)


def _start_workers(conf):
    from manila import service

    backend = conf.enabled_share_backends[0]
    workers = (
        service.Service.create(
            host=f'{conf.host}@{backend}',
            service_name=backend,
            binary='manila-share',
            coordination=True,
        ),
        service.Service.create(binary='manila-data'),
        service.Service.create(binary='manila-scheduler', coordination=True),
    )
    for worker in workers:
        worker.start()
