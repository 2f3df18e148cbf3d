# SPDX-License-Identifier: Apache-2.0
"""Calls side by side, in a process that has loaded nothing yet."""

import subprocess
import sys

LIMIT = 60  # seconds
CODE = """
from protection_dashboard import parallel
from protection_dashboard import plugins

found, errors = parallel.gather({'a': plugins.protectables, 'b': dict})
assert 'database' in found['a'], found
"""


def test_a_thread_that_loads_the_plugins_first_comes_to_its_end():
    subprocess.run([sys.executable, '-c', CODE], check=True, timeout=LIMIT)
