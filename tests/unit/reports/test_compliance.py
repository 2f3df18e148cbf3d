# SPDX-License-Identifier: Apache-2.0
"""How well a project is protected, in numbers."""

import datetime

import pytest

from protection_dashboard.common import clock
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protectables.base import Resource
from protection_dashboard.reports import all_plans
from protection_dashboard.reports import compliance
from protection_dashboard.reports import project_names
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import expected_runs
from tests.support.plan_states import armed
from tests.support.plan_states import brief
from tests.support.plan_states import plan_state

OPTIONS = {'snapshot_name': 'web', 'description': '', 'force': False}
NOW = clock.now()
DAY = datetime.timedelta(days=1)
MISSED = expected_runs.ExpectedRun(NOW - 2 * DAY, 'missed')


def volume(number):
    name = f'volume {number}'
    return Resource(f'v{number}', 'volume', name, 'available', 'available')


def state_of(resource, standing, expected=()):
    plan = plan_document.Plan(
        plan_document.new_plan_document(
            'nightly', resource, 'volume_snapshot', OPTIONS
        )
    )
    schedule = armed(plan=plan, expected=expected)
    return plan_state(plan, [schedule], standing, NOW)


def run(state, age):
    return brief(state, NOW - age)


def line(resources, *states, runs=(), days=7, kept=None):
    found = all_plans.AllPlans(
        entries=[
            all_plans.ProjectPlan('p1', one, expected_runs.RunCounts())
            for one in states
        ],
        names=project_names.ProjectNames(p1='demo'),
        window=expected_runs.RunWindow(NOW, NOW - project_status.LOOK_BACK),
        runs={('p1', 'gone'): runs, ('p2', 'x'): [run('ERROR', DAY)]},
    )
    return compliance.project_line(
        'p1', found, resources, [], kept or {}, days
    )


def test_each_resource_counts_once():
    resources = [volume(number) for number in range(4)]
    found = line(
        resources,
        state_of(resources[0], 'fresh'),
        state_of(resources[0], 'stale'),
        state_of(resources[1], 'never'),
        kept={'volume:v3': 'a scratch disk'},
    )
    assert (found.project, found.resources, found.plans) == ('demo', 4, 3)
    assert (found.protected, found.unprotected, found.unneeded) == (2, 1, 1)


@pytest.mark.parametrize(
    ('standings', 'stale'),
    [
        (['fresh'], 0),
        (['fresh', 'stale'], 0),
        (['stale', 'never'], 1),
        (['unknown', 'stale'], 0),
    ],
)
def test_a_resource_is_stale_when_no_plan_of_it_is_in_time(standings, stale):
    found = line([volume(1)], *(state_of(volume(1), s) for s in standings))
    assert found.stale == stale


@pytest.mark.parametrize(('expected', 'stale'), [([], 0), ([MISSED], 1)])
def test_a_plan_that_has_not_begun_makes_nothing_stale(expected, stale):
    found = line([volume(1)], state_of(volume(1), 'never', expected))
    assert found.stale == stale


@pytest.mark.parametrize(
    ('days', 'counts'), [(1, (0, 1, 0)), (7, (1, 2, 1)), (42, (2, 2, 1))]
)
def test_runs_count_in_the_span_of_their_own_project(days, counts):
    runs = [
        run('ERROR', DAY / 2),
        run('SUCCESS', 2 * DAY),
        run('ERROR', 3 * DAY),
        run('SUCCESS', 30 * DAY),
    ]
    state = state_of(volume(1), 'fresh', [MISSED])
    found = line([volume(1)], state, runs=runs, days=days)
    assert (found.ok, found.failed, found.missed) == counts


def test_skipped_and_lost_runs_count():
    lost = run('ERROR', DAY)._replace(state_info='Lost: it did not move.')
    runs = [lost, run('ERROR', DAY), run('SKIPPED', DAY)]
    found = line([], runs=runs)
    assert (found.failed, found.lost, found.skipped) == (2, 1, 1)
