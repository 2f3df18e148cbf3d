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


def test_files_that_share_much_are_one_unit_of_work():
    together = {
        xdist_scheduling.scope_of(f'{file}::test_this[a/b]')
        for file in xdist_scheduling.TOGETHER
    }
    assert len(together) == 1
    alone = 'tests/pages/test_access.py'
    assert xdist_scheduling.scope_of(f'{alone}::test_this') == alone
