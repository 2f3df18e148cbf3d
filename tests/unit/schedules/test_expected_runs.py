# SPDX-License-Identifier: Apache-2.0
"""Whether what was due did run."""

import dataclasses
import datetime

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
import pytest

from protection_dashboard.executions import log as execution_log
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import expected_runs
from tests.support import wall_clock

UTC = datetime.UTC
MINUTE = datetime.timedelta(minutes=1)
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NOW = datetime.datetime(2027, 7, 10, 12, 2, tzinfo=UTC)
ARMED = NOW - 40 * DAY
DAILY = Schedule('', '0 0 * * *', 'UTC')
HOURLY = Schedule('', '0 * * * *', 'UTC')


def at(text, seconds=0):
    """A moment of the day of NOW, or of ``day time``."""
    day, _blank, time = text.rpartition(' ')
    moment = f'2027-07-{day or "10"}T{time}:00+00:00'
    found = datetime.datetime.fromisoformat(moment)
    return found + datetime.timedelta(seconds=seconds)


def run(started, state='SUCCESS', by='', took=MINUTE):
    return execution_log.LogEntry(
        '', '', '', by, state, started, started + took
    )


def window(since, **facts):
    return expected_runs.RunWindow(NOW, since, **facts)


def of(schedule, runs, since, armed=ARMED, longest=None, **facts):
    """``(when it was due, status)`` of each, the oldest first."""
    newest = sorted(runs, key=lambda one: one.started, reverse=True)
    found = expected_runs.expected_until_now(
        schedule,
        newest,
        window(since, **facts),
        armed=armed,
        longest=longest,
    )
    return [(f'{e.due:%H:%M}', e.status) for e in reversed(found)]


@pytest.mark.parametrize(
    ('runs', 'statuses'),
    [
        ([run(at('10:00')), run(at('11:00'))], ['ok', 'ok', 'waiting']),
        # up to 5 s early, and about a minute late
        (
            [run(at('10:00', -4)), run(at('11:00', 59)), run(at('12:00', 62))],
            ['ok', 'ok', 'ok'],
        ),
        ([run(at('11:00'))], ['missed', 'ok', 'waiting']),
        ([], ['missed', 'missed', 'waiting']),
        # a run by hand makes a copy, but it is not what was expected
        ([run(at('10:00'), by='ann')], ['missed', 'missed', 'waiting']),
        ([run(at('10:06'))], ['late', 'missed', 'waiting']),
        ([run(at('10:04'))], ['ok', 'missed', 'waiting']),
        # the one that is caught up after a downtime
        ([run(at('11:40'))], ['missed', 'late', 'waiting']),
        ([run(at('10:40'), 'ERROR')], ['failed', 'missed', 'waiting']),
        # so late that the next one takes its time
        ([run(at('11:01')), run(at('11:02'))], ['missed', 'ok', 'waiting']),
        # two triggers start it: one more is none of those before
        ([run(at('11:00')), run(at('11:00', 1))], ['missed', 'ok', 'waiting']),
        ([run(at('11:00'), 'SKIPPED')], ['missed', 'skipped', 'waiting']),
        ([run(at('11:00'), 'CANCELLED')], ['missed', 'cancelled', 'waiting']),
        ([run(at('11:00'), 'RUNNING')], ['missed', 'running', 'waiting']),
        ([run(at('10:00'), 'PAUSED')], ['long', 'missed', 'waiting']),
    ],
)
def test_what_became_of_what_was_due(runs, statuses):
    found = of(HOURLY, runs, at('09:30'), longest=90 * MINUTE)
    assert found == list(
        zip(('10:00', '11:00', '12:00'), statuses, strict=True)
    )


def test_of_every_minute_each_run_finds_its_own():
    every = Schedule('', '* * * * *', 'UTC')
    late, early = run(at('11:59', 61)), run(at('12:00', 50))
    found = of(every, [late, early], at('11:58', 1))
    assert found == [
        ('11:59', 'ok'),
        ('12:00', 'ok'),
        ('12:01', 'waiting'),
        ('12:02', 'waiting'),
    ]


def test_one_that_begins_early_is_there_before_it_is_due():
    now = at('12:00', -2)
    found = expected_runs.expected_until_now(
        HOURLY,
        [run(at('12:00', -3), 'RUNNING')],
        expected_runs.RunWindow(now, at('11:30')),
        armed=ARMED,
    )
    assert [(one.due, one.status) for one in found] == [
        (at('12:00'), 'running')
    ]


@pytest.mark.parametrize(
    ('facts', 'days'),
    [
        ({}, 5),
        ({'known_from': at('08 06:00')}, 2),
        ({'armed': at('09 06:00')}, 1),
        ({'armed': at('10 06:00')}, 0),
        ({'armed': None}, 0),
    ],
)
def test_nothing_is_claimed_of_what_nobody_knows(facts, days):
    found = of(DAILY, [], at('05 12:00'), **facts)
    assert found == [('00:00', 'missed')] * days


def test_before_it_was_armed_anew_it_ran_all_the_same():
    runs = [run(at('07 00:00')), run(at('08 03:00'))]
    found = of(DAILY, runs, at('05 12:00'), armed=at('09 06:00'))
    # that of 3:00 was of another pattern
    assert found == [('00:00', 'ok'), ('00:00', 'missed')]


def test_first_and_end_bound_it():
    span = {'first': '2027-07-07T00:00', 'end': '2027-07-08T00:00'}
    found = of(dataclasses.replace(DAILY, **span), [], at('05 12:00'))
    assert found == [('00:00', 'missed')] * 2


@pytest.mark.parametrize(
    ('minutes', 'hours', 'most'),
    [(None, 24, 1440), (1, 24, 31), (60, 24, 180), (60, 2, 120)],
)
def test_how_long_a_run_may_take(minutes, hours, most):
    usual = minutes and minutes * MINUTE
    assert expected_runs.longest_duration(usual, hours) == most * MINUTE


def test_the_week_in_numbers():
    states = ['SUCCESS', 'ERROR', 'SKIPPED', 'RUNNING', 'SUCCESS']
    times = [at(f'0{day} 00:00') for day in range(5, 10)]
    runs = [run(*pair) for pair in zip(times, states, strict=True)]
    found = expected_runs.expected_until_now(
        DAILY, runs[::-1], window(at('01 12:00'))
    )
    assert len(found) == 5
    found = expected_runs.expected_until_now(
        DAILY, runs[::-1], window(at('01 12:00')), armed=ARMED
    )
    assert expected_runs.run_counts(found, NOW) == expected_runs.RunCounts(
        expected=7, ran=5, ok=2, failed=1, missed=2, skipped=1
    )
    assert expected_runs.newest_missed(found).due == at('10 00:00')
    assert expected_runs.newest_missed([]) is None


def test_a_lost_run_counts_among_those_that_failed():
    failed, lost = (run(at(f'0{day} 00:00'), 'ERROR') for day in (8, 9))
    lost = lost._replace(state_info='Lost: nothing of this run moved.')
    found = expected_runs.expected_until_now(
        DAILY, [lost, failed], window(at('07 12:00'))
    )
    counts = expected_runs.run_counts(found, NOW)
    assert (counts.ran, counts.failed, counts.lost) == (2, 2, 1)


@pytest.mark.parametrize(
    ('statuses', 'missed', 'decided'),
    [
        ([], None, None),
        (['missed', 'ok'], 0, 0),
        (['ok', 'missed'], None, 0),
        (['waiting', 'missed'], 1, 1),
        (['planned', 'missed'], 1, 1),
        (['waiting', 'planned'], None, None),
        # it did begin, so nothing is amiss with what starts it
        (['running', 'missed'], None, 1),
        (['long', 'waiting', 'failed'], None, 2),
        (['late', 'failed'], None, 0),
        (['cancelled', 'missed'], None, 0),
    ],
)
def test_what_became_of_the_last_one(statuses, missed, decided):
    found = [expected_runs.ExpectedRun(NOW, status) for status in statuses]

    def one(index):
        return None if index is None else found[index]

    assert expected_runs.last_run_if_missed(found) is one(missed)
    assert expected_runs.last_decided(found) is one(decided)


def test_what_is_planned_is_after_now():
    found = expected_runs.expected_after_now(HOURLY, NOW, NOW + 2 * HOUR)
    assert [(e.due, e.status) for e in found] == [
        (at('13:00'), 'planned'),
        (at('14:00'), 'planned'),
    ]


#: a week in which the clocks change, and an hour that comes twice
AUTUMN = datetime.datetime(2027, 11, 1, 12, 2, tzinfo=UTC)
PATTERNS = ['0 */6 * * *', '30 2 * * *', '15 * * * *', '0 2,3 * * 0,1']


@settings(max_examples=40, deadline=None)
@given(data=st.data(), pattern=st.sampled_from(PATTERNS))
def test_whatever_ran_is_found_and_the_rest_is_missed(data, pattern):
    since = AUTUMN - 4 * DAY
    minutes = wall_clock.runs(
        pattern, 'Europe/Berlin', since, AUTUMN - 10 * MINUTE
    )
    delays = [
        data.draw(st.none() | st.integers(-5, 240), label=str(minute))
        for minute in minutes
    ]
    runs = [
        run(minute + datetime.timedelta(seconds=delay))
        for minute, delay in zip(minutes, delays, strict=True)
        if delay is not None
    ]
    found = expected_runs.expected_until_now(
        Schedule('', pattern, 'Europe/Berlin'),
        runs[::-1],
        expected_runs.RunWindow(AUTUMN, since),
        armed=AUTUMN - 9 * DAY,
    )
    told = {one.due: one.status for one in found}
    assert {m: told[m] for m in minutes} == {
        minute: 'missed' if delay is None else 'ok'
        for minute, delay in zip(minutes, delays, strict=True)
    }
