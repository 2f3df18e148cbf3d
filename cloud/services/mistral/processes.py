# SPDX-License-Identifier: Apache-2.0
"""Mistral as operators run it: ``mistral-server --server PART``, nine times.

Each is a service of its own here, so that it can be stopped, killed and
started by its name. The first engine prepares the database of all.
"""

import os
import pathlib
import subprocess
import sys

from cloud import settings
from cloud.patches import idle_threads
from cloud.services import locks
from cloud.services.mistral.service import Mistral
from cloud.services.mistral.service import await_neighbours
from cloud.supervisor import process


class _Process(Mistral):
    """A part: an own process, and the child that does its work."""

    part = ''  # what mistral-server calls it
    transport = (
        f'rabbit://cloud:{settings.PASSWORD}@{settings.HOST}'
        f':{settings.RABBITMQ_PORT}/'
    )
    scheduler = 'default'
    after = ('mistral-engine-1',)

    def serve(self):
        self.patch()
        idle_threads.install()
        os.register_at_fork(after_in_child=process.die_with_parent)
        from mistral.cmd import launch

        self.announce_start()
        process.look_for_garbage_rarely()  # the child shares what is there
        sys.argv = [
            'mistral-server',
            *self.command_line,
            *('--server', self.part),
        ]
        launch.main()

    def announce_start(self) -> None:
        """Let healthy() know when the part is up; its port tells by itself."""


class Api(_Process):
    name = 'mistral-api'
    part = 'api'
    prepared = True  # by the first engine
    fill_after = (
        *Mistral.fill_after,
        'mistral-executor-1',
        'mistral-notifier',
    )


class _Worker(_Process):
    """A part that talks by messages only."""

    port = 0
    catalog = {}
    filled = True
    prepared = True

    @property
    def _up(self) -> pathlib.Path:
        return self.state / 'up'

    def announce_start(self) -> None:
        from mistral.service.base import MistralService

        notify_started = MistralService._notify_started

        def lock(service: MistralService, message: str) -> None:
            notify_started(service, message)
            service.up = locks.lock(self._up)

        MistralService._notify_started = lock

    def healthy(self) -> bool:
        return locks.is_locked(self._up)


class Engine1(_Worker):
    name = 'mistral-engine-1'
    part = 'engine'
    after = ('keystone', 'rabbitmq')

    @property
    def prepared(self) -> bool:
        return (self.state / 'prepared').exists()

    def create_database(self) -> None:
        """As the installation guide of Mistral has it."""
        manage = pathlib.Path(sys.prefix, 'bin', 'mistral-db-manage')
        for step in (('upgrade', 'head'), ('populate',)):
            subprocess.run([manage, *self.command_line, *step], check=True)


class Engine2(_Worker):
    name = 'mistral-engine-2'
    part = 'engine'


class Executor1(_Worker):
    name = 'mistral-executor-1'
    part = 'executor'


class Executor2(_Worker):
    name = 'mistral-executor-2'
    part = 'executor'


class Executor3(_Worker):
    name = 'mistral-executor-3'
    part = 'executor'


class Notifier(_Worker):
    name = 'mistral-notifier'
    part = 'notifier'


class Periodic1(_Worker):
    name = 'mistral-periodic-1'
    part = 'periodic'

    def serve(self):
        await_neighbours(self.services)
        super().serve()


class Periodic2(Periodic1):
    name = 'mistral-periodic-2'


PROCESSES = [
    Engine1,
    Engine2,
    Executor1,
    Executor2,
    Executor3,
    Notifier,
    Periodic1,
    Periodic2,
    Api,
]
