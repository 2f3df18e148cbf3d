# SPDX-License-Identifier: Apache-2.0
"""What a retention promises: to where one can go back, how many copies."""

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
import pytest

from protection_dashboard.plans import limits
from protection_dashboard.recurrence import local_cron
from protection_dashboard.retention import policy as retention_policy
from protection_dashboard.retention.rules import Retention
from tests.support.recovery_points import NIGHTLY
from tests.support.recovery_points import NOW
from tests.support.recovery_points import PLAN
from tests.support.recovery_points import point


@pytest.mark.parametrize(
    ('rule', 'words'),
    [
        ({'daily': 7}, "any of the last 7 days"),
        (
            {'daily': 7, 'weekly': 4, 'monthly': 12},
            "any of the last 7 days, any of the last 4 weeks and any of the "
            "last 12 months",
        ),
        ({'last': 1}, "the last copy"),
        (
            {'last': 3, 'yearly': 1},
            "any of the last 3 copies and the last year",
        ),
        ({'days': 14}, "any copy of the last 14 days"),
        ({'hourly': 6}, "any of the last 6 hours"),
    ],
)
def test_it_says_to_where_one_can_go_back(rule, words):
    assert str(Retention(**rule).reach()) == words


RULES = ('last', 'hourly', 'daily', 'weekly', 'monthly')


def left_after(rule, runs):
    """How many points there are after each of ``runs`` daily runs."""
    plan = {
        'id': PLAN,
        'retention': rule,
        'schedules': [{'id': NIGHTLY, 'pattern': '30 2 * * *', 'zone': 'UTC'}],
    }
    policy = retention_policy.Policy.from_document(plan)
    start, points = NOW.replace(year=2024), []
    for run in local_cron.next_occurrences('30 2 * * *', 'UTC', start, runs):
        points.append(point(run, id=str(run), schedule=NIGHTLY))
        found = retention_policy.retention_verdicts(points, policy, run)
        points = [one.point for one in found if one.keep]
        yield len(points)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    rule=st.dictionaries(st.sampled_from(RULES), st.integers(1, 6), min_size=1)
)
def test_in_the_long_run_there_are_at_least_so_many(rule):
    counts = [*left_after(rule, 260)][200:]
    assert min(counts) >= Retention(**rule).least


def test_the_preset_of_a_year_keeps_between_12_and_21_copies():
    rule = dict(limits.RETENTION_PRESETS)["7 daily, 4 weekly, 12 monthly"]
    counts = [*left_after(rule, 800)][400:]
    assert Retention(**rule).least == 12
    assert 12 <= min(counts) <= max(counts) <= 21
