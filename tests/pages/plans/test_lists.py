# SPDX-License-Identifier: Apache-2.0
"""Plans and Schedules: what the lists and the pages of one thing say."""

import re

import pytest

from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.reports import project_status
from tests.support import factories

PLANS = '/project/protection_plans/'
SCHEDULES = '/project/protection_schedules/'
EXECUTIONS = '/project/protection_executions/'
NEVER = '0 3 1 1 *'
WORDS = 'Every year on 1 January at 03:00'


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def plan(module_sandbox, demo):
    return module_sandbox.plan(factories.volume(demo, 'scratch'), NEVER)


@pytest.fixture(scope='module')
def schedule(demo, plan):
    return project_status.get_plan_state(demo, plan.id).schedules[0]


@pytest.fixture(scope='module')
def address(plan, schedule):
    return f'{SCHEDULES}{plan.id}/{schedule.id}/'


def state_of(demo, plan):
    return project_status.get_plan_state(demo, plan.id)


@pytest.mark.parametrize(
    ('panel', 'start'),
    [
        (PLANS, "No plans yet. Choose Create Plan, or Schedule Backup"),
        (SCHEDULES, "No schedules yet. Choose Schedule Backup in the row"),
        (EXECUTIONS, "Nothing has run yet. A schedule runs by itself;"),
    ],
)
def test_an_empty_list_says_what_to_do(visitor, panel, start):
    page = visitor('alt').page(panel)
    assert page.empty.startswith(start)
    assert (page.notices, page.alerts) == ([], [])


def test_before_the_first_run_there_is_none(user, plan, schedule, address):
    row = user.page(PLANS).row(plan.id)
    assert row.texts | {'Next Run': '', 'Actions': ''} == {
        'Plan': plan.name,
        'Freshness': 'No copy yet',
        'Protects': 'scratch',
        'Schedules': WORDS,
        'Keeps': 'Everything',
        'Last Run': 'None yet',
        'Next Run': '',
        'Actions': '',
    }
    assert list(row.actions)[::6] == ['Protect Now', 'Delete Plan']
    assert row.links('Plan') == [f'{PLANS}{plan.id}/']
    row = user.page(SCHEDULES).row(f'{plan.id}:{schedule.id}')
    assert row['Schedule'] == WORDS
    assert (row['Last Run'], row['State']) == ('None yet', 'Armed')
    assert list(row.actions) == [
        'Run Now',
        'Edit Schedule',
        'Pause',
        'Delete Schedule',
    ]
    assert (row['Zone'], row['Runs As']) == ('UTC', 'demo')
    assert row.links('Plan') == [address]


def test_the_last_run_is_told_with_its_state(user, executed_plan):
    key = f'{executed_plan.plan.id}:{executed_plan.schedule.id}'
    for row in (
        user.page(PLANS).row(executed_plan.plan.id),
        user.page(SCHEDULES).row(key),
    ):
        assert row['Protects'] == '2 × Volume'
        assert row['Last Run'].startswith('Failed')
        assert row.links('Last Run') == [
            f'{EXECUTIONS}{executed_plan.run.id}/'
        ]


def test_the_next_run_is_what_mistral_says(user, plan, schedule):
    for panel, key in (
        (PLANS, plan.id),
        (SCHEDULES, f'{plan.id}:{schedule.id}'),
    ):
        row = user.page(panel).row(key)
        (time,) = row.cells['Next Run'].xpath('.//time')
        assert time.get('datetime') == schedule.next_run.isoformat()
        assert '03:00:00 UTC' in time.get('title')


def test_run_now_counts_as_a_run_of_the_schedule(
    user, demo, plan, schedule, address
):
    button = f'schedules__run__{plan.id}:{schedule.id}'
    assert user.press(SCHEDULES, button).status_code == 302
    (said,) = user.page(SCHEDULES).of_class('alert-success')
    assert re.search(f'Started: {plan.name}$', said)
    run = state_of(demo, plan).last_run
    assert (run.schedule_id, run.by) == (schedule.id, 'demo')
    row = user.page(SCHEDULES).row(f'{plan.id}:{schedule.id}')
    assert row.links('Last Run') == [f'{EXECUTIONS}{run.id}/']
    page = user.page(address)
    assert [row.id for row in page.rows] == [run.id]


def test_protect_now_runs_the_plan_outside_its_schedule(
    user, demo, plan, address
):
    before = state_of(demo, plan).last_run
    button = f'plans__run__{plan.id}'
    assert user.press(PLANS, button).status_code == 302
    found = execution_service.list_executions(
        demo, 10, workflow_name=f'protection.plan.{plan.id}'
    )
    (run,) = [run for run in found if run.id != before.id]
    assert (run.schedule_id, run.by) == ('', 'demo')
    assert run.id not in [row.id for row in user.page(address).rows]
    listed = user.page(EXECUTIONS, plan=plan.id)
    assert {row.id for row in listed.rows} == {one.id for one in found}


def test_a_schedules_page_says_how_it_is_counted(
    user, plan, schedule, address
):
    page = user.page(address)
    facts = page.all('//dd')
    assert facts[:2] == [plan.name, WORDS]
    # what it is, and what its cron trigger is
    assert facts.count(f'{NEVER} UTC') == 2
    assert 'As the plan (everything)' in facts
    assert schedule.trigger_id not in ' '.join(facts)
    assert (
        len(page.root.xpath('//*[contains(@class, "-runs")]//tbody/tr')) == 5
    )


def test_a_plans_page_says_what_and_when(user, plan, address):
    own = f'{PLANS}{plan.id}/'
    page = user.page(own, tab='plan__resources')
    assert page.of_class('h1') == [plan.name]
    assert 'Snapshot Name: scratch' in page.root.text_content()
    volume_id = plan.resources[0]['id']
    assert page.links('scratch') == [f'/project/volumes/{volume_id}/']
    page = user.page(own, tab='plan__schedules')
    assert page.links(WORDS) == [address]
    page = user.page(own, tab='plan__executions')
    assert f'{EXECUTIONS}?plan={plan.id}' in page.links(
        'All executions of this plan'
    )


@pytest.fixture(scope='module')
def lost(module_sandbox, demo):
    """A schedule whose trigger somebody deleted."""
    plan = module_sandbox.plan(factories.volume(demo, 'scratch'), NEVER)
    (schedule,) = state_of(demo, plan).schedules
    mistral.cron_trigger_delete(demo, schedule.trigger_id)
    return schedule


def test_a_lost_trigger_is_told(user, lost):
    row = user.page(SCHEDULES).row(f'{lost.plan.id}:{lost.id}')
    assert row['State'].startswith('Not armed')
    assert (row['Next Run'], row['Runs As']) == ('-', '-')
    assert 'Its cron trigger is gone' in row['State']
    page = user.page(f'{SCHEDULES}{lost.plan.id}/{lost.id}/')
    assert any('trigger is gone' in fact for fact in page.all('//dd'))


def test_a_plan_is_deleted(user, lost):
    address = f'{PLANS}{lost.plan.id}/delete/'
    page = user.page(address)
    assert f'Delete the plan {lost.plan.name}?' in page.all('//p')
    answer = user.submit(address)
    assert (answer.status_code, answer['Location']) == (302, PLANS)
    (said,) = user.page(PLANS).of_class('alert-success')
    assert said.endswith(f'Deleted: {lost.plan.name}')
    assert user.page(PLANS).row(lost.plan.id) is None
    assert user.get(address).status_code == 404


def test_a_schedule_is_deleted_alone_the_last_with_its_plan(
    user, demo, module_sandbox
):
    document = module_sandbox.document(
        factories.volume(demo, 'scratch'), NEVER
    )
    document['schedules'].append(
        plan_document.new_schedule('0 4 1 1 *', 'UTC').document()
    )
    plan = plan_service.plan_create(demo, document)
    first, second = (
        f'{SCHEDULES}{plan.id}/{schedule.id}/delete/'
        for schedule in plan.schedules
    )
    assert 'delete_plan' not in user.page(first).form.fields
    answer = user.submit(first)
    assert (answer.status_code, answer['Location']) == (302, SCHEDULES)
    (left,) = state_of(demo, plan).schedules
    assert left.state == 'armed'
    assert user.get(first).status_code == 404
    assert user.page(second).values['delete_plan'] == 'on'
    assert user.submit(second).status_code == 302
    assert user.page(PLANS).row(plan.id) is None
    assert user.page(SCHEDULES).row(f'{plan.id}:{left.id}') is None
