# SPDX-License-Identifier: Apache-2.0
"""Mistral's filters of a search, and what is decided after its answer."""

import datetime

import pytest

from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import search as execution_search

NOON = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)


def run(**facts):
    given = {
        'id': 'r',
        'kind': 'plan',
        'plan_id': 'p',
        'schedule_id': 's',
        'name': 'nightly',
        'by': '',
        'state': 'SUCCESS',
        'reason': '',
        'started': NOON,
        'updated': NOON + MINUTE,
        **facts,
    }
    return execution_records.Execution(**given)


@pytest.mark.parametrize(
    ('asked', 'filters'),
    [
        ({}, {'tags': 'protection'}),
        ({'purpose': 'restore'}, {'tags': 'protection-restore'}),
        ({'purpose': 'deletion'}, {'tags': 'protection-delete'}),
        ({'purpose': 'message'}, {'tags': 'protection-notify'}),
        # two kinds of workflows make copies: they are picked afterwards
        ({'purpose': 'backup'}, {'tags': 'protection'}),
        ({'plans': ('p',)}, {'workflow_name': 'in:protection.plan.p'}),
        (
            {'state': 'failed'},
            {'tags': 'protection', 'state': 'ERROR'},
        ),
        (
            {'state': 'skipped'},
            {
                'tags': 'protection',
                'state': 'SUCCESS',
                'state_info': 'has:Skipped: ',
            },
        ),
        (
            {'by': 'demo'},
            {'tags': 'protection', 'description': 'has:"by": "demo"'},
        ),
        (
            {'since': NOON},
            {'tags': 'protection', 'created_at': 'gte:2026-11-21 12:00:00'},
        ),
        (
            {'since': NOON - HOUR, 'until': NOON},
            {'tags': 'protection', 'created_at': 'lt:2026-11-21 12:00:00'},
        ),
    ],
)
def test_mistral_is_asked_for_all_that_it_can_tell(asked, filters):
    assert execution_search.Search(**asked).filters == filters


@pytest.mark.parametrize(
    ('asked', 'facts', 'fits'),
    [
        ({}, {}, True),
        ({'schedule': 's'}, {}, True),
        ({'schedule': 't'}, {}, False),
        ({'plans': ('q',)}, {}, False),
        ({'purpose': 'backup'}, {}, True),
        ({'purpose': 'backup'}, {'kind': 'once'}, True),
        ({'purpose': 'backup'}, {'kind': 'restore'}, False),
        ({'purpose': 'backup'}, {'kind': ''}, False),
        ({'purpose': 'message'}, {'kind': 'notify'}, True),
        ({'purpose': 'deletion'}, {'kind': 'notify'}, False),
        ({'state': 'success'}, {'state': 'SKIPPED'}, False),
        ({'state': 'skipped'}, {'state': 'SKIPPED'}, True),
        ({'state': 'lost'}, {'state': 'ERROR', 'state_info': 'Lost: x'}, True),
        ({'state': 'lost'}, {'state': 'ERROR', 'state_info': 'x'}, False),
        (
            {'state': 'lost'},
            {'state': 'ERROR', 'state_info': 'web: Lost: x'},
            False,
        ),
        ({'state': 'failed'}, {'state': 'ERROR', 'state_info': 'Lost:'}, True),
        ({'by': 'schedule'}, {}, True),
        ({'by': 'schedule'}, {'by': 'demo'}, False),
        ({'by': 'hand'}, {'by': 'demo'}, True),
        ({'by': 'demo'}, {'by': 'demo2'}, False),
    ],
)
def test_the_rest_is_told_of_what_it_gives(asked, facts, fits):
    assert execution_search.Search(**asked).fits(run(**facts)) is fits


def test_the_list_ends_where_runs_are_too_old():
    search = execution_search.Search(since=NOON)
    assert search.is_past(run(started=NOON - MINUTE))
    assert not search.is_past(run())


@pytest.mark.parametrize(
    ('asked', 'nothing'),
    [
        ({}, False),
        ({'purpose': 'restore'}, False),
        ({'plans': ('p',)}, False),
        ({'plans': ('p',), 'purpose': 'backup'}, False),
        ({'plans': ('p',), 'purpose': 'restore'}, True),
        ({'plans': ()}, True),
    ],
)
def test_a_plan_makes_nothing_but_backups(asked, nothing):
    assert execution_search.Search(**asked).finds_nothing is nothing
