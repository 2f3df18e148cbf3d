# SPDX-License-Identifier: Apache-2.0
"""What others made by the CLI in forms of ours: pages show it and go on."""

import uuid

import pytest

from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.plans import document as plan_document
from protection_dashboard.workflows import definitions
from tests.support import factories

WORKFLOW = """
version: '2.0'
{name}:
  tags: [protection, protection-plan]
  input: [schedule, by, name]
  tasks:
    nothing:
      action: std.noop
"""
LISTS = ('plans', 'schedules', 'executions', 'points')
ODD = {'schedule': 'nightly', 'by': '', 'name': ''}


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(
    scope='module',
    params=['of_somebody', 'protection.plan.nightly', 'protection.plan.{id}'],
)
def workflow(request, demo):
    """A workflow with our tags that carries no plan."""
    name = request.param.format(id=uuid.uuid4())
    made = mistral.workflow_create(demo, WORKFLOW.format(name=name))
    yield made
    mistral.workflow_delete(demo, made.id)


@pytest.fixture(scope='module')
def execution(module_sandbox, demo, workflow):
    run = mistral.execution_create(demo, workflow.id, ODD)
    yield run
    mistral.execution_delete(demo, run.id)


@pytest.mark.parametrize('panel', LISTS)
def test_a_workflow_with_our_tags_is_no_plan(user, workflow, execution, panel):
    page = user.page(f'/project/protection_{panel}/')
    assert page.notices == []
    assert page.alerts == []
    assert not [row for row in page.rows if workflow.name in row.id]
    plan_id = workflow.name.removeprefix(definitions.PLAN_NAME_PREFIX)
    found = [row for row in page.rows if row.id == plan_id]
    # one of a plan's own name may have been a plan of the project
    lost = (
        panel == 'plans'
        and workflow.name == definitions.plan_workflow_name(plan_id)
    )
    if lost and len(plan_id) == 36:
        (row,) = found
        reason = "The workflow carries no plan document."
        assert row['Freshness'] == f"Cannot be read{reason}"
    else:
        assert found == []


def test_its_run_is_no_trap(user, workflow, execution):
    is_ours = workflow.name.startswith('protection.plan.')
    address = f'/project/protection_executions/{execution.id}/'
    assert user.get(address).status_code == (200 if is_ours else 404)
    page = user.page('/project/protection_executions/')
    row = page.row(execution.id)
    assert row['Execution'] == ('(unnamed)' if is_ours else workflow.name)
    assert bool(row.links('Execution')) == is_ours


@pytest.fixture(scope='module')
def plan(module_sandbox, demo):
    """A plan written by hand: of things that do not exist."""
    volume = factories.volume(demo, 'scratch')
    document = module_sandbox.document(volume)
    document['resources'][0]['id'] = 'no/such volume'
    (other,) = module_sandbox.document(volume)['resources']
    other.update(type='starship', protection='shields', options={})
    document['resources'].append({**other, 'name': 'NCC/1701'})
    mistral.workflow_create(demo, plan_document.workflow_definition(document))
    return document


def test_a_plan_may_name_what_does_not_exist(user, plan):
    address = f'/project/protection_plans/{plan["id"]}/'
    page = user.page(address, tab='plan__resources')
    assert page.links('scratch') == []
    reason = (
        "The protection shields is not installed here: ask your "
        "administrator for it."
    )
    (told,) = page.root.xpath('//tr[td[contains(., "NCC/1701")]]')
    cells = [cell.text_content().strip() for cell in told.xpath('./td')]
    assert cells[1] == 'starship'
    assert any(cell.startswith('shields') for cell in cells)
    assert reason in told.text_content()


def test_a_plan_may_be_run_by_the_cli(demo, user, plan):
    title = definitions.plan_workflow_name(plan['id'])
    run = mistral.execution_create(demo, title, {'schedule': 'nightly'})
    row = user.page('/project/protection_executions/').row(run.id)
    assert row['Started By'] == 'unknown'
    assert user.page(f'/project/protection_executions/{run.id}/')


def test_a_snapshot_may_have_any_metadata(module_sandbox, user):
    volume = module_sandbox.volume('marked by hand')
    snapshot = module_sandbox.cinder.volume_snapshots.create(
        volume.id,
        name='marked by hand',
        metadata={'protection_execution': 'x/y', 'protection_plan': 'z'},
    )
    row = user.page('/project/protection_points/').row(
        f'volume_snapshot:{snapshot.id}'
    )
    assert row['Made By'] == 'By hand'
