# SPDX-License-Identifier: Apache-2.0
"""What a run waits for, as far as that needs no cloud."""

import pytest

from protection_dashboard import waits

OK = {'state': 'ok', 'name': 'a', 'reason': ''}
BAD = {'state': 'failed', 'name': 'b', 'reason': 'quota exceeded'}


@pytest.mark.parametrize(
    ('results', 'line'),
    [
        ([], None),
        ([OK], None),
        ([BAD], 'b: quota exceeded'),
        ([OK, BAD, BAD], '2 of 3 failed. b: quota exceeded'),
    ],
)
def test_a_failure_in_one_line(results, line):
    assert waits.failure(results) == line


def test_what_has_ended_is_not_asked_about_again():
    looked = waits.poll(None, [OK, BAD])
    assert looked['results'] == [OK, BAD]
    assert looked['summary'] == {'ok': 1, 'failed': 1}
    assert looked['pending'] == 0


def test_a_lost_step_is_a_failure():
    looked = waits.poll(None, [None, OK])
    assert looked['summary'] == {'ok': 1, 'failed': 1}
    assert "Mistral's executor" in looked['failure']


def test_when_nothing_can_be_asked_the_run_waits_on():
    pending = {'state': 'pending', 'name': 'c', 'reason': ''}
    looked = waits.undecided([OK, None, pending], 'Keystone does not answer')
    assert looked['pending'] == 1
    assert looked['summary'] == {'ok': 1, 'failed': 1}
    assert looked['results'][2]['reason'] == 'Keystone does not answer'
