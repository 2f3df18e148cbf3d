# SPDX-License-Identifier: Apache-2.0
"""Start the services in parallel, keep them up, end them all."""

import asyncio
import contextlib
import signal
import time

from cloud import settings
from cloud import users as cloud_users
from cloud.supervisor import control
from cloud.supervisor import preflight
from cloud.supervisor.failure import Failure
from cloud.supervisor.worker import Worker


class Supervisor:
    """All services of one cloud; run() returns when it is told to end."""

    def __init__(self, services):
        self._workers = [Worker(service) for service in services]
        self._ready = {s.name: asyncio.Event() for s in services}

    async def run(self):
        """Start everything, then watch it until a signal or a failure."""
        _end_on_signal(asyncio.current_task())
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._welcome())
                for worker in self._workers:
                    group.create_task(self._keep(worker))
        except asyncio.CancelledError:
            print('\nThe cloud ends.', flush=True)
        finally:
            await asyncio.gather(*(worker.end() for worker in self._workers))

    async def _welcome(self):
        begin = time.monotonic()
        await self._wait_for(self._ready)
        control.READY_FILE.touch()
        _say_welcome(time.monotonic() - begin)

    async def _keep(self, worker):
        await self._start(worker)
        while True:
            await self._watch(worker)
            await asyncio.sleep(0.5)

    async def _start(self, worker):
        service = worker.service
        (service.state / 'stopped').unlink(missing_ok=True)
        if not service.prepared:
            await self._wait_for(service.prepare_after)
            with _step(service, service.preparation):
                await worker.prepare()
        await self._wait_for(service.after)
        with _step(service, 'up'):
            await worker.serve()
        if not service.filled:
            await self._wait_for(service.fill_after)
            with _step(service, 'data'):
                await worker.fill()
        self._ready[service.name].set()

    async def _wait_for(self, names):
        for name in names:
            await self._ready[name].wait()

    async def _watch(self, worker):
        """Fulfil the wish about a service; a death nobody wished is fatal."""
        ended_by = control.wished_signal(worker.service)
        if worker.process and ended_by:
            await worker.end(ended_by)
        elif not ended_by and worker.process is None:
            await _serve_again(worker)
        elif worker.ended:
            raise worker.death


def run(services):
    """Run the cloud in the foreground; Failure when it cannot go on."""
    with control.supervising():
        preflight.check(services)
        try:
            asyncio.run(Supervisor(services).run())
        except ExceptionGroup as group:
            raise group.exceptions[0] from None


async def _serve_again(worker):
    """Start a service that someone had stopped; failing is not fatal."""
    try:
        await worker.serve()
    except Failure as failure:
        print(failure, flush=True)
        control.wish_stop(worker.service)
        await worker.end()


def _end_on_signal(task):
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, _cancel_once, task)


def _cancel_once(task):
    """A second Ctrl-C must not interrupt the clean-up after the first."""
    if not task.cancelling():
        task.cancel()


def _say_welcome(seconds):
    print(
        f"\nReady after {seconds:.1f} s:"
        f" http://{settings.HOST}:{settings.DASHBOARD_PORT}/"
    )
    for user, projects in cloud_users.PROJECTS_OF.items():
        grants = (f'{"+".join(r)} of {p}' for p, r in projects.items())
        print(f'  {user:8} {", ".join(grants)}')
    print(f"  password {settings.PASSWORD}, domain Default", flush=True)


@contextlib.contextmanager
def _step(service, what):
    """Print one progress line with the seconds the step took."""
    begin = time.monotonic()
    yield
    seconds = time.monotonic() - begin
    print(f'{service.name:18} {what:14} {seconds:5.1f} s', flush=True)
