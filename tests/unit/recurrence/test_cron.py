# SPDX-License-Identifier: Apache-2.0
import datetime
import itertools

from croniter import croniter
from hypothesis import assume
from hypothesis import given
from hypothesis import settings
import pytest

from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence.cron import FIELDS
from protection_dashboard.recurrence.cron import InvalidSchedule
from tests.support import wall_clock
from tests.support.cron_strategies import PATTERNS

NO_FIVE = "A pattern has exactly five fields"
SPECIAL = "L, W, #, ?, R and H are not supported"


def parsed(pattern):
    """The pattern; those that never fire or are too long do not count."""
    try:
        return cron.parse(pattern)
    except InvalidSchedule as error:
        assume("never runs" not in str(error))
        assume("characters" not in str(error))
        raise


@pytest.mark.parametrize(
    ('pattern', 'text'),
    [
        ('  5\t4  * * * ', '5 4 * * *'),
        ('0 3 * JAN-mar Mon', '0 3 * jan-mar mon'),
        ('@hourly', '0 * * * *'),
        ('@Daily', '0 0 * * *'),
        ('@weekly', '0 0 * * 0'),
        ('@monthly', '0 0 1 * *'),
        ('@yearly', '0 0 1 1 *'),
        ('*/1 */1 * * */1', '* * * * *'),
        ('0 0 29 2 *', '0 0 29 2 *'),
        ('0 0 1-31 * mon', '0 0 1-31 * mon'),
    ],
)
def test_it_brings_a_pattern_into_one_form(pattern, text):
    assert str(cron.parse(pattern)) == text


@pytest.mark.parametrize(
    ('pattern', 'sentence'),
    [
        ('', NO_FIVE),
        ('5 4 * *', NO_FIVE),
        ('*/5 * * * * *', NO_FIVE),
        ('0 0 1 1 * 0 2030', NO_FIVE),
        ('TZ=UTC 0 0 * * *', NO_FIVE),
        ('@reboot', "Of the short forms only"),
        ('@every 5m', "Of the short forms only"),
        ('0 0 L * *', SPECIAL),
        ('0 0 15W * *', SPECIAL),
        ('0 0 * * 5#2', SPECIAL),
        ('0 0 * * L5', SPECIAL),
        ('0 0 ? * *', SPECIAL),
        ('R R * * *', SPECIAL),
        ('H * * * *', SPECIAL),
        ('h(0-29) * * * *', SPECIAL),
        ('60 * * * *', "The first field, the minute"),
        ('-1 * * * *', "The first field, the minute"),
        ('5-5 * * * *', "The first field, the minute"),
        ('5/15 * * * *', "The first field, the minute"),
        ('*/0 * * * *', "The first field, the minute"),
        ('*/60 * * * *', "The first field, the minute"),
        ('jan * * * *', "The first field, the minute"),
        ('5, * * * *', "The first field, the minute"),
        ('٣ * * * *', "The first field, the minute"),
        ('5,* * * * *', "The first field, the minute"),
        ('5,*/1 * * * *', "The first field, the minute"),
        ('0 24 * * *', "The second field, the hour"),
        ('0 22-4 * * *', "The second field, the hour"),
        ('0 */24 * * *', "The second field, the hour"),
        ('0 0 0 * *', "The third field, the day"),
        ('0 0 32 * *', "The third field, the day"),
        ('0 0 * 13 *', "The fourth field, the month"),
        ('0 0 * foo *', "The fourth field, the month"),
        ('0 0 * * 8', "The fifth field, the weekday"),
        ('0 0 * * fri-sun', "The fifth field, the weekday"),
        ('0 0 */2 * mon', "A step such as */2"),
        ('0 0 1-31 * */2', "A step such as */2"),
        ('0 0 31 2 *', "This pattern never runs"),
        ('0 0 31 4,6,9,11 *', "This pattern never runs"),
        # either of two days, but croniter and so Mistral give up on it
        ('0 0 30 2 1', "This pattern never runs"),
        (','.join(map(str, range(40))) + ' * * * *', "at most 100 characters"),
    ],
)
def test_it_refuses_a_pattern_with_one_sentence(pattern, sentence):
    with pytest.raises(InvalidSchedule) as caught:
        cron.parse(pattern)
    assert sentence in str(caught.value)
    assert str(caught.value).count('\n') == 0


@pytest.mark.parametrize('pattern', ['<b>x', '0 0 * * <img>', '@<b>', '%s'])
def test_it_never_quotes_what_was_typed(pattern):
    with pytest.raises(InvalidSchedule) as caught:
        cron.parse(pattern)
    assert '<' not in str(caught.value)


@pytest.mark.parametrize(
    ('pattern', 'minutes'),
    [
        ('* * * * *', 1),
        ('*/5 * * * *', 5),
        ('*/7 * * * *', 4),
        ('0,58 * * * *', 2),
        ('15 * * * *', 60),
        ('15 3 * * *', 1440),
        ('0,59 0,23 * * *', 1),
        ('0,59 0,23 1 * *', 59),
        ('0,59 0,23 1,2 * *', 1),
        ('0,59 0,23 1,31 * *', 1),
        ('59 0,23 * * 1', 1380),
        ('0 0 * * 1', 7 * 1440),
        ('0 0 * * 1,2', 1440),
        ('0 0 1,3,4 * *', 1440),
        ('0 0 13 * 5', 1440),
        ('0 0 29 2 *', 1461 * 1440),
        ('0 0 1,31 12 *', 30 * 1440),
        ('0 23,0 31,1 12,1 *', 60),
        ('0 0 1-31 * 1', 1440),
    ],
)
def test_it_measures_the_least_gap(pattern, minutes):
    assert cron.parse(pattern).least_gap() == minutes


@given(PATTERNS)
@settings(max_examples=150, deadline=None)
def test_fields_stand_for_what_plain_cron_says(pattern):
    it = parsed(pattern)
    values = (it.minutes, it.hours, it.days, it.months, it.weekdays)
    for text, bounds, found in zip(
        it.fields, wall_clock.RANGES, values, strict=True
    ):
        expected = wall_clock.members(text, *bounds)
        if bounds == (0, 7):
            expected = {weekday % 7 for weekday in expected}
        assert list(found) == sorted(expected)


@given(PATTERNS)
@settings(max_examples=100, deadline=None)
def test_no_two_runs_are_closer_than_the_least_gap(pattern):
    it = parsed(pattern)
    runs = croniter(pattern, datetime.datetime(2027, 12, 30))
    times = [runs.get_next(datetime.datetime) for _ in range(60)]
    gaps = [(b - a).total_seconds() / 60 for a, b in itertools.pairwise(times)]
    assert min(gaps) >= it.least_gap()


@given(PATTERNS)
@settings(max_examples=60, deadline=None)
def test_it_runs_on_the_days_that_croniter_names(pattern):
    it = parsed(pattern)
    start = datetime.datetime(2027, 12, 31)
    dates = [start.date() + datetime.timedelta(days=n) for n in range(400)]
    daily = croniter(
        f'0 0 {" ".join(it.fields[2:])}', start - datetime.timedelta(seconds=1)
    )
    end = dates[-1]
    named = itertools.takewhile(
        lambda date: date <= end,
        (daily.get_next(datetime.datetime).date() for _ in itertools.count()),
    )
    assert list(named) == [date for date in dates if it.runs_on(date)]


def test_each_field_says_its_rule_in_one_sentence():
    for field in FIELDS:
        assert field.rule.count('.') == 1
        assert field.rule.endswith('.')
