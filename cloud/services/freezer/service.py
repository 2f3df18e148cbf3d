# SPDX-License-Identifier: Apache-2.0
"""Freezer: its API, and the central scheduler that runs tenants' jobs.

The scheduler works for any project, through Keystone trusts; so it offers
only what is safe to offer: Cinder's own backups, and servers' images, which
it stores in a folder of its own for want of Swift (freezer_guard.py).
"""

import os
import sys

from cloud import settings
from cloud.services import locks
from cloud.services.base import Service
from cloud.services.base import keystone_authtoken

CENTRAL = 'central'  # its client_id, which a job names

_API_CONFIGURATION = """\
[database]
connection = {database}
sqlite_synchronous = false
[storage]
driver = sqlalchemy
backend = sqlalchemy
[paste_deploy]
config_file = {paste}
[oslo_policy]
policy_file = {state}/policy.yaml
"""

_SCHEDULER_CONFIGURATION = """\
[scheduler]
client_id = {client}
centralized_scheduler = true
interval = 2
no_daemon = true
jobs_dir = {state}/jobs
concurrent_jobs = 4
[service_auth]
os_auth_url = {auth_url}
os_username = freezer
os_password = {password}
os_project_name = service
os_user_domain_id = default
os_project_domain_id = default
os_region_name = {region}
[capabilities]
supported_actions = backup,restore,admin
supported_modes = cindernative,nova
supported_storages = local
supported_engines = nova
"""

# The scheduler looks for this on its PATH and runs it for each action.
_AGENT = """\
#!/bin/sh
cd '{root}' && exec '{python}' -W ignore -m cloud.services.freezer.agent "$@"
"""


class FreezerApi(Service):
    name = 'freezer-api'
    database = 'freezer'
    port = 9090
    catalog = {'backup': ''}  # freezerclient appends /v2/<project>
    filled = True  # has no data of its own

    def configure(self):
        configuration = _API_CONFIGURATION.format(
            database=self.database_url,
            state=self.state,
            paste=f'{sys.prefix}/etc/freezer/freezer-paste.ini',
        )
        (self.state / 'freezer-api.conf').write_text(
            configuration + keystone_authtoken('freezer')
        )
        (self.state / 'policy.yaml').touch()

    @property
    def _arguments(self):
        return [f'--config-file={self.state}/freezer-api.conf']

    def create_database(self):
        from freezer_api.common import config
        from freezer_api.db import manager

        config.parse_args(self._arguments)
        self.use_wal()
        manager.get_db_driver('sqlalchemy', backend='sqlalchemy').db_sync()

    def serve(self):
        from freezer_api import service

        from cloud.patches import sqlite_immediate
        from cloud.services import web
        from cloud.services.freezer import trusts

        sqlite_immediate.install()
        trusts.install()
        sys.argv = ['freezer-api', *self._arguments]
        web.serve(service.initialize_app(), self.port, 'freezer')


class FreezerScheduler(Service):
    """Has no API of its own: it polls the API, and holds a lock meanwhile."""

    name = 'freezer-scheduler'
    after = ('freezer-api',)
    prepared = True  # has no database
    filled = True

    def __init__(self):
        super().__init__()
        self._polling = self.state / 'polling'

    def configure(self):
        configuration = _SCHEDULER_CONFIGURATION.format(
            client=CENTRAL,
            state=self.state,
            auth_url=settings.AUTH_URL,
            password=settings.PASSWORD,
            region=settings.REGION,
        )
        (self.state / 'scheduler.conf').write_text(configuration)
        agent = self.state / 'bin' / 'freezer-agent'
        agent.parent.mkdir(exist_ok=True)
        agent.write_text(
            _AGENT.format(root=settings.ROOT, python=sys.executable)
        )
        agent.chmod(0o755)

    def serve(self):
        from cloud.services.freezer import scheduler

        os.environ['PATH'] = f'{self.state}/bin:{os.environ["PATH"]}'
        sys.argv = [
            'freezer-scheduler',
            f'--config-file={self.state}/scheduler.conf',
            'start',
        ]
        scheduler.serve(self._hold_lock)

    def _hold_lock(self):
        self._lock = locks.lock(self._polling)

    def healthy(self):
        """Whether the scheduler is registered and polls: it holds the lock."""
        return locks.is_locked(self._polling)
