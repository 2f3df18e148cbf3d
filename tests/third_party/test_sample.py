# SPDX-License-Identifier: Apache-2.0
"""A third party's distribution, installed: used without a change to ours."""

import os
import subprocess
import sys

from django.core.cache import cache
import pytest

from cloud import settings
from cloud.services.mistral.service import Mistral
from cloud.supervisor import control
from tests.support.waiting import until
from tests.third_party import installed

HERE = settings.ROOT / 'tests' / 'third_party'


@pytest.fixture(scope='module')
def environment(tmp_path_factory):
    """Of a process for which the sample is installed."""
    folder = tmp_path_factory.mktemp('third_party')
    return installed.environment(HERE / 'sample', folder)


@pytest.fixture(scope='module')
def mistral(running_cloud, environment, tmp_path_factory):
    """The cloud's Mistral, with the sample in its environment."""
    service = Mistral()
    child = (
        'cloud.supervisor.child',
        'cloud.services.mistral.service',
        'Mistral',
        'serve',
    )
    log = (tmp_path_factory.mktemp('mistral') / 'log').open('wb')
    control.stop(service)
    with subprocess.Popen(
        [sys.executable, '-m', *child, str(os.getpid())],
        cwd=settings.ROOT,
        env=environment,
        stdout=log,
        stderr=log,
    ) as process:
        try:
            until(service.healthy)
            yield
        finally:
            process.terminate()
            process.wait()
            control.start(service)
            cache.clear()


def test_it_appears_in_panel_form_run_and_restore(mistral, environment):
    """The pages are those of a Horizon of its own: journey.py."""
    journey = installed.pytest(HERE / 'journey.py', environment)
    assert journey.returncode == 0, journey.stdout
