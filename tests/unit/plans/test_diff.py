# SPDX-License-Identifier: Apache-2.0
"""The differences between two documents of a plan, as texts."""

import pytest

from protection_dashboard.plans import diff as plan_diff

WEB = {'type': 'volume', 'id': 'a', 'name': 'web-data'}
SCRATCH = {'type': 'volume', 'id': 'b', 'name': 'scratch'}
MEDIA = {'type': 'share', 'id': 'c', 'name': ''}
SNAPSHOT = {'protection': 'volume_snapshot', 'options': {'force': True}}
NIGHTLY = {'id': '1', 'pattern': '30 2 * * *', 'zone': 'Europe/Berlin'}
HOURLY = {'id': '2', 'pattern': '5 * * * *', 'zone': 'UTC'}
TAGGED = {'type': 'volume', 'metadata': {'tier': 'gold'}}
NAMED = {'type': 'volume', 'name': 'web-*'}


@pytest.mark.parametrize(
    ('old', 'new', 'sentence'),
    [
        ({'name': 'A'}, {'name': 'B'}, "name: A -> B"),
        (
            {'description': 'x'},
            {'description': 'y'},
            "description: changed",
        ),
        (
            {'resources': [WEB, SCRATCH]},
            {'resources': [MEDIA, {**WEB, **SNAPSHOT}]},
            "resources: c added, scratch removed, web-data changed",
        ),
        (
            {'resources': [WEB, SCRATCH]},
            {'resources': [SCRATCH, WEB]},
            "resources: another order",
        ),
        (
            {'methods': {'volume': SNAPSHOT}},
            {'methods': {'volume': {**SNAPSHOT, 'options': {}}}},
            "options: Volume changed",
        ),
        (
            {'selectors': [NAMED]},
            {'selectors': [TAGGED]},
            "selectors: Volume with tier=gold added, "
            "Volume named web-* removed",
        ),
        (
            {},
            {'exclusions': [{**SCRATCH}]},
            "exclusions: Volume scratch added",
        ),
        (
            {'retention': {'last': 7}},
            {'retention': {'daily': 14}},
            "retention: the last 7 -> 14 daily",
        ),
        (
            {'retention': {'last': 7}},
            {},
            "retention: the last 7 -> everything",
        ),
        (
            {'notification': {'on': ['failure'], 'emails': ['a@example.org']}},
            {'notification': {'on': ['failure'], 'emails': ['b@example.org']}},
            "notification: changed",
        ),
        (
            {'notification': {'on': ['failure'], 'webhook': 'pager'}},
            {},
            "notification: on failure, by webhook -> nobody",
        ),
        ({}, {'time_limit': 6}, "time limit: as usual -> 6 h"),
        ({'promise': 6}, {'promise': 9}, "promised age: 6 h -> 9 h"),
        (
            {'schedules': [NIGHTLY]},
            {'schedules': [{**NIGHTLY, 'paused': True}, HOURLY]},
            "schedules: Every hour at minute 5 (UTC) added, "
            "Every day at 02:30 (Europe/Berlin) changed",
        ),
    ],
)
def test_it_says_what_changed(old, new, sentence):
    found = plan_diff.plan_differences(old, new, plan_diff.IMPORTED_KEYS)
    assert [str(words) for words in found] == [sentence]


def test_what_is_the_same_is_left_out():
    plan = {'name': 'A', 'resources': [WEB], 'schedules': [NIGHTLY]}
    assert plan_diff.plan_differences(plan, dict(plan)) == []


def test_a_form_does_not_compare_what_it_does_not_edit():
    new = {'schedules': [HOURLY], 'pins': []}
    assert plan_diff.plan_differences({'schedules': [NIGHTLY]}, new) == []


def test_each_key_has_a_text_of_its_own():
    old = {'name': 'A', 'time_limit': 1}
    found = plan_diff.plan_differences(old, {'name': 'B', 'time_limit': 2})
    assert [str(words) for words in found] == [
        'name: A -> B',
        'time limit: 1 h -> 2 h',
    ]


def test_a_value_is_never_read_as_a_template():
    (found,) = plan_diff.plan_differences({'name': 'A'}, {'name': '%(x)s'})
    assert str(found) == 'name: A -> %(x)s'
