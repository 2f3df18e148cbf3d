# SPDX-License-Identifier: Apache-2.0
"""What an operator allows a project."""

import dataclasses
import uuid

import pytest

from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import limits as plan_limits
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.retention import peak as retention_peak
from protection_dashboard.retention import policy as retention_policy
from tests.support.recovery_points import PLAN
from tests.support.recovery_points import daily

NIGHTLY = '30 2 * * *'
HOURLY = '5 * * * *'


def schedule(pattern=NIGHTLY, zone='Europe/Berlin', **more):
    return Schedule(str(uuid.uuid4()), pattern, zone, **more)


def document(*schedules, method='volume_snapshot', **parts):
    return {
        'version': 1,
        'id': str(uuid.uuid4()),
        'name': 'Nightly',
        'resources': [],
        'methods': {'volume': {'protection': method, 'options': {}}},
        'schedules': [one.document() for one in schedules],
        **parts,
    }


def said(wanted, others=(), **numbers):
    allowed = dataclasses.replace(plan_limits.Limits(), **numbers)
    found = plan_limits.exceeded_limits(
        wanted, [plan_document.Plan(o) for o in others], allowed
    )
    return [str(words) for words in found]


def test_what_is_unset_has_its_default():
    given = {'max_plans': 3, 'methods': ('freezer',)}
    found = plan_limits.Limits.from_settings(
        lambda field: given.get(field.name)
    )
    assert (found.max_plans, found.max_schedules) == (3, 200)
    assert found.allows('freezer')
    assert not found.allows('volume_snapshot')
    assert plan_limits.Limits().allows('anything')


@pytest.mark.parametrize(
    'wrong',
    [
        {'spread_minutes': 0},
        {'spread_minutes': 1441},
        {'spread_minutes': '60'},
        {'spread_first_hour': -1},
        {'spread_first_hour': 24},
        {'spread_first_hour': 2.5},
    ],
)
def test_a_window_that_is_none_is_told_and_not_used(wrong, caplog):
    found = plan_limits.Limits.from_settings(
        lambda field: wrong.get(field.name)
    )
    assert found == plan_limits.Limits()
    assert next(iter(wrong)) in caplog.text


def test_an_ordinary_plan_is_within_the_limits():
    assert said(document(schedule(), retention={'last': 7})) == []


@pytest.mark.parametrize(
    ('wanted', 'numbers', 'sentence'),
    [
        (document(), {'max_plans': 1}, "The project has 1 plans"),
        (
            document(schedule(), schedule('0 4 * * *')),
            {'max_schedules': 2},
            "The project would have 3 schedules",
        ),
        (
            document(method='freezer'),
            {'methods': ('volume_snapshot',)},
            "The method freezer is not allowed here.",
        ),
        (
            document(schedule('*/10 * * * *')),
            {'minimum_interval': 3600},
            "Two runs would be only 10 min apart",
        ),
        (
            document(schedule('nonsense')),
            {},
            "A pattern has exactly five fields",
        ),
        (
            document(retention={'last': 900, 'daily': 101}),
            {},
            "Runs by hand: more than 1000 recovery points",
        ),
        (
            document(schedule(HOURLY, retention={'days': 42})),
            {},
            "Every hour at minute 5: more than 1000",
        ),
        (
            document(schedule(HOURLY), retention={'days': 42}),
            {},
            "Every hour at minute 5: more than 1000",
        ),
        (
            document(schedule(retention={'last': 3})),
            {'keep_everything': False},
            "Recovery points may not be kept for ever here.",
        ),
    ],
)
def test_it_says_which_limit_is_passed(wanted, numbers, sentence):
    (found,) = said(wanted, [document(schedule())], **numbers)
    assert found.startswith(sentence)


@pytest.mark.parametrize(
    ('rule', 'schedules', 'count'),
    [
        ({'last': 7}, [schedule()], 7),
        ({'last': 3, 'daily': 7}, [schedule()], 7),
        ({'daily': 7, 'weekly': 4, 'monthly': 12}, [schedule()], 21),
        ({'days': 14}, [schedule()], 14),
        ({'days': 14}, [schedule(), schedule('0 14 * * *')], 28),
        ({'days': 1}, [schedule(HOURLY)], 24),
        # what people start by hand within some days nobody knows
        ({'days': 14, 'last': 7}, [], 7),
        ({'days': 100_000}, [schedule(HOURLY)], 2_400_000),
        ({'days': 1500}, [schedule('0 3 * * 1')], 215),
        ({'last': 900, 'daily': 900}, [schedule()], 900),
        # Python has no years for 3,000 runs on 29 February
        ({'days': 3000}, [schedule('0 0 29 2 *')], 3),
        # nobody knows when it runs, or which clocks its days are on
        ({'last': 3, 'days': 14}, [schedule('0 0 L * *')], 3),
        ({'daily': 4}, [schedule(zone='Mars/Base'), schedule('0 9 * * *')], 4),
    ],
)
def test_as_many_points_as_a_retention_keeps_at_most_are_allowed(
    rule, schedules, count
):
    wanted = document(*schedules, retention=rule)
    assert said(wanted, [wanted], max_points=count) == []
    (found,) = said(wanted, [wanted], max_points=count - 1)
    assert f'more than {count - 1} recovery points' in found


def test_a_retention_that_keeps_everything_has_no_number_to_pass():
    assert said(document(schedule()), max_points=1) == []


def test_the_limit_and_the_forecast_count_the_same():
    """The form says "at most 7 of each resource": 8 are enough."""
    wanted = document(schedule('0 3 * * *'), retention={'last': 3, 'daily': 7})
    assert retention_peak.most_points_of_plan(wanted) == 7
    assert said(wanted, max_points=8) == []


@pytest.mark.parametrize(
    'kept', [kept for _label, kept in plan_limits.RETENTION_PRESETS], ids=str
)
def test_yesterdays_copy_is_there_whichever_preset_is_chosen(kept):
    """After each of 60 daily runs, across the ends of two months."""
    policy = retention_policy.Policy(
        PLAN, retention_policy.Retention.from_document(kept)
    )
    there, yesterday = [], None
    for run in reversed(daily(60)):
        found = retention_policy.retention_verdicts(
            [*there, run], policy, run.created
        )
        there = [one.point for one in found if one.keep]
        assert there[:2] == [p for p in (run, yesterday) if p]
        yesterday = run


def test_forms_start_with_a_preset():
    allowed = plan_limits.Limits()
    offered = [kept for _label, kept in allowed.presets]
    assert allowed.default_retention in offered


def test_what_a_plan_had_before_the_limit_does_not_count_against_it():
    old = document(schedule('*/10 * * * *'), schedule())
    new = {**old, 'name': 'renamed', 'schedules': old['schedules'][:1]}
    tight = {'max_plans': 1, 'max_schedules': 0, 'minimum_interval': 3600}
    assert said(new, [old], **tight) == []
