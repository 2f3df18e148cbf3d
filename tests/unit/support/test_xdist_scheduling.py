# SPDX-License-Identifier: Apache-2.0
"""Which worker has no cloud."""

import pytest

from tests.support import xdist_scheduling


@pytest.mark.parametrize(
    ('worker', 'count', 'is_last'),
    [
        ('gw0', 1, False),
        ('gw1', 2, False),
        ('gw2', 3, True),
        ('gw2', 4, False),
        ('gw3', 4, True),
    ],
)
def test_the_last_of_many(worker, count, is_last):
    assert xdist_scheduling.is_last(worker, count) is is_last
