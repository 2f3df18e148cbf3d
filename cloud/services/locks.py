# SPDX-License-Identifier: Apache-2.0
"""Locked files by which processes without an API show that they are up.

The kernel unlocks the file of a process that ends, however it ends.
"""

import fcntl
import pathlib
from typing import TextIO


def lock(path: pathlib.Path) -> TextIO:
    """Lock a file for as long as what is returned is open."""
    file = path.open('w')
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def is_locked(path: pathlib.Path) -> bool:
    """Whether a process that is up holds the lock of a file."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
