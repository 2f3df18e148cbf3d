# SPDX-License-Identifier: Apache-2.0
"""RabbitMQ: the messages between Mistral's processes."""

import os

from cloud import settings
from cloud.services.infrastructure import base

# the command on the PATH would change to Debian's user and folders
_SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server'
_NAMES = '/usr/bin/epmd'
_NAMES_PORT = 4369 + settings.PORT_OFFSET
_NODES_PORT = 15672 + settings.PORT_OFFSET

_CONFIGURATION = """\
listeners.tcp.1 = {host}:{port}
default_user = cloud
default_pass = {password}
num_acceptors.tcp = 2
vm_memory_high_watermark.absolute = 400MiB
disk_free_limit.absolute = 50MB
raft.wal_max_size_bytes = 16777216
log.console = true
log.console.level = warning
log.file = false
"""


class RabbitMQ(base.Infrastructure):
    """The Erlang VM, and epmd, which knows where its node listens."""

    name = 'rabbitmq'
    port = 5672
    prepared = True  # makes its database by itself
    programs = {_SERVER: 'rabbitmq-server', _NAMES: 'erlang-base'}
    greeting = b'AMQP\x00\x00\x09\x01'
    welcome = b'\x01'  # a frame with the method connection.start

    def configure(self) -> None:
        (self.state / 'rabbitmq.conf').write_text(
            _CONFIGURATION.format(
                host=settings.HOST,
                port=self.port,
                password=settings.PASSWORD,
            )
        )
        (self.state / 'plugins').write_text('[].\n')
        (self.state / 'environment').touch()

    def serve(self) -> None:
        os.environ.update(self._environment)
        base.run_beside(
            [_NAMES, '-port', _NAMES_PORT, '-address', settings.HOST]
        )
        base.become([_SERVER, '-noinput'])

    @property
    def _environment(self) -> dict[str, str]:
        return {
            # one process less: the script becomes the Erlang VM
            'RABBITMQ_ALLOW_INPUT': 'true',
            'RABBITMQ_CONF_ENV_FILE': f'{self.state}/environment',
            'RABBITMQ_CONFIG_FILE': f'{self.state}/rabbitmq.conf',
            'RABBITMQ_ENABLED_PLUGINS_FILE': f'{self.state}/plugins',
            'RABBITMQ_GENERATED_CONFIG_DIR': f'{self.state}/generated',
            'RABBITMQ_LOG_BASE': f'{self.state}/logs',
            'RABBITMQ_MNESIA_BASE': f'{self.state}/mnesia',
            'RABBITMQ_NODENAME': f'cloud{settings.PORT_OFFSET}@localhost',
            'RABBITMQ_DIST_PORT': str(_NODES_PORT),
            'RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS': (
                '-kernel inet_dist_use_interface {127,0,0,1} +S 2:2'
            ),
            'ERL_EPMD_ADDRESS': settings.HOST,
            'ERL_EPMD_PORT': str(_NAMES_PORT),
        }
