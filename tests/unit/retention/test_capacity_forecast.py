# SPDX-License-Identifier: Apache-2.0
"""How much a plan will keep, and whether there is room for it."""

import datetime
import time

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
import pytest

from protection_dashboard import plugins
from protection_dashboard.protections.base import Capacity
from protection_dashboard.recurrence import local_cron
from protection_dashboard.recurrence.cron import InvalidSchedule
from protection_dashboard.retention import capacity_forecast
from protection_dashboard.retention import peak as retention_peak
from protection_dashboard.retention import policy as retention_policy
from protection_dashboard.retention import simulation
from tests.support.recovery_points import MONTHLY
from tests.support.recovery_points import NIGHTLY
from tests.support.recovery_points import NOW
from tests.support.recovery_points import PLAN
from tests.support.recovery_points import point

ZONE = 'Europe/Berlin'
SNAPSHOTS = ("1 snapshot", "%(count)s snapshots")


def document(rule, *schedules):
    return {
        'id': PLAN,
        'resources': [],
        'retention': rule,
        'schedules': [
            {'id': number, 'pattern': pattern, 'zone': ZONE, **more}
            for number, (pattern, more) in zip(
                (NIGHTLY, MONTHLY), schedules, strict=False
            )
        ],
    }


def nightly(rule, **more):
    return document(rule, ('30 2 * * *', more))


def every_point_made(plan, runs):
    """The most points there ever are when every single run is played."""
    policy, start = (
        retention_policy.Policy.from_document(plan),
        NOW.replace(year=2024),
    )
    made = sorted(
        (run, schedule['id'])
        for schedule in plan['schedules']
        for run in local_cron.next_occurrences(
            schedule['pattern'], ZONE, start, runs
        )
    )
    points, most = [], 0
    for run, schedule in made[:runs]:
        points.append(point(run, id=str(run), schedule=schedule))
        found = retention_policy.retention_verdicts(points, policy, run)
        points = [one.point for one in found if one.keep]
        most = max(most, len(points))
    return most


@pytest.mark.parametrize(
    ('rule', 'pattern', 'runs', 'most'),
    [
        ({'last': 7}, '30 2 * * *', 400, 7),
        ({'days': 7}, '30 2 * * *', 400, 7),
        ({'days': 7}, '0 */6 * * *', 1500, 28),
        ({'days': 2}, '0 3 * * 1', 60, 1),
        ({'daily': 7}, '0 */6 * * *', 1500, 7),
        ({'daily': 7, 'weekly': 4}, '30 2 * * *', 400, 10),
        ({'daily': 7, 'weekly': 4}, '30 2 * * 1', 60, 7),
        ({'hourly': 6, 'daily': 3}, '15 * * * *', 1500, 8),
        ({'weekly': 3, 'monthly': 3}, '30 2 * * *', 400, 5),
        ({'daily': 7, 'weekly': 4, 'monthly': 3}, '30 2 * * 1-5', 400, 11),
        ({'last': 2, 'yearly': 2}, '0 0 1 */3 *', 40, 3),
        ({'last': 5, 'days': 3}, '30 2 * * 6,0', 120, 5),
        ({'last': 3, 'daily': 7}, '0 3 * * *', 400, 7),
        ({'last': 120, 'daily': 120}, '30 2 * * *', 400, 120),
        ({'days': 800}, '0 3 * * 1', 200, 115),
    ],
)
def test_at_most_is_what_playing_every_run_comes_to(rule, pattern, runs, most):
    plan = document(rule, (pattern, {}))
    assert retention_peak.most_points_of_plan(plan) == most
    assert every_point_made(plan, runs) == most


RULES = ('last', 'days', 'hourly', 'daily', 'weekly', 'monthly')


@settings(max_examples=10, deadline=None, derandomize=True)
@given(
    rule=st.dictionaries(
        st.sampled_from(RULES), st.integers(1, 9), min_size=1
    ),
    patterns=st.lists(
        st.sampled_from(['30 2 * * *', '0 9,21 * * *', '0 4 * * 1,5']),
        min_size=1,
        max_size=2,
        unique=True,
    ),
)
def test_at_most_is_what_is_left_whatever_the_rules_are(rule, patterns):
    plan = document(rule, *((pattern, {}) for pattern in patterns))
    assert retention_peak.most_points_of_plan(plan) == every_point_made(
        plan, 1200
    )


def test_runs_before_the_first_year_of_the_calendar_are_not_looked_for():
    """600 of 29 February would begin 400 years before it."""
    plan = document(
        {'last': 600, 'yearly': 600, 'days': 1}, ('0 0 29 2 *', {})
    )
    assert 600 <= retention_peak.most_points_of_plan(plan) <= 1201


def test_schedules_that_share_a_rule_share_its_numbers():
    plan = document({'daily': 3}, ('0 2 * * *', {}), ('0 14 * * *', {}))
    assert (
        retention_peak.most_points_of_plan(plan)
        == every_point_made(plan, 300)
        == 3
    )


def test_one_run_is_for_all_schedules_that_meet():
    own = {'retention': {'weekly': 4}}
    plan = document({'last': 3}, ('0 2 * * *', {}), ('0 2 * * 0', own))
    daily, weekly = (one['id'] for one in plan['schedules'])
    runs = [*simulation.simulated_runs(plan, NOW, 60)]
    times = [run for run, _schedules in runs]
    assert len(times) == len({*times}) == 60
    meeting = [run for run, due in runs if {*due} == {daily, weekly}]
    assert {run.isoweekday() for run in meeting} == {7}
    assert [due for run, due in runs if run not in meeting] == [(daily,)] * (
        60 - len(meeting)
    )
    # a copy that both keep counts once, and there is one more during a run
    after = dict(simulation.points_after_runs(plan, NOW, 60))
    assert max(after.values()) - 1 == 7
    assert retention_peak.most_points_of_plan(plan) == 7


def test_schedules_with_their_own_rule_add_up():
    own = {'retention': {'monthly': 12}}
    plan = document({'last': 7}, ('0 2 * * *', {}), ('0 3 1 * *', own))
    assert retention_peak.most_points_of_plan(plan) == 19


@pytest.mark.parametrize(
    ('plan', 'most'),
    [
        (nightly({}), None),
        (nightly({'last': 7}, retention={}), None),
        (document({}), None),
        (document({'days': 7}), None),
        (document({'last': 2, 'daily': 3}), 5),
    ],
)
def test_what_has_no_end_is_none(plan, most):
    assert retention_peak.most_points_of_plan(plan) == most


def test_a_year_of_five_minutes_takes_less_than_a_second():
    rule = {'days': 365, 'hourly': 48, 'monthly': 12, 'yearly': 10}
    began = time.process_time()
    assert (
        retention_peak.most_points_of_plan(document(rule, ('*/5 * * * *', {})))
        > 105_000
    )
    assert time.process_time() - began < 1


def told(plan, sizes, capacity, have=None, **more):
    have = have or [0] * len(sizes)
    resources = list(zip(sizes, have, strict=True))
    wanted = capacity_forecast.need_of_plan(plan, resources, **more)
    return capacity_forecast.forecast(plan, wanted, capacity, NOW)


def room(points, size):
    """A capacity with some room and 7 points of 7 GiB in use."""
    return Capacity(7, points + 7, 7, size + 7, counted=SNAPSHOTS)


WEEK = {'daily': 7}
WORDS = [
    (
        told(nightly(WEEK), [1], room(1993, 9986)),
        "at most 7 snapshots and 7 GiB; you have 1993 snapshots and 9986 GiB "
        "left",
    ),
    (
        told(nightly(WEEK), [50] * 4, room(10, 1000)),
        "at most 28 snapshots and 1400 GiB; you have 10 snapshots and 1000 "
        "GiB left: full on 24 November",
    ),
    (
        told(nightly(WEEK), [50] * 4, room(1993, 1000)),
        "at most 28 snapshots and 1400 GiB; you have 1993 snapshots and 1000 "
        "GiB left: full on 27 November",
    ),
    (
        told(nightly({'last': 1}), [50], room(1, 1000)),
        "at most 1 snapshot and 50 GiB, and one more of each while a run "
        "lasts; you have 1 snapshot and 1000 GiB left: full on 23 November",
    ),
    (
        told(nightly(WEEK), [1, 1], room(1, 1000), have=[7, 7]),
        "at most 14 snapshots and 14 GiB (today: 14), and one more of each "
        "while a run lasts; you have 1 snapshot and 1000 GiB left: full on 22 "
        "November",
    ),
    (
        told(nightly(WEEK), [1, 1], room(2, 2), have=[7, 9]),
        "at most 14 snapshots and 14 GiB (today: 16); you have 2 snapshots "
        "and 2 GiB left",
    ),
    (
        told(nightly({}), [1], room(45, 9986)),
        "1 snapshot and 1 GiB more with each run, without end; you have 45 "
        "snapshots and 9986 GiB left: full on 6 January 2027",
    ),
    (
        told(nightly(WEEK), [1], room(12, 12), chain=7),
        "at most 13 snapshots and 13 GiB; you have 12 snapshots and 12 GiB "
        "left: that is not enough",
    ),
    (
        told(nightly(WEEK, paused=True), [1], room(2, 2)),
        "at most 7 snapshots and 7 GiB; you have 2 snapshots and 2 GiB left: "
        "that is not enough",
    ),
    (
        told(nightly({}, end='2026-11-23T12:00'), [1], room(2, 2)),
        "1 snapshot and 1 GiB more with each run, without end; you have 2 "
        "snapshots and 2 GiB left: enough for 2 runs",
    ),
    (
        told(nightly(WEEK, first='2026-12-01T02:30'), [1], room(2, 2)),
        "at most 7 snapshots and 7 GiB; you have 2 snapshots and 2 GiB left: "
        "full on 3 December",
    ),
    (
        told(document({'days': 7}), [1], room(1993, 9988)),
        "1 snapshot and 1 GiB more with each run; you have 1993 snapshots and "
        "9988 GiB left: enough for 1993 runs",
    ),
    (
        told(document({'days': 7}), [1], room(1, 1)),
        "1 snapshot and 1 GiB more with each run; you have 1 snapshot and 1 "
        "GiB left: enough for 1 run",
    ),
    (
        told(document({'days': 7}), [1], room(0, 1)),
        "1 snapshot and 1 GiB more with each run; you have 0 snapshots and 1 "
        "GiB left: that is not enough",
    ),
    (
        told(nightly(WEEK), [1], Capacity(9, -1, 9, -1, counted=SNAPSHOTS)),
        "at most 7 snapshots and 7 GiB; its service sets no limit",
    ),
    (
        told(nightly(WEEK), [1], Capacity(9, -1, 9, 19, counted=SNAPSHOTS)),
        "at most 7 snapshots and 7 GiB; you have 10 GiB left",
    ),
    (
        told(nightly(WEEK), [5], Capacity(9, 19)),
        "at most 7 recovery points; you have 10 recovery points left",
    ),
    (
        told(nightly(WEEK), [1], None),
        "at most 7 recovery points and 7 GiB; its service tells no limit",
    ),
    (
        told(nightly(WEEK), [None], None),
        "at most 7 recovery points; its service tells no limit",
    ),
]


@pytest.mark.parametrize(('found', 'words'), WORDS)
def test_it_tells_what_is_needed_and_what_is_left(found, words):
    assert str(found.words) == words
    assert found.fits == (not ("full" in words or "not enough" in words))
    assert bool(found.full) == ("full" in words)


def test_it_is_full_at_the_run_that_finds_no_room():
    found = told(nightly(WEEK), [1], room(2, 2))
    assert found.full == datetime.datetime(
        2026, 11, 24, 1, 30, tzinfo=datetime.UTC
    )


def test_a_first_run_at_no_date_is_refused():
    with pytest.raises(InvalidSchedule, match="a time such as"):
        told(nightly(WEEK, first='2026-02-30T02:30'), [1], room(2, 2))


def test_increments_hang_together_and_full_backups_do_not():
    backups = plugins.protection('database_backup')
    assert backups.chain({'incremental': True}) == 7
    assert backups.chain({'incremental': False}) == 1
    assert backups.chain({}) == 1


@pytest.mark.parametrize('more', [{}, {'end': '2200-12-31T23:59'}])
def test_a_leap_day_takes_longer_to_fill_a_quota_than_years_are_told(more):
    leap = document({}, ('0 0 29 2 *', more))
    found = told(leap, [1], room(4_000, 4_000))
    assert str(found.words).endswith("left: enough for 4000 runs")
    assert found.fits


@pytest.mark.parametrize(
    ('points', 'day', 'fits'),
    [(89, "19 February 2027", False), (90, "20 February 2027", True)],
)
def test_without_end_it_warns_90_days_ahead(points, day, fits):
    found = told(nightly({}), [1], room(points, 9999))
    assert str(found.words).endswith(f"left: full on {day}")
    assert found.fits is fits
