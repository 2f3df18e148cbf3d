# SPDX-License-Identifier: Apache-2.0
"""How late runs began, by the triggers that started them."""

import datetime
import json
import types
import uuid

from hypothesis import given
from hypothesis import strategies as st
import pytest

from protection_dashboard.executions import log as execution_log
from protection_dashboard.reports import health
from protection_dashboard.reports.health import start_delays

UTC = datetime.UTC
SECOND = datetime.timedelta(seconds=1)
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NOW = datetime.datetime(2027, 3, 28, 12, tzinfo=UTC)
SCHEDULE = str(uuid.UUID(int=1))


def at(text, day=28):
    return datetime.datetime.fromisoformat(f'2027-03-{day}T{text}+00:00')


def trigger(
    pattern='0 2 * * *', *, project='p', created=NOW - 9 * DAY, gate=None
):
    """A cron trigger of SCHEDULE; ``gate`` is what a gate is given."""
    return types.SimpleNamespace(
        name=f'protection.schedule.{SCHEDULE}.{uuid.uuid4().hex[:8]}',
        pattern=pattern,
        workflow_input=json.dumps({'schedule': SCHEDULE, **(gate or {})}),
        project_id=project,
        created_at=f'{created:%Y-%m-%d %H:%M:%S}',
    )


def gate_of(pattern, zone='Europe/Berlin'):
    return {'workflow': 'w', 'pattern': pattern, 'zone': zone}


def run(started, *, by='', state='SUCCESS', schedule=SCHEDULE):
    return execution_log.LogEntry(
        '', '', schedule, by, state, started, started + MINUTE
    )


def delays(*runs, triggers=None, project='p'):
    newest = sorted(runs, key=lambda one: one.started, reverse=True)
    return start_delays.start_delays(
        [(project, one) for one in newest], triggers or [trigger()], NOW
    )


@pytest.mark.parametrize(
    ('started', 'seconds'),
    [
        ('02:00:00', 0),
        # Mistral tells whole seconds, and cron may be early
        ('01:59:58', 0),
        ('02:00:01', 1),
        ('02:57:00', 57 * 60),
        ('11:59:00', 9 * 3600 + 59 * 60),
    ],
)
def test_a_run_is_as_late_as_it_began_after_its_occurrence(started, seconds):
    assert delays(run(at(started))) == [seconds * SECOND]


@pytest.mark.parametrize('state', ['SUCCESS', 'ERROR', 'RUNNING', 'SKIPPED'])
def test_it_counts_whatever_became_of_it(state):
    assert delays(run(at('02:00:04'), state=state)) == [4 * SECOND]


@pytest.mark.parametrize(
    'other',
    [
        run(at('02:30:00'), by='ann'),
        run(at('02:30:00'), schedule=str(uuid.UUID(int=2))),
        run(at('02:30:00'), schedule=''),
        # not on the last day
        run(at('02:00:07', day=27)),
        run(at('02:00:07', day=20)),
    ],
)
def test_what_no_schedule_started_on_the_last_day_is_left_out(other):
    assert delays(other) == []
    assert delays(other, run(at('02:00:01'))) == [SECOND]


def test_what_was_due_the_day_before_began_on_the_last_day():
    late = trigger('0 10 * * *')
    assert delays(run(at('12:30:00', day=27)), triggers=[late]) == [
        2 * HOUR + 30 * MINUTE
    ]


def test_a_gate_follows_its_zone_where_the_clocks_change():
    """02:30 in Berlin is skipped on 28 March 2027: 03:00 there, 01:00 UTC."""
    gate = trigger('30 0,1 * * *', gate=gate_of('30 2 * * *'))
    found = run(at('01:00:03')), run(at('01:30:05', day=27))
    assert delays(*found, triggers=[gate]) == [3 * SECOND]


def test_runs_before_a_schedule_was_changed_are_left_out():
    """The newest trigger alone counts, and what is due after it was made."""
    changed = trigger('0 9 * * *', created=at('08:00:00'))
    old = trigger('0 2 * * *')
    runs = run(at('02:00:40')), run(at('09:00:02'))
    assert delays(*runs, triggers=[old, changed]) == [2 * SECOND]


def test_of_two_runs_after_one_occurrence_one_is_that_of_the_one_before():
    every_two = trigger('*/2 * * * *')
    runs = [run(at(text)) for text in ('09:02:10', '09:02:40')]
    found = delays(*runs, triggers=[every_two])
    assert sorted(found) == [10 * SECOND, 2 * MINUTE + 40 * SECOND]


def test_a_project_cannot_disturb_the_schedule_of_another():
    foreign = trigger('* * * * *', project='evil', created=NOW - DAY)
    found = delays(run(at('02:03:00')), triggers=[trigger(), foreign])
    assert found == [3 * MINUTE]


@pytest.mark.parametrize(
    'odd',
    [
        trigger(None),
        trigger('nonsense'),
        trigger('0 0 2 * * *'),
        trigger(gate=gate_of('0 2 * * *', 'Mars/Base')),
        trigger(gate=gate_of(7)),
        trigger(gate=gate_of('0 2 * * *', ['UTC'])),
    ],
)
def test_a_trigger_that_nobody_can_read_costs_its_own_runs(odd):
    odd.project_id = 'odd'
    both = [odd, trigger()]
    assert delays(run(at('02:00:00')), triggers=both, project='odd') == []
    assert delays(run(at('02:00:00')), triggers=both) == [0 * SECOND]


@given(st.lists(st.integers(0, 20_000), min_size=1, max_size=300))
def test_half_of_the_runs_are_within_the_median(seconds):
    found = start_delays.StartDelays.of_delays(one * SECOND for one in seconds)
    for length, share in ((found.median, 0.5), (found.p95, 0.95)):
        within = sum(one * SECOND <= length for one in seconds)
        below = sum(one * SECOND < length for one in seconds)
        assert within >= share * len(seconds) > below
        assert length in [one * SECOND for one in seconds]
    assert found.worst == max(seconds) * SECOND
    assert found.count == len(seconds)


def test_it_tells_how_many_runs_and_how_late():
    some = [*range(100)]
    found = start_delays.delays_check([one * SECOND for one in some])
    assert found.state == health.OK
    assert str(found.message) == (
        "Runs of the last day looked at: 100. Half of them began at most 49 s "
        "after they were due, 95 % at most 94 s, the last one 99 s."
    )
    assert found.advice is None


def test_one_late_run_is_no_trouble_but_many_are():
    on_time = [0 * SECOND] * 19
    assert start_delays.delays_check([*on_time, HOUR]).state == health.OK
    found = start_delays.delays_check([*on_time, HOUR, HOUR])
    assert found.state == health.WARNING
    assert "the last one 60 min." in str(found.message)
    assert "PROTECTION_SPREAD_MINUTES" in str(found.advice)


def test_no_run_is_no_trouble():
    found = start_delays.delays_check([])
    assert found.state == health.OK
