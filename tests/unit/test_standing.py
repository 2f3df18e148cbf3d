# SPDX-License-Identifier: Apache-2.0
import dataclasses
import datetime
import json

import pytest

from protection_dashboard import expectations
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


NOW = at('10 12:00')
GOOD = expectations.Expected(at('10 00:30'), 'ok')
MISSED = expectations.Expected(at('10 00:30'), 'missed')
OLD = expectations.Expected(at('09 00:30'), 'missed')
WAITING = expectations.Expected(at('10 11:59'), 'waiting')


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
    ],
)
def test_how_a_schedule_stands(triggers, expected, state, reason):
    found, words = standing.of(WISH, triggers, expected, NOW)
    assert found == state
    assert reason in str(words or '')
    assert bool(words) is bool(reason)


def test_a_paused_schedule_has_no_trigger():
    paused = {**WISH, 'paused': True}
    assert standing.of(paused, [], [], NOW) == ('paused', None)
    state, words = standing.of(paused, [Trigger()], [], NOW)
    assert (state, str(words)[:18]) == ('armed', "It is to be paused")


@pytest.mark.parametrize(
    ('now', 'state'), [('09 00:31', 'ended'), ('09 00:29', 'unarmed')]
)
def test_a_schedule_ends_with_its_last_run(now, state):
    wish = {**WISH, 'end': '2027-07-09T12:00'}
    assert standing.of(wish, [], [], at(now))[0] == state
