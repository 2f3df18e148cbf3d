# SPDX-License-Identifier: Apache-2.0
"""Stages for all installed protections, their stories played together."""

from concurrent import futures
import importlib

import pytest

from protection_dashboard import plugins
from tests.contract import lifecycle

SLUGS = sorted(plugins.protections())


@pytest.fixture(scope='package')
def stages(cloud_of):
    """``{slug: stage}`` of all protections; a missing one is a failure."""
    made = {
        slug: importlib.import_module(f'tests.contract.backends.{slug}').Stage(
            cloud_of
        )
        for slug in SLUGS
    }
    with futures.ThreadPoolExecutor(len(made)) as pool:
        list(pool.map(lambda stage: stage.prepare(), made.values()))
        yield made
        ends = [pool.submit(stage.clear) for stage in made.values()]
    for end in ends:
        end.result()


@pytest.fixture(scope='package')
def stories(stages):
    """``{slug: future of its Story}``."""
    with futures.ThreadPoolExecutor(len(stages)) as pool:
        yield {
            slug: pool.submit(lifecycle.play, stage)
            for slug, stage in stages.items()
        }


@pytest.fixture(scope='package', params=SLUGS)
def stage(request, stages):
    return stages[request.param]


@pytest.fixture(scope='package')
def told(stage, stories):
    """The Story of a stage; the test that asks first waits for it."""
    return stories[stage.protection].result()


@pytest.fixture
def protection(stage):
    return plugins.protection(stage.protection)


@pytest.fixture
def protectable(stage):
    return plugins.protectable(stage.type)
