# SPDX-License-Identifier: Apache-2.0
"""A Horizon of the benchmark's own beside that of the cloud.

It is the same but for one worker instead of two, the meter, and a bare page.
``python -m tests.bench.horizon PARENT`` serves until PARENT ends.
"""

import contextlib
import os
import pathlib
import subprocess
import sys

from cloud import settings
from cloud.services import base
from cloud.supervisor import process
from tests.support.waiting import until

PORT = settings.DASHBOARD_PORT + 1
URL = f'http://{settings.HOST}:{PORT}'
STATE = settings.STATE / 'horizon'
LIMIT = 120  # seconds


@contextlib.contextmanager
def running():
    """Run the block while it answers."""
    with (STATE / 'bench.log').open('ab') as log:
        started = subprocess.Popen(
            [sys.executable, '-m', __name__, str(os.getpid())],
            cwd=settings.ROOT,
            stdout=log,
            stderr=log,
        )
    try:
        until(_answers, LIMIT)
        yield
    finally:
        started.terminate()
        started.wait(LIMIT)


def _answers():
    return base.answers(PORT, path='/auth/login/', timeout=10)


def _serve(parent):
    process.die_with_parent(parent)
    from openstack_dashboard.local import enabled

    enabled.__path__.append(str(pathlib.Path(__file__).parent / 'enabled'))
    from cloud.services.horizon.service import Horizon

    theirs = Horizon()
    theirs.configure()
    if not theirs.prepared:  # the cloud has run for longer than this code
        theirs.create_database()
        theirs.mark_prepared()
    from cloud.services.horizon import server as horizon_server
    from tests.bench.meter import Meter

    class Server(horizon_server.Server):
        def load_config(self):
            super().load_config()
            self.cfg.set('workers', 1)

        def load(self):
            application = super().load()
            from django.conf import settings as horizon

            # a busy machine is to cost seconds, not parts of a page
            horizon.PROTECTION_TIMEOUT = LIMIT
            return Meter(application)

    Server(f'{settings.HOST}:{PORT}', STATE / 'static').run()


if __name__ == '__main__':
    _serve(int(sys.argv[1]))
