# SPDX-License-Identifier: Apache-2.0
"""What the servers from Debian's packages have in common.

Each runs as the supervisor's child, on 127.0.0.1, from a folder below the
cloud's state: Debian's own services and their data are never touched.
"""

from collections.abc import Sequence
import os
import socket

from cloud import settings
from cloud.services.base import Service
from cloud.supervisor import process


class Infrastructure(Service):
    """A server that speaks another protocol than HTTP."""

    after = ()
    portable = False  # its files are those of a running server
    filled = True
    greeting = b''  # what a client says first
    welcome = b''  # how what the server says begins

    def healthy(self) -> bool:
        """Whether it answers as the protocol wants."""
        address = settings.HOST, self.port
        try:
            with socket.create_connection(address, timeout=2) as connection:
                connection.sendall(self.greeting)
                said = connection.recv(64)
        except OSError:
            return False
        return bool(said) and said.startswith(self.welcome)


def become(command: Sequence[object]) -> None:
    """Replace this process by a program, which dies with the supervisor."""
    words = [str(word) for word in command]
    os.execv(words[0], words)


def run_beside(command: Sequence[object]) -> None:
    """Start a program that dies with this process."""
    parent = os.getpid()
    if os.fork() == 0:
        process.die_with_parent(parent)
        become(command)
