# SPDX-License-Identifier: Apache-2.0
"""Placement: how much room Nova's host has."""

import os

from cloud.patches import sqlite_immediate
from cloud.services.base import Service
from cloud.services.base import keystone_authtoken

_CONFIGURATION = """\
[DEFAULT]
use_stderr = true
[api]
auth_strategy = keystone
[placement_database]
connection = {database}
sqlite_synchronous = false
[oslo_policy]
policy_file = {state}/policy.yaml
"""


class Placement(Service):
    name = 'placement'
    database = 'placement'
    port = 8778
    catalog = {'placement': ''}

    def configure(self):
        (self.state / 'placement.conf').write_text(
            _CONFIGURATION.format(database=self.database_url, state=self.state)
            + keystone_authtoken(self.name)
        )
        (self.state / 'policy.yaml').touch()
        os.environ['OS_PLACEMENT_CONFIG_DIR'] = str(self.state)

    def create_database(self):
        """Build the schema from the models, as Placement's own tests do."""
        from oslo_config import cfg
        from placement import conf
        from placement import db_api
        from placement.db.sqlalchemy import migration

        options = cfg.ConfigOpts()
        conf.register_opts(options)
        options([], default_config_files=[f'{self.state}/placement.conf'])
        db_api.configure(options)
        migration.create_schema()
        migration.stamp('head')
        self.use_wal()

    def serve(self):
        from cloud.services import web

        sqlite_immediate.install()
        from placement.wsgi.api import application

        web.serve(application, self.port, 'placement')
