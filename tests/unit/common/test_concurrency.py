# SPDX-License-Identifier: Apache-2.0
"""Calls side by side, and calls that may fail."""

from collections.abc import Callable
import subprocess
import sys
import threading

import pytest

from protection_dashboard import exceptions
from protection_dashboard.common import concurrency

LIMIT = 60  # seconds
CODE = """
from protection_dashboard.common import concurrency
from protection_dashboard import plugins

found, errors = concurrency.gather({'a': plugins.protectables, 'b': dict})
assert 'database' in found['a'], found
"""


def test_a_thread_that_loads_the_plugins_first_comes_to_its_end():
    subprocess.run([sys.executable, '-c', CODE], check=True, timeout=LIMIT)


def refused():
    raise exceptions.Refused("Too many.")


def logged_out():
    raise exceptions.NotAuthorized("Log in again.")


def test_an_attempt_gives_the_value_or_the_error():
    assert concurrency.value_or_error(lambda: 3) == 3
    assert isinstance(concurrency.value_or_error(refused), exceptions.Refused)
    assert concurrency.value_or_error(refused, otherwise=str) == "Too many."


def test_an_attempt_does_not_hide_that_the_session_is_over():
    with pytest.raises(exceptions.NotAuthorized):
        concurrency.value_or_error(logged_out, otherwise=str)


def meeting(parties: int) -> Callable[[], bool]:
    """A call that says whether as many calls went on at the same time."""
    barrier = threading.Barrier(parties)

    def meet() -> bool:
        try:
            barrier.wait(timeout=2)
        except threading.BrokenBarrierError:
            return False
        return True

    return meet


def test_many_calls_take_turns():
    some, most = concurrency.MAX_CALLS, concurrency.MAX_CALLS + 1
    calls = dict.fromkeys(range(some), meeting(some))
    assert all(concurrency.gather(calls)[0].values())
    calls = dict.fromkeys(range(most), meeting(most))
    assert not any(concurrency.gather(calls)[0].values())


def test_many_things_take_turns():
    meet = meeting(4)
    found = concurrency.map_concurrently(
        lambda _number: meet(), range(5), at_once=3
    )
    assert found == [False] * 5
    assert concurrency.map_concurrently(str, range(20), at_once=3) == [
        *map(str, range(20))
    ]
    assert concurrency.map_concurrently(str, []) == []


def test_the_first_error_of_many_things_is_raised():
    def fail(number: int) -> int:
        if number % 2:
            raise exceptions.Refused(f"{number}")
        return number

    with pytest.raises(exceptions.Refused, match='1'):
        concurrency.map_concurrently(fail, range(6))


def test_a_call_goes_on_beside_what_its_caller_does():
    meet = meeting(2)
    with concurrency.in_background(meet) as other:
        assert meet()
    assert other.result()
    with concurrency.in_background(refused) as other:
        pass
    with pytest.raises(exceptions.Refused):
        other.result()
