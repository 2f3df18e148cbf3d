# SPDX-License-Identifier: Apache-2.0
"""Runs that were skipped, lost or missed count beside those that failed."""

import csv
import datetime
import io

import pytest

from protection_dashboard.common import clock
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import service as execution_service
from tests.support import backdating
from tests.support import factories

OVERVIEW = '/project/protection_overview/'
EXECUTIONS = '/project/protection_executions/'
SCHEDULES = '/project/protection_schedules/'
PLANS = '/project/protection_plans/'
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def plans(module_sandbox, demo):
    """``{'lost': plan, 'skipped': plan}``: so its last run ended."""
    now = clock.now()
    said = {
        'lost': (
            'ERROR',
            execution_records.lost_state_info('nothing of it moved.'),
        ),
        'skipped': (
            'SUCCESS',
            execution_records.skipped_state_info(now - MINUTE, now),
        ),
    }
    found, made = {}, []
    for outcome, (state, told) in said.items():
        found[outcome] = module_sandbox.plan(
            factories.volume(demo, 'scratch'), '0 3 1 1 *'
        )
        run = execution_service.execute_plan(demo, found[outcome])
        module_sandbox.ended(run)
        columns = {'state': state, 'state_info': told}
        moments = [clock.now() + 5 * MINUTE]
        made.append(backdating.copies_of_execution(run, moments, columns))
    with made[0], made[1]:
        yield found


@pytest.fixture(scope='module')
def overview(user, plans):
    return user.page(OVERVIEW)


@pytest.mark.parametrize('outcome', ['lost', 'skipped'])
def test_the_overview_counts_them_and_links_to_their_list(
    user, overview, plans, outcome
):
    (link,) = overview.root.xpath(
        f'//ul[contains(@class, "protection-counts")]//a'
        f'[contains(@href, "state={outcome}")]'
    )
    assert int(link.text_content().split()[0]) >= 1
    listed = user.page(link.get('href')).rows
    assert plans[outcome].name in [row['Execution'] for row in listed]
    other = 'skipped' if outcome == 'lost' else 'lost'
    assert plans[other].name not in [row['Execution'] for row in listed]


def test_what_is_missed_leads_to_its_schedules(user, overview):
    (link,) = overview.root.xpath(
        f'//a[@href="{SCHEDULES}?state=missed"]/text()[last()]'
    )
    assert link.endswith(' missed')
    user.page(f'{SCHEDULES}?state=missed')


@pytest.mark.parametrize(
    ('outcome', 'words'),
    [('lost', 'Last run lost'), ('skipped', 'Last run skipped')],
)
def test_they_need_attention(overview, plans, outcome, words):
    (row,) = [
        row
        for row in overview.root.xpath(
            '//table[contains(@class, "protection-attention")]//tr'
        )
        if plans[outcome].name in row.text_content()
    ]
    assert words in row.text_content()


def test_the_calendar_says_that_a_lost_one_is_among_the_failed(overview):
    (today,) = overview.root.xpath('//td[@aria-current="date"]/a/@title')
    assert 'lost (among the failed)' in today
    assert ' skipped' in today


@pytest.mark.parametrize(
    ('address', 'columns'),
    [
        (SCHEDULES, ('Failed', 'Lost', 'Skipped', 'Missed')),
        (PLANS, ('Lost in 7 Days', 'Skipped in 7 Days', 'Missed in 7 Days')),
    ],
)
def test_files_have_a_column_of_each(user, plans, address, columns):
    answer = user.get(address, {'format': 'csv', 'name': plans['lost'].name})
    content = b''.join(answer.streaming_content).decode('utf-8-sig')
    (row,) = csv.DictReader(io.StringIO(content))
    # a person started them, so the schedule had no part in it
    assert [row[column] for column in columns] == ['0'] * len(columns)
