# SPDX-License-Identifier: Apache-2.0
"""After a plan is renamed its executions show its present name everywhere."""

import csv
import io

import pytest

from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import service as plan_service
from tests.support import factories
from tests.support import sandboxes
from tests.support.schedules import NEVER

EXECUTIONS = '/project/protection_executions/'
HISTORY = '/admin/protection_history/'
AJAX = {'HTTP_X_REQUESTED_WITH': 'XMLHttpRequest'}
NAME = 'the <new> name'


@pytest.fixture(scope='module')
def renamed(module_sandbox, demo):
    """``(plan, run)``: a run of before the plan was renamed."""
    plan = module_sandbox.plan(factories.volume(demo, 'scratch'), NEVER)
    (schedule,) = plan.schedules
    started = execution_service.execute_plan(demo, plan, schedule.id)
    run = module_sandbox.ended(started)
    assert run.name == plan.name != NAME
    return plan_service.plan_save(demo, plan, name=NAME), run


def titles_in_file(user, address, **wanted):
    answer = user.get(address, {**wanted, 'format': 'csv'})
    content = b''.join(answer.streaming_content).decode('utf-8-sig')
    return [row['Execution'] for row in csv.DictReader(io.StringIO(content))]


def test_lists_and_files_have_the_present_name(visitor, renamed):
    plan, run = renamed
    user, (schedule,) = visitor('demo'), plan.schedules
    addresses = (
        f'{EXECUTIONS}?plan={plan.id}',
        f'/project/protection_schedules/{plan.id}/{schedule.id}/',
        f'/project/protection_plans/{plan.id}/?tab=plan__executions',
    )
    for address in addresses:
        row = user.page(address).row(run.id)
        assert row['Execution'] == NAME, address
    assert titles_in_file(user, EXECUTIONS, plan=plan.id) == [NAME]
    query = {'action': 'row_update', 'table': 'executions', 'obj_id': run.id}
    update = user.get(EXECUTIONS, query, **AJAX).content.decode()
    assert 'the &lt;new&gt; name' in update


def test_its_page_has_the_present_name(visitor, renamed):
    plan, run = renamed
    page = visitor('demo').page(f'{EXECUTIONS}{run.id}/')
    assert NAME in page.all('//title')[0]
    assert page.all(f'//a[@href="/project/protection_plans/{plan.id}/"]') == [
        NAME
    ]


def test_an_administrator_sees_the_present_name(visitor, renamed):
    plan, run = renamed
    admin = visitor('admin')
    row = admin.page(HISTORY, plan=plan.id).row(run.id)
    assert row['Execution'] == NAME
    assert titles_in_file(admin, HISTORY, plan=plan.id) == [NAME]
    page = admin.page(f'{HISTORY}{run.id}/')
    assert NAME in page.all('//title')[0]


def test_a_run_whose_plan_is_gone_keeps_its_name(
    visitor, demo, module_sandbox
):
    plan = module_sandbox.plan(factories.volume(demo, 'scratch'))
    run = module_sandbox.ended(execution_service.execute_plan(demo, plan))
    plan_service.plan_delete(demo, plan)
    for name, address in (('demo', EXECUTIONS), ('admin', HISTORY)):
        row = visitor(name).page(address, plan=plan.id).row(run.id)
        assert row['Execution'] == plan.name
    page = visitor('demo').page(f'{EXECUTIONS}{run.id}/')
    assert plan.name in page.all('//title')[0]


def test_another_project_s_plan_of_the_same_id_names_nothing(
    visitor, alt, renamed
):
    plan, run = renamed
    document = {**plan.document, 'name': 'foreign', 'schedules': []}
    with sandboxes.kept(alt) as sandbox:
        plan_service.plan_create(alt, sandbox.known(document))
        row = visitor('admin').page(HISTORY, plan=plan.id).row(run.id)
    assert row['Execution'] == NAME
