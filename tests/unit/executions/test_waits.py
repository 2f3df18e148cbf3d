# SPDX-License-Identifier: Apache-2.0
"""What a run waits for, as far as that needs no cloud."""

import datetime

import pytest

from protection_dashboard.executions import waits

OK = {'state': 'ok', 'name': 'a', 'reason': ''}
SKIPPED = {'state': 'skipped', 'name': 'd', 'reason': 'it is gone'}
BAD = {'state': 'failed', 'name': 'b', 'reason': 'quota exceeded'}


@pytest.mark.parametrize(
    ('results', 'line'),
    [
        ([], None),
        ([OK], None),
        ([OK, SKIPPED], None),
        ([SKIPPED], 'Nothing was protected. d: it is gone'),
        ([BAD], 'b: quota exceeded'),
        ([OK, BAD, BAD], '2 of 3 failed. b: quota exceeded'),
    ],
)
def test_a_failure_in_one_line(results, line):
    assert waits.failure(results) == line


def test_what_has_ended_is_not_asked_about_again():
    looked = waits.poll(None, [OK, BAD, SKIPPED])
    assert looked['results'] == [OK, BAD, SKIPPED]
    assert looked['summary'] == {'ok': 1, 'failed': 1, 'skipped': 1}
    assert looked['pending'] == 0


def test_a_lost_step_is_a_failure():
    looked = waits.poll(None, [None, OK])
    assert looked['summary'] == {'ok': 1, 'failed': 1, 'skipped': 0}
    assert "Mistral's executor" in looked['failure']


@pytest.mark.parametrize(
    ('told', 'reason'),
    [
        ('Keystone does not answer.', 'Keystone does not answer.'),
        ("Heartbeat wasn't received.", waits.lost({}, None)['reason']),
        ('', waits.lost({}, None)['reason']),
    ],
)
def test_the_sentence_of_a_lost_step_is_its_reason(told, reason):
    looked = waits.poll(None, [told])
    assert looked['results'][0]['reason'] == reason
    assert looked['failure'] == reason


def test_when_nothing_can_be_asked_the_run_waits_on():
    pending = {'state': 'pending', 'name': 'c', 'reason': ''}
    looked = waits.undecided([OK, None, pending], 'Keystone does not answer')
    assert looked['pending'] == 1
    assert looked['summary'] == {'ok': 1, 'failed': 1, 'skipped': 0}
    assert looked['results'][2]['reason'] == 'Keystone does not answer'


@pytest.mark.parametrize(
    ('hours', 'words'), [(1, 'within 1 hour: '), (23, 'within 23 hours: ')]
)
def test_what_takes_too_long_is_ended_with_that_reason(hours, words):
    pending = {'state': 'pending', 'name': 'c', 'reason': ''}
    day = datetime.timedelta(days=1)
    yesterday = datetime.datetime.now(datetime.UTC) - day
    found = [OK, SKIPPED, pending]
    late = waits.undecided(found, 'No answer.', waits.Limit(yesterday, hours))
    assert late['pending'] == 0
    assert late['summary'] == {'ok': 1, 'failed': 1, 'skipped': 1}
    assert late['results'][2]['reason'] == (
        f'It did not finish {words}the run was ended. No answer.'
    )
    early = waits.undecided(found, '', waits.Limit(yesterday, hours=25))
    assert early['pending'] == 1
