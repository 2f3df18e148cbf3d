# SPDX-License-Identifier: Apache-2.0
"""Which worker begins with what needs no cloud, and what it does then."""

import pytest

from tests import rota


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
    assert rota.is_last(worker, count) is is_last


def test_the_last_begins_with_what_needs_no_cloud():
    quick = ['tests/unit/test_a.py', 'tests/unit/test_b.py']
    files = dict.fromkeys(['tests/browser/test_c.py', *quick])
    assert rota.best_of_last(files) == quick[0]


def test_the_last_helps_while_it_is_worth_a_cloud():
    files = [f'tests/pages/test_{number}.py' for number in range(rota.WORTH)]
    files.append('tests/services/test_long.py')
    assert rota.best_of_last(files) == 'tests/services/test_long.py'
    assert rota.best_of_last(files[: rota.WORTH - 1]) is None
    assert rota.best_of_last([]) is None
