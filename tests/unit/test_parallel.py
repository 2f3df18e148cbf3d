# SPDX-License-Identifier: Apache-2.0
"""Calls side by side, and calls that may fail."""

import subprocess
import sys

import pytest

from protection_dashboard import exceptions
from protection_dashboard import parallel

LIMIT = 60  # seconds
CODE = """
from protection_dashboard import parallel
from protection_dashboard import plugins

found, errors = parallel.gather({'a': plugins.protectables, 'b': dict})
assert 'database' in found['a'], found
"""


def test_a_thread_that_loads_the_plugins_first_comes_to_its_end():
    subprocess.run([sys.executable, '-c', CODE], check=True, timeout=LIMIT)


def refused():
    raise exceptions.Refused("Too many.")


def logged_out():
    raise exceptions.NotAuthorized("Log in again.")


def test_an_attempt_gives_the_value_or_the_error():
    assert parallel.attempt(lambda: 3) == 3
    assert isinstance(parallel.attempt(refused), exceptions.Refused)
    assert parallel.attempt(refused, otherwise=str) == "Too many."


def test_an_attempt_does_not_hide_that_the_session_is_over():
    with pytest.raises(exceptions.NotAuthorized):
        parallel.attempt(logged_out, otherwise=str)
