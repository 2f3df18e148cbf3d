# SPDX-License-Identifier: Apache-2.0
"""What is killed in each shape of the cloud, and for how long."""

import contextlib
import dataclasses
import time

from cloud import settings
from tests.support.waiting import until

EXECUTORS = tuple(f'mistral-executor-{number}' for number in (1, 2, 3))


@dataclasses.dataclass(frozen=True)
class Fault:
    """Services that end by SIGKILL, all of the cloud where none is named.

    ``seconds`` is how long they are away. ``spoils_points`` is whether Cinder
    itself gives up, or forgets, the snapshots that it was making: then a run
    may end without their points, if it says why.
    """

    name: str
    services: tuple[str, ...] = ()
    seconds: float = 0
    spoils_points: bool = False

    @contextlib.contextmanager
    def present(self, cloud):
        """Within it the services of a running cloud are away."""
        away = cloud.without_killed(*self.services)
        with away if self.services else cloud.killed():
            end = time.monotonic() + self.seconds
            until(lambda: time.monotonic() >= end, self.seconds + 10)
            yield


_EVERYWHERE = [
    Fault('Cinder', ('cinder',), 15, spoils_points=True),
    Fault('Keystone', ('keystone',), 15),
    Fault('the whole cloud', spoils_points=True),
]
FAULTS = {
    settings.COMPACT: [Fault('Mistral', ('mistral',)), *_EVERYWHERE],
    settings.PROCESSES: [
        Fault('one executor', EXECUTORS[:1]),
        Fault('all executors', EXECUTORS),
        Fault('one engine', ('mistral-engine-1',)),
        Fault('RabbitMQ', ('rabbitmq',), 5),
        Fault('MariaDB', ('mariadb',), 5, spoils_points=True),
        *_EVERYWHERE,
    ],
}[settings.SHAPE]
