# SPDX-License-Identifier: Apache-2.0
"""The tick of whoever arms a schedule with more roles than member."""

import dataclasses

from django.test import override_settings
import pytest

from protection_dashboard import exceptions
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral.client import cron_trigger_delete
from protection_dashboard.executions import records
from protection_dashboard.executions import retry as execution_retry
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import change_lock
from protection_dashboard.plans import service as plan_service
from protection_dashboard.plans import up_to_date
from protection_dashboard.plans import yaml_file
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import service as schedule_service
from protection_dashboard.workflows import definitions
from tests.pages.page import Page
from tests.pages.plans import wizard
from tests.support import schedules

SCHEDULES = '/project/protection_schedules/'
PLANS = '/project/protection_plans/'
NEVER = '0 3 1 1 *'
CUSTOM = {'frequency': 'custom', 'pattern': '0 4 1 1 *'}
SENTENCE = (
    "This schedule runs with all your roles, admin, manager among them; "
    "whoever may change this plan acts with them."
)
TICK = 'all_roles'


@pytest.fixture(scope='module')
def demo_user(visitor):
    return visitor('demo')


@pytest.fixture
def admin(visitor, demo):
    return visitor('admin', demo.project_id)


@pytest.fixture(scope='module')
def volume(module_sandbox):
    return module_sandbox.volume('whose roles')


@pytest.fixture
def plan(sandbox, volume):
    return sandbox.plan(volume, NEVER)


@pytest.fixture
def forms(plan, volume):
    """Addresses of the forms that arm a schedule."""
    one = f'{SCHEDULES}{plan.id}/'
    return (
        f'{one}add/',
        f'{one}{plan.schedules[0].id}/edit/',
        f'{PLANS}schedule/volume/{volume.id}/',
        f'{PLANS}create/',
        f'{PLANS}import/',
    )


def shown(answer):
    assert answer.status_code == 200
    return Page(answer.content.decode())


def schedules_of(demo, plan):
    return project_status.get_plan_state(demo, plan.id).schedules


def label(page):
    (box,) = page.root.xpath(f'//input[@name="{TICK}"]')
    return page.only(f'//label[@for="{box.get("id")}"]')


def test_only_whoever_has_more_roles_sees_it(admin, demo_user, forms):
    for address in forms:
        assert label(admin.page(address)) == SENTENCE, address
        found = demo_user.page(address).root.xpath(f'//*[@name="{TICK}"]')
        assert found == [], address


@pytest.mark.parametrize('rule', ['forbid', 'allow'])
def test_nobody_sees_it_where_the_operator_does_not_ask(admin, forms, rule):
    with override_settings(PROTECTION_SCHEDULE_MORE_ROLES=rule):
        for address in forms:
            found = admin.page(address).root.xpath(f'//*[@name="{TICK}"]')
            assert found == [], address


def test_a_role_of_the_operator_s_list_is_not_told(admin, forms):
    with override_settings(PROTECTION_SCHEDULE_ROLES=('manager',)):
        assert "roles, admin among them" in label(admin.page(forms[0]))


@pytest.mark.parametrize('number', [0, 1])
def test_without_it_the_form_comes_back_as_it_was_typed(
    admin, demo, plan, forms, number
):
    address = forms[number]
    page = shown(admin.submit(address, **CUSTOM))
    (said,) = page.errors(TICK)
    assert "admin, manager among them: confirm it" in said
    assert page.values['pattern'] == CUSTOM['pattern']
    (only,) = schedules_of(demo, plan)
    assert (only.pattern, only.by) == (NEVER, 'demo')
    answer = admin.submit(address, **CUSTOM, **{TICK: 'on'})
    assert answer.status_code == 302
    assert schedules_of(demo, plan)[-1].by == 'admin'


def test_schedule_backup(admin, demo, module_sandbox, forms, volume):
    typed = {**CUSTOM, 'plan_name': 'with all roles'}
    page = shown(admin.submit(forms[2], **typed))
    assert page.errors(TICK)
    assert page.values['plan_name'] == typed['plan_name']
    assert 'with all roles' not in names(demo)
    answer = admin.submit(forms[2], **typed, **{TICK: 'on'})
    assert answer.status_code == 302
    made = wizard.made(demo, typed['plan_name'])
    module_sandbox.known(made.document)
    assert [one.by for one in schedules_of(demo, made)] == ['admin']


def names(demo):
    return [plan.name for plan in plan_service.plan_list(demo)]


def test_create_plan_says_it_in_its_step_and_in_the_review(
    admin, demo, module_sandbox
):
    typed = {**wizard.NEVER, **wizard.RULE, 'name': 'by the wizard'}
    page = admin.page(wizard.CREATE)
    review = wizard.fragment(admin, page, 'review', **typed)
    assert "Schedule: This schedule runs with all your roles" in review
    answer = wizard.sent(admin, page, finish='create', **typed)
    back = shown(answer)
    assert back.errors(TICK)
    assert back.values['name'] == typed['name']
    assert typed['name'] not in names(demo)
    typed[TICK] = 'on'
    review = wizard.fragment(admin, page, 'review', **typed)
    assert "with all your roles" not in review
    answer = wizard.sent(admin, page, finish='create', **typed)
    assert answer.status_code == 302
    made = wizard.made(demo, typed['name'])
    module_sandbox.known(made.document)
    assert [one.by for one in schedules_of(demo, made)] == ['admin']


def test_a_plan_without_a_schedule_takes_no_word(admin, demo, module_sandbox):
    typed = {**wizard.RULE, 'name': 'without any', 'frequency': 'none'}
    page = admin.page(wizard.CREATE)
    answer = wizard.sent(admin, page, finish='create', **typed)
    assert answer.status_code == 302
    module_sandbox.known(wizard.made(demo, typed['name']).document)


@pytest.mark.parametrize('way', ['create', 'replace'])
def test_import(admin, demo, sandbox, volume, way):
    document = sandbox.document(volume, NEVER)
    name = document['name']
    if way == 'replace':
        plan_service.plan_create(demo, document)
        document = {
            **document,
            'schedules': [
                {**s, 'pattern': '0 5 1 1 *'} for s in document['schedules']
            ],
        }
    before = [plan.document for plan in plan_service.plan_list(demo)]
    address = f'{PLANS}import/'
    given = {'text': yaml_file.plan_to_yaml(document), 'way': way}
    seal = shown(admin.post(address, given)).values['seal']
    assert seal
    given |= {'finish': 'import', 'seal': seal}
    page = shown(admin.post(address, given))
    assert page.errors(TICK)
    # the preview stays, so that one more press will do
    assert page.values['seal']
    assert [p.document for p in plan_service.plan_list(demo)] == before
    answer = admin.post(address, {**given, TICK: 'on'})
    assert answer.status_code == 302
    made = wizard.made(demo, name)
    sandbox.known(made.document)
    assert [one.by for one in schedules_of(demo, made)] == ['admin']


def test_rows_lead_to_a_form_that_resumes(admin, demo_user, demo, plan):
    (one,) = plan.schedules
    schedule_service.pause(demo, plan, one.id)
    key = f'{plan.id}:{one.id}'
    for address, button in (
        (SCHEDULES, f'schedules__resume__{key}'),
        (PLANS, f'plans__resume__{plan.id}'),
    ):
        answer = admin.press(address, button)
        assert (
            answer['Location'] == f'{SCHEDULES}resume/?id={plan.id}%3A{one.id}'
        )
        assert schedules_of(demo, plan)[0].state == 'paused'
    form = answer['Location']
    page = admin.page(form)
    assert label(page) == SENTENCE
    assert page.all('//dd') == ["Every year on 1 January at 03:00 (UTC)"]
    page = shown(admin.submit(form))
    assert page.errors(TICK)
    assert schedules_of(demo, plan)[0].state == 'paused'
    answer = admin.submit(form, **{TICK: 'on'})
    assert (answer.status_code, answer['Location']) == (302, SCHEDULES)
    (resumed,) = schedules_of(demo, plan)
    assert (resumed.state, resumed.by) == ('armed', 'admin')
    # for everybody else the button acts at once
    schedule_service.pause(demo, plan, one.id)
    answer = demo_user.press(SCHEDULES, f'schedules__resume__{key}')
    assert 'resume/' not in answer['Location']
    assert schedules_of(demo, plan)[0].by == 'demo'


def test_re_arm(admin, demo, plan):
    (one,) = schedules_of(demo, plan)
    cron_trigger_delete(demo, one.trigger_id)
    key = f'{plan.id}:{one.id}'
    answer = admin.press(SCHEDULES, f'schedules__rearm__{key}')
    form = answer['Location']
    assert form == f'{SCHEDULES}rearm/?id={plan.id}%3A{one.id}'
    assert shown(admin.submit(form)).errors(TICK)
    assert schedules_of(demo, plan)[0].state == 'unarmed'
    assert admin.submit(form, **{TICK: 'on'}).status_code == 302
    (armed,) = schedules_of(demo, plan)
    assert (armed.state, armed.by) == ('armed', 'admin')


def test_a_button_is_refused_where_the_operator_forbids_it(admin, demo, plan):
    (one,) = plan.schedules
    schedule_service.pause(demo, plan, one.id)
    button = f'schedules__resume__{plan.id}:{one.id}'
    with override_settings(PROTECTION_SCHEDULE_MORE_ROLES='forbid'):
        admin.press(SCHEDULES, button)
        alerts = ' '.join(admin.page(SCHEDULES).alerts)
    assert "which the operator does not allow" in alerts
    assert schedules_of(demo, plan)[0].state == 'paused'


def test_the_forms_of_strange_schedules_are_not_there(admin, plan):
    for query in ('', '?id=x', '?id=x:y', f'?id={plan.id}:{plan.id}'):
        assert admin.get(f'{SCHEDULES}resume/{query}').status_code in (
            302,
            404,
        )


@pytest.fixture
def planted(demo, plan):
    """A task in the plan's workflow, and a lock that keeps it there."""
    text = schedules.workflow_of(demo, plan).definition
    task = '  tasks:\n    planted:\n      action: std.noop\n'
    mistral.workflow_update(
        demo, plan.workflow_id, text.replace('  tasks:\n', task, 1)
    )
    with change_lock.plan_lock(demo, plan.id):
        yield plan


def executions(cloud, plan):
    name = definitions.plan_workflow_name(plan.id)
    return execution_service.list_executions(cloud, 9, workflow_name=name)


def test_no_button_runs_what_a_member_planted(
    admin, demo_user, demo, cloud_of, planted
):
    """With more roles than those of whoever planted it."""
    key = f'{planted.id}:{planted.schedules[0].id}'
    for address, button in (
        (PLANS, f'plans__run__{planted.id}'),
        (SCHEDULES, f'schedules__run__{key}'),
    ):
        admin.press(address, button)
        alerts = ' '.join(admin.page(address).alerts)
        assert "was changed outside of Horizon" in alerts
        assert executions(demo, planted) == []
    demo_user.press(PLANS, f'plans__run__{planted.id}')
    (run,) = executions(demo, planted)
    failed = dataclasses.replace(run, state=records.ERROR)
    with pytest.raises(exceptions.Refused, match="outside of Horizon"):
        execution_retry.retry_execution(
            cloud_of('admin', project='demo'), failed
        )


def test_a_plan_that_was_brought_up_to_date_is_ours(cloud_of, demo, plan):
    """So a retry by an administrator is not refused."""
    text = schedules.workflow_of(demo, plan).definition
    planted = text.replace('timeout: 180', 'timeout: 181')
    mistral.workflow_update(demo, plan.workflow_id, planted)
    assert plan_service.plan_get(demo, plan.id).is_foreign
    admin = cloud_of('admin', project='demo')
    assert not up_to_date.up_to_date_plan(admin, plan.id).is_foreign
    assert schedules.workflow_of(demo, plan).definition == text
