# SPDX-License-Identifier: Apache-2.0
import collections
import datetime
import random
import uuid

from hypothesis import given
from hypothesis import strategies as st
import pytest

from protection_dashboard.recurrence import local_cron
from protection_dashboard.recurrence import phrases as recurrence_phrases


@pytest.mark.parametrize(
    ('pattern', 'words'),
    [
        ('* * * * *', "Every minute"),
        ('*/5 * * * *', "Every 5 minutes"),
        ('0,30 * * * *', "Every 30 minutes"),
        ('15 * * * *', "Every hour at minute 15"),
        ('0 0-23 * * *', "Every hour at minute 0"),
        ('5,20 * * * *', "Every hour at minutes 5 and 20"),
        ('35 2 * * *', "Every day at 02:35"),
        ('0 2,14 * * *', "Every day at 02:00 and 14:00"),
        ('0 */8 * * *', "Every day at 00:00, 08:00 and 16:00"),
        ('5 */2 * * *', "Every 2 hours at minute 5"),
        ('10 3 * * mon', "Every Monday at 03:10"),
        ('10 3 * * 7', "Every Sunday at 03:10"),
        ('10 3 * * 0,1,3', "Every Monday, Wednesday and Sunday at 03:10"),
        ('10 3 * * mon-fri', "Every weekday at 03:10"),
        ('0 4 1 * *', "On day 1 of every month at 04:00"),
        ('0 4 1,15 * *', "On days 1 and 15 of every month at 04:00"),
        (
            '0 4 29 * *',
            "On day 29 of every month, in February of leap years only, at "
            "04:00",
        ),
        ('0 4 30 * *', "On day 30 of every month but February at 04:00"),
        (
            '0 4 31 * *',
            "On day 31 of the seven months that have one, at 04:00",
        ),
        (
            '0 4 1,31 * *',
            "On days 1 and 31, in the months that have them, at 04:00",
        ),
        ('0 4 28 * *', "On day 28 of every month at 04:00"),
        ('0 4 29 2 *', "Every leap year on 29 February at 04:00"),
        ('0 4 29 3 *', "Every year on 29 March at 04:00"),
        ('0 4 24 12 *', "Every year on 24 December at 04:00"),
        ('@daily', "Every day at 00:00"),
        ('5 4 * 1-3 2', "Cron 5 4 * 1-3 2"),
        ('5 4 * 1-3 *', "Cron 5 4 * 1-3 *"),
        ('5 4 13 * 5', "Cron 5 4 13 * 5"),
        ('15 * * * 1', "Cron 15 * * * 1"),
        ('*/7 * * * *', "Cron */7 * * * *"),
        ('*/5 8-18 * * *', "Cron */5 8-18 * * *"),
        ('0 1-23/2 * * *', "Cron 0 1-23/2 * * *"),
        ('0 4 1-5 * *', "Cron 0 4 1-5 * *"),
    ],
)
def test_it_says_a_pattern_in_words(pattern, words):
    assert str(recurrence_phrases.pattern_in_words(pattern, 'UTC')) == words


def test_a_page_can_translate_the_words():
    german = {
        "Every %(days)s at %(times)s": "Jeden %(days)s um %(times)s",
        "%(first)s and %(last)s": "%(first)s und %(last)s",
        "%(last)s": "%(last)s",
        "Monday": "Montag",
        "Friday": "Freitag",
    }
    words = recurrence_phrases.pattern_in_words(
        '10 3 * * mon,fri', 'Europe/Berlin'
    )
    assert (
        words.text(german.__getitem__) == "Jeden Montag und Freitag um 03:10"
    )
    assert words.params['zone'] == 'Europe/Berlin'


@pytest.mark.parametrize(
    ('frequency', 'values', 'pattern'),
    [
        ('hourly', {'minute': 15}, '15 * * * *'),
        ('daily', {'minute': 35, 'hour': 2}, '35 2 * * *'),
        ('daily', {'minute': 0, 'hour': 0}, '0 0 * * *'),
        ('weekly', {'minute': 5, 'hour': 23, 'weekday': 0}, '5 23 * * 0'),
        ('monthly', {'minute': 5, 'hour': 4, 'day': 28}, '5 4 28 * *'),
    ],
)
def test_a_form_gets_back_what_it_built(frequency, values, pattern):
    assert recurrence_phrases.pattern_for(frequency, **values) == pattern
    assert recurrence_phrases.frequency_of(pattern) == (frequency, values)


@pytest.mark.parametrize(
    'pattern', ['*/5 * * * *', '0 2,14 * * *', '0 2 * * mon-fri', '0 4 1 1 *']
)
def test_other_patterns_are_custom(pattern):
    assert recurrence_phrases.frequency_of(pattern) == ('custom', {})


@pytest.mark.parametrize(
    ('pattern', 'weekday'), [('0 2 * * mon', 1), ('0 2 * * 7', 0)]
)
def test_a_weekday_may_be_named(pattern, weekday):
    assert recurrence_phrases.frequency_of(pattern) == (
        'weekly',
        {'minute': 0, 'hour': 2, 'weekday': weekday},
    )


# as uuid4 draws them, and the same ones in each run
PLAN_IDS = [
    str(uuid.UUID(int=random.Random(number).getrandbits(128), version=4))
    for number in range(20_000)
]


def test_off_peak_is_a_quiet_moment_of_the_night():
    moments = {recurrence_phrases.off_peak_time(one) for one in PLAN_IDS}
    assert {hour for hour, _minute in moments} == {22, 23, 0, 1, 2, 3, 4, 5}
    minutes = {minute for _hour, minute in moments}
    assert minutes.isdisjoint({0, 1, 29, 30, 31, 59})
    assert len(minutes) > 40


@pytest.mark.parametrize(
    ('first_hour', 'minutes', 'count'),
    [
        (22, 480, 8 * 42),
        (2, 60, 42),
        (23, 120, 84),
        (2, 1, 1),
        (0, 1440, 1008),
    ],
)
def test_off_peak_times_are_spread_evenly_over_the_window(
    first_hour, minutes, count
):
    """By plan ids, by 6 standard deviations at most from the mean."""
    found = collections.Counter(
        recurrence_phrases.off_peak_time(one, first_hour, minutes)
        for one in PLAN_IDS
    )
    assert len(found) == count
    mean = len(PLAN_IDS) / count
    assert max(found.values()) <= mean + 6 * mean**0.5
    assert min(found.values()) >= min(mean, mean - 6 * mean**0.5)
    for hour, minute in found:
        after = 60 * hour + minute - 60 * first_hour
        assert after % 1440 < minutes


@pytest.mark.parametrize('first_hour', [0, 2, 23])
@pytest.mark.parametrize('minutes', range(1, 6))
def test_a_window_without_a_quiet_minute_is_used_as_it_is(first_hour, minutes):
    found = {
        recurrence_phrases.off_peak_time(one, first_hour, minutes)
        for one in PLAN_IDS[:200]
    }
    assert found == {(first_hour, minute) for minute in range(minutes)}


@given(st.text(), st.integers(0, 23), st.integers(1, 1440))
def test_the_off_peak_time_of_a_seed_is_always_the_same(seed, hour, minutes):
    found = recurrence_phrases.off_peak_time(seed, hour, minutes)
    assert found == recurrence_phrases.off_peak_time(seed, hour, minutes)
    assert datetime.time(*found)


def test_the_off_peak_time_of_a_plan_is_the_same_in_every_process():
    """It depends neither on Python's own hash nor on the release."""
    plan_id = '11111111-2222-4333-8444-555555555555'
    assert recurrence_phrases.off_peak_time(plan_id) == (0, 10)


@pytest.mark.parametrize(
    ('day', 'leap', 'common'),
    [(28, 12, 12), (29, 12, 11), (30, 11, 11), (31, 7, 7)],
)
def test_how_many_months_have_a_day(day, leap, common):
    """What the sentences say, by the runs themselves."""
    for year, count in ((2028, leap), (2027, common)):
        start = datetime.datetime(year, 1, 1, tzinfo=datetime.UTC)
        found = local_cron.next_occurrences(f'0 4 {day} * *', 'UTC', start, 12)
        assert sum(at.year == year for at in found) == count
