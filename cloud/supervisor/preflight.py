# SPDX-License-Identifier: Apache-2.0
"""What the machine must offer: programs, ports and disk."""

from collections.abc import Sequence
import os
import shutil
import socket

from cloud import settings
from cloud.services.base import Service
from cloud.supervisor.failure import Failure

DISK = 512 << 20  # bytes


def check(services):
    """Raise Failure: a program is missing, a port taken, the disk full."""
    missing = _missing_packages(services)
    if missing:
        raise Failure(
            f'The cloud needs: sudo apt-get install --no-install-recommends'
            f' {" ".join(missing)}'
        )
    for service in services:
        if service.port and not _is_free(service.port):
            raise Failure(
                f'Port {service.port}, which {service.name} needs, is taken'
                ' by another program. CLOUD_PORT_OFFSET=500 adds 500 to each'
                ' port of this cloud; CLOUD_STATE=.cloud-500 keeps it in a'
                ' folder of its own.'
            )
    if not has_disk():
        raise Failure(
            f'The disk of {settings.STATE} is full: the cloud needs'
            f' {DISK >> 20} MiB.'
        )


def has_disk():
    """Whether the disk has room for the cloud's data."""
    return shutil.disk_usage(settings.STATE).free >= DISK


def _missing_packages(services: Sequence[Service]) -> list[str]:
    """Debian's packages whose programs these services would not find."""
    return sorted(
        {
            package
            for service in services
            for path, package in service.programs.items()
            if not os.access(path, os.X_OK)
        }
    )


def _is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST, port))
        except OSError:
            return False
    return True
