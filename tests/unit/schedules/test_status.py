# SPDX-License-Identifier: Apache-2.0
import dataclasses
import datetime
import json
import zoneinfo

import pytest

from protection_dashboard.executions import log as execution_log
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protectables.base import Resource
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import expected_runs
from protection_dashboard.schedules import status as schedule_status

UTC = datetime.UTC
SCHEDULE = Schedule('x', '30 2 * * *', 'Europe/Berlin')


def at(text):
    return datetime.datetime.fromisoformat(f'2027-07-{text}+00:00')


@dataclasses.dataclass(frozen=True)
class Trigger:
    """A cron trigger, as mistralclient gives it."""

    next_execution_time: str = '2027-07-11 00:30:00'
    created_at: str = '2027-07-01 10:00:00'
    workflow_params: str = json.dumps({'env': {'armed_by': 'ann'}})
    workflow_input: str = '{}'
    pattern: str = '30 0 * * *'
    id: str = 'a trigger'


NOW = at('10 12:00')
GOOD = expected_runs.ExpectedRun(at('10 00:30'), 'ok')
MISSED = expected_runs.ExpectedRun(at('10 00:30'), 'missed')
OLD = expected_runs.ExpectedRun(at('09 00:30'), 'missed')
WAITING = expected_runs.ExpectedRun(at('10 11:59'), 'waiting')


@pytest.mark.parametrize(
    ('triggers', 'expected', 'state', 'reason'),
    [
        ([Trigger()], [GOOD, OLD], 'armed', ''),
        ([], [GOOD], 'unarmed', "trigger is gone"),
        ([Trigger()], [MISSED, OLD], 'unarmed', "2027-07-10 02:30 (Europe/Be"),
        ([Trigger()], [MISSED], 'unarmed', "start: ann, under whose trust"),
        ([Trigger()], [WAITING, MISSED], 'unarmed', "2027-07-10 02:30"),
        ([Trigger()], [WAITING, GOOD], 'armed', ''),
        ([Trigger()], [], 'armed', ''),
        ([Trigger(), Trigger()], [GOOD], 'armed', "runs twice"),
        (
            [Trigger(next_execution_time='2027-07-10 00:30:00')],
            [MISSED],
            'late',
            "at 2027-07-10 02:30 (Europe/Berlin): Mistral's cron does not",
        ),
        # the time of grace is over after five minutes
        ([Trigger('2027-07-10 11:54:59')], [], 'late', "2027-07-10 13:54"),
        ([Trigger('2027-07-10 11:55:00')], [], 'armed', ''),
        # nobody knows who armed it
        ([Trigger(workflow_params='{}')], [MISSED], 'unarmed', "person who"),
    ],
)
def test_how_a_schedule_stands(triggers, expected, state, reason):
    found, words = schedule_status.state_and_reason(
        SCHEDULE, triggers, expected, NOW
    )
    assert found == state
    assert reason in str(words or '')
    assert bool(words) is bool(reason)


HOURLY = Schedule('x', '0 * * * *', 'Europe/Berlin')
GATED_INPUT = json.dumps({'workflow': 'w'})


@pytest.mark.parametrize('gate', ['{}', GATED_INPUT])
@pytest.mark.parametrize(
    ('now', 'planned', 'fires_late'),
    [
        ('10 12:00', '2027-07-10 13:00:00', False),
        ('10 12:10', '2027-07-10 13:00:00', False),
        ('10 12:10', '2027-07-10 14:00:00', True),
        # it fires at 13:00 though Mistral's clock is a little fast
        ('10 12:57', '2027-07-10 14:00:00', False),
        ('10 12:54', '2027-07-10 14:00:00', True),
        ('10 13:00', '2027-07-10 14:00:00', False),
        ('10 12:10', '2200-01-01 00:00:00', True),
    ],
)
def test_a_trigger_that_waits_beyond_the_next_time_says_so_at_once(
    gate, now, planned, fires_late
):
    trigger = Trigger(planned, '2027-07-10 12:00:00', workflow_input=gate)
    window = expected_runs.RunWindow(at(now), at('03 12:00'))
    one = status(schedule=HOURLY, triggers=[trigger], window=window)
    assert one.can_rearm is fires_late
    assert one.state == ('late' if fires_late else 'armed')
    due = datetime.datetime.fromisoformat(f'{planned}+00:00')
    assert one.next_run == due
    if fires_late:
        local = due.astimezone(zoneinfo.ZoneInfo('Europe/Berlin'))
        assert str(one.reason) == (
            f"Its trigger will not fire before {local:%Y-%m-%d %H:%M} "
            "(Europe/Berlin), though it is due earlier: Mistral's clock was "
            "fast when it was armed. Choose Re-arm."
        )


def test_a_trigger_that_waits_for_the_first_time_is_right():
    later = dataclasses.replace(HOURLY, first='2027-08-01T00:00')
    trigger = Trigger('2027-07-31 22:00:00')
    one = status(schedule=later, triggers=[trigger])
    assert (one.state, one.reason) == ('armed', None)


def test_a_paused_schedule_has_no_trigger():
    paused = dataclasses.replace(SCHEDULE, paused=True)
    assert schedule_status.state_and_reason(paused, [], [], NOW) == (
        'paused',
        None,
    )
    state, words = schedule_status.state_and_reason(
        paused, [Trigger()], [], NOW
    )
    assert (state, str(words)[:18]) == ('armed', "It is to be paused")


@pytest.mark.parametrize(
    ('now', 'state'), [('09 00:31', 'ended'), ('09 00:29', 'unarmed')]
)
def test_a_schedule_ends_with_its_last_run(now, state):
    schedule = dataclasses.replace(SCHEDULE, end='2027-07-09T12:00')
    assert (
        schedule_status.state_and_reason(schedule, [], [], at(now))[0] == state
    )


def test_an_end_that_is_yet_to_come_ends_nothing():
    schedule = dataclasses.replace(SCHEDULE, end='2027-07-12T12:00')
    assert schedule_status.state_and_reason(
        schedule, [Trigger()], [GOOD], NOW
    ) == (
        'armed',
        None,
    )


@pytest.mark.parametrize('triggers', [[], [Trigger()]])
def test_what_has_to_be_edited_says_so(triggers):
    schedule = dataclasses.replace(
        SCHEDULE, end='2300-01-01T00:00', paused=not triggers
    )
    state, words = schedule_status.state_and_reason(
        schedule, triggers, [], NOW
    )
    assert state == ('armed' if triggers else 'paused')
    assert str(words).startswith("Its last day lies too far away.")
    assert str(words).endswith(" Choose Edit Schedule.")


PLAN = plan_document.Plan(
    {
        'id': 'p',
        'name': 'Nightly',
        'time_limit': 4,
        'resources': [{'type': 'volume', 'id': 'v'}],
    }
)
LOOK = expected_runs.RunWindow(NOW, at('03 12:00'))
GATED = Trigger(workflow_input=json.dumps({'workflow': 'w'}))
NEXT = at('11 00:30')


def run(started, *, state='SUCCESS', by='', schedule='x', minutes=1):
    began = at(started)
    ended = began + datetime.timedelta(minutes=minutes)
    return execution_log.LogEntry(
        started, 'p', schedule, by, state, began, ended
    )


def status(*runs, schedule=SCHEDULE, triggers=(Trigger(),), window=LOOK):
    return schedule_status.status_of_schedule(
        PLAN, schedule, list(triggers), list(runs), window
    )


def statuses(one):
    return [each.status for each in one.expected]


def nights(*days):
    return [run(f'{day} 00:30') for day in days]


WHOLE_WEEK = nights('10', '09', '08', '07', '06', '05', '04')


def test_what_a_schedule_has_from_its_trigger_and_runs():
    one = status(*WHOLE_WEEK)
    assert (one.state, one.reason, one.by) == ('armed', None, 'ann')
    assert (one.utc_pattern, one.gate) == ('30 0 * * *', False)
    assert (one.trigger_id, one.next_run) == ('a trigger', NEXT)
    assert (one.armed, one.known_from) == (at('01 10:00'), None)
    assert one.last_run is WHOLE_WEEK[0]
    assert statuses(one) == ['ok'] * 7
    assert (one.id, one.name) == ('x', 'Nightly')
    assert (one.pattern, one.zone) == ('30 2 * * *', 'Europe/Berlin')
    assert one.retention is None
    assert one.missed is None


def test_a_trigger_may_not_tell_who_armed_it():
    assert status(triggers=[Trigger(workflow_params='{}')]).by == ''


def test_runs_of_another_schedule_are_not_its_own():
    other = run('10 00:30', schedule='y')
    one = status(other, *WHOLE_WEEK[1:])
    assert one.last_run is WHOLE_WEEK[1]
    assert (one.state, one.next_run) == ('unarmed', None)
    assert one.missed.due == at('10 00:30')
    assert one.counts_of_week(NOW).missed == 1
    assert status(other, triggers=()).last_run is None


def test_nothing_is_missed_before_what_is_known():
    window = dataclasses.replace(LOOK, known_from=at('10 06:00'))
    one = status(window=window)
    assert (one.state, one.expected) == ('armed', ())
    assert one.known_from == at('10 06:00')


def test_the_newest_trigger_says_since_when_it_is_armed():
    newest = Trigger(id='new', created_at='2027-07-09 10:00:00')
    one = status(triggers=[newest, Trigger()])
    assert (one.trigger_id, one.armed) == ('new', at('09 10:00'))
    # the older one was to be deleted with the trust that is gone
    newer = dataclasses.replace(newest, created_at='2027-07-10 10:00:00')
    one = status(triggers=[newer, Trigger()])
    assert (one.state, one.missed) == ('armed', None)


def test_what_left_a_copy_did_run_whatever_mistral_has_forgotten():
    copied = at('09 00:31')
    one = status(*nights('10'))
    assert statuses(one) == ['ok', *['missed'] * 6]
    one = schedule_status.status_of_schedule(
        PLAN, SCHEDULE, [Trigger()], nights('10'), LOOK, copied
    )
    assert (statuses(one), one.known_from) == (['ok'], copied)
    one = schedule_status.status_of_schedule(
        PLAN, SCHEDULE, [Trigger()], [], LOOK, at('10 00:31')
    )
    assert (one.state, one.reason, one.missed) == ('armed', None, None)
    one = schedule_status.status_of_schedule(
        PLAN, SCHEDULE, [Trigger()], [], LOOK, copied
    )
    assert (one.state, statuses(one)) == ('unarmed', ['missed'])


def test_what_is_read_later_does_not_tell_of_what_left_a_copy():
    unknown = status(window=dataclasses.replace(LOOK, known_from=NOW))
    found = schedule_status.status_with_more_runs(
        unknown, [], LOOK, at('10 00:31')
    )
    assert (found.state, found.missed) == ('armed', None)
    found = schedule_status.status_with_more_runs(unknown, [], LOOK)
    assert found.state == 'unarmed'


@pytest.mark.parametrize(
    ('runs', 'paused', 'armed'),
    [
        ([], False, None),
        (WHOLE_WEEK, False, at('10 00:30')),
        ([run('10 09:00', by='ann'), *nights('08')], False, at('08 00:30')),
        ([run('10 09:00', by='ann')], False, None),
        (WHOLE_WEEK, True, None),
    ],
)
def test_a_trigger_that_is_gone_was_there_at_its_last_run(runs, paused, armed):
    schedule = dataclasses.replace(SCHEDULE, paused=paused)
    one = status(*runs, schedule=schedule, triggers=())
    assert one.armed == armed
    assert one.state == ('paused' if paused else 'unarmed')
    assert (one.by, one.trigger_id, one.next_run) == ('', '', None)
    assert (one.utc_pattern, one.gate) == ('', False)


@pytest.mark.parametrize(
    ('end', 'trigger', 'state', 'next_run'),
    [
        # a gate fires at other times as well
        (None, GATED, 'armed', NEXT),
        (
            None,
            dataclasses.replace(
                GATED, next_execution_time='2027-07-10 23:30:00'
            ),
            'armed',
            NEXT,
        ),
        (
            None,
            Trigger(next_execution_time='2027-07-10 23:30:00'),
            'armed',
            at('10 23:30'),
        ),
        (
            None,
            dataclasses.replace(
                GATED, next_execution_time='2027-07-10 11:00:00'
            ),
            'late',
            at('10 11:00'),
        ),
        ('2027-07-10T12:00', GATED, 'ended', None),
    ],
)
def test_when_it_runs_next(end, trigger, state, next_run):
    schedule = dataclasses.replace(SCHEDULE, end=end)
    one = status(*WHOLE_WEEK, schedule=schedule, triggers=[trigger])
    assert (one.state, one.next_run) == (state, next_run)
    assert one.gate is (trigger.workflow_input != '{}')


@pytest.mark.parametrize(
    ('began', 'took', 'wanted'),
    [
        # three runs of an hour: one may take three hours
        ('10 08:59', 60, 'long'),
        ('10 09:01', 60, 'running'),
        # too few are known, so the plan's limit of four hours counts
        ('10 07:59', None, 'long'),
        ('10 08:01', None, 'running'),
    ],
)
def test_how_long_its_run_may_take(began, took, wanted):
    hour, minute = at(began).hour, at(began).minute
    schedule = Schedule('x', f'{minute} {hour} * * *', 'UTC')
    before = [
        run(f'0{day} 00:30', schedule='y', minutes=took)
        for day in (9, 8, 7)
        if took
    ]
    one = status(run(began, state='RUNNING'), *before, schedule=schedule)
    assert statuses(one)[0] == wanted


def test_a_plan_without_a_limit_has_that_of_the_schema():
    document = {'id': 'p', 'name': 'n', 'resources': []}
    going = run('09 11:59', state='RUNNING')
    schedule = Schedule('x', '59 11 * * *', 'UTC')
    one = schedule_status.status_of_schedule(
        plan_document.Plan(document), schedule, [Trigger()], [going], LOOK
    )
    assert (statuses(one)[1], one.running) == ('long', True)


@pytest.mark.parametrize(
    ('runs', 'running'),
    [
        ([], False),
        (WHOLE_WEEK, False),
        ([run('10 00:30', state='RUNNING')], True),
        # under the trust of a person, not of its trigger
        ([run('10 00:30', state='RUNNING', by='ann')], False),
    ],
)
def test_whether_its_last_run_goes_on(runs, running):
    assert status(*runs).running is running


@pytest.mark.parametrize(
    ('state', 'reason', 'facts', 'can'),
    [
        ('armed', "Two triggers.", {}, True),
        ('unarmed', "Gone.", {}, True),
        ('armed', None, {}, False),
        ('late', "No cron.", {}, False),
        ('armed', "Pause again.", {'paused': True}, False),
        ('unarmed', "Edit.", {'end': '2300-01-01T00:00'}, False),
    ],
)
def test_whether_another_trigger_would_mend_it(state, reason, facts, can):
    schedule = dataclasses.replace(SCHEDULE, **facts)
    one = schedule_status.ScheduleStatus(PLAN, schedule, state, reason)
    assert one.can_rearm is can


def test_its_first_and_last_moment_are_those_of_its_zone():
    span = {'first': '2027-07-05T02:30', 'end': '2027-07-12T00:00'}
    own = dataclasses.replace(SCHEDULE, **span, retention={'last': 3})
    one = status(schedule=own)
    assert (one.first, one.end) == (at('05 00:30'), at('11 22:00'))
    assert one.retention == {'last': 3}
    assert (status().first, status().end) == (None, None)


def test_what_nobody_can_read_costs_itself_alone():
    schedule = dataclasses.replace(SCHEDULE, first='soon')
    one = status(*WHOLE_WEEK, schedule=schedule)
    assert (one.state, one.expected) == ('unreadable', ())
    assert str(one.reason).endswith("Choose Edit Schedule.")
    assert (one.first, one.end, one.next_run) == (None, None, None)
    assert (one.by, one.last_run) == ('ann', WHOLE_WEEK[0])
    assert schedule_status.status_with_more_runs(one, [], LOOK) is one


def test_it_covers_what_its_plan_protects():
    volumes = [Resource(i, 'volume', i, 'in-use', 'available') for i in 'vw']
    assert [status().covers(one) for one in volumes] == [True, False]


def test_more_of_its_runs_may_be_read_later():
    window = dataclasses.replace(LOOK, known_from=at('10 06:00'))
    unknown = status(window=window)
    found = schedule_status.status_with_more_runs(unknown, WHOLE_WEEK, LOOK)
    assert (found.state, found.next_run) == ('armed', NEXT)
    assert (found.last_run, found.known_from) == (WHOLE_WEEK[0], None)
    assert statuses(found) == ['ok'] * 7
    others = [run('10 00:30', schedule='y')]
    missed = schedule_status.status_with_more_runs(unknown, others, LOOK)
    assert (missed.state, missed.next_run) == ('unarmed', None)
    assert missed.last_run is None
    assert "start: ann, under whose trust" in str(missed.reason)
    late = dataclasses.replace(unknown, state='late')
    assert (
        schedule_status.status_with_more_runs(late, others, LOOK).state
        == 'late'
    )
    kept = schedule_status.status_with_more_runs(found, [], LOOK)
    assert kept.last_run is WHOLE_WEEK[0]


def test_what_is_read_later_tells_how_long_a_run_may_take():
    going = run('10 00:30', state='RUNNING')
    before = [run(f'0{day} 00:30', minutes=200) for day in (9, 8, 7)]
    found = schedule_status.status_with_more_runs(
        status(going), [going, *before], LOOK
    )
    assert statuses(found)[0] == 'long'
