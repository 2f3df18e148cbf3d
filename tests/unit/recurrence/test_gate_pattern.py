# SPDX-License-Identifier: Apache-2.0
import datetime
import functools
import itertools
import zoneinfo

from hypothesis import example
from hypothesis import given
from hypothesis import reject
from hypothesis import settings
from hypothesis import strategies as st
import pytest

from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence import gate_pattern
from protection_dashboard.recurrence import local_cron
from protection_dashboard.recurrence.cron import InvalidSchedule
from tests.support import cron_strategies
from tests.support import wall_clock

UTC = datetime.UTC
QUARTER = datetime.timedelta(minutes=15)
JITTER = (-2, 0, -1, 3, 58)  # seconds that a firing is off its minute
SECOND = datetime.timedelta(seconds=1)
START = datetime.datetime(2027, 1, 1, tzinfo=UTC)
END = datetime.datetime(2028, 1, 1, tzinfo=UTC)
NEAR = datetime.timedelta(days=2)
MAX_COMPARED = 5000
DAYS = ((1, 1), (2, 27), (3, 13), (3, 27), (4, 2), (10, 2), (10, 30), (11, 6))
ZONES = (
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Australia/Adelaide',
    'America/St_Johns',
    'Asia/Kolkata',
    'Asia/Kathmandu',
    'Africa/Casablanca',
    'UTC',
)
# daily in hours that are skipped or come twice, hourly, weekly, monthly
EVERYWHERE = (
    '30 2 * * *',
    '15 * * * *',
    '0 0 * * 0',
    '0 3 1 * *',
)
# several times a day, at the ends of weeks, months and years, either day
SOMEWHERE = (
    '10,50 1 * * 1-6',
    '45 23 * * 1-5',
    '30 22 31 * *',
    '*/20 1-3 * * 6',
    '5 0,23 1,15 1,3,10,12 5',
    '20 2 1-31/2 * 0',
)
CASES = [
    *itertools.product(EVERYWHERE, ZONES),
    *itertools.product(['*/15 * * * *'], ZONES[2:5]),
    *itertools.product(SOMEWHERE, ('Europe/Berlin', 'Australia/Lord_Howe')),
]


@functools.cache
def quarters(zone):
    """``[(moment, wall, skipped)]`` of the year, a quarter of an hour each.

    The quarters of an hour that the clocks skip stand at the moment of their
    change; those of an hour that comes twice stand there twice.
    """
    zone, moment, found = zoneinfo.ZoneInfo(zone), START - QUARTER, []
    due = moment.astimezone(zone).replace(tzinfo=None)
    while moment < END:
        wall = moment.astimezone(zone).replace(tzinfo=None)
        assert wall.minute % 15 == 0
        while due < wall:
            found.append((moment, due, True))
            due += QUARTER
        found.append((moment, wall, False))
        due = wall + QUARTER
        moment += QUARTER
    return found


@functools.cache
def oracle(pattern, zone):
    """Every minute of the year in which it has to run, read off the wall."""
    reading, shown, found = wall_clock.Reading(pattern), set(), set()
    minutes, hours = reading.fields[:2]
    quarter_of = {
        first: [m for m in sorted(minutes) if first <= m < first + 15]
        for first in (0, 15, 30, 45)
    }
    for moment, start, skipped in quarters(zone):
        if start.hour not in hours:
            continue
        for minute in quarter_of[start.minute]:
            wall = start.replace(minute=minute)
            late = datetime.timedelta(minutes=minute - start.minute)
            if not reading.due(wall):
                continue
            if reading.every_hour and not skipped:
                found.add(moment + late)
            again = reading.repeats and not skipped
            if not reading.every_hour and (again or wall not in shown):
                found.add(moment if skipped else moment + late)
            shown.add(wall)
    return sorted(minute for minute in found if START < minute < END)


def runs(pattern, zone, *, known):
    """The firings that start a run: a little early or late, as in truth.

    ``known`` tells whether each firing finds the one before it.
    """
    armed = gate_pattern.trigger_pattern(pattern, zone, START)
    planned = oracle(armed.pattern, 'UTC')
    if not armed.gate:
        return planned
    off = itertools.cycle(JITTER)
    fired = [moment + SECOND * next(off) for moment in planned]
    before = [START - SECOND, *fired] if known else itertools.repeat(None)
    return [
        moment
        for moment, now, last in zip(planned, fired, before, strict=False)
        if (len(planned) < MAX_COMPARED or near_a_change(moment))
        and gate_pattern.is_due(pattern, zone, now, START, last)
    ]


def near_a_change(moment):
    """A gate of every hour is asked thousands of times: not all year."""
    return any(
        abs(moment - datetime.datetime(2027, *day, tzinfo=UTC)) < NEAR
        for day in DAYS
    )


def assert_same(found, expected):
    if len(expected) > MAX_COMPARED:
        expected = [moment for moment in expected if near_a_change(moment)]
        found = [moment for moment in found if near_a_change(moment)]
    assert found == expected


@pytest.mark.parametrize(('pattern', 'zone'), CASES)
def test_exactly_the_due_minutes_of_a_year_run(pattern, zone):
    assert_same(runs(pattern, zone, known=True), oracle(pattern, zone))


@pytest.mark.parametrize(
    ('pattern', 'zone'),
    [('30 2 * * *', 'Europe/Berlin'), ('0 3 1 * *', 'America/St_Johns')],
)
def test_a_gate_that_knows_of_no_firing_before_does_the_same(pattern, zone):
    assert_same(runs(pattern, zone, known=False), oracle(pattern, zone))


@example('* 1-5 * * *', 'Europe/Berlin', (3, 27))
# February has fewer days than a star stands for
@example('* 2 * 2 */2', 'Europe/Berlin', (3, 27))
@example('* 2 * 2 1', 'Asia/Kolkata', (3, 27))
@given(cron_strategies.PATTERNS, st.sampled_from(ZONES), st.sampled_from(DAYS))
@settings(max_examples=50, deadline=None)
def test_a_gate_fires_whenever_any_pattern_is_due(pattern, zone, day):
    try:
        armed = gate_pattern.trigger_pattern(pattern, zone, START)
    except InvalidSchedule:
        reject()
    gate = cron.parse(armed.pattern)
    start = datetime.datetime(2027, *day, tzinfo=UTC)
    for run in local_cron.next_occurrences(pattern, zone, start, count=20):
        naive = run.replace(tzinfo=None)
        assert next(gate.local_times_from(naive)) == naive


@pytest.mark.parametrize(
    ('pattern', 'zone', 'armed', 'gate'),
    [
        ('30 2 * * *', 'Asia/Kolkata', '0 21 * * *', False),
        ('*/15 * * * *', 'Europe/Berlin', '*/15 * * * *', False),
        # the hour from 02:00 is skipped, the one from 03:00 is not
        ('30 2 * * *', 'Europe/Berlin', '0,30 0,1 * * *', True),
        ('30 3 * * *', 'Europe/Berlin', '30 1,2 * * *', True),
        ('15 * * * *', 'Australia/Lord_Howe', '15,45 * * * *', True),
        # the first of the month begins on the last of the month before
        ('0 3 1 * *', 'Asia/Kolkata', '30 21 28-31 * *', True),
        ('30 22 31 12 *', 'America/New_York', '30 2,3 1 1 *', True),
        ('30 22 * * 6', 'America/New_York', '30 2,3 * * 0', True),
        ('5 12 2-31 * 1-5', 'Europe/Berlin', '5 10,11 2-31 * 1-5', True),
        # with a star in one of its fields either day would mean the other
        ('0 0,12 1-30 * 1', 'Europe/Berlin', '0 10,11,22,23 * * *', True),
    ],
)
def test_it_arms_a_pattern_that_is_right_all_year(pattern, zone, armed, gate):
    assert gate_pattern.trigger_pattern(
        pattern, zone, START
    ) == gate_pattern.TriggerPattern(armed, gate)


def test_an_end_needs_a_gate_in_any_zone():
    armed = gate_pattern.trigger_pattern('0 3 * * *', 'UTC', START, end=True)
    assert armed == gate_pattern.TriggerPattern('0 3 * * *', gate=True)


def test_a_gate_that_is_too_long_to_say_fires_more_often():
    minutes = ','.join(str(m) for m in range(1, 60, 7) if m != 29)
    pattern = f'{minutes} 1,3,4,7,9,12,14,17,19,22 1,5,9,16,22,28 * *'
    armed = gate_pattern.trigger_pattern(pattern, 'Australia/Lord_Howe', START)
    assert len(armed.pattern) <= cron.MAX_PATTERN_LENGTH
    runs = local_cron.next_occurrences(
        pattern, 'Australia/Lord_Howe', START, 20
    )
    gate = cron.parse(armed.pattern)
    naive = [run.replace(tzinfo=None) for run in runs]
    assert [next(gate.local_times_from(moment)) for moment in naive] == naive


def utc(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ('fired', 'armed', 'last', 'end', 'expected'),
    [
        # 02:30 in Berlin was at 00:30 of UTC; Mistral was down until 05:12
        ('07-02 05:12:41', '06-01 10:00', '07-01 01:30', None, True),
        ('07-02 05:12:41', '06-01 10:00', '07-02 00:29:58', None, False),
        ('07-02 05:12:41', '06-01 10:00', None, None, True),
        ('07-02 05:12:41', '07-02 00:31', None, None, False),
        ('07-02 05:12:41', '07-02 00:31', '07-01 01:30', None, False),
        # it came back just when the gate fires in vain
        ('07-02 01:30:01', '06-01 10:00', '07-01 01:30', None, True),
        ('07-02 01:30:01', '06-01 10:00', None, None, False),
        # two seconds early, a minute late
        ('07-02 00:29:58', '06-01 10:00', '07-01 01:30', None, True),
        ('07-02 00:31:10', '06-01 10:00', None, None, True),
        ('07-02 00:29:58', '07-02 00:29:10', None, None, True),
        # the end is in local time, and included
        ('07-02 00:30:00', '06-01 10:00', None, '07-02 02:30', True),
        ('07-02 00:30:00', '06-01 10:00', None, '07-02 02:29', False),
        ('07-02 05:12:41', '06-01 10:00', None, '07-02 07:00', False),
    ],
)
def test_a_firing_counts_for_what_was_due_since(
    fired, armed, last, end, expected
):
    assert (
        gate_pattern.is_due(
            '30 2 * * *',
            'Europe/Berlin',
            utc(f'2027-{fired}'),
            utc(f'2027-{armed}'),
            last and utc(f'2027-{last}'),
            end and datetime.datetime.fromisoformat(f'2027-{end}'),
        )
        is expected
    )
