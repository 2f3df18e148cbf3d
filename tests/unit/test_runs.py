# SPDX-License-Identifier: Apache-2.0
"""The parts of a run that need no cloud."""

import datetime

import pytest

from protection_dashboard import exceptions
from protection_dashboard import runs
from protection_dashboard.protections import base
from protection_dashboard.protections.volume_snapshot import VolumeSnapshot

AT = datetime.datetime(2026, 3, 29, 1, 2, 3, tzinfo=datetime.UTC)
OK = {'state': 'ok', 'name': 'a', 'reason': ''}
BAD = {'state': 'failed', 'name': 'b', 'reason': 'quota exceeded'}


def test_every_run_s_point_has_a_name_of_its_own():
    options = {'snapshot_name': 'web-data', 'description': '', 'force': False}
    named = runs.named(VolumeSnapshot(), options, AT)
    assert named['snapshot_name'] == 'web-data 2026-03-29 01:02:03 UTC'
    assert options['snapshot_name'] == 'web-data'


def test_a_long_name_is_cut_so_that_the_time_stays():
    named = runs.named(VolumeSnapshot(), {'snapshot_name': 'x' * 300}, AT)
    assert len(named['snapshot_name']) == 255
    assert named['snapshot_name'].endswith(' 2026-03-29 01:02:03 UTC')


def test_a_step_carries_resource_mark_and_time():
    mark = base.Mark(plan='p', execution='e')
    entry = {'type': 'volume', 'id': 'v'}
    assert runs.steps({'resources': [entry]}, mark, AT) == [
        {
            'resource': entry,
            'mark': {'plan': 'p', 'execution': 'e'},
            'at': '2026-03-29T01:02:03+00:00',
        }
    ]


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
    assert runs.failure(results) == line


def test_what_has_ended_is_not_asked_about_again():
    looked = runs.poll(None, [OK, BAD])
    assert looked['results'] == [OK, BAD]
    assert looked['summary'] == {'ok': 1, 'failed': 1}
    assert looked['pending'] == 0


def test_a_lost_step_is_a_failure():
    looked = runs.poll(None, [None, OK])
    assert looked['summary'] == {'ok': 1, 'failed': 1}
    assert "Mistral's executor" in looked['failure']


def test_when_nothing_can_be_asked_the_run_waits_on():
    pending = {'state': 'pending', 'name': 'c', 'reason': ''}
    looked = runs.undecided([OK, None, pending], 'Keystone does not answer')
    assert looked['pending'] == 1
    assert looked['summary'] == {'ok': 1, 'failed': 1}
    assert looked['results'][2]['reason'] == 'Keystone does not answer'


def test_options_are_checked_against_the_schema():
    schema = VolumeSnapshot.OPTIONS_SCHEMA
    runs.check(
        schema, {'snapshot_name': 'a', 'description': '', 'force': True}
    )
    with pytest.raises(exceptions.Refused, match='force'):
        runs.check(
            schema, {'snapshot_name': 'a', 'description': '', 'force': 'yes'}
        )
