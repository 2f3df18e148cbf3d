# SPDX-License-Identifier: Apache-2.0
"""Health of the real cloud, and of one in which something is wrong."""

import contextlib
import dataclasses
import datetime
import json
import os
import re
import subprocess
import sys
import time
import uuid

from django.core import management
import pytest

from cloud import settings
from cloud import users as cloud_users
from cloud.services.freezer.service import FreezerApi
from cloud.services.horizon import service as horizon
from cloud.services.keystone.accounts import Identity
from cloud.supervisor import control
from protection_dashboard import exceptions
from protection_dashboard import settings as operator
from protection_dashboard.api.mistral import all_projects
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import service as plan_service
from protection_dashboard.reports import health
from protection_dashboard.reports import project_status
from protection_dashboard.reports.health import administrators
from protection_dashboard.reports.health import lost_runs
from protection_dashboard.reports.health import start_delays
from protection_dashboard.reports.health import triggers
from protection_dashboard.reports.health import trusts
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.schedules import service as schedule_service
from tests.support import backdating
from tests.support import factories
from tests.support import sandboxes
from tests.support import schedules
from tests.support.waiting import until

LOGIN = {
    'OS_AUTH_URL': settings.AUTH_URL,
    'OS_USERNAME': 'admin',
    'OS_PASSWORD': settings.PASSWORD,
    'OS_PROJECT_NAME': 'admin',
    'OS_USER_DOMAIN_ID': 'default',
    'OS_PROJECT_DOMAIN_ID': 'default',
    'OS_REGION_NAME': settings.REGION,
}
NEVER = '0 3 1 1 *'
OPTIONS = [
    f'--{name.lower().replace("_", "-")}={value}'
    for name, value in LOGIN.items()
]


@pytest.fixture(scope='module')
def admin(cloud_of):
    return cloud_of('admin')


def states(cloud):
    return {str(one.name): one.state for one in health.checks(cloud)}


def command(name, *options):
    """A finished process of the operator's command."""
    paths = [str(settings.ROOT), str(horizon.SITE)]
    return subprocess.run(
        [sys.executable, '-W', 'ignore', '-m', 'django', name, *options],
        env={**os.environ, **LOGIN, 'PYTHONPATH': os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_sound_cloud_is_fine(admin):
    found = {str(one.name): one for one in health.checks(admin)}
    wrong = [
        str(x.message) for x in found.values() if x.state == health.FAILED
    ]
    assert not wrong
    assert "Version" in str(found['Protection actions in Mistral'].message)
    told = str(found['Settings of Mistral'].message)
    assert told.startswith(("scheduler_type", "[action_heartbeat]"))
    assert {
        f'Service {name}'
        for name in (
            'Cinder (block-storage)',
            'Freezer (backup)',
            'Glance (image)',
            'Keystone (identity)',
            'Manila (shared-file-system)',
            'Mistral (workflowv2)',
            'Neutron (network)',
            'Nova (compute)',
            'Trove (database)',
        )
    } <= found.keys()


@pytest.fixture
def without_freezer(running_cloud):
    service = FreezerApi()
    control.stop(service)
    yield
    control.start(service)


def test_a_service_that_is_down_costs_its_own_lines(admin, without_freezer):
    begin = time.monotonic()
    found = states(admin)
    assert time.monotonic() - begin < admin.timeout
    assert failed(found) == {
        'Service Freezer (backup)',
        "Freezer's clients",
        "Freezer's schedulers",
        "Freezer's permits",
    }
    with pytest.raises(SystemExit) as ended:
        management.call_command('protection_status', *OPTIONS)
    assert ended.value.code == 2


def test_without_mistral_the_other_lines_stay(admin):
    found = states(moved(admin, 'workflowv2', 'http://127.0.0.1:9/v2'))
    assert failed(found) == {
        'Service Mistral (workflowv2)',
        'Protection actions in Mistral',
        'Messages of plans',
        'Settings of Mistral',
        'Policy of Mistral',
        'Cron of Mistral',
        'Start of scheduled runs',
        'Runs that stand still',
        "Workbook of the database client's schedules",
        'Triggers of schedules',
        'Trusts of schedules',
        'Schedules of administrators',
        'Runs of the last day',
        "Freezer's permits",
    }


def moved(cloud, kind, url):
    """The Cloud with another address of one service in its catalog."""
    catalog = [
        {
            **service,
            'endpoints': [{**one, 'url': url} for one in service['endpoints']],
        }
        if service['type'] == kind
        else service
        for service in cloud.catalog
    ]
    return dataclasses.replace(cloud, catalog=catalog)


def failed(found):
    return {name for name, state in found.items() if state == health.FAILED}


def test_a_cloud_without_optional_services_is_fine(admin):
    catalog = [
        service
        for service in admin.catalog
        if service['type'] in ('identity', 'workflowv2', 'block-storage')
    ]
    found = states(dataclasses.replace(admin, catalog=catalog))
    assert found['Service Trove (database)'] == health.OK
    assert "Freezer's clients" not in found
    assert health.FAILED not in found.values()


def test_nobody_else_sees_all_projects(demo):
    with pytest.raises(exceptions.Refused):
        all_projects.execution_page(demo, 1)
    assert states(demo)['Trusts of schedules'] == health.FAILED


def test_overdue_triggers_are_found_oldest_first(admin, module_sandbox):
    volume = factories.volume(module_sandbox.cloud)
    for pattern in ('0 4 2 2 *', '0 3 1 1 *'):
        module_sandbox.plan(volume, pattern)
    never = clock.now() + datetime.timedelta(days=800)
    found = all_projects.overdue_cron_triggers(admin, never, 500)
    due = [trigger.next_execution_time for trigger in found]
    assert len(due) >= 2
    assert due == sorted(due)
    assert not all_projects.overdue_cron_triggers(
        admin, clock.parse_utc(due[0]), 500
    )


def test_a_run_that_cron_begins_ten_minutes_late_is_told(
    admin, module_sandbox
):
    """The trigger was due ten minutes ago, as after a stop of Mistral."""
    due = clock.now().replace(second=0) - datetime.timedelta(minutes=10)
    cloud = module_sandbox.cloud
    plan = module_sandbox.plan(
        factories.volume(cloud), f'{due.minute} {due.hour} * * *'
    )
    (trigger,) = schedules.triggers(cloud, plan.schedules[0])
    backdating.armed_at(trigger.id, due - datetime.timedelta(days=1))
    backdating.due_at(trigger.id, due)
    until(lambda: execution_log.read_log_of_plans(cloud, [plan.id]).entries)
    (found,) = start_delays.check_start_delays(admin)
    told = re.search(r'the last one (\d+) min\.$', str(found.message))
    assert int(told[1]) >= 10


def arm_late(cloud, plan, schedule, first):
    """Arm a schedule as a Mistral does whose clock is ahead."""
    cron_triggers.disarm(cloud, schedule.id)
    trigger = cron_triggers.new_trigger(plan, schedule, cloud.user)
    mistral.cron_trigger_create(
        cloud, **{**trigger.arguments(plan.workflow_id), 'first': first}
    )


def test_triggers_that_wait_beyond_their_schedules_are_found(
    admin, module_sandbox
):
    cloud = module_sandbox.cloud
    volume = factories.volume(cloud)
    plan = module_sandbox.plan(volume, '0 3 1 1 *')
    (schedule,) = plan.schedules
    name = str(triggers.NAME)
    assert states(admin)[name] == health.OK
    first = clock.now() + datetime.timedelta(days=800)
    arm_late(cloud, plan, schedule, first)
    (check,) = triggers.check_triggers(admin)
    assert check.state == health.WARNING
    assert f'the first at {first:%Y-%m-%d %H:%M} UTC' in str(check.message)
    late = project_status.get_schedule(cloud, plan.id, schedule.id)
    assert (late.state, late.can_rearm) == ('late', True)
    assert late.next_run == first.replace(second=0, microsecond=0)
    assert str(late.reason).startswith("Its trigger will not fire before")
    schedule_service.rearm(cloud, late.plan, schedule.id)
    healed = project_status.get_schedule(cloud, plan.id, schedule.id)
    assert (healed.state, healed.reason) == ('armed', None)
    assert states(admin)[name] == health.OK
    # one that begins later does not wait for too long
    local = f'{first:%Y-%m-%dT%H:%M}'
    wanted = dataclasses.replace(schedule, zone='UTC', first=local)
    schedule_service.schedule_edit(cloud, healed.plan, wanted)
    assert states(admin)[name] == health.OK


@contextlib.contextmanager
def member(project, project_id):
    """``(Cloud, leave, delete)`` of a new member of a project.

    ``leave()`` takes the role away, ``delete()`` the user.
    """
    identity = Identity(cloud_users.open_session('admin'))
    name = f'leaver {uuid.uuid4().hex[:6]}'
    body = {
        'name': name,
        'domain_id': 'default',
        'password': settings.PASSWORD,
    }
    made = identity.call('POST', '/users', {'user': body}).json()['user']
    roles = {row['name']: row['id'] for row in identity.list('roles')}
    user = f'/users/{made["id"]}'
    address = f'/projects/{project_id}{user}/roles/{roles["member"]}'
    identity.call('PUT', address)
    session = cloud_users.open_session(name, project=project)
    gone = []

    def delete():
        if not gone:
            gone.append(identity.call('DELETE', user))

    yield (
        cloud_users.open_cloud(name, session),
        lambda: identity.call('DELETE', address),
        delete,
    )
    delete()


@pytest.fixture
def person(demo):
    """``(Cloud, leave)`` of a new member of demo's project."""
    with member('demo', demo.project_id) as (cloud, leave, _delete):
        yield cloud, leave


def test_whose_trust_is_void_is_named(admin, person):
    leaver, leave = person
    with sandboxes.kept(leaver) as sandbox:
        sandbox.plan(factories.volume(leaver), '0 3 1 1 *')
        before, _total, _names = trusts.count_void_trusts(admin)
        leave()
        after, _total, names = trusts.count_void_trusts(admin)
        (check,) = trusts.check_trusts(admin)
        sandbox.cloud = dataclasses.replace(
            admin.within(leaver.project_id), user=leaver.user
        )
    assert check.state == health.WARNING
    assert after - before == {(leaver.user, leaver.project_id): 1}
    assert names[leaver.project_id] == 'demo'
    assert "Re-arm" in str(check.advice)


def test_who_was_deleted_is_told_and_no_text_of_a_tenant_s(admin, alt):
    """Nobody else makes trusts in alt's project."""
    liar = dataclasses.replace(alt, user='<b>evil.example</b>' * 99)
    with sandboxes.kept(alt) as sandbox:
        volume = sandbox.volume('armed by whom')
        with member('alt', alt.project_id) as (leaver, _leave, delete):
            plan = sandbox.document(volume, NEVER)
            plan_service.plan_create(leaver, plan)
            plan_service.plan_create(liar, sandbox.document(volume, NEVER))
            before, _total, _names = trusts.count_void_trusts(admin)
            delete()
            after, _total, _names = trusts.count_void_trusts(admin)
            (check,) = trusts.check_trusts(admin)
    assert before['', alt.project_id] == 0
    assert after - before == {('', alt.project_id): 1}
    assert "somebody whom Keystone does not know in alt (1)" in str(
        check.message
    )
    assert 'evil' not in str(check.message)


def test_schedules_of_administrators_are_listed(admin, cloud_of):
    name = str(administrators.NAME)
    root = cloud_of('admin', project='alt')
    assert states(admin)[name] == health.OK
    with sandboxes.kept(root) as sandbox:
        document = sandbox.document(sandbox.volume('lent'), NEVER)
        plan_service.plan_create(root, document, all_roles=True)
        (check,) = administrators.check_administrators(admin)
        rule = operator.RoleSettings(schedule_more_roles='allow')
        lenient = dataclasses.replace(admin, role_settings=rule)
        (allowed,) = administrators.check_administrators(lenient)
    assert check.state == health.WARNING
    assert "1, of admin in alt (1)." in str(check.message)
    assert allowed.state == health.OK
    assert states(admin)[name] == health.OK


def test_a_run_that_stands_still_is_shown_and_the_command_ends_it(
    admin, alt, lost_run, capsys
):
    (check,) = lost_runs.check_lost_runs(admin)
    assert check.state == health.WARNING
    assert 'for 10 minutes: 1, the first since ' in str(check.message)
    assert 'alt (1)' in str(check.message)
    assert execution_service.execution_get(alt, lost_run).state == 'RUNNING'
    with pytest.raises(SystemExit):
        management.call_command('protection_status', *OPTIONS)
    told = ' '.join(capsys.readouterr().out.split())
    assert 'WARNING Lost runs Ended now: 1' in told
    assert 'No message was sent of it' in told
    run = execution_service.execution_get(alt, lost_run)
    assert run.is_lost
    assert run.reason.endswith('Ended by admin.')
    (check,) = lost_runs.check_lost_runs(admin)
    assert check.state == health.OK


def test_a_monitor_reads_the_status():
    status = command('protection_status', '--format=json')
    told = json.loads(status.stdout)
    assert status.returncode == {'ok': 0, 'warning': 1}[told['state']]
    assert {check['name'] for check in told['checks']} >= {
        'Policy of Mistral',
        'Cron of Mistral',
        'Policy of the panels',
    }


def test_a_report_counts_each_resource_once(capsys):
    options = [*OPTIONS, '--format=csv', '--project=demo']
    management.call_command('protection_report', *options)
    printed = capsys.readouterr()
    heading, line = printed.out.splitlines()
    row = dict(zip(heading.split(','), line.split(','), strict=True))
    assert row['project'] == 'demo'
    parts = ('protected', 'unprotected', 'unneeded')
    assert int(row['resources']) == sum(int(row[name]) for name in parts) > 0
    assert "runs of plans" in printed.err


def test_a_login_that_fails_is_critical():
    with pytest.raises(management.CommandError) as raised:
        management.call_command(
            'protection_status',
            f'--os-auth-url={settings.AUTH_URL}',
            '--os-username=admin',
            '--os-password=wrong',
        )
    assert raised.value.returncode == 2
