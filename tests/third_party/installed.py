# SPDX-License-Identifier: Apache-2.0
"""Processes for which the distribution of a third party is installed."""

import os
from pathlib import Path
import shutil
import subprocess
import sys

from cloud import settings


def environment(source: Path, folder: Path) -> dict[str, str]:
    """Environment variables of a process that finds a distribution.

    ``source`` is the folder of its pyproject.toml, ``folder`` an empty one
    that it is installed into: neither the sources nor the virtualenv change.
    """
    copied = shutil.copytree(source, folder / 'source')
    target = folder / 'installed'
    install = ('pip', 'install', '-q', '--disable-pip-version-check')
    apart = ('--no-index', '--no-deps', '--no-build-isolation')
    subprocess.run(
        [sys.executable, '-m', *install, *apart, '--target', target, copied],
        check=True,
    )
    given = {**os.environ, 'XDG_CACHE_HOME': str(folder / 'cache')}
    # of this very test run: the other process has its own
    given.pop('DJANGO_SETTINGS_MODULE')
    return {**given, 'PYTHONPATH': str(target)}


def pytest(
    path: Path, variables: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """The ended process of pytest for one file; its output is in stdout."""
    quiet = ('-q', '-W', 'ignore', '-p', 'no:cacheprovider')
    return subprocess.run(
        [sys.executable, '-m', 'pytest', *quiet, path],
        cwd=settings.ROOT,
        env=variables,
        stdout=subprocess.PIPE,
        text=True,
    )
