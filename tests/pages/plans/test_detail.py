# SPDX-License-Identifier: Apache-2.0
"""A plan's row, its page tab by tab, its dry run, its file and its end."""

import re
import uuid

import pytest
import yaml

from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.plans import yaml_file
from protection_dashboard.reports import project_status
from protection_dashboard.workflows import definitions
from tests.pages.page import Page
from tests.support import sandboxes

PLANS = '/project/protection_plans/'
EXECUTIONS = '/project/protection_executions/'
NEVER = '0 3 1 1 *'
GONE = {'type': 'volume', 'id': str(uuid.uuid4()), 'name': 'vanished'}
AJAX = {'HTTP_X_REQUESTED_WITH': 'XMLHttpRequest'}


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def volumes(module_sandbox):
    """One to pick, and one that a selector finds."""
    number = uuid.uuid4().hex[:6]
    return module_sandbox.volume(f'picked {number}'), module_sandbox.volume(
        f'found-{number}'
    )


@pytest.fixture(scope='module')
def plan(module_sandbox, demo, volumes):
    """A plan that has run once, by hand."""
    picked, found = volumes
    document = module_sandbox.document(picked, NEVER)
    (entry,) = document['resources']
    method = {key: entry.pop(key) for key in ('protection', 'options')}
    nightly = plan_document.new_schedule('30 2 1 1 *', 'Europe/Berlin')
    document |= {
        'resources': [entry, GONE],
        'methods': {'volume': method},
        'selectors': [{'type': 'volume', 'name': found.name[:-1] + '?'}],
        'exclusions': [{'type': 'volume', 'name': '*tmp*'}],
        'retention': {'last': 1},
        'schedules': [
            *document['schedules'],
            {**nightly.document(), 'retention': {'daily': 7}},
        ],
    }
    made = plan_service.plan_create(demo, document)
    module_sandbox.ended(execution_service.execute_plan(demo, made))
    return made


@pytest.fixture(scope='module')
def address(plan):
    return f'{PLANS}{plan.id}/'


def tab(user, address, slug):
    """A tab as the page's script fetches it."""
    answer = user.get(address, {'tab': f'plan__{slug}'}, **AJAX)
    assert answer.status_code == 200
    return Page(answer.content.decode())


def words(page):
    """All that stands on a page, cells and lines apart."""
    return ' '.join(' '.join(page.root.itertext()).split())


def test_its_row_says_what_it_protects_and_keeps(user, plan):
    row = user.page(PLANS).row(plan.id)
    selector = plan.rules[0]['name']
    assert row['Protects'].startswith('2 × Volume')
    assert row['Protects'].endswith(f'Volume named {selector} (1 today)')
    assert row['Keeps'].startswith('The last one')
    assert row['Keeps'].endswith('(Europe/Berlin): 7 daily')
    assert row['Last Run'].startswith('Success')
    assert set(row.actions) == {
        'Protect Now',
        'Edit Plan',
        'Pause Schedules',
        'Dry Run',
        'Clone Plan',
        'Export',
        'Delete Plan',
    }


def test_the_list_leads_to_new_plans(user):
    actions = user.page(PLANS).table_actions
    assert actions[:2] == ['Create Plan', 'Import Plan']


def test_the_page_opens_with_its_health(user, plan, address):
    page = user.page(address)
    assert page.of_class('h1') == [plan.name]
    (health,) = page.of_class('protection-health')
    assert health.startswith('Fresh The last good run was')
    assert page.root.xpath('//a[@data-loaded="false"]') != []


@pytest.mark.parametrize(
    ('slug', 'said'),
    [
        ('overview', 'Except Volume named *tmp*'),
        ('overview', 'Methods Volume: Volume snapshot'),
        ('resources', 'vanished (no longer exists)'),
        ('schedules', 'Add Schedule'),
        ('schedules', 'As the plan'),
        ('schedules', '7 daily'),
        ('executions', 'All executions of this plan'),
        ('points', 'Kept: the last one'),
        ('document', '# A plan'),
        ('document', "openstack workflow create - <<'WORKFLOW'"),
        ('document', '--pattern'),
    ],
)
def test_each_tab_shows_its_own_part(user, address, slug, said):
    assert said in words(tab(user, address, slug))


def test_resources_tell_of_their_last_good_point(user, address, volumes):
    page = tab(user, address, 'resources')
    names = [volume.name for volume in volumes]
    lines = [
        row
        for row in page.all('//tbody/tr')
        if any(row.startswith(name) for name in names)
    ]
    assert len(lines) == 2
    assert all(
        re.search(r'(now|ago)All points 0 Volume snapshot', x) for x in lines
    )
    assert 'by a selector' in next(x for x in lines if x.startswith('found'))
    options = page.links('Options')
    assert [f'/options/volume/{volumes[0].id}/' in one for one in options] == [
        True,
        False,
    ]


def test_a_tab_works_without_a_script(user, plan, address):
    page = user.page(address, tab='plan__executions')
    assert len(page.rows) == 1
    assert page.rows[0]['State'] == 'Success'


def test_a_plan_of_another_project_has_no_page(visitor, address):
    assert visitor('alt').get(address).status_code == 404
    assert visitor('alt').get(address + 'export/').status_code == 404


def test_a_dry_run_says_what_a_run_would_do_and_does_nothing(
    user, demo, module_sandbox, plan, address, volumes
):
    before = module_sandbox.points(plan.document)
    text = words(user.page(address + 'dry-run/'))
    assert 'Would protect 2 resources' in text
    assert 'Would not protect 1 resource' in text
    assert 'Skipped The volume no longer exists.' in text
    assert 'Would then remove 2 recovery points' in text
    assert module_sandbox.points(plan.document) == before
    name = definitions.plan_workflow_name(plan.id)
    assert (
        len(execution_service.list_executions(demo, 9, workflow_name=name))
        == 1
    )


def test_a_dry_run_of_a_schedule_follows_its_own_retention(
    user, plan, address
):
    schedule = plan.schedules[1]
    page = user.page(address + 'dry-run/', schedule=schedule.id)
    assert 'Would then remove 0 recovery points' in words(page)
    (chosen,) = page.root.xpath('//option[@selected]')
    assert chosen.get('value') == schedule.id


def test_it_is_exported_as_a_file(user, plan, address):
    answer = user.get(address + 'export/')
    name = plan.name.replace(' ', '-')
    kept = answer['Content-Disposition']
    assert kept == f'attachment; filename="{name}.yaml"'
    found = yaml.safe_load(answer.getvalue())
    assert found == yaml.safe_load(yaml_file.plan_to_yaml(plan.document))


def test_all_its_schedules_are_paused_and_resumed(user, demo, plan):
    def states():
        found = project_status.get_plan_state(demo, plan.id).schedules
        return {schedule.state for schedule in found}

    def triggers():
        found = mistral.cron_trigger_list(demo)
        ids = [schedule.id for schedule in plan.schedules]
        return [t for t in found if any(one in t.name for one in ids)]

    assert user.press(PLANS, f'plans__pause__{plan.id}').status_code == 302
    assert (states(), triggers()) == ({'paused'}, [])
    actions = user.page(PLANS).row(plan.id).actions
    assert 'Resume Schedules' in actions
    assert 'Pause Schedules' not in actions
    assert user.press(PLANS, f'plans__resume__{plan.id}').status_code == 302
    assert states() == {'armed'}
    assert len(triggers()) == 2


@pytest.fixture(scope='module')
def doomed(module_sandbox, demo, volumes, plan):
    """A plan with points of two volumes that have a copy of the first."""
    picked, found = volumes
    other = sandboxes.with_entry(
        module_sandbox.document(found), name=found.name
    )
    document = sandboxes.with_resources(
        module_sandbox.document(picked, NEVER), other
    )
    plan = plan_service.plan_create(demo, document)
    module_sandbox.ended(execution_service.execute_plan(demo, plan))
    return plan


@pytest.fixture
def undeletable(cloud_of, doomed):
    """The doomed plan, with a trigger of another project: Mistral refuses."""
    admin = cloud_of('admin')
    trigger = mistral.mistral_client(admin).cron_triggers.create(
        f'foreign {doomed.id}',
        workflow_identifier=doomed.workflow_id,
        workflow_input={'name': ''},
        pattern=NEVER,
    )
    yield doomed
    mistral.cron_trigger_delete(admin, trigger.id)


def test_the_points_of_a_plan_that_cannot_be_deleted_stay(
    user, demo, module_sandbox, undeletable
):
    address = f'{PLANS}{undeletable.id}/delete/'
    before = {
        point.id for point in module_sandbox.points(undeletable.document)
    }
    answer = user.submit(address, delete_points='on')
    assert answer.status_code == 200
    assert "cron triggers associated" in answer.content.decode()
    runs = execution_service.list_executions(
        demo, 10, tags='protection-delete', state='in:RUNNING,PAUSED,IDLE'
    )
    assert runs == []
    found = module_sandbox.points(undeletable.document)
    assert {point.id for point in found} == before
    assert [point.state for point in found] == ['available'] * len(before)


def test_a_plan_goes_with_its_points_once_they_were_listed(
    user, demo, module_sandbox, doomed, volumes
):
    address = f'{PLANS}{doomed.id}/delete/'
    page = user.page(address)
    text = words(page)
    assert f'Delete the plan {doomed.name}' in text
    assert 'Its schedule goes' in text
    assert 'Every year on 1 January at 03:00' in text
    assert 'Delete its 2 recovery points, too' in text
    assert 'last good copies' not in text
    answer = user.submit(address, delete_points='on', digest='of before')
    assert 'changed meanwhile' in answer.content.decode()
    assert len(module_sandbox.points(doomed.document)) == 2
    answer = user.submit(address, delete_points='on')
    assert answer.status_code == 302
    assert answer['Location'].startswith(EXECUTIONS)
    run = answer['Location'].removeprefix(EXECUTIONS).strip('/')
    assert module_sandbox.ended(run).state == 'SUCCESS'
    assert module_sandbox.points(doomed.document) == []
    assert user.get(address).status_code == 404


def test_a_plan_goes_alone_and_names_last_good_copies(
    user, module_sandbox, demo, plan, volumes
):
    address = f'{PLANS}{plan.id}/delete/'
    (said,) = user.page(address).alerts
    assert all(volume.name in said for volume in volumes)
    answer = user.submit(address)
    assert (answer.status_code, answer['Location']) == (302, PLANS)
    assert len(module_sandbox.points(plan.document)) == 2
    assert user.page(PLANS).row(plan.id) is None
