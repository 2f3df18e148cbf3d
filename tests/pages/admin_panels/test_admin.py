# SPDX-License-Identifier: Apache-2.0
"""Admin > Protection: all projects, for administrators only."""

import csv
import dataclasses
import io
import re

import pytest

from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.workflows import definitions
from tests.pages.conftest import Visitor
from tests.support import factories
from tests.support import receivers
from tests.support import sandboxes
from tests.support.waiting import until

HISTORY = '/admin/protection_history/'
PLANS = '/admin/protection_plans/'
HEALTH = '/admin/protection_health/'
EXECUTIONS = '/project/protection_executions/'
OWNER = 'Owner (According to the Tenant)'
STARTED_BY = 'Started By (According to the Tenant)'
PAGES = (HISTORY, PLANS, HEALTH)


@pytest.fixture(scope='module')
def admin(visitor):
    return visitor('admin')


@pytest.fixture(scope='module')
def other(alt):
    """``(plan id, run)``: a run of alt's that failed, without a document."""
    with sandboxes.kept(alt) as sandbox:
        (volume, *_more) = factories.VOLUME.list(alt)
        flow = sandbox.hollow(volume)
        plan = plan_document.Plan({'id': '', 'name': '=1+1'}, flow.id)
        run = sandbox.ended(execution_service.execute_plan(alt, plan))
        yield flow.name.removeprefix(definitions.PLAN_NAME_PREFIX), run


def file_of(user, address, **wanted):
    """Rows of the list as a file, as dicts by heading."""
    answer = user.get(address, {**wanted, 'format': 'csv'})
    content = b''.join(answer.streaming_content).decode('utf-8-sig')
    return list(csv.DictReader(io.StringIO(content)))


@pytest.mark.parametrize('name', ['demo', 'viewer'])
def test_nobody_else_gets_in(visitor, executed_plan, name):
    user = visitor(name)
    one = f'{HISTORY}{executed_plan.run.id}/'
    for address in (*PAGES, f'{HISTORY}?format=csv', one, f'{one}part/'):
        assert user.get(address).status_code == 403, address
    button = f'history__cancel__{executed_plan.run.id}'
    assert user.press(HISTORY, button).status_code == 403
    menu = user.text('/project/protection_executions/')
    assert not [address for address in PAGES if address in menu]


def test_runs_of_all_projects_stand_with_their_owners(
    admin, executed_plan, other
):
    plan_id, run = other
    mine = admin.page(HISTORY, plan=executed_plan.plan.id).row(
        executed_plan.run.id
    )
    assert (mine['Project'], mine[OWNER]) == ('demo', 'demo')
    assert (mine['Execution'], mine['State']) == (
        executed_plan.plan.name,
        'Failed',
    )
    theirs = admin.page(HISTORY, plan=plan_id).row(run.id)
    assert (theirs['Project'], theirs[OWNER]) == ('alt', 'alt')
    assert [*theirs.actions] == ['Details']
    everything = {row.id for row in admin.page(HISTORY).rows}
    assert run.id in everything


def test_they_are_filtered_and_loaded_as_a_file(
    admin, alt, executed_plan, other
):
    _plan_id, run = other
    wanted = {'project': alt.project_id, 'state': 'failed'}
    page = admin.page(HISTORY, **wanted)
    assert {row['Project'] for row in page.rows} == {'alt'}
    assert page.row(run.id)
    assert not page.row(executed_plan.run.id)
    rows = file_of(admin, HISTORY, **wanted)
    assert {row['Project'] for row in rows} == {'alt'}
    (row,) = [row for row in rows if row['ID'] == run.id]
    assert (row['Execution'], row[OWNER]) == ("'=1+1", 'alt')
    assert row['Started'].endswith('Z')


def test_a_forged_owner_is_marked_as_the_tenant_s_word(admin, alt):
    """Whoever may run a workflow writes any name into its input."""
    cloud = dataclasses.replace(alt, user='admin')
    with sandboxes.kept(cloud) as sandbox:
        forged = sandbox.endless('Deleted by the cloud team')
        row = admin.page(HISTORY, project=alt.project_id).row(forged)
        assert (row['Project'], row[OWNER]) == ('alt', 'admin')
        page = admin.text(f'{HISTORY}{forged}/')
        assert 'According to the tenant, admin started it' in page
        part = admin.text(f'{HISTORY}{forged}/part/')
        assert 'admin (according to the tenant)' in part
        (told,) = [
            row
            for row in file_of(admin, HISTORY, project=alt.project_id)
            if row['ID'] == forged
        ]
        assert told['Project'] == 'alt'
        assert told[OWNER] == told[STARTED_BY] == 'admin'
        assert not {'Owner', 'Started By'} & told.keys()


def test_an_owner_is_found_among_all(admin, executed_plan, other):
    _plan_id, run = other
    page = admin.page(HISTORY, person='alt')
    assert page.row(run.id)
    assert {row[OWNER] for row in page.rows} == {'alt'}
    assert not admin.page(HISTORY, person='nobody').rows


def test_pages_of_twenty(admin, many_executions):
    plan_id = many_executions.workflow.removeprefix(
        definitions.PLAN_NAME_PREFIX
    )
    first = admin.page(HISTORY, plan=plan_id, person='demo')
    assert [row.id for row in first.rows] == many_executions.run_ids[:20]
    (following,) = {
        link
        for link in first.root.xpath('//a/@href')
        if '?' in link and 'marker=' in link and 'csv' not in link
    }
    second = admin.page(HISTORY + following)
    assert [row.id for row in second.rows] == many_executions.run_ids[20:]


def test_a_bad_filter_is_told_at_its_field(admin):
    page = admin.page(HISTORY, plan='x', **{'from': 'yesterday'})
    assert not page.rows
    assert len(page.errors('plan')) == len(page.errors('from')) == 1


def test_a_run_says_whose_it_is_and_leads_nowhere(admin, executed_plan):
    page = admin.page(f'{HISTORY}{executed_plan.run.id}/')
    said = page.only('//p[@class="protection-owner"]')
    assert "According to the tenant, demo started it or armed" in said
    assert "in use, and Force is off" in page.only('//dl')
    links = page.root.xpath(f'{page.MAIN}//a/@href')
    assert not [link for link in links if '/project/' in link]
    assert 'Retry Failed Only' not in page.of_class('data-table-action')


def test_an_unknown_run_is_not_found(admin):
    gone = '00000000-0000-4000-8000-000000000000'
    assert admin.get(f'{HISTORY}{gone}/').status_code == 404


def test_cancel_says_whose_run_it_is(admin, module_sandbox, demo):
    volume = module_sandbox.volume(
        'slow', metadata={'fault_create_snapshot': '20'}
    )
    run_id = module_sandbox.start(module_sandbox.document(volume))
    page = admin.page(HISTORY)
    row = page.row(run_id)
    assert '(project demo)' in row.element.get('data-display')
    answer = admin.press(HISTORY, row.actions['Cancel Execution'])
    assert answer.status_code == 302
    until(
        lambda: (
            execution_service.execution_get(demo, run_id).state == 'CANCELLED'
        )
    )


def test_plans_of_all_projects_the_worst_first(
    admin, alt, demo, module_sandbox, executed_plan
):
    with sandboxes.kept(alt) as sandbox:
        (volume, *_more) = factories.VOLUME.list(alt)
        fresh = sandbox.plan(volume, '0 3 1 1 *')
        rows = admin.page(PLANS, project=alt.project_id).rows
        row = next(r for r in rows if r.id.endswith(fresh.id))
        assert (row['Project'], row[OWNER]) == ('alt', 'alt')
        assert row['Health'] == "First run to come"
        assert row['Schedules'] == "Every year on 1 January at 03:00"
        told = file_of(admin, PLANS)
    healths = [row['Health'] for row in told]
    order = ('unarmed', 'stale', 'never', 'failing', 'missed')
    ranks = [order.index(one) for one in healths if one in order]
    assert ranks == sorted(ranks)
    assert {fresh.id, executed_plan.plan.id} <= {
        row['Plan ID'] for row in told
    }
    assert {row['Project'] for row in told} >= {'alt', 'demo'}


def test_health_has_a_line_for_each_thing(admin):
    page = admin.page(HEALTH)
    names = page.all('//table//td[1]')
    assert len(names) == len(set(names)) > 15
    assert 'Policy of the panels' in names
    told = file_of(admin, HEALTH)
    assert {row['Check'] for row in told} == {*names}


def test_health_says_when_it_looked_and_looks_again(admin):
    page = admin.page(HEALTH)
    told = page.only('//p[contains(@class, "protection-health")]')
    assert re.search(
        r' Checked at \w{3} \d\d \w{3} \d{4} [\d:]{8} UTC\.', told
    )
    assert page.links('Check Again') == [HEALTH]


def test_health_is_not_fine_while_nobody_takes_emails(admin):
    """The cloud of the tests has no mail server but in some tests."""
    page = admin.page(HEALTH)
    assert 'checks are fine' not in page.root.text_content()
    assert page.all('//table/tbody/tr[1]/td')[:3] == [
        "Messages of plans",
        "Failed",
        "The mail server of mistral.conf takes no emails: It does not answer.",
    ]
    with receivers.mail():
        assert "takes no emails" not in admin.text(HEALTH)


def test_health_counts_the_messages_that_nobody_took(
    admin, module_sandbox, demo
):
    document = module_sandbox.document(factories.volume(demo, 'scratch'))
    document['notification'] = {
        'on': ['success'],
        'emails': ['ops@example.org', 'duty@example.org'],
    }
    plan = plan_service.plan_create(demo, document)
    run = module_sandbox.ended(execution_service.execute_plan(demo, plan))
    assert (run.state, run.summary['undelivered']) == ('SUCCESS', 2)
    (row,) = [
        row
        for row in file_of(admin, HEALTH)
        if row['Check'] == "Messages of the last day"
    ]
    said = re.search(r'tell: (\d+), of (\d+) projects', row['What it says'])
    assert int(said[1]) >= 2
    assert 'example.org' not in admin.text(HEALTH)


def test_health_ends_lost_runs_and_pages_show_them_so(
    admin, visitor, lost_run
):
    button = 'End Lost Runs'
    assert button in admin.text(HEALTH)
    assert visitor('demo').post(HEALTH).status_code == 403
    answer = admin.post(HEALTH, follow=True)
    assert 'Ended now: 1' in answer.content.decode()
    assert button not in admin.text(HEALTH)
    shown = admin.page(HISTORY, state='lost').row(lost_run)
    assert shown['State'] == 'Lost'
    owner = visitor('alt')
    shown = owner.page(EXECUTIONS, state='lost').row(lost_run)
    assert shown['State'] == 'Lost'
    assert shown['Result'] == 'Mistral lost the run in the middle'
    page = owner.text(f'{EXECUTIONS}{lost_run}/')
    assert 'Ended by admin.' in page


def test_an_administrator_of_a_project_sees_the_same(demo, other):
    _plan_id, run = other
    user = Visitor('admin', project_id=demo.project_id)
    assert user.page(HISTORY, person='alt').row(run.id)
