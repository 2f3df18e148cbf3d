# SPDX-License-Identifier: Apache-2.0
"""How another process finds and steers the running cloud: by files.

``cloud.pid`` is locked by the supervisor as long as it lives, ``ready``
exists while everything answers, ``<service>/stopped`` is the wish that this
service be down; it holds the number of the signal that ends it.
"""

import contextlib
import fcntl
import os
import signal
import time

from cloud import settings
from cloud.services.base import Service
from cloud.supervisor.failure import Failure

PID_FILE = settings.STATE / 'cloud.pid'
READY_FILE = settings.STATE / 'ready'
STOP_LIMIT = 30  # seconds
START_LIMIT = 160


@contextlib.contextmanager
def supervising():
    """Hold the lock of the one supervisor of this state."""
    settings.STATE.mkdir(parents=True, exist_ok=True)
    with PID_FILE.open('a+') as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(f'The cloud is up, pid {running_pid()}.') from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        READY_FILE.unlink(missing_ok=True)
        try:
            yield
        finally:
            READY_FILE.unlink(missing_ok=True)


def running_pid():
    """Return the supervisor's process id, None when there is none."""
    try:
        with PID_FILE.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return _read_pid()
    return None


def _read_pid():
    wait_until(
        lambda: PID_FILE.read_text(), 2, 'The supervisor hides its pid.'
    )
    return int(PID_FILE.read_text())


def kill_cloud() -> bool:
    """End the supervisor by SIGKILL and wait; False when there is none.

    All its processes die with it.
    """
    return end_cloud(signal.SIGKILL)


def end_cloud(number: int = signal.SIGTERM) -> bool:
    """End the supervisor and wait; False when there is none."""
    pid = running_pid()
    if pid is None:
        return False
    os.kill(pid, number)
    wait_until(
        lambda: running_pid() is None,
        STOP_LIMIT,
        f'The supervisor {pid} did not end.',
    )
    return True


def wish_stopped(service):
    """Whether someone asked for this service to be down."""
    return _wish(service).exists()


def wish_stop(service: Service, number: int = signal.SIGTERM) -> None:
    """Ask for this service to be ended, by the signal of this number."""
    wish = _wish(service)
    new = wish.with_suffix('.new')
    new.write_text(str(int(number)))
    new.rename(wish)


def wished_signal(service: Service) -> int | None:
    """The signal that shall end this service, None when it shall be up."""
    try:
        return int(_wish(service).read_text())
    except FileNotFoundError:
        return None


def stop(service):
    """Ask for this service to be down; return when it is."""
    wish_stop(service)
    _wait_down(service)


def kill(*services: Service) -> None:
    """End services by SIGKILL, all at once; return when they are down."""
    for service in services:
        wish_stop(service, signal.SIGKILL)
    for service in services:
        _wait_down(service)


def _wait_down(service: Service) -> None:
    wait_until(
        lambda: not service.healthy(),
        STOP_LIMIT,
        f'{service.name} still answers.',
    )


def wish_start(service: Service) -> None:
    """Ask for this service to be up again."""
    _wish(service).unlink(missing_ok=True)


def start(service):
    """Ask for this service to be up again; return when it answers."""
    wish_start(service)
    wait_until(
        lambda: service.healthy() or wish_stopped(service),
        START_LIMIT,
        f'{service.name} does not answer; see {service.log}',
    )
    if wish_stopped(service):
        raise Failure(f'{service.name} did not start; see {service.log}')


def _wish(service):
    return service.state / 'stopped'


def wait_until(condition, limit, complaint):
    """Poll a condition; Failure(complaint) after limit seconds."""
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            raise Failure(complaint)
        time.sleep(0.05)
