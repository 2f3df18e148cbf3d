# SPDX-License-Identifier: Apache-2.0
"""The supervisor starts, watches and ends real, tiny services."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from cloud import settings
from cloud.supervisor import control
from tests.cloud import tiny

RUN = """
import sys
from cloud.supervisor import supervisor
from cloud.supervisor.failure import Failure
from tests.cloud import tiny
try:
    supervisor.run([getattr(tiny, name)() for name in sys.argv[1:]])
except Failure as failure:
    sys.exit(str(failure))
"""


class Run:
    """A supervisor of tiny services in its own process and state."""

    def __init__(self, state, kinds):
        environment = {**os.environ, 'CLOUD_STATE': str(state)}
        self.state = state
        self.process = subprocess.Popen(
            [sys.executable, '-c', RUN, *(kind.__name__ for kind in kinds)],
            cwd=settings.ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_ready(self):
        ready = self.state / 'ready'
        control.wait_until(ready.exists, 20, 'The tiny cloud is not up.')

    def finish(self):
        """Return the exit code and the lines on stderr."""
        _, complaints = self.process.communicate(timeout=20)
        return self.process.returncode, complaints.splitlines()

    def service(self, kind):
        service = kind()
        service.state = self.state / kind.name
        return service


@pytest.fixture
def run(tmp_path):
    with contextlib.ExitStack() as stack:

        def start(*kinds):
            started = Run(tmp_path, kinds)
            stack.callback(started.process.communicate)
            stack.callback(started.process.kill)
            return started

        yield start


def _has_ended(pid):
    """Whether the process is gone, or only waits to be reaped."""
    try:
        with open(f'/proc/{pid}/stat') as stat:
            return stat.read().rsplit(')', 1)[1].split()[0] == 'Z'
    except FileNotFoundError:
        return True


def _wait_end(*pids):
    control.wait_until(
        lambda: all(map(_has_ended, pids)), 5, f'Not all of {pids} ended.'
    )


def test_a_service_starts_after_what_it_needs_answers(run):
    cloud = run(tiny.Second, tiny.Tiny)
    cloud.wait_ready()
    first = cloud.service(tiny.Tiny).starts[0]
    second = cloud.service(tiny.Second).starts[0]
    assert first[1] < second[1]


def test_sigterm_ends_every_process_and_is_no_failure(run):
    cloud = run(tiny.Tiny, tiny.Forking)
    cloud.wait_ready()
    forking = cloud.service(tiny.Forking)
    worker = int((forking.state / 'worker').read_text())
    cloud.process.send_signal(signal.SIGTERM)
    assert cloud.finish() == (0, [])
    _wait_end(worker, forking.starts[0][0])


def test_nothing_outlives_a_killed_supervisor(run):
    cloud = run(tiny.Tiny, tiny.Forking)
    cloud.wait_ready()
    forking = cloud.service(tiny.Forking)
    worker = int((forking.state / 'worker').read_text())
    tiny_pid = cloud.service(tiny.Tiny).starts[0][0]
    cloud.process.kill()
    _wait_end(worker, forking.starts[0][0], tiny_pid)


@pytest.mark.parametrize(
    ('kind', 'reason'),
    [
        (tiny.Dying, 'dying ended with code 3'),
        (tiny.Mute, 'mute did not answer within 3 s'),
        (tiny.Unmade, 'unmade could not be prepared'),
    ],
)
def test_a_start_that_fails_is_one_line_with_the_log(run, kind, reason):
    cloud = run(tiny.Tiny, kind)
    log = cloud.state / kind.name / f'{kind.name}.log'
    assert cloud.finish() == (1, [f'{reason}; see {log}'])
    starts = cloud.state / 'tiny' / 'starts'
    if starts.exists():
        _wait_end(cloud.service(tiny.Tiny).starts[0][0])


def test_a_service_that_dies_later_ends_the_cloud(run):
    cloud = run(tiny.Tiny, tiny.Second)
    cloud.wait_ready()
    second = cloud.service(tiny.Second)
    os.kill(second.starts[0][0], signal.SIGKILL)
    log = second.state / 'second.log'
    assert cloud.finish() == (1, [f'second ended with code -9; see {log}'])
    _wait_end(cloud.service(tiny.Tiny).starts[0][0])


def test_a_service_that_dies_while_others_start_is_named(run):
    cloud = run(tiny.Tiny, tiny.Mute)
    starts = cloud.state / 'tiny' / 'starts'
    control.wait_until(starts.exists, 10, 'tiny did not start.')
    control.wait_until(
        cloud.service(tiny.Tiny).healthy, 10, 'tiny does not answer.'
    )
    os.kill(cloud.service(tiny.Tiny).starts[0][0], signal.SIGKILL)
    _, complaints = cloud.finish()
    assert complaints[0].startswith('tiny ended with code -9')


def test_a_taken_port_is_named_before_anything_starts(run):
    with socket.create_server((settings.HOST, tiny.Second().port)):
        code, complaints = run(tiny.Tiny, tiny.Second).finish()
    assert code == 1
    assert complaints == [
        f'Port {tiny.Second().port}, which second needs, is taken by another'
        ' program. CLOUD_PORT_OFFSET=500 adds 500 to each port of this cloud;'
        ' CLOUD_STATE=.cloud-500 keeps it in a folder of its own.'
    ]


def test_a_second_supervisor_of_the_same_state_is_refused(run):
    cloud = run(tiny.Tiny)
    cloud.wait_ready()
    assert run(tiny.Second).finish() == (
        1,
        [f'The cloud is up, pid {cloud.process.pid}.'],
    )


def test_a_service_can_be_stopped_and_started_again(run):
    cloud = run(tiny.Tiny, tiny.Second)
    cloud.wait_ready()
    second = cloud.service(tiny.Second)
    control.stop(second)
    _wait_end(second.starts[0][0])
    control.start(second)
    assert len(second.starts) == 2
    assert len(cloud.service(tiny.Tiny).starts) == 1


def test_a_service_can_be_killed_and_started_again(run):
    cloud = run(tiny.Stubborn, tiny.Second, tiny.Tiny)
    cloud.wait_ready()
    stubborn, second = map(cloud.service, (tiny.Stubborn, tiny.Second))
    begin = time.monotonic()
    control.kill(stubborn, second)
    _wait_end(stubborn.starts[0][0], second.starts[0][0])
    assert time.monotonic() - begin < 4  # 5 s after a SIGTERM
    control.start(stubborn)
    assert len(stubborn.starts) == 2
    assert len(cloud.service(tiny.Tiny).starts) == 1


def test_the_next_start_keeps_the_data(run):
    cloud = run(tiny.Tiny)
    cloud.wait_ready()
    database = cloud.state / 'tiny' / 'database'
    database.write_text('changed')
    cloud.process.terminate()
    cloud.finish()
    cloud = run(tiny.Tiny)
    cloud.wait_ready()
    assert len(cloud.service(tiny.Tiny).starts) == 2
    assert database.read_text() == 'changed'


def test_a_preparation_that_failed_starts_from_nothing_again(run):
    state = run(tiny.Unmade).state / 'unmade'
    control.wait_until((state / 'unmade.log').exists, 10, 'It was not tried.')
    (state / 'leftover').touch()
    control.wait_until(
        lambda: 'no such database' in (state / 'unmade.log').read_text(),
        10,
        'It did not fail.',
    )
    run(tiny.Unmade).finish()
    assert not (state / 'leftover').exists()
