# SPDX-License-Identifier: Apache-2.0
import datetime
import itertools
import time

from croniter import croniter
from hypothesis import example
from hypothesis import given
from hypothesis import reject
from hypothesis import settings
from hypothesis import strategies as st
import pytest

from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence import local_cron
from protection_dashboard.recurrence import timezones
from protection_dashboard.recurrence import utc_shift
from protection_dashboard.recurrence.cron import InvalidSchedule
from tests.support import wall_clock
from tests.support.cron_strategies import PATTERNS

UTC = datetime.UTC
BERLIN = 'Europe/Berlin'
# patterns of all kinds, with times in and around the hours that change
KINDS = [
    '30 2 * * *',
    '15 * * * *',
    '*/20 1-3 * * *',
    '45 1,2,23 * * *',
    '0 0 * * 0',
    '5 0 1,15 * *',
    '10 3 13 * 5',
]


def utc(*numbers):
    return datetime.datetime(*numbers, tzinfo=UTC)


def between(pattern, zone, start, end):
    """Every run of a stretch of time, as next_runs tells them."""
    found, count = [], 32
    while not found or found[-1] < end:
        found += local_cron.next_occurrences(pattern, zone, start, count=count)
        start = found[-1]
    return [run for run in found if run < end]


# local times of 25 October 2026, on which 2:00 to 3:00 comes twice in Berlin,
# as Vixie's and Debian's cron and cronsim run them; a second one is marked
AUTUMN = [
    (
        '*/30 1-6 * * *',
        '1:00 1:30 2:00 2:30 2:00* 2:30* 3:00 3:30 4:00 4:30 5:00 5:30 6:00 '
        '6:30',
    ),
    ('*/30 2 * * *', '2:00 2:30 2:00* 2:30*'),
    ('*/20 2,4 * * 0', '2:00 2:20 2:40 2:00* 2:20* 2:40* 4:00 4:20 4:40'),
    ('0,30 1-3 * * *', '1:00 1:30 2:00 2:30 3:00 3:30'),
    ('0 */2 * * *', '0:00 2:00 4:00 6:00'),
    ('30 2 * * *', '2:30'),
    ('15 * * * *', '0:15 1:15 2:15 2:15* 3:15 4:15 5:15 6:15'),
]


@pytest.mark.parametrize(('pattern', 'expected'), AUTUMN)
def test_a_star_or_a_step_as_minute_runs_in_both_hours(pattern, expected):
    start, end = utc(2026, 10, 24, 21, 59), utc(2026, 10, 25, 6)
    found = [
        run.astimezone(timezones.zone_by_name(BERLIN))
        for run in between(pattern, BERLIN, start, end)
    ]
    shown = [
        f'{one.hour}:{one:%M}{"*" if one.fold else ""}'
        for one in found
        if one.day == 25
    ]
    assert ' '.join(shown) == expected


def test_a_step_whose_only_hour_is_skipped_runs_once_all_the_same():
    start, end = utc(2026, 3, 29), utc(2026, 3, 29, 12)
    assert between('*/30 2 * * *', BERLIN, start, end) == [utc(2026, 3, 29, 1)]
    assert len(between('*/30 2-3 * * *', BERLIN, start, end)) == 2


@pytest.mark.parametrize('pattern', KINDS[:5])
@pytest.mark.parametrize('zone', [BERLIN, 'Australia/Lord_Howe'])
def test_it_agrees_with_the_wall_clock_over_a_full_year(zone, pattern):
    start, end = utc(2026, 1, 1), utc(2027, 1, 1)
    assert between(pattern, zone, start, end) == wall_clock.runs(
        pattern, zone, start, end
    )


@pytest.mark.parametrize('pattern', [*KINDS, '30 0 * * *', '*/15 23,0 * * 6'])
@pytest.mark.parametrize(
    ('zone', 'day'),
    [
        (BERLIN, (2026, 3, 29)),
        (BERLIN, (2026, 10, 25)),
        ('America/Santiago', (2026, 9, 6)),
        ('America/Santiago', (2026, 4, 5)),
        ('Africa/Casablanca', (2026, 2, 15)),
        ('Africa/Casablanca', (2026, 3, 22)),
        ('Antarctica/Troll', (2026, 3, 29)),
        ('Antarctica/Troll', (2026, 10, 25)),
        ('America/St_Johns', (2026, 3, 8)),
        ('America/St_Johns', (2026, 11, 1)),
        ('America/St_Johns', (2007, 3, 11)),
        ('America/St_Johns', (2007, 11, 4)),
        ('Pacific/Apia', (2011, 12, 30)),
        ('Asia/Kolkata', (2026, 3, 29)),
        ('UTC', (2026, 3, 29)),
    ],
)
def test_it_agrees_with_the_wall_clock_around_a_change(zone, day, pattern):
    start = utc(*day) - datetime.timedelta(days=3)
    end = start + datetime.timedelta(days=7)
    assert between(pattern, zone, start, end) == wall_clock.runs(
        pattern, zone, start, end
    )


@example('* 1-5 * * *', (2026, 3, 29), 17)
@example('* * * * *', (2026, 10, 25), 17)
@given(
    PATTERNS,
    st.sampled_from([(2026, 3, 29), (2026, 10, 25)]),
    st.integers(-180 * 60, 180 * 60),
)
@settings(max_examples=80, deadline=None)
def test_any_pattern_goes_on_from_any_second_of_a_change(pattern, day, late):
    start = utc(*day, 1) + datetime.timedelta(seconds=late)
    end = utc(*day, 6)
    try:
        found = between(pattern, BERLIN, start, end)
    except InvalidSchedule:
        reject()
    assert found == wall_clock.runs(
        pattern, BERLIN, start.replace(second=0), end
    )


@pytest.mark.parametrize(
    ('pattern', 'start', 'first', 'second'),
    [
        # the hour from 02:00 to 03:00 does not exist
        ('0,30 2 * * *', (2026, 3, 28, 12), (29, 1, 0), (30, 0, 0)),
        ('30 2,3 * * *', (2026, 3, 28, 12), (29, 1, 0), (29, 1, 30)),
        ('15 * * * *', (2026, 3, 29, 0, 10), (29, 0, 15), (29, 1, 15)),
        # the hour from 02:00 to 03:00 comes twice
        ('30 2 * * *', (2026, 10, 24, 12), (25, 0, 30), (26, 1, 30)),
        ('30 2 * * *', (2026, 10, 25, 1, 10), (26, 1, 30), (27, 1, 30)),
        ('15 * * * *', (2026, 10, 25, 0, 10), (25, 0, 15), (25, 1, 15)),
        ('15 * * * *', (2026, 10, 25, 1, 10), (25, 1, 15), (25, 2, 15)),
    ],
)
def test_it_runs_once_when_the_clocks_change(pattern, start, first, second):
    found = local_cron.next_occurrences(pattern, BERLIN, utc(*start), count=2)
    assert [(r.day, r.hour, r.minute) for r in found] == [first, second]


def test_runs_come_strictly_after_the_start():
    run = utc(2026, 7, 1, 0, 30)
    assert local_cron.next_occurrences('30 2 * * *', BERLIN, run, count=1) == [
        run + datetime.timedelta(days=1)
    ]


def test_the_start_may_be_told_in_any_zone():
    tokyo = datetime.timezone(datetime.timedelta(hours=9))
    start = datetime.datetime(2026, 7, 1, 9, 0, tzinfo=tokyo)
    (run,) = local_cron.next_occurrences('30 2 * * *', BERLIN, start, count=1)
    assert run == utc(2026, 7, 1, 0, 30)
    assert run.tzinfo is UTC


@pytest.mark.parametrize(
    ('pattern', 'minimum', 'sentence'),
    [
        ('* * * * *', 300, "only 1 min apart"),
        ('0,58 * * * *', 300, "only 2 min apart"),
        ('*/7 * * * *', 300, "only 4 min apart"),
        ('0,59 0,23 * * *', 300, "only 1 min apart"),
        ('*/5 * * * *', 301, "at least 6 min between"),
        ('0 * * * *', 5400, "only 1 h apart"),
        ('0 * * * *', 5400, "at least 1 h 30 min between"),
        ('0 0 31 2 *', 60, "never runs"),
    ],
)
def test_it_refuses_a_pattern(pattern, minimum, sentence):
    with pytest.raises(InvalidSchedule) as caught:
        local_cron.checked_pattern(pattern, 'UTC', minimum=minimum)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ('pattern', 'minimum'),
    [('*/5 * * * *', 300), ('* * * * *', 60), ('59 0,23 * * 1', 3600)],
)
def test_it_takes_a_pattern_with_gaps_that_are_wide_enough(pattern, minimum):
    assert (
        local_cron.checked_pattern(pattern, 'UTC', minimum=minimum) == pattern
    )


@pytest.mark.parametrize(
    'zone', ['', 'Mars/Base', 'Europe', '../etc/passwd', 'zone.tab', 'a\0b']
)
def test_it_refuses_a_zone_it_does_not_know(zone):
    with pytest.raises(InvalidSchedule, match="not known"):
        local_cron.checked_pattern('0 3 * * *', zone)


def test_a_page_can_translate_a_refusal():
    with pytest.raises(InvalidSchedule) as caught:
        local_cron.checked_pattern('* * * * *', 'UTC')
    error = caught.value
    assert error.message % error.params == str(error)
    german = {error.message: "Abstand %(gap)s, mindestens %(minimum)s"}
    assert error.words.text(german.get) == "Abstand 1 min, mindestens 5 min"


@pytest.mark.parametrize('start', [(2026, 1, 10), (2026, 7, 10)])
@pytest.mark.parametrize(
    ('zone', 'pattern'),
    [
        (BERLIN, '30 2 * * *'),
        (BERLIN, '30 0 * * 1-5'),
        (BERLIN, '*/15 8-18 * * 1-5'),
        (BERLIN, '0 3 1,15 * *'),
        ('America/St_Johns', '10 22 * * 6'),
        ('America/St_Johns', '*/30 * * * *'),
        ('Asia/Kathmandu', '0 4 * * 0'),
        ('Australia/Lord_Howe', '0 9,10 * * 1'),
        ('UTC', '0 0 29 2 *'),
    ],
)
def test_mistral_runs_the_utc_pattern_when_it_is_due(zone, pattern, start):
    start = utc(*start)
    end = start + datetime.timedelta(days=16)
    offset = timezones.offset_at(timezones.zone_by_name(zone), start)
    shifted = utc_shift.shifted_pattern(cron.parse(pattern), offset)
    trigger = croniter(shifted, start)
    fired = itertools.takewhile(
        lambda run: run < end,
        (trigger.get_next(datetime.datetime) for _ in itertools.count()),
    )
    assert list(fired) == wall_clock.runs(pattern, zone, start, end)


def test_utc_itself_leaves_a_pattern_as_it_is():
    pattern = '0 0 1 jan-mar *'
    offset = timezones.offset_at(
        timezones.zone_by_name('UTC'), utc(2026, 1, 1)
    )
    assert utc_shift.shifted_pattern(cron.parse(pattern), offset) == pattern


def cpu(function):
    """Seconds of the fastest of some calls, free of what else runs here."""
    seconds = []
    for _ in range(7):
        began = time.process_time()
        function()
        seconds.append(time.process_time() - began)
    return min(seconds)


@pytest.mark.parametrize(
    'pattern', ['* * * * *', '15 * * * *', '30 2 * * *', '0 0 29 2 *']
)
def test_five_runs_are_found_within_five_milliseconds(pattern):
    start = utc(2026, 4, 28)
    assert (
        cpu(lambda: local_cron.next_occurrences(pattern, BERLIN, start))
        < 0.005
    )


@pytest.mark.parametrize(
    'pattern', ['* * * * *', '1 0 1 * *', '0,59 0,23 * * 1']
)
def test_a_check_takes_less_than_twenty_milliseconds(pattern):
    assert (
        cpu(lambda: local_cron.checked_pattern(pattern, BERLIN, minimum=60))
        < 0.02
    )
