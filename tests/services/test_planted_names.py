# SPDX-License-Identifier: Apache-2.0
"""Names of ours that another tenant has planted block no administrator.

For an administrator Mistral looks through all projects by name, and takes the
first one that it finds: here that of the tenant who has planted it.
"""

import contextlib
import time

import pytest

from protection_dashboard import exceptions
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import environments
from protection_dashboard.api.mistral import trove_schedules
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.protections.freezer import leftovers
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import service as schedule_service
from protection_dashboard.workflows import definitions
from tests.support import factories
from tests.support import sandboxes
from tests.support import schedules
from tests.support.waiting import until

KINDS = ('once', 'restore', 'delete', 'gate', 'notify')
PLANTED = """
version: '2.0'
'{name}':
  tags: [protection, protection-plan]
  input: [schedule: null, by: null, name: null]
  tasks:
    wait:
      action: std.async_noop
"""


@pytest.fixture(scope='module')
def accounts(cloud_of):
    """``(victim, attacker)``; the attacker's project is found first."""
    attacker, victim = sorted(
        ('alt', 'demo'), key=lambda name: cloud_of(name).project_id
    )
    return victim, attacker


@pytest.fixture(scope='module')
def admin(cloud_of, accounts):
    """An administrator who works in the victim's project."""
    return schedules.allowed_all_roles(cloud_of('admin', accounts[0]))


@pytest.fixture(scope='module')
def attacker(cloud_of, accounts):
    return cloud_of(accounts[1])


@pytest.fixture(scope='module')
def sandbox(admin):
    with sandboxes.kept(admin) as made:
        yield made


@contextlib.contextmanager
def planted(attacker, name, *, runs=False):
    """A workflow of the attacker's; with ``runs`` one run of it goes on."""
    made = mistral.workflow_create(attacker, PLANTED.format(name=name))
    run = mistral.execution_create(attacker, made.id, {}) if runs else None
    try:
        yield made
    finally:
        if run:
            mistral.execution_cancel(attacker, run.id)
            mistral.execution_delete(attacker, run.id)
        mistral.workflow_delete(attacker, made.id)


@pytest.fixture(scope='module', autouse=True)
def shared_workflows(attacker, admin):
    with contextlib.ExitStack() as after:
        for kind in KINDS:
            name = definitions.shared_workflow_name(admin, kind)
            after.enter_context(planted(attacker, name, runs=True))
        yield


@pytest.fixture(scope='module')
def volume(admin):
    with sandboxes.kept(admin) as made:
        yield made.volume('planted')


@pytest.fixture
def plan(admin, attacker, sandbox, volume):
    """A plan of whose name the attacker has a workflow, with a run."""
    document = sandbox.document(volume, '0 3 1 1 *')
    document['retention'] = {'last': 1}
    made = plan_service.plan_create(admin, document)
    name = definitions.plan_workflow_name(made.id)
    with planted(attacker, name, runs=True):
        # Mistral tells whole seconds: the attacker's run is the older one
        began = int(time.time())
        until(lambda: int(time.time()) > began)
        yield made


def test_the_first_workflow_of_a_name_is_the_planted_one(admin, attacker):
    """Else these tests would show nothing."""
    name = definitions.shared_workflow_name(admin, 'once')
    found = mistral.mistral_client(admin).workflows.get(name)
    assert found.project_id == attacker.project_id


def test_protect_now_restore_and_delete_go_on(admin, sandbox, volume):
    document = sandbox.document(volume)
    for _time in range(2):
        run = sandbox.ended(execution_service.protect_now(admin, document))
        assert run.state == 'SUCCESS', run.reason
        assert run.kind == 'once'
    found = [
        point
        for point in factories.SNAPSHOT.points(admin)
        if point.resource_id == volume.id
    ]
    point = found[0]
    restored = sandbox.ended(execution_service.restore_point(admin, point, {}))
    assert restored.state == 'SUCCESS', restored.reason
    sandbox.volumes += [one['id'] for one in restored.results]
    deleted = sandbox.ended(execution_service.delete_points(admin, found))
    assert deleted.state == 'SUCCESS', deleted.reason


def test_a_test_message_goes_on(admin, sandbox):
    run = execution_service.start_test_notification(
        admin, {'on': [], 'webhook': 'nobody'}, 'nightly'
    )
    ended = sandbox.ended(run)
    # the operator has no such channel, which is what the right action says
    assert [one['state'] for one in ended.notices] == ['refused']


def test_a_plan_is_read_changed_and_run(admin, plan, sandbox, volume):
    found = plan_service.plan_get(admin, plan.id)
    assert found.workflow_id == plan.workflow_id
    changed = {**found.document, 'description': 'changed'}
    plan_service.plan_update(admin, found.document, changed)
    for _time in range(2):
        run = sandbox.ended(execution_service.execute_plan(admin, plan))
        assert run.state == 'SUCCESS', run.reason
        assert [one['state'] for one in run.results] == ['ok']
    # its retention was read: the second run has removed the first copy
    assert len(sandbox.points(plan.document)) == 1
    assert leftovers._has_plan(admin, plan.id)


def test_a_schedule_by_the_gate_is_armed(admin, plan):
    gated = plan_document.new_schedule('0 3 1 1 *', 'Europe/Berlin')
    schedule_service.schedule_add(admin, plan, gated)
    found = project_status.get_schedule(admin, plan.id, gated.id)
    assert (found.state, found.gate) == ('armed', True)
    schedule_service.pause(admin, found.plan, gated.id)
    found = project_status.get_schedule(admin, plan.id, gated.id)
    assert found.state == 'paused'


def test_what_another_project_has_of_a_name_is_refused(admin):
    """So it is for an id, which Mistral takes for a name as well."""
    name = definitions.shared_workflow_name(admin, 'once')
    workflows = mistral.mistral_client(admin).workflows
    with pytest.raises(exceptions.Refused, match='another project'):
        mistral.checked_id(admin, workflows, name)
    with pytest.raises(exceptions.Refused, match='another project'):
        mistral.execution_create(admin, name, {})
    own = mistral.workflow_get(admin, name)
    assert mistral.checked_id(admin, workflows, own.id) == own.id


def test_a_trigger_of_another_project_is_neither_shown_nor_deleted(
    admin, attacker, plan
):
    (schedule,) = project_status.get_plan_state(admin, plan.id).schedules
    (own,) = mistral.cron_trigger_list(admin, name=f'has:{schedule.id}')
    with planted(attacker, 'protection.bait') as made:
        theirs = mistral.cron_trigger_create(
            attacker, own.name, made.id, '0 3 1 1 *', {}
        )
        try:
            assert mistral.cron_trigger_get(admin, own.name).id == own.id
            with pytest.raises(exceptions.Refused, match='another project'):
                mistral.cron_trigger_delete(admin, own.name)
            assert mistral.cron_trigger_get(attacker, theirs.id)
        finally:
            mistral.cron_trigger_delete(attacker, theirs.id)


def test_an_environment_of_another_project_is_not_written(admin, attacker):
    name = f'protection.unneeded.{admin.project_id}'
    environments.environment_change(attacker, name, {'theirs': 1})
    environments.environment_change(admin, name, {'ours': 1})
    environments.environment_change(admin, name, {'ours': 2})
    assert environments.environment_variables(admin, name) == {'ours': 2}
    assert environments.environment_variables(attacker, name) == {'theirs': 1}
    mistral.mistral_client(attacker).environments.delete(name)
    environments.environment_change(admin, name, {'ours': None})


def test_a_schedule_of_the_database_client_is_found_by_its_own_id(admin):
    with pytest.raises(exceptions.NotFound):
        trove_schedules.schedule_show(admin, 'no such schedule')
