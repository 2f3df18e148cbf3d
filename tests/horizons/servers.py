# SPDX-License-Identifier: Apache-2.0
"""The Horizon of an environment, served while somebody looks at it."""

import contextlib
import socket
import subprocess

from cloud import settings
from cloud.supervisor import control

_COMMAND = (
    *('-m', 'gunicorn', '--no-control-socket'),
    *('--threads', '4', '--timeout', '120', '--graceful-timeout', '2'),
)
# of util-linux; it stays the same process
_DIE_WITH_PARENT = ('setpriv', '--pdeathsig', 'KILL')
_APPLICATION = 'openstack_dashboard.wsgi'


@contextlib.contextmanager
def running(environment):
    """The address at which it answers while the block runs.

    It listens before the server is there: nobody else can take the port, and
    whoever asks early waits.
    """
    with socket.create_server((settings.HOST, 0)) as listening:
        address = f'http://{settings.HOST}:{listening.getsockname()[1]}'
        server = _start(environment, listening.fileno())
    try:
        yield address
    finally:
        server.terminate()
        server.wait(control.STOP_LIMIT)


def _start(environment, listening):
    log = environment.folder / 'horizon.log'
    with log.open('wb') as file:
        return subprocess.Popen(
            [
                *_DIE_WITH_PARENT,
                environment.folder / 'bin' / 'python',
                *_COMMAND,
                '--bind',
                f'fd://{listening}',
                _APPLICATION,
            ],
            cwd=environment.folder,
            env=environment.variables,
            stdout=file,
            stderr=file,
            pass_fds=[listening],
        )
