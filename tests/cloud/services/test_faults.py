# SPDX-License-Identifier: Apache-2.0
"""Faults that tests ask for by metadata."""

import time

import pytest

from cloud.services import faults


@pytest.mark.parametrize(
    ('metadata', 'fault'),
    [
        ([{}], None),
        ([None, {}], None),
        ([{'fault_create': 'fail'}], faults.FAIL),
        ([None, {'fault_create': 'busy'}], faults.BUSY),
        ([{'fault_create': 'busy'}, {'fault_create': 'fail'}], faults.BUSY),
        ([{'fault_delete': 'fail'}], None),
        ([{'create': 'fail'}], None),
    ],
)
def test_the_first_metadata_that_names_the_operation_decides(metadata, fault):
    assert faults.wanted('create', *metadata) == fault


def test_a_number_makes_the_operation_slow_not_wrong():
    begin = time.monotonic()
    assert faults.wanted('create', {'fault_create': '0.2'}) is None
    assert time.monotonic() - begin >= 0.2
