# SPDX-License-Identifier: Apache-2.0
"""What a gate is asked by a trigger that somebody else made."""

import pytest

from protection_dashboard import exceptions
from protection_dashboard.schedules import gate_firing

GIVEN = {
    'schedule': 'any',
    'pattern': '0 2 * * *',
    'zone': 'UTC',
    'armed': '2026-11-01T00:00:00+00:00',
    'fired': '2026-11-28 02:00:00',
}


@pytest.mark.parametrize(
    'odd',
    [
        {'armed': 'never'},
        {'armed': None},
        {'armed': 5},
        {'armed': '9999-12-31T23:59:59+00:00'},
        {'armed': '0001-01-01T00:00:00+00:00'},
        {'pattern': 5},
        {'zone': None},
        {'end': ['2026-11-28T00:00']},
    ],
)
def test_an_odd_trigger_is_refused_before_anybody_is_asked(odd):
    with pytest.raises(exceptions.Refused, match="choose Re-arm"):
        gate_firing.starts_run(None, None, **{**GIVEN, **odd})
