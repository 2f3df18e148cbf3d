# SPDX-License-Identifier: Apache-2.0
"""The cloud for a program, such as a test: started or reused."""

import contextlib
import os
import subprocess
import sys

from cloud import settings
from cloud.services import catalog
from cloud.supervisor import control
from cloud.supervisor.failure import Failure

START_LIMIT = 300  # seconds: the first start makes all databases


class Cloud:
    """``with Cloud() as cloud:`` everything answers inside.

    A cloud that is up already is used and left alone, else one is started
    for the time of the block. It dies with this process. Raises Failure.
    """

    url = f'http://{settings.HOST}:{settings.DASHBOARD_PORT}'

    def __init__(self):
        self._process = None

    def __enter__(self):
        if control.running_pid() is None:
            self._process = self._start()
        self._wait_ready()
        return self

    def _wait_ready(self):
        control.wait_until(
            self._is_decided, START_LIMIT, 'The cloud did not get ready.'
        )
        if not control.READY_FILE.exists():
            raise Failure(_log().read_text())

    def _start(self):
        settings.STATE.mkdir(parents=True, exist_ok=True)
        control.READY_FILE.unlink(missing_ok=True)  # a killed one left it
        with _log().open('wb') as log:
            return subprocess.Popen(
                [sys.executable, '-m', 'cloud', 'up'],
                cwd=settings.ROOT,
                env={**os.environ, 'CLOUD_PARENT': str(os.getpid())},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _is_decided(self):
        """Whether the start has ended, well or not."""
        if control.READY_FILE.exists():
            return True
        return self._process and self._process.poll() is not None

    def __exit__(self, *failure):
        if self._process:
            self._process.terminate()
            self._process.wait(control.STOP_LIMIT)

    @contextlib.contextmanager
    def killed(self):
        """Run the block after a power cut; then all is started again."""
        control.kill_cloud()
        if self._process:
            self._process.wait(control.STOP_LIMIT)
        try:
            yield
        finally:
            self._process = self._start()
            self._wait_ready()

    @contextlib.contextmanager
    def without_killed(self, *names):
        """Run the block while these services are down, killed at once."""
        services = [_service(name) for name in names]
        control.kill(*services)
        try:
            yield
        finally:
            for service in services:
                control.wish_start(service)
            for service in services:
                control.start(service)

    @contextlib.contextmanager
    def without(self, name):
        """Run the block while the service of this name is down."""
        service = _service(name)
        control.stop(service)
        try:
            yield
        finally:
            control.start(service)


def _service(name):
    return next(s for s in catalog.SERVICES if s.name == name)()


def _log():
    return settings.STATE / 'up.log'
