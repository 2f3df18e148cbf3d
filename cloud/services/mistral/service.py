# SPDX-License-Identifier: Apache-2.0
"""Mistral: API, engine, executor, notifier and cron in one process.

What its processes have in common where each of these has its own is here too.
"""

from collections.abc import Sequence
import sys
import threading
import time

from cloud import settings
from cloud.patches import idle_threads
from cloud.patches import pecan_arguments
from cloud.patches import policies
from cloud.patches import prompt_messages
from cloud.patches import schema_checks
from cloud.patches import sqlite_immediate
from cloud.patches import yaql_parser
from cloud.services.base import Service
from cloud.services.base import answers
from cloud.services.base import keystone_authtoken
from cloud.services.freezer import guard

# what operators get as well
POLICY = settings.ROOT / 'protection_dashboard' / 'policy' / 'mistral.yaml'
_CONFIGURATION = """\
[DEFAULT]
transport_url = {transport}
scheduler_type = {scheduler}
use_stderr = true
rpc_response_timeout = 60
[database]
connection = {database}
sqlite_synchronous = false
[api]
host = {host}
port = {port}
# we ask to skip the check of our own definitions, which takes seconds
validation_mode = enabled
[pecan]
auth_enable = true
[cron_trigger]
run_in_api = false
[executor]
type = remote
[notifier]
type = remote
[event_engine]
event_definitions_cfg_file = {state}/event_definitions.yaml
[action_std_http]
# webhooks of tests are received on this machine, never at this address
denied_cidrs = 127.66.0.0/16
[oslo_policy]
policy_file = {policy}
[protection]
freezer_storage = {freezer_storage}
freezer_container = {freezer_container}
notify_hosts = 127.0.0.1:*,127.66.0.1:*
notify_domains = example.org,*.example.org
notify_channels = operators:http://127.0.0.1:{channel_port}/secret?key=1
smtp_server = 127.0.0.1:{mail_port}
smtp_from = protection@cloud.example.org
smtp_user = mistral
smtp_password = {password}
[openstack_actions]
default_region = {region}
modules_support_region = nova,glance,heat,neutron,cinder,trove,manila
[oslo_messaging_rabbit]
# a message that RabbitMQ has taken outlives it
rabbit_quorum_queue = true
"""


class Mistral(Service):
    name = 'mistral'
    database = 'mistral'
    transport = 'fake://'
    # legacy, Mistral's default, loses what it had taken up when it is killed
    scheduler = 'default'
    port = 8989
    catalog = {'workflowv2': '/v2'}
    fill_after = ('cinder', 'nova')

    def configure(self):
        configuration = _CONFIGURATION.format(
            state=self.state,
            database=self.database_url,
            transport=self.transport,
            scheduler=self.scheduler,
            host=settings.HOST,
            port=self.port,
            region=settings.REGION,
            freezer_storage=guard.STORAGE,
            freezer_container=guard.CONTAINER,
            policy=POLICY,
            channel_port=settings.CHANNEL_PORT,
            mail_port=settings.MAIL_PORT,
            password=settings.PASSWORD,
        ) + keystone_authtoken('mistral')
        (self.state / 'mistral.conf').write_text(configuration)
        (self.state / 'event_definitions.yaml').touch()

    @property
    def command_line(self) -> list[str]:
        return ['--config-file', str(self.state / 'mistral.conf')]

    def _load(self):
        from oslo_service import backend

        backend.init_backend(backend.BackendType.THREADING)
        from mistral import config

        config.parse_args(self.command_line)
        sys.argv = ['mistral']
        sqlite_immediate.install()
        self.patch()

    def patch(self) -> None:
        """Make it cheaper, and its parser safe."""
        schema_checks.install()
        yaql_parser.install()
        pecan_arguments.install()
        policies.install()

    def create_database(self):
        """Build the schema from the models, as Mistral's own tests do.

        Its migrations alter constraints, which SQLite cannot.
        """
        self._load()
        from mistral.db.v2 import api

        api.setup_db()
        self.use_wal()

    def seed(self, cloud_session):
        from cloud.services.mistral import sample

        sample.publish(cloud_session)

    def sample(self, sessions):
        from cloud.services.mistral import sample

        sample.sample(sessions)

    def serve(self):
        self._load()
        prompt_messages.install()
        idle_threads.install()
        from oslo_config import cfg
        from oslo_log import log

        log.setup(cfg.CONF, 'mistral')
        from mistral.rpc import base

        base.get_transport()
        _start_workers()
        _start_api()
        await_neighbours(self.services)
        _start_cron()
        threading.Event().wait()


def _start_workers():
    from mistral.engine import engine_server
    from mistral.executors import executor_server
    from mistral.notifiers import notification_server

    for server in (engine_server, executor_server, notification_server):
        server.get_oslo_service().start()


def _start_api():
    from mistral.api import service

    service.WSGIService('mistral_api').start()


def await_neighbours(services: Sequence[Service], *, limit: int = 60) -> None:
    """Wait until every API answers, at most limit seconds.

    Overdue cron triggers fire at once, and call them.
    """
    ports = [service.port for service in services if service.catalog]
    end = time.monotonic() + limit
    while not all(map(answers, ports)) and time.monotonic() < end:
        time.sleep(0.2)


def _start_cron():
    from mistral.services import periodic_server

    periodic_server.get_oslo_service().start()
