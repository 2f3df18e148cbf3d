# SPDX-License-Identifier: Apache-2.0
"""Keystone: accounts, roles, tokens and the catalog."""

import os
import sys

from cloud import settings
from cloud.patches import sqlite_immediate
from cloud.services.base import Service

_CONFIGURATION = """\
[DEFAULT]
use_stderr = true
max_token_size = 512
[database]
connection = {database}
sqlite_synchronous = false
[token]
provider = fernet
allow_expired_window = 172800
[fernet_tokens]
key_repository = {state}/fernet-keys
[fernet_receipts]
key_repository = {state}/fernet-keys
[credential]
key_repository = {state}/credential-keys
[cache]
enabled = true
backend = {cache}
expiration_time = 600
[identity]
password_hash_rounds = 4
[oslo_policy]
policy_file = {state}/policy.yaml
[oslo_messaging_notifications]
driver = noop
[trust]
allow_redelegation = true
"""

_CACHES = {
    settings.COMPACT: 'dogpile.cache.memory',
    settings.PROCESSES: (
        'oslo_cache.memcache_pool\n'
        f'memcache_servers = {settings.HOST}:{settings.MEMCACHED_PORT}'
    ),
}


class Keystone(Service):
    name = 'keystone'
    database = 'keystone'
    port = 5000
    catalog = {'identity': '/v3'}
    after = ()
    filled = False  # each start repairs what a killed test has left disabled

    def configure(self):
        configuration = _CONFIGURATION.format(
            cache=_CACHES[settings.SHAPE],
            database=self.database_url,
            state=self.state,
        )
        (self.state / 'keystone.conf').write_text(configuration)
        (self.state / 'policy.yaml').touch()
        # of two values the last one counts: a test may write other ones
        (self.state / 'other.conf').touch()
        names = ('keystone.conf', 'other.conf')
        os.environ['OS_KEYSTONE_CONFIG_FILES'] = ';'.join(
            str(self.state / name) for name in names
        )

    def create_database(self):
        from keystone import server
        from keystone.common.sql import upgrades

        self._create_keys('fernet-keys')
        self._create_keys('credential-keys')
        sys.argv = ['keystone']
        server.configure(config_files=[str(self.state / 'keystone.conf')])
        upgrades.offline_sync_database_to_version()
        self._bootstrap()
        self.use_wal()

    def _create_keys(self, folder):
        from cryptography.fernet import Fernet

        keys = self.state / folder
        keys.mkdir(mode=0o700)
        for name in '01':
            (keys / name).write_bytes(Fernet.generate_key())
            (keys / name).chmod(0o600)

    def _bootstrap(self):
        from keystone.cmd.bootstrap import Bootstrapper

        keystone = Bootstrapper()
        keystone.admin_username = 'admin'
        keystone.admin_password = settings.PASSWORD
        keystone.admin_role_name = 'admin'
        keystone.project_name = 'admin'
        keystone.immutable_roles = True
        keystone.region_id = settings.REGION
        keystone.bootstrap()

    def serve(self):
        from cloud.services import web

        sqlite_immediate.install()
        sys.argv = ['keystone']  # keystone parses the command line itself
        from keystone.wsgi.api import application

        web.serve(application, self.port)

    def seed(self, cloud_session):
        from cloud.services.keystone import accounts

        accounts.create(cloud_session)
        accounts.publish(cloud_session, self.services)
