# SPDX-License-Identifier: Apache-2.0
"""How long executions of a plan usually take."""

import datetime

from hypothesis import given
from hypothesis import strategies as st
import pytest

from protection_dashboard.executions import duration as execution_duration
from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import records as execution_records

NOON = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


def run(minutes, **facts):
    given = {
        'id': 'r',
        'kind': 'plan',
        'plan_id': 'p',
        'schedule_id': 's',
        'name': 'nightly',
        'by': '',
        'state': 'SUCCESS',
        'reason': '',
        'started': NOON,
        'updated': NOON + minutes * MINUTE,
        **facts,
    }
    return execution_records.Execution(**given)


def brief(minutes, state='SUCCESS', **facts):
    updated = NOON + minutes * MINUTE
    return execution_log.LogEntry(
        'r', 'p', 's', '', state, NOON, updated, **facts
    )


def taking(*minutes, **facts):
    return [run(n, **facts) for n in minutes]


def test_what_is_usual_is_the_middle_half_of_the_newest_good_runs():
    runs = [
        *taking(*range(1, 21)),
        *taking(600, 700),
        *taking(500, state='SKIPPED'),
        *taking(400, retry_of='r'),
        *taking(1, 2, plan_id='q'),
    ]
    low, high = execution_duration.usual_durations(runs)['p']
    assert (low, high) == (5.25 * MINUTE, 15.75 * MINUTE)
    assert execution_duration.usual_durations(runs).keys() == {'p'}


def test_how_long_runs_usually_take():
    assert execution_duration.median_duration([brief(4), brief(5)]) is None
    runs = [brief(4), brief(90, 'ERROR'), brief(6), brief(50)]
    assert execution_duration.median_duration(runs) == 6 * MINUTE


def test_what_repeats_a_part_of_a_run_is_not_usual():
    short = [brief(1, retry_of='r') for _one in range(9)]
    assert (
        execution_duration.median_duration([*short, brief(60), brief(60)])
        is None
    )
    runs = [*short, brief(60), brief(60), brief(60)]
    assert execution_duration.median_duration(runs) == 60 * MINUTE


@pytest.mark.parametrize('make', [run, brief])
@given(minutes=st.lists(st.integers(0, 999), max_size=25))
def test_the_median_lies_within_what_is_usual(make, minutes):
    runs = [make(each) for each in minutes]
    spans, median = (
        execution_duration.usual_durations(runs),
        execution_duration.median_duration(runs),
    )
    assert (median is None) is (len(minutes) < 3) is (spans == {})
    if spans:
        low, high = spans['p']
        assert low <= median <= high
