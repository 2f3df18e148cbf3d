# SPDX-License-Identifier: Apache-2.0
"""The steps of an execution, as far as they need no service."""

import datetime

import pytest

from protection_dashboard import exceptions
from protection_dashboard.executions import steps as execution_steps
from protection_dashboard.protections import base
from protection_dashboard.protections.volume_snapshot.protection import (
    VolumeSnapshot,
)

AT = datetime.datetime(2026, 3, 29, 1, 2, 3, tzinfo=datetime.UTC)


def test_every_run_s_point_has_a_name_of_its_own():
    options = {'snapshot_name': 'web-data', 'description': '', 'force': False}
    named = execution_steps.options_with_timed_name(
        VolumeSnapshot(), options, AT
    )
    assert named['snapshot_name'] == 'web-data 2026-03-29 01:02:03 UTC'
    assert options['snapshot_name'] == 'web-data'


def test_a_long_name_is_cut_so_that_the_time_stays():
    named = execution_steps.options_with_timed_name(
        VolumeSnapshot(), {'snapshot_name': 'x' * 300}, AT
    )
    assert len(named['snapshot_name']) == 255
    assert named['snapshot_name'].endswith(' 2026-03-29 01:02:03 UTC')


def test_a_step_carries_resource_mark_and_time():
    mark = base.Mark(plan='p', execution='e')
    entry = {'type': 'volume', 'id': 'v'}
    assert execution_steps.plan_steps([entry], mark, AT) == [
        {
            'resource': entry,
            'mark': {'plan': 'p', 'execution': 'e'},
            'at': '2026-03-29T01:02:03+00:00',
        }
    ]


def test_options_are_checked_against_the_schema():
    schema = VolumeSnapshot.OPTIONS_SCHEMA
    execution_steps.validate_options(
        schema, {'snapshot_name': 'a', 'description': '', 'force': True}
    )
    with pytest.raises(exceptions.Refused, match='force'):
        execution_steps.validate_options(
            schema, {'snapshot_name': 'a', 'description': '', 'force': 'yes'}
        )
