# SPDX-License-Identifier: Apache-2.0
"""Which schedules made points, as far as marks tell."""

import datetime

from protection_dashboard.recovery_points import forgotten_runs
from tests.support import recovery_points
from tests.support.recovery_points import point

DAILY = '5c9f0a52-1d2f-4c3e-9a55-0a4f6a1b0c01'
HOURLY = '5c9f0a52-1d2f-4c3e-9a55-0a4f6a1b0c02'
DOCUMENT = {
    'id': recovery_points.PLAN,
    'schedules': [{'id': DAILY}, {'id': HOURLY}],
}


def test_the_newest_point_of_each_schedule_counts():
    points = [
        point('2027-07-10T02:00', schedule=DAILY),
        point('2027-07-09T02:00', schedule=DAILY),
        # by hand, of another plan, of a schedule that is gone
        point('2027-07-11T02:00'),
        point('2027-07-11T02:00', schedule=DAILY, plan='another'),
        point('2027-07-11T02:00', schedule='gone'),
    ]
    found = forgotten_runs.newest_by_schedule(points, DOCUMENT)
    assert found == {
        DAILY: datetime.datetime(2027, 7, 10, 2, tzinfo=datetime.UTC)
    }
    assert forgotten_runs.newest_by_schedule([], DOCUMENT) == {}
