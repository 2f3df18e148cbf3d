# SPDX-License-Identifier: Apache-2.0
"""What a run says of the one before it, which never began."""

import dataclasses
import datetime

import pytest

from protection_dashboard.executions import log as execution_log
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import missed_runs

SECOND = datetime.timedelta(seconds=1)
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NOON = datetime.datetime(2027, 7, 10, 12, tzinfo=datetime.UTC)
STARTED = NOON + 2 * SECOND
HOURLY = Schedule('s', '0 * * * *', 'UTC')
DAILY = Schedule('s', '0 12 * * *', 'UTC')
OFTEN = Schedule('s', '* * * * *', 'UTC')
LEAP = Schedule('s', '0 12 29 2 *', 'UTC')
BERLIN = Schedule('s', '30 2 * * *', 'Europe/Berlin')


def run(started, by='', state='SUCCESS', execution_id=''):
    return execution_log.LogEntry(
        execution_id, '', 's', by, state, started, started + MINUTE
    )


@pytest.mark.parametrize(
    ('schedule', 'started', 'due'),
    [
        (HOURLY, STARTED, NOON - HOUR),
        (DAILY, STARTED, NOON - DAY),
        (OFTEN, STARTED, NOON - MINUTE),
        # cron may be a few seconds early, or late
        (HOURLY, NOON - 4 * SECOND, NOON - HOUR),
        (HOURLY, NOON - 6 * SECOND, NOON - 2 * HOUR),
        (HOURLY, NOON + 59 * MINUTE, NOON - HOUR),
        (LEAP, STARTED.replace(2028, 3, 1), NOON.replace(2024, 2, 29)),
        # the night after Sunday's, when the clocks were put forward
        (
            BERLIN,
            datetime.datetime(2027, 3, 29, 0, 30, 1, tzinfo=datetime.UTC),
            datetime.datetime(2027, 3, 28, 1, 0, tzinfo=datetime.UTC),
        ),
    ],
)
def test_when_the_run_before_was_due(schedule, started, due):
    armed = due - 61 * SECOND
    assert missed_runs.previous_occurrence(schedule, started, armed) == due
    # whoever armed it just then did not wait for it
    armed = due - 60 * SECOND
    assert missed_runs.previous_occurrence(schedule, started, armed) is None
    assert missed_runs.previous_occurrence(schedule, started, None) is None


@pytest.mark.parametrize(
    'odd',
    [
        {'pattern': '0 12 * *'},
        {'zone': 'Mars/Phobos'},
        {'first': 'soon'},
        {'pattern': '0 0 31 2 *'},
    ],
)
def test_of_what_nobody_can_read_nothing_was_due(odd):
    schedule = dataclasses.replace(HOURLY, **odd)
    assert (
        missed_runs.previous_occurrence(schedule, STARTED, NOON - 99 * DAY)
        is None
    )


@pytest.mark.parametrize('moment', [(2097, 1, 1), (2104, 2, 29)])
def test_what_is_due_too_rarely_is_not_told(moment):
    # 2100 is no leap year, so eight years lie between two runs
    armed = NOON.replace(2090)
    assert (
        missed_runs.previous_occurrence(LEAP, STARTED.replace(*moment), armed)
        is None
    )


@pytest.mark.parametrize(
    ('runs', 'is_missed'),
    [
        ([], True),
        ([NOON - HOUR], False),
        ([NOON - HOUR - 4 * SECOND], False),
        # this belongs to what was due two hours ago
        ([NOON - HOUR - 6 * SECOND], True),
        # a downtime: it was caught up before this one began
        ([NOON - 20 * MINUTE], False),
        # two triggers: both are of this hour, and the first one says it
        ([NOON + SECOND], False),
        # it began after this one, which had to tell of it
        ([NOON + 3 * SECOND], True),
        ([NOON + HOUR], True),
    ],
)
def test_whether_the_run_before_began(runs, is_missed):
    others = [run(started) for started in runs]
    due = NOON - HOUR
    assert missed_runs.is_missed(due, STARTED, others) is is_missed


@pytest.mark.parametrize('state', ['RUNNING', 'ERROR', 'SKIPPED', 'CANCELLED'])
def test_what_began_is_not_missed_whatever_became_of_it(state):
    others = [run(NOON - HOUR, state=state)]
    assert not missed_runs.is_missed(NOON - HOUR, STARTED, others)


def test_a_run_by_hand_is_not_the_one_that_was_due():
    others = [run(NOON - HOUR, by='ann')]
    assert missed_runs.is_missed(NOON - HOUR, STARTED, others)


@pytest.mark.parametrize('late', [2 * SECOND, 40 * SECOND])
def test_of_every_minute_the_last_one_is_told_at_once(late):
    due, started = NOON - MINUTE, NOON + late
    assert missed_runs.is_missed(due, started, [])
    others = [run(due - MINUTE + late), run(due + late)]
    assert not missed_runs.is_missed(due, started, others)


@pytest.mark.parametrize(
    ('facts', 'is_due'),
    [
        ({}, True),
        ({'first': '2027-07-09T12:00'}, True),
        ({'first': '2027-07-09T12:01'}, False),
        ({'first': '2027-07-10T12:00'}, False),
        ({'end': '2027-07-10T12:00'}, True),
        ({'end': '2027-07-09T12:00'}, True),
        ({'end': '2027-07-09T11:59'}, False),
    ],
)
def test_nothing_was_due_before_the_first_run_or_after_the_end(facts, is_due):
    schedule = dataclasses.replace(DAILY, **facts)
    due = missed_runs.previous_occurrence(schedule, STARTED, NOON - 9 * DAY)
    assert due == (NOON - DAY if is_due else None)


def test_a_run_that_is_very_late_tells_of_the_one_before_as_well():
    late = NOON + 50 * MINUTE
    assert missed_runs.is_missed(NOON - HOUR, late, [])
    assert not missed_runs.is_missed(NOON - HOUR, late, [run(NOON - HOUR)])


@pytest.mark.parametrize(('other', 'is_missed'), [('a', False), ('c', True)])
def test_of_two_that_began_together_one_tells(other, is_missed):
    others = [run(STARTED, execution_id=other)]
    assert (
        missed_runs.is_missed(NOON - HOUR, STARTED, others, 'b') is is_missed
    )


def test_no_more_runs_are_read_than_needed():
    def others(*times):
        yield from map(run, times)
        raise AssertionError("one run was enough")

    due = NOON - HOUR
    assert not missed_runs.is_missed(due, STARTED, others(due))
    assert missed_runs.is_missed(due, STARTED, others(NOON + HOUR))
