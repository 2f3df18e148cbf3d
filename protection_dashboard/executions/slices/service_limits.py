# SPDX-License-Identifier: Apache-2.0
"""How many calls all executions make to one service at once.

The bound holds in each process of Mistral's executors; the operator sets it.
"""

from collections.abc import Iterator
import contextlib
import threading

from protection_dashboard.api.cloud import Cloud

_lock = threading.Lock()
_slots: dict[str, threading.BoundedSemaphore] = {}


@contextlib.contextmanager
def call_to(cloud: Cloud, service_type: str) -> Iterator[None]:
    """Wait until this process may make one more call to a service."""
    with _lock:
        slot = _slots.setdefault(
            service_type,
            threading.BoundedSemaphore(
                cloud.settings.calls_at_once_per_service
            ),
        )
    with slot:
        yield
