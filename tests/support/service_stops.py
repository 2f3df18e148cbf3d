# SPDX-License-Identifier: Apache-2.0
"""Services of the running cloud that stand still, end, or start otherwise.

``control.stop`` ends a service by SIGTERM, which none of them catches: as a
killed one it finishes nothing.
"""

import contextlib
import os
from pathlib import Path
import signal

from cloud.services.keystone.service import Keystone
from cloud.supervisor import control


@contextlib.contextmanager
def frozen(name):
    """Within it a service takes connections and answers none of them."""
    pid = _pid(f'cloud.services.{name}.service')
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextlib.contextmanager
def token_lifetime(seconds):
    """Within it Keystone gives tokens that end after so many seconds."""
    keystone = Keystone()
    settings = keystone.state / 'other.conf'
    settings.write_text(f'[token]\nexpiration = {seconds}\n')
    try:
        _restart(keystone)
        yield
    finally:
        settings.write_text('')
        _restart(keystone)


def _restart(service):
    control.stop(service)
    control.start(service)


def _pid(module):
    """The process of a service that the supervisor started."""
    parent = str(control.running_pid())
    for folder in Path('/proc').glob('[0-9]*'):
        with contextlib.suppress(OSError):
            words = (folder / 'cmdline').read_text().split('\0')
            fields = (folder / 'stat').read_text().rpartition(')')[2].split()
            if module in words and fields[1] == parent:
                return int(folder.name)
    raise LookupError(f'{module} does not run')
