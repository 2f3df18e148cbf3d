# SPDX-License-Identifier: Apache-2.0
"""What is prepared once for several clouds that start at the same time.

The tests' workers have a cloud each. The first of them that gets so far
makes a service's databases, or Horizon's static files; the others wait, and
copy what lies in settings.TEMPLATE then: half the work of their starts.
"""

import contextlib
import fcntl
import shutil

from cloud import settings


def prepare(service):
    """Run create_database(), or copy what it has made for another cloud."""
    if not (settings.TEMPLATE and service.portable):
        _create(service)
        return
    shared = settings.TEMPLATE / service.name
    with _turn(shared):
        if not shared.exists():
            _create(service)
            fresh = shared.with_suffix('.new')
            _copy(service.state, fresh)
            fresh.rename(shared)
            return
    _copy(shared, service.state)
    service.configure()  # the copy names the other cloud's folder and ports


def _create(service):
    service.configure()
    service.create_database()


def _copy(source, target):
    """All but logs. Nothing writes there now: the service is not up."""
    shutil.copytree(
        source,
        target,
        symlinks=True,
        ignore=shutil.ignore_patterns('*.log'),
        dirs_exist_ok=True,
    )


@contextlib.contextmanager
def _turn(shared):
    with shared.with_suffix('.lock').open('w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
