# SPDX-License-Identifier: Apache-2.0
import dataclasses
import datetime
import json

import pytest

from protection_dashboard import standing

UTC = datetime.UTC
WISH = {'id': 'x', 'pattern': '30 2 * * *', 'zone': 'Europe/Berlin'}


def at(text):
    return datetime.datetime.fromisoformat(f'2027-07-{text}+00:00')


@dataclasses.dataclass(frozen=True)
class Trigger:
    """A cron trigger, as mistralclient gives it."""

    next_execution_time: str = '2027-07-11 00:30:00'
    created_at: str = '2027-07-01 10:00:00'
    workflow_params: str = json.dumps({'env': {'armed_by': 'ann'}})


@dataclasses.dataclass(frozen=True)
class Run:
    started: datetime.datetime


NOW = at('10 12:00')
GOOD = Run(at('10 00:29:58'))
OLD = Run(at('09 00:30:04'))


@pytest.mark.parametrize(
    ('triggers', 'last_run', 'known_from', 'state', 'reason'),
    [
        ([Trigger()], GOOD, None, 'armed', ''),
        ([], GOOD, None, 'unarmed', "trigger is gone"),
        ([Trigger()], OLD, None, 'unarmed', "2027-07-10 02:30 (Europe/Be"),
        ([Trigger()], OLD, None, 'unarmed', "start: ann, under whose trust"),
        # its first day, without any run
        ([Trigger()], None, None, 'unarmed', "2027-07-02 02:30"),
        ([Trigger(created_at='2027-07-10 10:00:00')], None, None, 'armed', ''),
        # who knows what ran before the oldest run that was read
        ([Trigger()], None, at('10 06:00'), 'armed', ''),
        ([Trigger()], None, at('08 00:00'), 'unarmed', "2027-07-08 02:30"),
        ([Trigger(), Trigger()], GOOD, None, 'armed', "runs twice"),
        (
            [Trigger(next_execution_time='2027-07-10 00:30:00')],
            OLD,
            None,
            'late',
            "at 2027-07-10 02:30 (Europe/Berlin): Mistral's cron does not",
        ),
    ],
)
def test_how_a_schedule_stands(triggers, last_run, known_from, state, reason):
    found, words = standing.of(WISH, triggers, last_run, known_from, NOW)
    assert found == state
    assert reason in str(words or '')
    assert bool(words) is bool(reason)


def test_a_run_may_begin_five_minutes_late():
    for minute, state in ((34, 'armed'), (36, 'unarmed')):
        now = at(f'10 00:{minute}')
        assert standing.of(WISH, [Trigger()], OLD, None, now)[0] == state


def test_a_paused_schedule_has_no_trigger():
    paused = {**WISH, 'paused': True}
    assert standing.of(paused, [], OLD, None, NOW) == ('paused', None)
    state, words = standing.of(paused, [Trigger()], OLD, None, NOW)
    assert (state, str(words)[:18]) == ('armed', "It is to be paused")


@pytest.mark.parametrize(
    ('now', 'state'), [('09 00:31', 'ended'), ('09 00:29', 'unarmed')]
)
def test_a_schedule_ends_with_its_last_run(now, state):
    wish = {**WISH, 'end': '2027-07-09T12:00'}
    assert standing.of(wish, [], None, None, at(now))[0] == state
