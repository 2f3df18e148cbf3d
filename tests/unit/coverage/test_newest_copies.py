# SPDX-License-Identifier: Apache-2.0
"""The newest good copy of each protected resource against its rpo."""

import dataclasses
import datetime

import pytest

from protection_dashboard.coverage import coverage
from protection_dashboard.coverage import freshness
from protection_dashboard.coverage.freshness import Rpo
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protectables import base
from protection_dashboard.recovery_points import newest as newest_points
from protection_dashboard.schedules.expected_runs import ExpectedRun

NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
KEY = ('volume', 'v')
DAILY = Rpo(24)


@dataclasses.dataclass(frozen=True)
class Fake:
    """What is read here of a schedule, a point, a run or a ProjectStatus."""

    id: str = 'p'
    plan: object = None
    expected: tuple = ()
    created: object = None
    started: object = None
    state: str = ''
    plan_id: str = 'p'
    rpo: object = None
    states: tuple = ()
    runs: tuple = ()
    window: object = None
    now: object = NOON


def point(hours):
    return Fake(created=NOON - hours * HOUR)


def cover(name='v', *statuses):
    """A protected volume, and what became of its schedule, newest first."""
    resource = base.Resource(name, 'volume', name, 'available', 'available')
    expected = tuple(ExpectedRun(NOON, status) for status in statuses)
    plan = plan_document.Plan({'id': 'p', 'name': 'Nightly'})
    schedule = Fake(plan=plan, expected=expected)
    return coverage.ResourceCoverage(
        resource, 'protected', ('volume', name), (schedule,)
    )


def project_status(*runs, rpo=DAILY):
    """Runs are ``(state, hours ago)``, newest first."""
    made = (Fake(state=s, started=NOON - hours * HOUR) for s, hours in runs)
    states = (Fake(rpo=rpo),)
    return Fake(states=states, runs=tuple(made), window=Fake())


def one(seen, *statuses, runs=(), rpo=DAILY):
    status = project_status(*runs, rpo=rpo)
    (copy,) = freshness.newest_copies_of([cover('v', *statuses)], status, seen)
    return copy


@pytest.mark.parametrize(
    ('hours', 'rpo', 'state'),
    [
        (23, DAILY, 'fresh'),
        (25, DAILY, 'stale'),
        (25, Rpo(), 'idle'),
    ],
)
def test_a_copy_is_held_against_its_rpo(hours, rpo, state):
    seen = newest_points.NewestPoints({KEY: point(hours)})
    assert one(seen, rpo=rpo).state == state


def test_runs_since_the_last_good_copy_were_in_vain():
    runs = [('ERROR', 1), ('RUNNING', 2), ('SUCCESS', 3), ('ERROR', 30)]
    copy = one(newest_points.NewestPoints({KEY: point(10)}), runs=runs)
    assert (copy.state, copy.failures) == ('fresh', 2)


@pytest.mark.parametrize(
    ('statuses', 'state'),
    [
        ((), 'never'),
        (('waiting',), 'never'),
        (('running', 'ok'), 'never'),
        (('ok', 'failed'), 'never'),
        (('missed',), 'overdue'),
        (('waiting', 'failed'), 'overdue'),
    ],
)
def test_without_a_copy_it_matters_how_the_last_run_went(statuses, state):
    assert one(newest_points.NewestPoints(), *statuses).state == state


def test_what_was_not_read_is_not_known():
    seen = newest_points.NewestPoints(unknown=frozenset([KEY]))
    assert one(seen, 'missed').state == 'unknown'


def test_the_worst_comes_first():
    points = {
        ('volume', 'young'): point(1),
        ('volume', 'old'): point(20),
        ('volume', 'stale'): point(30),
        ('volume', 'staler'): point(300),
    }
    covers = [cover(name) for _slug, name in points]
    covers += [cover('new'), cover('lost', 'failed')]
    found = freshness.newest_copies_of(
        covers, project_status(), newest_points.NewestPoints(points)
    )
    names = [copy.name for copy in found]
    assert names == ['lost', 'staler', 'stale', 'new', 'old', 'young']
    assert freshness.count_by_state(found) == {
        'overdue': 1,
        'stale': 2,
        'never': 1,
        'fresh': 2,
    }
