# SPDX-License-Identifier: Apache-2.0
"""The time for which one action of an execution may work.

An action works for a while and then ends, though not all is done: Mistral
begins it again. A task must end before Mistral takes its action for lost
(``timeout`` in the workflows, below the heartbeat of Mistral), and few long
actions cost Mistral less than many short ones.
"""

from collections.abc import Iterator
import contextlib
import threading
import time

#: the first actions are short, so that pages soon have something to show
_FIRST_SECONDS = 10
#: the longest; plus what one call may take it has to be below ``timeout`` of
#: the tasks in the workflows
MAX_SECONDS = 90
#: an executor has 64 threads by default: so many of them may wait
_MAX_WAITING = 32
_waiting = threading.BoundedSemaphore(_MAX_WAITING)
# seconds before an action begins anew that could not wait
_CROWDED_PAUSE = 15


class TimeSlice:
    """``seconds`` from now on.

    ``crowded`` is whether too many actions of this process wait already: an
    action with such a slice looks once, and does not wait.
    """

    def __init__(self, seconds: float, *, crowded: bool = False) -> None:
        self._end = time.monotonic() + seconds
        self.crowded = crowded

    @property
    def left(self) -> float:
        """The seconds that are left, 0 at least."""
        return max(0.0, self._end - time.monotonic())

    @property
    def next_pause(self) -> int:
        """Seconds before the next slice: none if this one could wait."""
        return _CROWDED_PAUSE if self.crowded else 0

    def shorten(self, seconds: float) -> None:
        """Let it end in so many seconds, unless it ends before."""
        self._end = min(self._end, time.monotonic() + seconds)

    def sleep(self, seconds: float) -> bool:
        """Sleep; False, without sleeping, if the slice would end before."""
        if self.crowded or seconds > self.left:
            return False
        time.sleep(seconds)
        return True


def slice_seconds(number: int) -> float:
    """The length in seconds of an execution's slice; ``number`` from 0 on."""
    return float(min(MAX_SECONDS, _FIRST_SECONDS * 2 ** min(number, 10)))


@contextlib.contextmanager
def waiting_slice(seconds: float) -> Iterator[TimeSlice]:
    """A slice that counts as one that waits in this process."""
    free = _waiting.acquire(blocking=False)
    try:
        yield TimeSlice(seconds, crowded=not free)
    finally:
        if free:
            _waiting.release()


def growing_pauses(first: float, longest: float) -> Iterator[float]:
    """Seconds between tries: each half as long again as the one before."""
    pause = first
    while True:
        yield pause
        pause = min(longest, pause * 1.5)
