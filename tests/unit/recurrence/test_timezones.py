# SPDX-License-Identifier: Apache-2.0
import datetime
import zoneinfo

import pytest

from protection_dashboard.recurrence import timezones

BERLIN = 'Europe/Berlin'


def utc(*numbers):
    return datetime.datetime(*numbers, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ('zone', 'start', 'moment', 'hours'),
    [
        (BERLIN, (2026, 7, 1), (2026, 10, 25, 1), 1),
        (BERLIN, (2026, 10, 25, 0, 59, 59), (2026, 10, 25, 1), 1),
        (BERLIN, (2026, 10, 24, 23, 0, 0, 7), (2026, 10, 25, 1), 1),
        (BERLIN, (2026, 10, 25, 1), (2027, 3, 28, 1), 2),
        ('America/St_Johns', (2026, 1, 1), (2026, 3, 8, 5, 30), -2.5),
        ('Australia/Lord_Howe', (2026, 7, 1), (2026, 10, 3, 15, 30), 11),
    ],
)
def test_it_tells_when_the_clocks_change_next(zone, start, moment, hours):
    clock = timezones.zone_by_name(zone)
    change = timezones.next_change(clock, utc(*start))
    assert change == utc(*moment)
    offset = timezones.offset_at(clock, change)
    assert offset == datetime.timedelta(hours=hours)
    assert offset != timezones.offset_at(clock, utc(*start))


@pytest.mark.parametrize('zone', ['UTC', 'Asia/Kolkata'])
def test_some_clocks_never_change(zone):
    start = utc(2026, 1, 1)
    far = timezones.next_change(timezones.zone_by_name(zone), start)
    assert far == start + datetime.timedelta(days=400)


def test_it_looks_no_further_than_asked():
    july = utc(2026, 7, 1)
    far = timezones.next_change(timezones.zone_by_name(BERLIN), july, days=30)
    assert far == july + datetime.timedelta(days=30)


@pytest.mark.parametrize(
    ('zone', 'wall', 'moment'),
    [
        (BERLIN, (2026, 3, 29, 1, 59), (2026, 3, 29, 0, 59)),
        # skipped: the moment at which the clocks go forward
        (BERLIN, (2026, 3, 29, 2, 0), (2026, 3, 29, 1)),
        (BERLIN, (2026, 3, 29, 2, 30), (2026, 3, 29, 1)),
        (BERLIN, (2026, 3, 29, 3, 0), (2026, 3, 29, 1)),
        # shown twice: the first time
        (BERLIN, (2026, 10, 25, 2, 30), (2026, 10, 25, 0, 30)),
        ('America/Havana', (2026, 3, 8, 0, 30), (2026, 3, 8, 5)),
        ('Australia/Lord_Howe', (2026, 10, 4, 2, 15), (2026, 10, 3, 15, 30)),
    ],
)
def test_a_local_time_is_when_the_wall_first_shows_or_skips_it(
    zone, wall, moment
):
    found = timezones.first_moment(
        datetime.datetime(*wall), zoneinfo.ZoneInfo(zone)
    )
    assert found == utc(*moment)
