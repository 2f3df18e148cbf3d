# SPDX-License-Identifier: Apache-2.0
"""Let threads that wait for work look around less and less often.

A pool of futurist keeps all the threads that it ever needed, and each wakes
every second to see whether its pool has ended: dozens in each service.
"""

import queue

_LONGEST = 32  # seconds; so long may the end of a pool take that was idle


def install() -> None:
    """Patch futurist (3 or newer) in this process, before pools begin."""
    from futurist import _thread

    def wait_for_work(thread):
        thread.idle = True
        limit = thread.MAX_IDLE_FOR
        while True:
            try:
                work = thread.work_queue.get(timeout=limit)
            except queue.Empty:
                if thread._is_dying():
                    raise _thread._Stopping() from None
                limit = min(2 * limit, _LONGEST)
            else:
                thread.idle = False
                return work

    _thread.ThreadWorker._wait_for_work = wait_for_work
