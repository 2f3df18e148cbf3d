# SPDX-License-Identifier: Apache-2.0
"""Ids that anybody may have written."""

import pytest

from protection_dashboard.common import ids
from protection_dashboard.protections.base import Mark

GOOD = '0b5bbbd2-0f27-4c9e-8c0f-0f2f3ee1a3d6'


@pytest.mark.parametrize(
    'value',
    ['', 'nightly', 'x/y', None, 7, [GOOD], GOOD.upper(), GOOD + '\n'],
)
def test_what_is_no_uuid_is_empty(value):
    assert ids.uuid_or_empty(value) == ''


def test_a_uuid_stays_as_it_is():
    assert ids.uuid_or_empty(GOOD) == GOOD


def test_a_mark_holds_only_uuids():
    written = {'protection_plan': GOOD, 'protection_execution': 'x/y'}
    assert Mark.of(written) == Mark(plan=GOOD)
