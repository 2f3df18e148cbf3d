# SPDX-License-Identifier: Apache-2.0
"""A service's processes: started, watched and ended as one group."""

import asyncio
import contextlib
import os
import signal
import sys
import time

from cloud import settings
from cloud.supervisor import preflight
from cloud.supervisor.failure import Failure

_TERM_LIMIT = 5  # seconds from SIGTERM to SIGKILL


def _environment(service):
    """Return the environment: nothing is written outside of the state."""
    variables = {
        **os.environ,
        'HOME': str(service.state),
        # stevedore keeps the entry points of all packages there
        'XDG_CACHE_HOME': str((settings.TEMPLATE or settings.STATE) / 'cache'),
    }
    # without compiled modules each start takes twice as long
    variables.pop('PYTHONDONTWRITEBYTECODE', None)
    return variables


class Worker:
    """One service and the process that runs it, if any."""

    def __init__(self, service):
        self.service = service
        self.process = None

    @property
    def ended(self):
        """Whether the process was started and has ended by itself."""
        return self.process is not None and self.process.returncode is not None

    async def prepare(self):
        """Run create_database() in a process of its own."""
        self.service.clear()
        self.process = await self._spawn('prepare')
        if await self.process.wait():
            raise self._failure('could not be prepared')
        self.process = None

    async def fill(self):
        """Run seed() and sample() in a process of its own."""
        process = await self._spawn('fill')
        if await process.wait():
            raise self._failure('did not take its first data')

    async def serve(self):
        """Start the service; return when its API answers."""
        self.process = await self._spawn('serve')
        limit = self.service.answer_limit
        end = time.monotonic() + limit
        while not await asyncio.to_thread(self.service.healthy):
            if self.ended:
                raise self.death
            if time.monotonic() > end:
                raise self._failure(f'did not answer within {limit} s')
            await asyncio.sleep(0.1)

    @property
    def death(self):
        """The failure of a process that ended by itself."""
        return self._failure(f'ended with code {self.process.returncode}')

    def _failure(self, what):
        if not preflight.has_disk():
            what += ", the disk is full"
        return Failure(f'{self.service.name} {what}; see {self.service.log}')

    async def _spawn(self, step):
        kind = type(self.service)
        self.service.state.mkdir(parents=True, exist_ok=True)
        with self.service.log.open('ab') as log:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, '-m', 'cloud.supervisor.child'),
                *(kind.__module__, kind.__name__, step, str(os.getpid())),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=settings.ROOT,
                env=_environment(self.service),
                start_new_session=True,
            )

    async def end(self, number: int = signal.SIGTERM) -> None:
        """End the process and all it forked: by a signal, later SIGKILL."""
        if self.process is None:
            return
        self._signal(number)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), _TERM_LIMIT)
        self._signal(signal.SIGKILL)
        await self.process.wait()
        self.process = None

    def _signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
