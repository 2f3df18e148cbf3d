# SPDX-License-Identifier: Apache-2.0
"""``make test-horizons``: the wheel in each release of Horizon there is.

``python -m tests.horizons RELEASE...`` takes only these (``27``). The wheel
is built, installed into a new virtualenv with that Horizon, enabled by the
README's own commands and served beside the cloud; then a member and an
administrator open every page of ours, and each must be what this checkout
shows in the demo's Horizon.
"""

import argparse
from concurrent import futures
import logging
import os
import subprocess
import sys

import django

from cloud import running
from cloud import settings
from cloud.services.horizon.service import Horizon
from tests.horizons import environments

_LONGEST = 1000  # characters of a fault


def main():
    releases = environments.releases()
    parser = argparse.ArgumentParser(prog='python -m tests.horizons')
    parser.add_argument('releases', nargs='*', choices=[*releases, []])
    wanted = parser.parse_args().releases or releases
    with running.Cloud():
        _set_up()
        from tests.horizons import checks

        wheel = environments.build()
        with checks.expected() as expectations, _pool() as pool:

            def faults(release):
                return checks.faults(release, wheel, expectations)

            return _report(zip(wanted, pool.map(faults, wanted), strict=True))


def _set_up():
    """Let this process find addresses, and settings, as the demo has them."""
    horizon = Horizon()
    if not horizon.prepared:  # the cloud has run for longer than this code
        _prepare()
    horizon.configure()
    django.setup()
    logging.disable(logging.WARNING)
    environments.STATE.mkdir(exist_ok=True)


def _prepare():
    """In a process of its own: compression spoils its templates."""
    step = (
        'cloud.supervisor.child',
        'cloud.services.horizon.service',
        'Horizon',
        'prepare',
    )
    words = [sys.executable, '-m', *step, str(os.getpid())]
    subprocess.run(words, cwd=settings.ROOT, check=True)


def _pool():
    """One waits for a service while the other works."""
    return futures.ThreadPoolExecutor(2)


def _report(found):
    """Print faults by release; the exit status."""
    status = 0
    for release, faults in found:
        for fault in faults:
            print(f'Horizon {release}: {fault[:_LONGEST]}')
            status = 1
    return status


if __name__ == '__main__':
    sys.exit(main())
