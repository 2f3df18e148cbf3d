# SPDX-License-Identifier: Apache-2.0
"""Backends for all installed protections, their lifecycles played together."""

from concurrent import futures
import importlib

import pytest

from protection_dashboard import plugins
from tests.contract import lifecycle

SLUGS = sorted(plugins.protections())


@pytest.fixture(scope='package')
def backends(cloud_of):
    """``{slug: backend}`` of all protections; a missing one is a failure."""
    made = {
        slug: importlib.import_module(
            f'tests.contract.backends.{slug}'
        ).Backend(cloud_of)
        for slug in SLUGS
    }
    with futures.ThreadPoolExecutor(len(made)) as pool:
        list(pool.map(lambda backend: backend.prepare(), made.values()))
        yield made
        ends = [pool.submit(backend.clear) for backend in made.values()]
    for end in ends:
        end.result()


@pytest.fixture(scope='package')
def lifecycles(backends):
    """``{slug: future of its Lifecycle}``."""
    with futures.ThreadPoolExecutor(len(backends)) as pool:
        yield {
            slug: pool.submit(lifecycle.play_lifecycle, backend)
            for slug, backend in backends.items()
        }


@pytest.fixture(scope='package', params=SLUGS)
def backend(request, backends):
    return backends[request.param]


@pytest.fixture(scope='package')
def told(backend, lifecycles):
    """The Lifecycle of a backend; the test that asks first waits for it."""
    return lifecycles[backend.protection].result()


@pytest.fixture
def protection(backend):
    return plugins.protection(backend.protection)


@pytest.fixture
def protectable(backend):
    return plugins.protectable(backend.type)
