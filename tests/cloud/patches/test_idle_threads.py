# SPDX-License-Identifier: Apache-2.0
"""A pool's threads wake less and less often, work at once and end."""

import subprocess
import sys

from cloud import settings

# a process of its own: the pools of this one stay as they are
POOL = """
import queue
from cloud.patches import idle_threads
idle_threads.install()
from futurist import _thread, ThreadPoolExecutor
from tests.support.waiting import until

waits = []

class Queue(queue.Queue):
    def get(self, block=True, timeout=None):
        waits.append(timeout)
        return super().get(block, timeout)

_thread.ThreadWorker.MAX_IDLE_FOR = 0.01
pool = ThreadPoolExecutor(1)
pool._work_queue = Queue()
assert pool.submit(str.upper, 'work').result() == 'WORK'
until(lambda: len(waits) > 6)
assert waits[-6:-1] == sorted(set(waits[-6:-1])), waits
assert waits[-2] == 2 * waits[-3] == 4 * waits[-4], waits
assert pool.submit(str.upper, 'more').result() == 'MORE'
pool.shutdown()
"""


def test_a_thread_wakes_less_and_less_often_until_work_comes():
    subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', POOL],
        cwd=settings.ROOT,
        check=True,
        timeout=60,
    )
