# SPDX-License-Identifier: Apache-2.0
"""Recovery points as services describe them, whatever their clocks show."""

import types

import pytest

from protection_dashboard.protections import base
from protection_dashboard.protections import query
from protection_dashboard.protections import recovery_point
from protection_dashboard.protections.database_backup import (
    protection as database_backup,
)
from protection_dashboard.protections.share_snapshot import (
    protection as share_snapshot,
)
from protection_dashboard.protections.volume_snapshot import (
    protection as volume_snapshot,
)
from protection_dashboard.recovery_points import newest as newest_points
from tests.support.recovery_points import NOW
from tests.support.recovery_points import point

FACTS = {
    'id': 'i',
    'instance_id': 'i',
    'volume_id': 'i',
    'share_id': 'i',
    'parent_id': None,
    'name': 'n',
    'description': None,
    'status': 'available',
    'size': 1,
    'metadata': {},
}
POINTS = [
    lambda text: volume_snapshot._point(snapshot(text)),
    lambda text: share_snapshot._point(snapshot(text)),
    lambda text: database_backup._point({**FACTS, 'created': text}),
]


def snapshot(text):
    return types.SimpleNamespace(**FACTS, created_at=text)


@pytest.mark.parametrize('made', POINTS)
@pytest.mark.parametrize(
    ('text', 'created'),
    [
        (None, base.UNKNOWN_TIME),
        ('', base.UNKNOWN_TIME),
        (5, base.UNKNOWN_TIME),
        # as Cinder writes the year 1
        ('1-01-01T00:00:00.000000', base.UNKNOWN_TIME),
        ('0001-01-01T00:00:00', base.UNKNOWN_TIME),
        ('1969-12-31T23:59:59', base.UNKNOWN_TIME),
        ('2026-02-31T00:00:00', base.UNKNOWN_TIME),
        ('9999-12-31T23:59:59', recovery_point.LATEST_TIME),
        ('2026-11-21T12:00:00', NOW),
    ],
)
def test_a_point_has_a_time_that_every_calendar_has(made, text, created):
    assert made(text).created == created


def test_a_copy_of_an_unknown_time_is_not_the_newest():
    unknown = point(base.UNKNOWN_TIME)
    known = point('2026-11-20T02:30:00')
    found = newest_points._newer(unknown, query.sight_of_point(known), NOW)
    assert found is known
    assert (
        newest_points._newer(known, query.sight_of_point(unknown), NOW)
        is known
    )
