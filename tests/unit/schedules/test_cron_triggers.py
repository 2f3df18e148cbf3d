# SPDX-License-Identifier: Apache-2.0
"""What a cron trigger is made of, and which triggers are a schedule's."""

import dataclasses
import datetime
import json

from hypothesis import example
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
import pytest

from protection_dashboard import exceptions
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.plans import document as plan_document
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import cron_triggers
from tests.support import in_memory_plugin

ID = '7a0b5e1c-1f0e-4d7b-9a55-1f0e4d7b9a55'
OTHER = '11111111-1f0e-4d7b-9a55-1f0e4d7b9a55'
PLAN = plan_document.Plan({'id': 'p', 'name': 'nightly'}, workflow_id='w')
MINUTE = datetime.timedelta(minutes=1)
NO_RUN = "The schedule has no run before its end: choose a later end.$"
NOW = datetime.datetime(2027, 7, 1, 12, tzinfo=datetime.UTC)


def schedule(pattern='30 2 * * *', zone='UTC', **facts):
    return Schedule(ID, pattern, zone, **facts)


def trigger_of(now=NOW, **facts):
    return cron_triggers.trigger_at(PLAN, schedule(**facts), 'ann', now)


def local(moment):
    return f'{moment:%Y-%m-%dT%H:%M}'


def test_a_schedule_in_utc_starts_its_plan():
    made = trigger_of()
    assert dataclasses.replace(made, name='') == cron_triggers.Trigger(
        name='',
        gate=False,
        pattern='30 2 * * *',
        input={'schedule': ID, 'name': 'nightly'},
        env={'armed_by': 'ann', 'workflow_id': 'w'},
        first=None,
        count=None,
    )


def test_a_schedule_whose_zone_changes_its_clocks_starts_the_gate():
    now = NOW.replace(microsecond=5)
    made = trigger_of(now, zone='Europe/Berlin')
    assert made.gate
    # at 01:00 the clocks skip 02:30
    assert made.pattern == '0,30 0,1 * * *'
    assert made.input == {
        'schedule': ID,
        'name': 'nightly',
        'workflow': 'protection.plan.p',
        'pattern': '30 2 * * *',
        'zone': 'Europe/Berlin',
        'armed': '2027-07-01T12:00:00+00:00',
        'end': None,
    }
    assert made.env == {'armed_by': 'ann', 'workflow_id': 'w'}
    assert (made.first, made.count) == (None, None)


def test_only_the_gate_refuses_what_comes_after_an_end():
    made = trigger_of(end='2027-07-03T02:30')
    assert (made.gate, made.pattern) == (True, '30 2 * * *')
    assert made.input['end'] == '2027-07-03T02:30'
    # two that are due, and one that the gate refuses
    assert made.count == 3


def test_each_trigger_has_a_name_of_its_own_that_tells_its_schedule():
    made = [
        cron_triggers.new_trigger(PLAN, schedule(), 'ann') for _one in range(2)
    ]
    names = {one.name for one in made}
    assert len(names) == 2
    for name in names:
        assert name.startswith(f'protection.schedule.{ID}.')
        assert len(name) == len(f'protection.schedule.{ID}.') + 8
    assert [one.env['armed_by'] for one in made] == ['ann', 'ann']


@pytest.mark.parametrize(
    ('first', 'starts'),
    [
        ('2027-06-01T00:00', None),
        ('2027-07-01T12:00', None),
        # Mistral takes no first time that is so close
        ('2027-07-01T12:02', None),
        ('2027-07-01T12:03', '2027-07-01T12:03'),
        ('2027-09-01T07:10', '2027-09-01T07:10'),
    ],
)
def test_nothing_starts_before_the_first_run(first, starts):
    made = trigger_of(pattern='* * * * *', first=first)
    assert (local(made.first) if made.first else None) == starts


@pytest.mark.parametrize(
    ('zone', 'first', 'starts'),
    [
        ('UTC', '2027-09-01T02:30', '2027-09-01T02:30'),
        ('UTC', '2027-09-01T02:31', '2027-09-02T02:30'),
        ('Europe/Berlin', '2027-09-01T02:30', '2027-09-01T00:30'),
        ('Europe/Berlin', '2027-09-01T02:31', '2027-09-02T00:30'),
    ],
)
def test_the_first_run_is_the_first_that_is_due_from_then_on(
    zone, first, starts
):
    made = trigger_of(zone=zone, first=first)
    assert local(made.first) == starts
    assert made.first.utcoffset() == datetime.timedelta()


@pytest.mark.parametrize(
    ('end', 'armed'),
    [
        ('2027-07-02T02:30', True),
        ('2027-07-02T02:29', False),
        ('2026-01-01T00:00', False),
    ],
)
def test_a_schedule_that_is_never_due_is_refused(end, armed):
    if armed:
        assert trigger_of(end=end).count == 2
        return
    with pytest.raises(exceptions.Refused, match=NO_RUN):
        trigger_of(end=end)


def test_an_end_before_the_first_run_is_refused():
    with pytest.raises(exceptions.Refused, match=NO_RUN):
        trigger_of(first='2027-07-05T02:31', end='2027-07-06T02:29')


def test_mistral_is_told_all_that_a_trigger_is_made_of():
    facts = {'first': '2027-07-05T02:30', 'end': '2027-07-06T02:30'}
    made = trigger_of(**facts)
    arguments = made.arguments('gate')
    assert arguments == {
        'name': made.name,
        'workflow_id': 'gate',
        'pattern': '30 2 * * *',
        'workflow_input': made.input,
        'env': {'armed_by': 'ann', 'workflow_id': 'w'},
        'first': datetime.datetime(2027, 7, 5, 2, 30, tzinfo=datetime.UTC),
        'count': 3,
    }
    # they are those that it takes: only Mistral itself is missing here
    with pytest.raises(exceptions.Absent):
        mistral.cron_trigger_create(in_memory_plugin.CLOUD, **arguments)


def test_firings_count_from_the_first_run():
    made = trigger_of(first='2027-07-05T02:30', end='2027-07-06T02:30')
    assert made.count == 3


@pytest.mark.parametrize(
    ('part', 'text', 'why'),
    [
        ('pattern', '30 2 * *', "exactly five fields"),
        ('zone', 'Nowhere', "zone is not known"),
        ('first', 'soon', "Must be a time"),
        ('end', 'late', "Must be a time"),
    ],
)
def test_what_cannot_be_read_is_refused(part, text, why):
    with pytest.raises(exceptions.Refused, match=why):
        trigger_of(**{part: text})
    with pytest.raises(exceptions.Refused, match=why):
        cron_triggers.check_can_run(schedule(**{part: text}))


def test_a_schedule_may_be_saved_if_it_is_due_some_day():
    cron_triggers.check_can_run(schedule())
    cron_triggers.check_can_run(schedule(paused=True))
    with pytest.raises(exceptions.Refused, match=NO_RUN):
        cron_triggers.check_can_run(
            schedule(end='2020-01-01T00:00', paused=True)
        )
    with pytest.raises(exceptions.Refused, match="too far away"):
        cron_triggers.check_can_run(schedule(end='9998-01-01T00:00'))


def firings(minutes, hours, start, end):
    """How many local minutes from a moment to another are due."""
    span = range(int((end - start) / MINUTE) + 1)
    moments = (start + number * MINUTE for number in span)
    return sum(m.minute in minutes and m.hour in hours for m in moments)


@settings(max_examples=30, deadline=None)
@given(
    minutes=st.sets(st.integers(0, 59), min_size=1, max_size=4),
    hours=st.sets(st.integers(0, 23), min_size=1, max_size=4),
    start=st.integers(0, 2879),
    length=st.integers(0, 2879),
)
@example(minutes={0}, hours={12}, start=0, length=0)
@example(minutes={0}, hours={13}, start=0, length=60)
def test_it_fires_until_the_end_and_once_more(minutes, hours, start, length):
    start = NOW + start * MINUTE
    end = start + length * MINUTE
    pattern = f'{_list(minutes)} {_list(hours)} * * *'
    due = firings(minutes, hours, start, end)
    # what is due at the very minute of arming has begun: only cron fires
    if firings(minutes, hours, start + MINUTE, end):
        made = trigger_of(start, pattern=pattern, end=local(end))
        assert made.count == due + 1
    else:
        with pytest.raises(exceptions.Refused):
            trigger_of(start, pattern=pattern, end=local(end))


def _list(numbers):
    return ','.join(map(str, sorted(numbers)))


@pytest.mark.parametrize(('due', 'count'), [(1999, 2000), (2000, None)])
def test_of_many_firings_only_the_gate_refuses_the_last(due, count):
    end = NOW + (due - 1) * 5 * MINUTE
    made = trigger_of(pattern='*/5 * * * *', end=local(end))
    assert made.count == count


@dataclasses.dataclass(frozen=True)
class Trigger:
    """A cron trigger, as mistralclient gives it."""

    id: str = 't'
    name: str = f'protection.schedule.{ID}.0a1b'
    created_at: str = '2027-07-01 10:00:00'
    workflow_id: str = 'w'
    workflow_name: str = f'protection.plan.{PLAN.id}'
    workflow_input: str | None = '{}'
    workflow_params: str | None = '{}'


OLDEST = Trigger('oldest', f'protection.schedule.{ID}', '2027-06-01 10:00:00')
OLD = Trigger('old')
NEW = Trigger('new', created_at='2027-07-02 10:00:00')
FOREIGN = Trigger('foreign', name=f'nightly {ID}')
BESIDE = Trigger('beside', name=f'protection.schedule.{OTHER}.{ID}')
TRIGGERS = [OLD, FOREIGN, NEW, BESIDE, OLDEST]
#: of a plan that somebody copied with the ids of its schedules
COPY = 'c0b5bbbd-0f27-4c9e-8c0f-0f2f3ee1a3d6'
COPIED = Trigger('copied', workflow_name=f'protection.plan.{COPY}')
COPIED_GATED = Trigger(
    'gated',
    workflow_name='protection.gate.p',
    workflow_input=json.dumps({'workflow': f'protection.plan.{COPY}'}),
    created_at='2027-07-03 10:00:00',
)


def test_triggers_are_told_apart_by_their_schedule():
    assert cron_triggers.triggers_by_schedule(TRIGGERS) == {
        ID: [NEW, OLD, OLDEST],
        OTHER: [BESIDE],
    }


@pytest.mark.parametrize(
    ('but', 'found'),
    [
        ('', [NEW, OLD, OLDEST]),
        ('new', [OLD, OLDEST]),
        ('?', [NEW, OLD, OLDEST]),
    ],
)
def test_of_a_schedule_all_triggers_go_but_the_one_that_stays(but, found):
    everything = [*TRIGGERS, COPIED, COPIED_GATED]
    own = cron_triggers.triggers_of_schedule
    assert own(everything, PLAN.id, ID, but=but) == found
    assert own(everything, COPY, ID) == [COPIED_GATED, COPIED]
    assert own([FOREIGN, BESIDE], PLAN.id, ID) == []


def test_a_plan_s_triggers_start_its_workflow_or_the_gate_for_it():
    env = json.dumps({'env': {'armed_by': 'ann', 'workflow_id': 'w'}})
    gated = Trigger('gated', workflow_id='gate', workflow_params=env)
    other = Trigger('other', workflow_id='gate')
    found = cron_triggers.triggers_of_workflow([OLD, other, gated], 'w')
    assert found == [OLD, gated]


@pytest.mark.parametrize(
    ('params', 'env'),
    [
        ('{"env": {"armed_by": "ann"}}', {'armed_by': 'ann'}),
        ('{"env": "ann"}', {}),
        ('{"notify": []}', {}),
        ('["env"]', {}),
        ('', {}),
        (None, {}),
    ],
)
def test_the_environment_of_a_trigger_may_be_anything(params, env):
    assert (
        cron_triggers.trigger_environment(Trigger(workflow_params=params))
        == env
    )


@pytest.mark.parametrize(
    ('given_input', 'gated'),
    [
        ('{"workflow": "protection.plan.p"}', True),
        ('{"workflow": null}', False),
        ('{"schedule": "x"}', False),
        ('["workflow"]', False),
        (None, False),
    ],
)
def test_a_gated_trigger_hands_the_gate_a_workflow(given_input, gated):
    assert cron_triggers.is_gated(Trigger(workflow_input=given_input)) is gated
