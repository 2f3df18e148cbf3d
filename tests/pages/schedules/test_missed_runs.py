# SPDX-License-Identifier: Apache-2.0
"""What was due and did not run is told: in lists, on pages, in files."""

import csv
import datetime
import io

import pytest

from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.reports import execution_calendar
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import upcoming
from tests.support import backdating
from tests.support import factories

HOUR = datetime.timedelta(hours=1)
PLANS = '/project/protection_plans/'
SCHEDULES = '/project/protection_schedules/'
EXECUTIONS = '/project/protection_executions/'


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def last_due():
    """When a schedule of every day was due the last time: 6 h ago."""
    now = clock.now()
    return now.replace(minute=0, second=0, microsecond=0) - 6 * HOUR


@pytest.fixture(scope='module')
def run_id(module_sandbox, demo, last_due):
    """A run that cron began 54 h ago, the only one of three."""
    plan = module_sandbox.plan(
        factories.volume(demo, 'scratch'), f'0 {last_due.hour} * * *'
    )
    (schedule,) = project_status.get_plan_state(demo, plan.id).schedules
    given = {'schedule': schedule.id, 'name': plan.name}
    made = mistral.execution_create(demo, plan.workflow_id, given)
    assert module_sandbox.ended(made.id).state == 'SUCCESS'
    began = last_due - 48 * HOUR
    backdating.began_at(made.id, began, datetime.timedelta(minutes=3))
    backdating.armed_at(schedule.trigger_id, began - 6 * HOUR)
    return made.id


@pytest.fixture(scope='module')
def schedule(demo, run_id):
    plan_id = mistral.execution_get(demo, run_id).workflow_name[-36:]
    return project_status.get_plan_state(demo, plan_id).schedules[0]


def rows(user, panel, **wanted):
    answer = user.get(panel, {'format': 'csv', **wanted})
    text = b''.join(answer.streaming_content).decode('utf-8-sig')
    return list(csv.DictReader(io.StringIO(text)))


def test_the_core_knows(demo, run_id, schedule, last_due):
    found = [(one.due, one.status) for one in schedule.expected]
    assert found == [
        (last_due, 'missed'),
        (last_due - 24 * HOUR, 'missed'),
        (last_due - 48 * HOUR, 'ok'),
    ]
    assert schedule.state == 'unarmed'
    whole = project_status.status_for_overview(demo)
    (again,) = [one for one in whole.schedules if one.id == schedule.id]
    assert again.expected == schedule.expected
    assert run_id in [run.id for run in whole.runs]
    calendar = execution_calendar.calendar_days(whole, 'UTC')
    assert calendar[last_due.date()].missed >= 1
    assert calendar[(last_due - 48 * HOUR).date()].ok >= 1


def test_a_list_of_schedules_says_how_many_ran(user, schedule):
    page = user.page(SCHEDULES, state='unarmed', name=schedule.name)
    (row,) = page.rows
    assert row['Last 7 Days'] == '1 of 3, 2 missed'
    assert row['State'].startswith('Not armed')
    assert 'did not start: demo, under whose trust' in row['State']
    (link,) = row.links('Last 7 Days')
    wanted = f'{EXECUTIONS}?plan={schedule.plan.id}&schedule={schedule.id}'
    assert link.startswith(f'{wanted}&from=20')
    assert user.page(SCHEDULES, state='armed', name=schedule.name).rows == []


def test_a_list_of_plans_leads_with_what_is_stale(user, schedule):
    page = user.page(PLANS)
    assert page.rows[0]['Freshness'].startswith('Stale')
    row = page.row(schedule.plan.id)
    assert row['Freshness'] == 'Stale 2 days 6 h ago'
    found = user.page(PLANS, state='stale', name=schedule.plan.name.upper())
    assert [one.id for one in found.rows] == [schedule.plan.id]
    assert user.page(PLANS, state='fresh', name=schedule.name).rows == []


def test_a_schedule_tells_of_each_time_it_was_due(user, run_id, schedule):
    page = user.page(f'{SCHEDULES}{schedule.plan.id}/{schedule.id}/')
    path = '//section[contains(@class, "timeline")]'
    assert page.all(f'{path}//tbody/tr/td[2]') == ['Missed', 'Missed', 'Ran']
    assert 'Last 7 days: 1 of 3, 2 missed' in page.all(f'{path}//p')
    links = page.root.xpath(f'{path}//tbody//a/@href')
    assert links == [f'{EXECUTIONS}{run_id}/']


def test_both_lists_are_files(user, schedule):
    (row,) = rows(user, SCHEDULES, name=schedule.name)
    numbers = [row[of] for of in ('Due in 7 Days', 'Ran', 'Good', 'Missed')]
    assert numbers == ['3', '1', '1', '2']
    assert (row['State'], row['Runs As']) == ('Not armed', 'demo')
    (row,) = rows(user, PLANS, name=schedule.name)
    assert (row['State'], row['Missed in 7 Days']) == ('Stale', '2')
    assert row['Protects'] == 'scratch'


def test_nothing_is_planned_for_what_will_not_run(demo, schedule):
    found = project_status.status_of_project(demo)
    coming = upcoming.upcoming_runs(
        found.schedules, found.window.now, 48 * HOUR
    )
    assert schedule.id not in [one.schedule.id for one in coming]
