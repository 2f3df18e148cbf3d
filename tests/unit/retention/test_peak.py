# SPDX-License-Identifier: Apache-2.0
"""The runs that the capacity forecast looks back at, beside a wall clock."""

import bisect
import datetime

import pytest

from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence import timezones
from protection_dashboard.retention import peak as retention_peak
from tests.support import wall_clock

UTC = datetime.UTC
DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
#: zones and days on which their clocks change, at night and at midnight
CHANGES = [
    ('Europe/Berlin', (2026, 3, 29)),
    ('Europe/Berlin', (2026, 10, 25)),
    ('Australia/Lord_Howe', (2026, 10, 4)),
    ('Australia/Lord_Howe', (2026, 4, 5)),
    ('America/Havana', (2026, 3, 8)),
    ('America/Havana', (2026, 11, 1)),
]
PATTERNS = [
    '30 2 * * *',
    '15,45 2 * * *',
    '0 0 * * *',
    '30 0 * * *',
    '59 23 * * *',
    '10 */3 * * *',
]


def latest(pattern, zone, moment):
    clock = retention_peak._PastRuns(
        cron.parse(pattern), timezones.zone_by_name(zone)
    )
    return clock.latest(moment)


def test_a_time_that_the_clocks_skip_runs_when_they_go_forward():
    evening = datetime.datetime(2026, 3, 29, 20, tzinfo=UTC)
    change = datetime.datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert latest('30 2 * * *', 'Europe/Berlin', evening) == change


@pytest.mark.parametrize('change', CHANGES)
@pytest.mark.parametrize('pattern', PATTERNS)
def test_the_newest_run_is_the_last_that_the_wall_has_passed(change, pattern):
    zone, day = change
    noon = datetime.datetime(*day, 12, tzinfo=UTC)
    passed = wall_clock.runs(pattern, zone, noon - 4 * DAY, noon + 2 * DAY)
    for quarters in range(-100, 100):
        moment = noon + 15 * quarters * MINUTE
        at = bisect.bisect(passed, moment) - 1
        assert latest(pattern, zone, moment) == passed[at]
