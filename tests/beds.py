# SPDX-License-Identifier: Apache-2.0
"""Fixtures: gardens in demo's project, for one test or for a module."""

import pytest

from tests import garden as gardens


@pytest.fixture
def garden(demo):
    """A Garden in demo's project, for one test."""
    with gardens.kept(demo) as made:
        yield made


@pytest.fixture(scope='module')
def bed(demo):
    """A Garden in demo's project, for all tests of a module."""
    with gardens.kept(demo) as made:
        yield made
