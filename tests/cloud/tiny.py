# SPDX-License-Identifier: Apache-2.0
"""Services of a few lines, for the supervisor's tests: real processes."""

import http.server
import os
import signal
import threading
import time

from cloud import settings
from cloud.services.base import Service
from cloud.supervisor import process


class Tiny(Service):
    """Answers 200, and remembers each start in ``starts``."""

    name = 'tiny'
    port = 4000
    after = ()
    portable = False
    filled = True

    def create_database(self):
        (self.state / 'database').write_text('made')

    def serve(self):
        with (self.state / 'starts').open('a') as starts:
            print(os.getpid(), time.monotonic_ns(), file=starts)
        server = http.server.ThreadingHTTPServer(
            (settings.HOST, self.port), http.server.SimpleHTTPRequestHandler
        )
        server.serve_forever()

    @property
    def starts(self):
        """Return (process id, nanoseconds) of each start."""
        lines = (self.state / 'starts').read_text().splitlines()
        return [tuple(map(int, line.split())) for line in lines]


class Second(Tiny):
    name = 'second'
    port = 4001
    after = ('tiny',)


class Forking(Tiny):
    """Has a worker process, whose id it writes into ``worker``."""

    name = 'forking'
    port = 4002

    def serve(self):
        worker = os.fork()
        if worker == 0:
            process.die_with_parent()
            threading.Event().wait()
        (self.state / 'worker').write_text(str(worker))
        super().serve()


class Stubborn(Tiny):
    """Hears no SIGTERM."""

    name = 'stubborn'
    port = 4007

    def serve(self):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        super().serve()


class Dying(Tiny):
    name = 'dying'
    port = 4003

    def serve(self):
        raise SystemExit(3)


class Mute(Tiny):
    """Runs, and never answers."""

    name = 'mute'
    port = 4004
    answer_limit = 3

    def serve(self):
        threading.Event().wait()


class Unmade(Tiny):
    name = 'unmade'
    port = 4005

    def create_database(self):
        raise OSError("no such database")


class Portable(Tiny):
    name = 'portable'
    port = 4006
    portable = True

    def configure(self):
        (self.state / 'configuration').write_text(str(self.state))

    def create_database(self):
        (self.state / 'database').write_text(str(os.getpid()))
