# SPDX-License-Identifier: Apache-2.0
"""Times as services write them."""

import datetime

import pytest

from protection_dashboard.common import clock

AT = datetime.datetime(2026, 11, 20, 22, 10, 44, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    'text',
    [
        '2026-11-20 22:10:44',  # Mistral
        '2026-11-20T22:10:44.000000',  # Cinder, Manila
        '2026-11-20T22:10:44',  # Trove
        '2026-11-20T22:10:44Z',  # Nova, Glance
        '2026-11-20T22:10:44+00:00',
    ],
)
def test_a_time_without_a_zone_is_in_utc(text):
    found = clock.parse_utc(text)
    assert found == AT
    assert found.tzinfo is datetime.UTC


def test_no_time_is_none():
    assert clock.parse_utc('') is clock.parse_utc(None) is None
    assert clock.format_utc(AT) == '2026-11-20 22:10:44'
