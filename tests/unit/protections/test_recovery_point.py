# SPDX-License-Identifier: Apache-2.0
"""Recovery points as services describe them, whatever their clocks show."""

import datetime
import types

import pytest

from protection_dashboard.common import clock
from protection_dashboard.protections import base
from protection_dashboard.protections import query
from protection_dashboard.protections import recovery_point
from protection_dashboard.protections.database_backup import (
    protection as database_backup,
)
from protection_dashboard.protections.mark import Mark
from protection_dashboard.protections.share_snapshot import (
    protection as share_snapshot,
)
from protection_dashboard.protections.volume_snapshot import (
    protection as volume_snapshot,
)
from protection_dashboard.recovery_points import newest as newest_points
from tests.support import recovery_points
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


def snapshot(text, metadata=()):
    facts = {**FACTS, 'metadata': dict(metadata)}
    return types.SimpleNamespace(**facts, created_at=text)


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


REQUESTED = '2026-11-21T12:00:00+00:00'
REQUESTED_MARK = {'protection_requested': '2026-11-21T12:00:00Z'}
MARKED = [
    lambda text: volume_snapshot._point(snapshot(text, REQUESTED_MARK)),
    lambda text: share_snapshot._point(snapshot(text, REQUESTED_MARK)),
    lambda text: database_backup._point(
        {
            **FACTS,
            'created': text,
            'description': 'x [protection at=awGHwA]',
        }
    ),
]


@pytest.mark.parametrize('made', MARKED)
@pytest.mark.parametrize(
    ('text', 'created', 'wrongly_dated'),
    [
        ('2026-11-21T12:04:59', '2026-11-21T12:04:59', None),
        ('2026-11-21T11:55:01', '2026-11-21T11:55:01', None),
        ('2026-11-21T12:50:00', REQUESTED, '2026-11-21T12:50:00'),
        ('2026-11-20T12:00:00', REQUESTED, '2026-11-20T12:00:00'),
        ('9999-12-31T23:59:59', REQUESTED, '2200-01-01T00:00:00'),
        # what no clock shows is not compared
        (None, '1970-01-01T00:00:00', None),
    ],
)
def test_the_time_of_the_run_counts_where_the_clocks_disagree(
    made, text, created, wrongly_dated
):
    found = made(text)
    assert found.created == clock.parse_utc(created)
    assert found.wrongly_dated == clock.parse_utc(wrongly_dated)


@pytest.mark.parametrize(
    'requested',
    [
        '',
        'x',
        5,
        None,
        {},
        '2026-13-01T12:00:00Z',
        '0001-01-01T00:00:00Z',
        '9999-12-31T23:59:59Z',
        '2026-11-21T12:00:00Z\n',
    ],
)
def test_a_time_that_no_run_can_have_noted_does_not_count(requested):
    metadata = {'protection_requested': requested}
    found = volume_snapshot._point(snapshot('2020-01-01T00:00:00', metadata))
    assert found.created == clock.parse_utc('2020-01-01T00:00:00')
    assert found.wrongly_dated is None


def test_a_point_that_is_asked_for_notes_when():
    metadata = Mark(plan=recovery_points.PLAN).requested_metadata()
    found = Mark.of(metadata)
    assert found.plan == recovery_points.PLAN
    assert abs(clock.now() - found.requested) < datetime.timedelta(seconds=60)
    # the searches by mark do not ask for the very second
    assert found.metadata() == {'protection_plan': recovery_points.PLAN}
