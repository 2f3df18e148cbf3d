# SPDX-License-Identifier: Apache-2.0
import dataclasses

import pytest

from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import diff as schedule_diff

SCHEDULE = Schedule('a', '30 2 * * *', 'UTC')


@pytest.mark.parametrize(
    ('change', 'said'),
    [
        ({}, []),
        (
            {'pattern': '0 4 * * 1'},
            ["schedule: Every day at 02:30 -> Every Monday at 04:00"],
        ),
        ({'zone': 'Asia/Tokyo'}, ["time zone: UTC -> Asia/Tokyo"]),
        (
            {'first': '2031-02-01T03:00'},
            ["not before: none -> 2031-02-01T03:00"],
        ),
        ({'end': '2031-02-01T23:59'}, ["last day: none -> 2031-02-01T23:59"]),
        (
            {'retention': {'daily': 7, 'weekly': 4}},
            ["keeps: as the plan -> 7 daily, 4 weekly"],
        ),
        ({'retention': {}}, ["keeps: as the plan -> everything"]),
        ({'paused': True}, ["running -> paused"]),
        (
            {'zone': 'Asia/Tokyo', 'paused': True},
            ["time zone: UTC -> Asia/Tokyo", "running -> paused"],
        ),
    ],
)
def test_it_says_each_part_that_differs(change, said):
    new = dataclasses.replace(SCHEDULE, **change)
    found = schedule_diff.schedule_differences(SCHEDULE, new)
    assert [str(words) for words in found] == said
