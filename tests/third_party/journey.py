# SPDX-License-Identifier: Apache-2.0
"""What somebody sees who has installed the sample; see test_sample.py."""

import json

import pytest

from protection_dashboard import plugins
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import service as plan_service
from tests.pages.conftest import visitor  # noqa: F401
from tests.pages.page import Page
from tests.support import factories

NOTE = 'volume_note'
POINTS = '/project/protection_points/'
EXECUTIONS = '/project/protection_executions/'
NEVER = {'frequency': 'custom', 'pattern': '0 3 1 1 *', 'zone': 'UTC'}


@pytest.fixture(scope='module')
def user(visitor):  # noqa: F811
    return visitor('demo')


@pytest.fixture(scope='module')
def volume(module_sandbox):
    return module_sandbox.volume('noted')


@pytest.fixture(scope='module')
def address(volume):
    return f'/project/protection_plans/schedule/volume/{volume.id}/'


def typed(volume, **options):
    """What a browser sends of the form, for the method of the sample."""
    wanted = {
        'note_name': 'how it was',
        'priority': 'high',
        'days': '',
        'weight': '1.5',
        'contact': 'ops@example.org',
        'public': 'on',
        'tags': 'gold\r\nweb',
        'color': 'r',
        'mood': 'fine',
        'place.rack': 'B12',
        'place.since': '2026-10-25',
        'place.beside': volume.id,
        **options,
    }
    data = {f'{NOTE}.{name}': value for name, value in wanted.items()}
    plan = {'plan_name': 'noted backup', 'retention': 'daily=7'}
    return {**plan, 'method': NOTE, **NEVER, **data}


def ended(module_sandbox, answer):
    """The run whose page an answer leads to, once it has ended."""
    assert answer.status_code == 302, answer.content.decode()
    run_id = answer['Location'].removeprefix(EXECUTIONS).strip('/')
    run = module_sandbox.ended(run_id)
    assert run.state == 'SUCCESS', run.reason
    return run


@pytest.fixture(scope='module')
def point(module_sandbox, demo, user, address, volume):
    """The point that a plan of the sample's method made."""
    answer = user.post(address, typed(volume))
    assert answer.status_code == 302, answer.content.decode()
    named = [
        plan
        for plan in plan_service.plan_list(demo)
        if plan.name == 'noted backup'
    ]
    module_sandbox.known(named[0].document)
    assert (
        module_sandbox.ended(
            execution_service.execute_plan(demo, named[0])
        ).state
        == 'SUCCESS'
    )
    (found,) = plugins.protection(NOTE).points(demo, volume.id)
    return found


def test_the_form_offers_the_method_and_its_options(user, address, volume):
    page = user.page(address)
    methods = page.all('//select[@name="method"]/option')
    assert methods[0] == 'Volume snapshot'
    assert "Note on the volume" in methods
    assert page.values['snapshot_name'] == 'noted'
    assert page.values[f'{NOTE}.note_name'] == 'noted'
    assert page.values[f'{NOTE}.tags'].strip() == 'new'
    assert page.values[f'{NOTE}.priority'] == 'normal'
    color = page.all(f'//select[@name="{NOTE}.color"]/option')
    assert color == ['(none)', 'Red <b>', 'Green']
    beside = page.root.xpath(f'//input[@name="{NOTE}.place.beside"]/@value')
    assert volume.id in beside
    assert "Where the volume is used." in page.of_class('text-muted')
    assert any('moods' in note for note in page.of_class('protection-note'))
    (mood,) = page.root.xpath(f'//input[@name="{NOTE}.mood"]')
    assert mood.get('type') == 'text'


def test_it_says_at_the_field_what_is_wrong(user, address, volume):
    wrong = {
        'note_name': ('', "This field is required."),
        'days': ('0', "Must be at least 1."),
        'contact': ('nobody', "Must be an email address."),
        'color': ('x', "Must be one of the offered values."),
        'tags': ('a\r\na', "No entry may come twice."),
        'place.rack': ('12', "Must have the form that is asked for."),
    }
    options = {name: value for name, (value, _sentence) in wrong.items()}
    answer = user.post(address, typed(volume, **options))
    page = Page(answer.content.decode())
    said = {name: page.errors(f'{NOTE}.{name}') for name in wrong}
    assert said == {name: [text] for name, (_value, text) in wrong.items()}
    assert page.values['method'] == NOTE
    assert page.values[f'{NOTE}.place.rack'] == '12'


def test_a_group_that_is_begun_asks_for_its_own(user, address, volume):
    answer = user.post(address, typed(volume, **{'place.rack': ''}))
    page = Page(answer.content.decode())
    assert page.errors(f'{NOTE}.place.rack') == ["This value is required."]


def test_a_run_gives_the_options_to_the_protection(point, volume):
    assert point.name.startswith('how it was 20')
    assert point.details | {'note_name': ''} == {
        'note_name': '',
        'priority': 'high',
        'days': None,
        'weight': 1.5,
        'contact': 'ops@example.org',
        'public': True,
        'tags': ['gold', 'web'],
        'color': 'r',
        'mood': 'fine',
        'place': {
            'rack': 'B12',
            'since': '2026-10-25',
            'beside': [volume.id],
        },
    }


def test_the_panels_show_it(user, point):
    row = user.page(POINTS).row(f'{NOTE}:{point.id}')
    assert row['Method'] == "Note on the volume"
    assert row['Resource'].startswith('noted')
    assert row['Made By'].startswith('noted backup')
    address = f'/project/protection_plans/{point.mark.plan}/'
    page = user.page(address, tab='plan__resources')
    cells = page.all('//tbody/tr/td')
    assert any("Note on the volume" in cell for cell in cells)
    assert any("Priority: high" in cell for cell in cells)


@pytest.fixture(scope='module')
def wizard(point):
    return f'{POINTS}restore/{NOTE}/{point.id}/'


def test_it_is_restored_as_a_new_volume(module_sandbox, demo, user, wizard):
    given = {'restore_name': 'as it was', 'kind': ''}
    run = ended(module_sandbox, user.submit(wizard, **given))
    (wait,) = run.results
    module_sandbox.volumes.append(wait['id'])
    assert factories.VOLUME.show(demo, wait['id']).name == 'as it was'


def test_it_says_that_the_name_is_taken(module_sandbox, user, wizard):
    module_sandbox.volume('taken')
    page = user.page(f'{POINTS}hint/volume/', name='taken')
    sentence = "There is a volume of this name already."
    assert page.root.text_content().strip() == sentence
    again = user.submit(wizard, restore_name='taken', kind='none of these')
    assert sentence in Page(again.content.decode()).of_class('protection-note')


@pytest.mark.parametrize('name', ['', 'Noted'])
def test_it_replaces_nothing_without_the_name(user, wizard, volume, name):
    typed = {'into': volume.id, '.confirmation': name}
    answer = user.submit(wizard, **typed)
    page = Page(answer.content.decode())
    assert page.errors('.confirmation') == [
        "Type the name noted to replace its content."
    ]


def test_it_is_restored_in_place_once_the_name_is_typed(
    module_sandbox, demo, user, wizard, point, volume
):
    typed = {'into': volume.id, '.confirmation': 'noted'}
    run = ended(module_sandbox, user.submit(wizard, **typed))
    assert '.confirmation' not in run.input['options']
    details = factories.VOLUME.show(demo, volume.id).details
    assert json.loads(details['description']) == point.details['place']


@pytest.mark.parametrize(
    ('slug', 'reason'),
    [
        ('volume_riddle', "options_schema, $.properties.answer has no type"),
        ('volume_void', "No module named 'sample_protection.volume_void'"),
    ],
)
def test_a_broken_one_is_alone_unavailable(user, slug, reason):
    answer = user.get(f'{POINTS}restore/{slug}/1/')
    assert (answer.status_code, answer['Location']) == (302, POINTS)
    (alert,) = user.page(POINTS).alerts
    assert f"The protection {slug} cannot be used here" in alert
    assert reason in alert


def test_its_fault_costs_nothing_but_its_own_part(
    module_sandbox, demo, user, volume
):
    """Of a note that is no JSON nobody had thought."""
    odd = module_sandbox.volume('odd', metadata={'note_odd': 'no JSON'})
    plan = module_sandbox.plan(odd)
    plan_service.plan_save(demo, plan, retention={'last': 1})
    first, second = (
        module_sandbox.ended(execution_service.execute_plan(demo, plan))
        for _number in range(2)
    )
    assert [first.state, second.state] == ['SUCCESS'] * 2
    (removal,) = second.removed
    assert removal['id'] == first.results[0]['id']
    snapshot = f'volume_snapshot:{second.results[0]["id"]}'
    told = "Note on the volume failed in a way that nobody foresaw"
    for address in (
        POINTS,
        f'/project/protection_plans/{plan.id}/?tab=plan__points',
        f'{POINTS}point/volume_snapshot/{second.results[0]["id"]}/',
    ):
        assert told in user.text(address), address
    assert user.page(POINTS).row(snapshot)['Resource'].startswith('odd')
    answer = user.get(POINTS, {'format': 'csv'})
    content = b''.join(answer.streaming_content).decode()
    assert second.results[0]['id'] in content
    for address in ('', 'orphans/', 'orphans/planless/'):
        user.page(f'/project/protection_overview/{address}')


def test_it_is_deleted_as_any_other(module_sandbox, demo, user, point):
    """The last one: it deletes the point."""
    answer = user.press(POINTS, f'points__delete__{NOTE}:{point.id}')
    # there is no other good copy
    ended(module_sandbox, user.submit(answer['Location'], count='1'))
    assert plugins.protection(NOTE).points(demo, point.resource_id) == []
