# SPDX-License-Identifier: Apache-2.0
import datetime

from hypothesis import given
from hypothesis import settings
from hypothesis.strategies import just
from hypothesis.strategies import sampled_from
import pytest

from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence import utc_shift
from protection_dashboard.recurrence.cron import FIELDS
from protection_dashboard.recurrence.cron import InvalidSchedule
from tests.support import wall_clock
from tests.support.cron_strategies import field
from tests.support.cron_strategies import pattern


def earlier(text, hours):
    return utc_shift.shifted_pattern(
        cron.parse(text), datetime.timedelta(hours=hours)
    )


@pytest.mark.parametrize(
    ('text', 'hours', 'moved'),
    [
        ('30 2 * * mon-fri', 0, '30 2 * * mon-fri'),
        ('30 2 * * *', 1, '30 1 * * *'),
        ('30 2 * * *', 2, '30 0 * * *'),
        ('30 2 * * *', 3, '30 23 * * *'),
        ('30 20 * * *', -5, '30 1 * * *'),
        ('0 8-18 * * mon-fri', 2, '0 6-16 * * mon-fri'),
        ('0 */6 * * *', 1, '0 5-23/6 * * *'),
        ('0 */2 * * *', 1, '0 1-23/2 * * *'),
        ('0 1-23/2 * * *', 1, '0 */2 * * *'),
        ('0 22-23,0-3 * * *', 2, '0 0,1,20-23 * * *'),
        ('15 * * * *', 1, '15 * * * *'),
        ('15 * * * *', 5.5, '45 * * * *'),
        ('*/30 * * * *', 5.5, '*/30 * * * *'),
        ('*/5 * * * *', 5.75, '*/5 * * * *'),
        ('30 2 * * *', 5.5, '0 21 * * *'),
        ('0,15 2 * * *', 5.5, '30,45 20 * * *'),
        ('30 2 * * *', -2.5, '0 5 * * *'),
        ('45 9 * * *', 5.75, '0 4 * * *'),
        ('30 0 * * mon', 1, '30 23 * * 0'),
        ('30 0 * * sun', 1, '30 23 * * 6'),
        ('30 0 * * 1-5', 1, '30 23 * * 0-4'),
        ('30 0 * * 7,1,3', 2, '30 22 * * 0,2,6'),
        ('30 23 * * sat', -5, '30 4 * * 0'),
        ('30 2 1 * *', 1, '30 1 1 * *'),
        ('30 2 1 1 *', 1, '30 1 1 1 *'),
        ('30 2 13 * 5', 1, '30 1 13 * 5'),
        ('30 0 1-31 * 5', 1, '30 23 1-31 * 5'),
    ],
)
def test_it_moves_a_pattern(text, hours, moved):
    assert earlier(text, hours) == moved


@pytest.mark.parametrize(
    ('text', 'hours', 'sentence'),
    [
        ('30 0 1 * *', 1, "day before: choose a time from 01:00 on"),
        ('30 0 * 1 *', 2, "day before: choose a time from 02:00 on"),
        ('30 0 13 * 5', 1, "day before: choose a time from 01:00 on"),
        ('0 0,12 * * mon', 5.5, "day before: choose a time from 05:30 on"),
        ('15 * * * mon', 1, "day before: choose a time from 01:00 on"),
        ('0 20 1 * *', -5, "day after: choose a time before 19:00"),
        ('0,45 2 * * *', 5.5, "choose a single minute"),
        ('*/20 2 * * *', -2.5, "choose a single minute"),
        (
            '0-56/7,1-57/7,3-59/7,4-53/7,6-55/7 * * * *',
            5.5,
            "at most 100 characters",
        ),
    ],
)
def test_it_refuses_what_plain_cron_cannot_say(text, hours, sentence):
    with pytest.raises(InvalidSchedule) as caught:
        earlier(text, hours)
    assert sentence in str(caught.value)


def week(text, by=0):
    """The minutes of a week in which a pattern runs, ``by`` minutes later."""
    minutes, hours, _days, _months, weekdays = (
        wall_clock.members(field_, *bounds)
        for field_, bounds in zip(text.split(), wall_clock.RANGES, strict=True)
    )
    return {
        (weekday * 1440 + hour * 60 + minute + by) % (7 * 1440)
        for weekday in weekdays
        for hour in hours
        for minute in minutes
    }


def plain(minutes):
    """Whether fields of minute, hour and weekday can say these minutes."""
    weekdays = {minute // 1440 for minute in minutes}
    hours = {minute // 60 % 24 for minute in minutes}
    return len(minutes) == (
        len(weekdays) * len(hours) * len({minute % 60 for minute in minutes})
    )


@given(
    pattern(field(0, 59), field(0, 23), just('* *'), field(0, 6)),
    sampled_from([-600, -300, -150, 60, 120, 330, 345, 840]),
)
@settings(max_examples=300, deadline=None)
def test_it_moves_just_what_plain_cron_can_say(text, by):
    due = week(text, by=-by)
    if plain(due):
        assert week(earlier(text, by / 60)) == due
    else:
        with pytest.raises(InvalidSchedule):
            earlier(text, by / 60)


@pytest.mark.parametrize(
    ('index', 'values', 'text'),
    [
        (0, [7], '7'),
        (0, [0, 30], '0,30'),
        (0, [0, 20, 40], '*/20'),
        (0, [5, 25, 45], '5-45/20'),
        (0, [0, 10, 20], '0-20/10'),
        (0, [1, 2, 3, 9], '1-3,9'),
        (0, list(range(60)), '*'),
        (1, list(range(1, 24)), '1-23'),
        (4, [0, 1, 2, 3, 4, 5, 6], '*'),
        (4, [0, 2, 4, 6], '*/2'),
    ],
)
def test_it_writes_a_field_short(index, values, text):
    assert utc_shift.compact_field(FIELDS[index], values) == text
    assert sorted(wall_clock.members(text, *wall_clock.RANGES[index])) == (
        values if index != 4 or text != '*' else [*values, 7]
    )
