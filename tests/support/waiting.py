# SPDX-License-Identifier: Apache-2.0
"""Tests never sleep for a time: they wait for a condition, with a limit."""

import time

#: what waits for long asks less often, and leaves the processor to others
_MOST = 1


def until(condition, limit=60, pause=0.2):
    """What a condition gives once it is true; a failure after ``limit`` s."""
    end = time.monotonic() + limit
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < end, f'not within {limit} s: {condition}'
        time.sleep(pause)
        pause = min(pause * 1.3, max(pause, _MOST))
