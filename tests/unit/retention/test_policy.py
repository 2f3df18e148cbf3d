# SPDX-License-Identifier: Apache-2.0
"""What a retention keeps, and why."""

import datetime

import pytest

from protection_dashboard.protections import base
from protection_dashboard.recurrence.cron import InvalidSchedule
from protection_dashboard.retention import policy as retention_policy
from protection_dashboard.retention.policy import Policy
from protection_dashboard.retention.policy import Retention
from tests.support.recovery_points import MONTHLY
from tests.support.recovery_points import NIGHTLY
from tests.support.recovery_points import NOW
from tests.support.recovery_points import OTHER
from tests.support.recovery_points import PLAN
from tests.support.recovery_points import RUN
from tests.support.recovery_points import daily
from tests.support.recovery_points import point


def judged(points, policy, execution=''):
    """``[(id, reason)]``, the newest first."""
    found = retention_policy.retention_verdicts(points, policy, NOW, execution)
    return [(one.point.id, str(one.words)) for one in found]


def reasons(points, **rules):
    policy = Policy(PLAN, Retention(**rules))
    return [words for _id, words in judged(points, policy)]


GONE = "removed: no rule keeps it"
TABLE = [
    ({}, ["kept: nothing is removed by this plan"] * 3),
    ({'last': 1}, ["kept: the last one", GONE, GONE]),
    ({'last': 2}, [*["kept: one of the last 2"] * 2, GONE]),
    ({'days': 2}, [*["kept: younger than 2 days"] * 2, GONE]),
    ({'days': 1}, ["kept: younger than 1 day", GONE, GONE]),
    (
        {'daily': 2},
        ["kept: newest of 21 November", "kept: newest of 20 November", GONE],
    ),
    ({'weekly': 1}, ["kept: newest of week 47", GONE, GONE]),
    ({'monthly': 1}, ["kept: newest of November", GONE, GONE]),
    ({'yearly': 1}, ["kept: newest of 2026", GONE, GONE]),
    ({'hourly': 1}, ["kept: newest of 21 November, 02:00", GONE, GONE]),
    (
        {'last': 1, 'daily': 2},
        ["kept: the last one", "kept: newest of 20 November", GONE],
    ),
]


@pytest.mark.parametrize(('rules', 'expected'), TABLE)
def test_each_rule_tells_what_it_keeps(rules, expected):
    assert reasons(daily(3), **rules) == expected


def test_a_period_of_another_year_is_told_with_its_year():
    old = [point('2025-11-20T02:30:00')]
    assert reasons(old, daily=1) == ["kept: newest of 20 November 2025"]
    assert reasons(old, weekly=1) == ["kept: newest of week 47 of 2025"]
    assert reasons(old, monthly=1) == ["kept: newest of November 2025"]


@pytest.mark.parametrize(
    ('rule', 'words'),
    [
        (None, "everything"),
        ({}, "everything"),
        ({'daily': 7, 'weekly': 4}, "7 daily, 4 weekly"),
        ({'last': 7}, "the last 7"),
        ({'last': 1}, "the last one"),
        ({'days': 14}, "14 days"),
        ({'days': 1, 'yearly': 1}, "1 day, 1 yearly"),
        ({'last': None, 'hourly': 24}, "24 hourly"),
    ],
)
def test_a_rule_reads_as_people_say_it(rule, words):
    read = Retention.from_document(rule)
    assert str(read.words()) == words
    assert bool(read) == (words != "everything")


def test_days_are_those_of_the_zone_and_weeks_those_of_iso():
    # 23:30 UTC on Sunday is Monday in Berlin, of the next week
    sunday, late = point('2026-11-15T22:30:00'), point('2026-11-15T23:30:00')
    for rule in (Retention(daily=2), Retention(weekly=2)):
        in_utc = judged([sunday, late], Policy(PLAN, rule, 'UTC'))
        berlin = judged([sunday, late], Policy(PLAN, rule, 'Europe/Berlin'))
        assert GONE in dict(in_utc).values()
        assert GONE not in dict(berlin).values()


@pytest.mark.parametrize(
    ('rule', 'older', 'newer', 'same'),
    [
        ('weekly', '2025-12-31T02:30:00', '2026-01-01T02:30:00', True),
        ('weekly', '2025-01-01T02:30:00', '2025-12-31T02:30:00', False),
        ('monthly', '2025-11-20T02:30:00', '2026-11-20T02:30:00', False),
        ('days', '2026-11-19T12:00:00', '2026-11-21T12:00:00', True),
        ('days', '2026-11-19T12:00:01', '2026-11-21T12:00:00', False),
    ],
)
def test_periods_end_where_calendars_say(rule, older, newer, same):
    found = reasons([point(older), point(newer)], **{rule: 2})
    assert (found[1] == GONE) == same


def test_the_hour_that_comes_twice_is_two():
    first, second = point('2026-10-25T00:30:00'), point('2026-10-25T01:30:00')
    policy = Policy(PLAN, Retention(hourly=2), 'Europe/Berlin')
    assert [words for _id, words in judged([first, second], policy)] == [
        "kept: newest of 25 October, 02:00"
    ] * 2


def test_the_last_good_one_stays_however_old():
    old = point('2020-01-01T00:00:00')
    assert reasons([old], days=1) == ["kept: the last good one"]


def test_a_failed_copy_goes_once_there_is_a_newer_good_one():
    failed = point('2026-11-20T03:00:00', base.ERROR)
    before, after = point('2026-11-20T02:00:00'), point('2026-11-21T02:00:00')
    assert reasons([failed, after], last=1) == [
        "kept: the last one",
        "removed: it failed and a newer good copy exists",
    ]
    assert reasons([failed, before], last=1) == [
        "kept: it failed, and there is no newer good copy",
        "kept: the last one",
    ]


def test_nothing_good_goes_while_the_newest_copy_is_a_failed_one():
    failed = point('2026-11-21T03:00:00', base.ERROR)
    assert reasons([failed, *daily(2)], last=1)[1:] == [
        "kept: the last one",
        "kept: the newest copy of its resource failed",
    ]


def test_what_is_being_made_stays_and_counts_for_nothing():
    pending = point('2026-11-21T11:00:00', base.PENDING)
    assert reasons([pending, *daily(2)], last=1) == [
        "kept: its service is still working on it",
        "kept: the last one",
        GONE,
    ]


def test_points_of_others_stay_and_count_for_nothing():
    others = [*daily(1, plan=OTHER, id='o'), *daily(1, plan='', id='hand')]
    found = dict(
        judged([*others, *daily(2)[1:]], Policy(PLAN, Retention(last=1)))
    )
    assert found['o'] == found['hand'] == "kept: not made by this plan"
    assert "kept: the last one" in found.values()


def test_a_plan_without_an_id_owns_nothing():
    by_hand = daily(2, plan='')
    found = retention_policy.retention_verdicts(
        by_hand, Policy('', Retention(last=1)), NOW
    )
    assert all(verdict.keep for verdict in found)


def test_a_pinned_point_stays_with_its_note():
    newest, second, third = daily(3)
    policy = Policy(
        PLAN, Retention(last=1), pins={second.id: '100% good', third.id: ''}
    )
    assert judged([newest, second, third], policy) == [
        (newest.id, "kept: the last one"),
        (second.id, "kept: pinned (100% good)"),
        (third.id, "kept: pinned"),
    ]


def test_a_pinned_point_takes_no_place_of_a_rule():
    points = daily(4)
    pins = {points[0].id: '', points[2].id: ''}
    for rules in ({'last': 2}, {'daily': 2}):
        policy = Policy(PLAN, Retention(**rules), pins=pins)
        words = [words for _id, words in judged(points, policy)]
        assert words[::2] == ["kept: pinned"] * 2
        assert not any(one.startswith("removed") for one in words)


def test_the_newest_of_a_day_that_is_not_pinned_stays():
    early, late = point('2026-11-21T02:00:00'), point('2026-11-21T08:00:00')
    policy = Policy(PLAN, Retention(daily=1), pins={late.id: ''})
    assert judged([early, late], policy) == [
        (late.id, "kept: pinned"),
        (early.id, "kept: newest of 21 November"),
    ]


def test_of_failed_copies_only_the_newest_stays():
    failed = [
        point(f'2026-11-21T0{hour}:00:00', base.ERROR) for hour in range(4, 8)
    ]
    assert reasons([*failed, *daily(1)], last=1) == [
        "kept: it failed, and there is no newer good copy",
        *["removed: it failed, and so did a newer copy"] * 3,
        "kept: the last one",
    ]
    assert (
        reasons(failed, last=1)[1:]
        == ["removed: it failed, and so did a newer copy"] * 3
    )


def meeting_document(**rules):
    """A daily schedule, with the plan's rule, and a weekly one."""
    return {
        'id': PLAN,
        'retention': {'last': 1},
        'schedules': [
            {'id': NIGHTLY, 'pattern': '0 2 * * *', 'zone': 'UTC'},
            {
                'id': MONTHLY,
                'pattern': '0 2 * * 0',
                'zone': 'UTC',
                'retention': rules,
            },
        ],
    }


def test_a_point_of_two_schedules_stays_while_either_keeps_it():
    nightly = daily(3, schedule=NIGHTLY)
    sunday = point('2026-11-15T02:00:00', schedule=NIGHTLY, also=(MONTHLY,))
    before = point('2026-11-08T02:00:00', schedule=MONTHLY, also=(NIGHTLY,))
    policy = Policy.from_document(meeting_document(weekly=1))
    assert [w for _id, w in judged([*nightly, sunday, before], policy)] == [
        "kept: the last one",
        GONE,
        GONE,
        "kept: newest of week 46 (retention of: Every Sunday at 02:00)",
        GONE,
    ]
    assert judged([sunday, before], policy)[0][1] == (
        "kept: the last one (retention of: the plan); "
        "kept: newest of week 46 (retention of: Every Sunday at 02:00)"
    )


def test_a_point_of_two_schedules_stays_where_one_keeps_everything():
    sunday = point('2026-11-15T02:00:00', schedule=NIGHTLY, also=(MONTHLY,))
    policy = Policy.from_document(meeting_document())
    words = dict(judged([sunday, *daily(2, schedule=NIGHTLY)], policy))
    assert words[sunday.id] == "kept: nothing is removed by this plan"
    assert GONE in words.values()


def test_increments_keep_what_they_build_on_in_any_group():
    full = point('2026-11-18T02:00:00', id='full')
    first = point('2026-11-19T02:00:00', id='1', parent='full')
    theirs = point('2026-11-20T02:00:00', id='2', parent='1', plan=OTHER)
    alone = point('2026-11-17T02:00:00', id='alone')
    newest = point('2026-11-21T02:00:00', id='new')
    chain = [full, first, theirs, alone, newest]
    found = dict(judged(chain, Policy(PLAN, Retention(last=1))))
    assert found['1'] == found['full'] == "kept: increments need it"
    assert found['alone'] == GONE


def test_a_chain_that_bites_its_tail_does_not_hang():
    one = point('2026-11-20T02:00:00', id='1', parent='2')
    two = point('2026-11-21T02:00:00', id='2', parent='1')
    assert all(
        v.keep
        for v in retention_policy.retention_verdicts(
            [one, two], Policy(PLAN, Retention(last=1)), NOW
        )
    )


def test_each_schedule_keeps_by_its_own_retention_and_clock():
    document = {
        'id': PLAN,
        'retention': {'last': 1},
        'schedules': [
            {'id': NIGHTLY, 'pattern': '0 2 * * *', 'zone': 'Asia/Tokyo'},
            {
                'id': MONTHLY,
                'pattern': '0 3 1 * *',
                'zone': 'Europe/Berlin',
                'retention': {'monthly': 12},
            },
        ],
        'pins': [{'protection': 'freezer', 'id': 'p', 'note': 'n'}],
    }
    policy = Policy.from_document(document)
    assert policy == Policy(
        PLAN,
        Retention(last=1),
        'Asia/Tokyo',
        {MONTHLY: (Retention(monthly=12), 'Europe/Berlin')},
        {'p': 'n'},
    )
    nightly, by_hand = point('2026-11-21T02:00:00'), point('2026-11-20T02:00')
    month = point('2026-11-01T02:00:00', schedule=MONTHLY)
    words = [w for _id, w in judged([nightly, by_hand, month], policy)]
    assert words == ["kept: the last one", GONE, "kept: newest of November"]


def test_a_plan_that_says_nothing_keeps_everything_in_utc():
    assert Policy.from_document({'id': PLAN, 'schedules': []}) == Policy(PLAN)


def test_a_zone_that_is_not_known_removes_nothing():
    with pytest.raises(InvalidSchedule):
        judged(daily(2), Policy(PLAN, Retention(last=1), 'Mars/Olympus'))


def test_a_point_that_was_listed_twice_counts_once():
    newest, second = daily(2)
    found = judged([newest, newest, second], Policy(PLAN, Retention(last=2)))
    assert [words for _id, words in found] == ["kept: one of the last 2"] * 2


def ahead(day, hour, zone='UTC'):
    return (
        f"kept: its service's clock was ahead and dates it {day}, {hour} "
        f"({zone}); retention counts it from then on"
    )


def test_points_of_the_future_stay_and_count_for_nothing():
    future = [point(f'2026-11-21T12:5{n}:00', id=f'f{n}') for n in range(2)]
    for rule in ('last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'):
        found = judged(
            [*future, *daily(1)], Policy(PLAN, Retention(**{rule: 1}))
        )
        assert found[:2] == [
            ('f1', ahead('21 November', '12:51')),
            ('f0', ahead('21 November', '12:50')),
        ]
        assert found[2][1] in dict(TABLE_OF_ONE)[rule]
    zone = 'Asia/Tokyo'
    (told,) = judged(future[:1], Policy(PLAN, Retention(last=1), zone))
    assert told[1] == ahead('21 November', '21:50', zone)
    later = point('2027-01-02T00:00:00')
    assert reasons([later], days=1) == [ahead('2 January 2027', '00:00')]


TABLE_OF_ONE = [
    (rule, found[0])
    for rules, found in TABLE
    if len(rules) == 1
    for rule, number in rules.items()
    if number == 1
] + [('daily', "kept: newest of 21 November")]


def test_a_point_of_the_future_is_not_the_last_good_one():
    future = point('2026-11-21T13:00:00', id='future')
    old = point('2026-11-01T02:00:00', id='old')
    found = dict(judged([future, old], Policy(PLAN, Retention(days=1))))
    assert found['old'] == "kept: the last good one"
    failed = point('2026-11-21T02:00:00', base.ERROR, id='failed')
    found = dict(
        judged([future, failed, old], Policy(PLAN, Retention(last=1)))
    )
    assert found['failed'] == (
        "kept: it failed, and there is no newer good copy"
    )


def test_a_failed_point_of_the_future_holds_nothing_up():
    failed = point('2026-11-21T13:00:00', base.ERROR)
    assert reasons([failed, *daily(2)], last=1)[1:] == [
        "kept: the last one",
        GONE,
    ]


MADE = "kept: this run has just made it"


def test_a_run_never_removes_what_it_made():
    # the clock of its service was set back
    mine = point('2026-11-01T02:00:00', id='mine', execution=RUN)
    failed = point('2026-11-01T03:00:00', base.ERROR, id='e', execution=RUN)
    points, policy = [mine, failed, *daily(2)], Policy(PLAN, Retention(last=1))
    found = dict(judged(points, policy, RUN))
    assert (found['mine'], found['e']) == (MADE, MADE)
    found = dict(judged(points, policy))
    assert found['mine'] == GONE


def test_what_a_run_made_counts_though_its_clock_is_ahead():
    mine = point('2026-11-21T13:00:00', id='mine', execution=RUN)
    policy = Policy(PLAN, Retention(last=1))
    assert judged([mine, *daily(1)], policy, RUN) == [
        ('mine', "kept: the last one"),
        (daily(1)[0].id, GONE),
    ]


def test_a_point_whose_time_is_not_known_stays_and_counts_for_nothing():
    lost = point(base.UNKNOWN_TIME, id='lost')
    words = "kept: when it was taken is not known"
    for rule in ('last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'):
        found = judged([lost, *daily(2)], Policy(PLAN, Retention(**{rule: 5})))
        assert found[2] == ('lost', words)
    assert reasons([lost, *daily(2)], last=1) == [
        "kept: the last one",
        GONE,
        words,
    ]
    assert reasons([lost, *daily(1)], days=1)[0] == (
        "kept: younger than 1 day"
    )


@pytest.mark.parametrize('zone', ['UTC', 'Etc/GMT+12', 'Pacific/Kiritimati'])
def test_no_date_that_a_calendar_has_breaks_it(zone):
    utc = datetime.UTC
    first = datetime.datetime.min.replace(tzinfo=utc)
    last = datetime.datetime.max.replace(tzinfo=utc)
    before = point(first, id='before')
    after = point(last, id='after')
    mine = point(first, id='mine', execution=RUN)
    for rule in ('last', 'days', 'hourly', 'daily', 'weekly', 'yearly'):
        policy = Policy(PLAN, Retention(**{rule: 1}), zone)
        found = dict(judged([before, after, mine, *daily(2)], policy, RUN))
        assert found['before'] == "kept: when it was taken is not known"
        assert found['after'].startswith("kept: its service's clock was ahead")
        assert found['mine'] == MADE
