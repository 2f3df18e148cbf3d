# SPDX-License-Identifier: Apache-2.0
"""Cinder: API, scheduler, volume and backup in one process."""

import os
import pathlib
import shutil
import subprocess
import sys

from cloud import settings
from cloud.patches import idle_threads
from cloud.patches import prompt_messages
from cloud.patches import sqlite_immediate
from cloud.services.base import Service
from cloud.services.base import keystone_authtoken

_CONFIGURATION = """\
[DEFAULT]
host = cloud
my_ip = {host}
state_path = {state}
use_stderr = true
auth_strategy = keystone
transport_url = fake:///
api_paste_config = {state}/api-paste.ini
rootwrap_config = {state}/rootwrap.conf
resource_query_filters_file = {state}/resource_filters.json
osapi_volume_listen = {host}
osapi_volume_listen_port = {port}
public_endpoint = {url}
enabled_backends = file
default_volume_type = file
allow_availability_zone_fallback = true
storage_availability_zone = nova
periodic_interval = 60
periodic_fuzzy_delay = 0
backend_stats_polling_interval = 60
backup_driver = cloud.services.cinder.backup_driver.Driver
backup_posix_path = {state}/backups
backup_file_size = 33554432
backup_sha_block_size_bytes = 1048576
backup_compression_algorithm = zstd
backup_workers = 1
backup_use_same_host = false
scheduler_driver_init_wait_time = 1
scheduler_default_filters = AvailabilityZoneFilter,CapabilitiesFilter

[database]
connection = {database}
sqlite_synchronous = false
max_retries = -1

[oslo_concurrency]
lock_path = {state}/lock

[oslo_messaging_notifications]
driver = noop

[oslo_policy]
policy_file = {state}/policy.yaml

[nova]
auth_type = password
auth_section = keystone_authtoken
region_name = {region}

[file]
volume_driver = cloud.services.cinder.volume_driver.FileDriver
volume_backend_name = file
file_folder = {state}/volumes
"""


class Cinder(Service):
    name = 'cinder'
    database = 'cinder'
    port = 8776
    catalog = {'block-storage': '/v3', 'volumev3': '/v3'}

    def configure(self):
        configuration = _CONFIGURATION.format(
            database=self.database_url,
            state=self.state,
            host=settings.HOST,
            port=self.port,
            url=self.url,
            region=settings.REGION,
        )
        (self.state / 'cinder.conf').write_text(
            configuration + keystone_authtoken(self.name)
        )
        shipped = pathlib.Path(sys.prefix, 'etc', 'cinder')
        for name in (
            'api-paste.ini',
            'rootwrap.conf',
            'resource_filters.json',
        ):
            shutil.copy(shipped / name, self.state)
        for name in ('lock', 'volumes', 'backups'):
            (self.state / name).mkdir(exist_ok=True)
        (self.state / 'policy.yaml').touch()

    def create_database(self):
        manage = pathlib.Path(sys.prefix, 'bin', 'cinder-manage')
        configuration = f'--config-file={self.state}/cinder.conf'
        subprocess.run([manage, configuration, 'db', 'sync'], check=True)
        self.use_wal()

    def serve(self):
        os.environ['OS_CINDER_DISABLE_EVENTLET_PATCHING'] = 'true'
        sys.argv = ['cinder', f'--config-file={self.state}/cinder.conf']
        from cinder import monkey_patch

        monkey_patch.patch('threading')
        sqlite_immediate.install()
        prompt_messages.install()
        idle_threads.install()
        from cloud.services.cinder import server

        server.serve(self.port)

    def seed(self, cloud_session):
        from cloud.services.cinder import sample

        sample.seed(cloud_session)

    def sample(self, sessions):
        from cloud.services.cinder import sample

        sample.sample(sessions)
