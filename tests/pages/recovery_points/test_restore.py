# SPDX-License-Identifier: Apache-2.0
"""The restore wizard, and the page of the run that it leads to."""

import pytest

from cloud.services.cinder import volume_bytes
from protection_dashboard.plans import service as plan_service
from tests.support import factories

POINTS = '/project/protection_points/'
EXECUTIONS = '/project/protection_executions/'


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def volume(module_sandbox):
    made = module_sandbox.volume('original')
    volume_bytes.volume(made.id).write(0, b'given back')
    return made


@pytest.fixture(scope='module')
def point(module_sandbox, volume):
    return module_sandbox.point(volume)


@pytest.fixture(scope='module')
def address(point):
    return f'{POINTS}restore/volume_snapshot/{point.id}/'


def test_it_is_filled_in_from_the_original(user, point, address):
    page = user.page(address)
    taken = f'{point.created:%Y-%m-%d %H:%M}'
    assert page.values['restore_name'] == f'original restored {taken}'
    assert page.values['restore_description'] == f'Restored from {point.name}'
    steps = page.all('//ul[contains(@class, "wizard-tabs")]/li')
    assert steps == ['Recovery Point', 'Options', 'Review']
    facts = page.all('//fieldset[@id="restore__what"]//dd')
    assert facts[0] == point.name
    assert facts[2:] == ['1 GiB', 'original (available)']


def test_it_leads_to_the_run_and_that_to_the_new_volume(
    module_sandbox, user, address
):
    answer = user.submit(address, restore_name='given back')
    assert answer.status_code == 302
    assert answer['Location'].startswith(EXECUTIONS)
    run_id = answer['Location'].removeprefix(EXECUTIONS).strip('/')
    run = module_sandbox.ended(run_id)
    (wait,) = run.results
    module_sandbox.volumes.append(wait['id'])
    page = user.page(answer['Location'])
    assert page.of_class('h1')[0].startswith('Restore original 20')
    new = f'/project/volumes/{wait["id"]}/'
    assert page.links('Open given back') == [new]
    assert user.get(new).status_code == 200
    assert volume_bytes.volume(wait['id']).read(0, 10) == b'given back'


def test_it_checks_a_step_at_a_time(user, address):
    steps = {
        'HTTP_X_HORIZON_VALIDATE_STEP_START': '0',
        'HTTP_X_HORIZON_VALIDATE_STEP_END': '1',
    }
    answer = user.post(address, user.page(address).values, **steps)
    assert answer.status_code == 200
    assert answer.json()['has_errors'] is False


def test_a_point_that_is_not_available_is_refused(module_sandbox, user):
    metadata = {'fault_create_snapshot': 'fail'}
    volume = module_sandbox.volume('unlucky', metadata=metadata)
    point = module_sandbox.point(volume, state='error')
    row = user.page(POINTS).row(f'volume_snapshot:{point.id}')
    assert row['State'] == 'Error'
    assert list(row.actions) == ['Delete Recovery Point']
    answer = user.get(f'{POINTS}restore/volume_snapshot/{point.id}/')
    assert (answer.status_code, answer['Location']) == (302, POINTS)
    (alert,) = user.page(POINTS).alerts
    assert alert.endswith(
        f'{point.name} cannot be restored now: its status is error.'
    )


@pytest.mark.parametrize('of', ['volume_snapshot/none', 'starship/1'])
def test_what_does_not_exist_has_no_wizard(user, of):
    assert user.get(f'{POINTS}restore/{of}/').status_code == 404


def test_the_volume_stays_as_it_is(demo, volume):
    assert factories.VOLUME.show(demo, volume.id).status == 'available'


RULES = '/project/protection_points/rules/'


@pytest.fixture(scope='module')
def selecting_plan(module_sandbox, demo):
    """A plan without schedule whose rule selects what is named so."""
    volume = factories.volume(demo, 'scratch')
    document = module_sandbox.document(volume)
    document['name'] = 'by <rule>'
    (entry,) = document['resources']
    document['methods'] = {
        'volume': {key: entry[key] for key in ('protection', 'options')}
    }
    document['selectors'] = [{'type': 'volume', 'name': 'ruled-*'}]
    return plan_service.plan_create(demo, document)


def test_it_says_which_rules_select_what_is_restored(
    user, module_sandbox, selecting_plan
):
    volume = module_sandbox.volume('ruled-1')
    point = module_sandbox.point(volume)
    page = user.page(
        f'/project/protection_points/restore/volume_snapshot/{point.id}/'
    )
    (told,) = page.root.xpath(
        '//*[@data-protection-hint-of="restore_name"]'
        '[contains(@class, "protection-selecting")]'
    )
    (link,) = told.xpath('.//a')
    assert link.text == 'by <rule>'
    assert selecting_plan.id in link.get('href')
    assert told.get('data-protection-hint') == f'{RULES}volume/'


def test_the_name_that_is_typed_decides(user, selecting_plan):
    said = user.text(f'{RULES}volume/', name='ruled-2')
    assert 'by &lt;rule&gt;</a> select what is called so' in said
    for slug, name in (('volume', 'else'), ('share', 'ruled-2')):
        assert 'select' not in user.text(f'{RULES}{slug}/', name=name)
