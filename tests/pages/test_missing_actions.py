# SPDX-License-Identifier: Apache-2.0
"""A Mistral without our actions: the panels open and say so."""

import os
import subprocess
import sys

from django.core.cache import cache
import pytest

from cloud import settings
from cloud.services.mistral.service import Mistral
from cloud.supervisor import control
from protection_dashboard.workflows import installed_actions
from tests.support.waiting import until

# A real Mistral in whose environment this package is not installed.
WITHOUT_OURS = """
import os
from importlib import metadata
found = metadata.distributions
metadata.distributions = lambda *a, **k: [
    d for d in found(*a, **k) if d.metadata['Name'] != 'protection-dashboard'
]
from cloud.supervisor import child
module = 'cloud.services.mistral.service'
child.main(module, 'Mistral', 'serve', str(os.getppid()))
"""
PANELS = ('plans', 'schedules', 'executions', 'points')


@pytest.fixture(scope='module')
def bare_mistral(running_cloud, tmp_path_factory):
    mistral = Mistral()
    control.stop(mistral)
    log = (tmp_path_factory.mktemp('mistral') / 'log').open('wb')
    with subprocess.Popen(
        [sys.executable, '-c', WITHOUT_OURS],
        cwd=settings.ROOT,
        env={**os.environ, 'XDG_CACHE_HOME': log.name + '-cache'},
        stdout=log,
        stderr=log,
    ) as process:
        try:
            until(mistral.healthy)
            yield
        finally:
            process.terminate()
            process.wait()
            control.start(mistral)
            cache.clear()


def test_it_is_noticed(bare_mistral, demo):
    assert installed_actions.missing_actions(demo) == installed_actions.ACTIONS


@pytest.mark.parametrize('panel', PANELS)
def test_a_panel_says_what_the_operator_has_to_do(
    bare_mistral, visitor, panel
):
    cache.clear()
    page = visitor('demo').text(f'/project/protection_{panel}/')
    assert "does not have the protection actions" in page
    assert "pip install protection-dashboard" in page
