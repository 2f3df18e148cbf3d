# SPDX-License-Identifier: Apache-2.0
"""Glance: images in a folder."""

import os
import sys

from cloud.patches import sqlite_immediate
from cloud.services.base import Service
from cloud.services.base import keystone_authtoken
from cloud.services.glance import sample

_CONFIGURATION = """\
[DEFAULT]
use_stderr = true
transport_url = fake:///
enabled_backends = file:file
worker_self_reference_url = {url}
[glance_store]
default_backend = file
[file]
filesystem_store_datadir = {state}/images
[os_glance_staging_store]
filesystem_store_datadir = {state}/staging
[os_glance_tasks_store]
filesystem_store_datadir = {state}/tasks
[paste_deploy]
flavor = keystone
config_file = {paste}
[database]
connection = {database}
sqlite_synchronous = false
max_retries = -1
[oslo_policy]
policy_file = {state}/policy.yaml
[oslo_concurrency]
lock_path = {state}/lock
[oslo_messaging_notifications]
driver = noop
"""


class Glance(Service):
    name = 'glance'
    database = 'glance'
    port = 9292
    catalog = {'image': ''}

    def configure(self):
        configuration = _CONFIGURATION.format(
            database=self.database_url,
            url=self.url,
            state=self.state,
            paste=f'{sys.prefix}/etc/glance/glance-api-paste.ini',
        )
        (self.state / 'glance-api.conf').write_text(
            configuration + keystone_authtoken(self.name)
        )
        (self.state / 'policy.yaml').touch()
        for name in ('images', 'staging', 'tasks', 'lock'):
            (self.state / name).mkdir(exist_ok=True)
        os.environ['OS_GLANCE_CONFIG_DIR'] = str(self.state)

    def create_database(self):
        """Build the schema from the models: half the time of migrations."""
        from alembic import command
        from glance.common import config  # noqa: F401 - registers options
        from glance.db.sqlalchemy import alembic_migrations
        from glance.db.sqlalchemy import api
        from glance.db.sqlalchemy import models
        from glance.db.sqlalchemy import models_metadef
        from oslo_config import cfg

        cfg.CONF([], default_config_files=[f'{self.state}/glance-api.conf'])
        engine = api.get_engine()
        for module in (models, models_metadef):
            module.register_models(engine)
        command.stamp(alembic_migrations.get_alembic_config(engine), 'heads')
        self.use_wal()

    def serve(self):
        from oslo_service import backend

        from cloud.services import web

        backend.init_backend(backend.BackendType.THREADING)
        sqlite_immediate.install()
        from glance.wsgi.api import application

        web.serve(application, self.port, 'glance')

    def seed(self, cloud_session):
        sample.seed(cloud_session)
