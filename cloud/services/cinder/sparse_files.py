# SPDX-License-Identifier: Apache-2.0
"""Files with holes, read and written without touching the holes."""

import errno
import functools
import os

_BLOCK = 1 << 20
_zeroes = functools.lru_cache(maxsize=2)(bytes)


class Source:
    """A file (its descriptor) that is read from its start to its end."""

    def __init__(self, number):
        self._number = number
        self._size = os.fstat(number).st_size
        self._at = 0

    def tell(self):
        return self._at

    def read(self, length):
        at, length = self._at, min(length, self._size - self._at)
        self._at += length
        if _has_data(self._number, at, self._at):
            return os.pread(self._number, length, at)
        return _zeroes(length)


def remember_holes(function):
    """Call a function of bytes once for the holes of a length from Source."""
    known = {}

    @functools.wraps(function)
    def remembered(data, **options):
        length = len(data)
        if data is not _zeroes(length):
            return function(data, **options)
        if length not in known:
            known[length] = function(data, **options)
        return known[length]

    return remembered


class Target:
    """A file (its descriptor) that is empty before something is written."""

    def __init__(self, number):
        self._number = number
        self._at = 0

    def fileno(self):
        return self._number

    def flush(self):
        """Nothing waits here."""

    def seek(self, offset):
        self._at = offset

    def write(self, content):
        if not self._matters(content):
            self._at += len(content)
            return
        for start in range(0, len(content), _BLOCK):
            self._write(content[start : start + _BLOCK])

    def _write(self, block):
        if self._matters(block):
            os.pwrite(self._number, block, self._at)
        self._at += len(block)

    def _matters(self, content):
        """Whether it changes the file: zeroes do where something stands."""
        return content != _zeroes(len(content)) or _has_data(
            self._number, self._at, self._at + len(content)
        )


def next_data(number, offset):
    """Where a file (its descriptor) has data next, None after the last."""
    try:
        return os.lseek(number, offset, os.SEEK_DATA)
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
    return None


def _has_data(number, start, end):
    """Whether anything was written between two offsets of a file."""
    found = next_data(number, start)
    return found is not None and found < end
