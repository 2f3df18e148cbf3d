# SPDX-License-Identifier: Apache-2.0
"""What a process of the cloud does at its start.

It dies with its parent, so that nothing outlives the cloud.
"""

import ctypes
import gc
import os
import signal
import sys

import yaml

_PR_SET_PDEATHSIG = 1  # prctl(2)
_NEW_OBJECTS = 100_000


def die_with_parent(parent=None):
    """Ask the kernel to kill this process when its parent ends.

    parent is the parent's process id where it is known: it may have ended
    before this call. The wish is lost by fork and kept by exec, so each
    forked child repeats it. The kernel watches the thread that forked.
    """
    parent = parent or os.getppid()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def end_at_once():
    """End this process well, without taking apart all that it imported."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def look_for_garbage_rarely():
    """Python looks after 700 new objects, a hundred times for one import.

    What is there already is never looked through.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


def read_yaml_by_libyaml():
    """Horizon's policies, in a tenth of the time that Python takes.

    Not for Mistral, whose own loader only Python obeys.
    """
    yaml.SafeLoader = yaml.CSafeLoader
