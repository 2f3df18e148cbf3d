# SPDX-License-Identifier: Apache-2.0
"""Import of a plan: preview first, hostile files refused at once."""

import time
import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
import pytest

from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.plans import yaml_file
from protection_dashboard.recovery_points import pins
from protection_dashboard.reports import project_status
from tests.pages.page import Page
from tests.support import factories
from tests.support import sandboxes

PLANS = '/project/protection_plans/'
IMPORT = PLANS + 'import/'
NEVER = '0 3 1 1 *'
HEAD = 'version: 1\nname: hostile\n'


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def volume(demo):
    return factories.volume(demo, 'scratch')


@pytest.fixture
def document(module_sandbox, volume):
    """Of a plan that is not there; its name is its own."""
    return module_sandbox.document(volume, NEVER) | {
        'name': f'imported {uuid.uuid4().hex[:8]}',
        'retention': {'last': 7},
    }


def send(user, text, **more):
    """What Preview, or another button, answers to a text."""
    given = {'text': text, 'way': 'create', 'finish': 'preview', **more}
    return user.post(IMPORT, given)


def shown(answer):
    assert answer.status_code == 200
    return Page(answer.content.decode())


def confirm(user, text, **more):
    """Preview, then the button that imports; the answer."""
    page = shown(send(user, text, **more))
    seal = page.values['seal']
    assert seal
    return send(user, text, **{**more, 'finish': 'import', 'seal': seal})


def named(demo, name):
    return [plan for plan in plan_service.plan_list(demo) if plan.name == name]


def test_nothing_is_made_before_the_preview_was_seen(user, demo, document):
    text = yaml_file.plan_to_yaml(document)
    page = shown(send(user, text, finish='import', seal='made up'))
    said = ' '.join(page.root.text_content().split())
    assert f'Will create the plan {document["name"]}' in said
    assert 'Every year on 1 January at 03:00' in said
    assert 'Keeps the last 7' in said
    assert named(demo, document['name']) == []


def test_a_file_becomes_a_plan_with_ids_of_its_own(
    user, demo, document, module_sandbox
):
    text = yaml_file.plan_to_yaml(document)
    file = SimpleUploadedFile('plan.yaml', text.encode())
    page = shown(send(user, '', file=file))
    assert page.values['text'].replace('\r\n', '\n').strip() == text.strip()
    answer = confirm(user, text)
    assert answer.status_code == 302
    (plan,) = named(demo, document['name'])
    module_sandbox.known(plan.document)
    assert answer['Location'] == f'{PLANS}{plan.id}/'
    assert plan.id != document['id']
    (schedule,) = project_status.get_plan_state(demo, plan.id).schedules
    assert (schedule.state, schedule.pattern) == ('armed', NEVER)
    assert schedule.id != document['schedules'][0]['id']


def test_the_preview_names_who_is_told(user, document):
    quiet = shown(send(user, yaml_file.plan_to_yaml(document)))
    assert quiet.all('//dt[.="Notification"]/following-sibling::dd') == [
        'Nobody'
    ]
    document['notification'] = {
        'on': ['failure'],
        'emails': ['ops@example.org', 'duty@example.org'],
    }
    told = shown(send(user, yaml_file.plan_to_yaml(document)))
    assert told.all('//dt[.="Notification"]/following-sibling::dd') == [
        'On failure, by email',
        'ops@example.org',
        'duty@example.org',
    ]


def test_the_preview_promises_no_run_of_a_paused_schedule(user, document):
    text = yaml_file.plan_to_yaml(document)
    assert "First run: " in send(user, text).content.decode()
    document['schedules'][0]['paused'] = True
    html = send(user, yaml_file.plan_to_yaml(document)).content.decode()
    assert "Every year on 1 January at" in html
    assert "Paused: nothing starts it until it is resumed." in html
    assert "First run: " not in html
    assert 'protection-runs' not in html


def test_a_plan_of_the_same_name_is_replaced_on_demand(
    user, demo, module_sandbox, document
):
    plan = plan_service.plan_create(demo, document)
    point = module_sandbox.point(factories.volume(demo, 'scratch'), plan=plan)
    pins.pin_point(demo, point, 'keep')
    new = document | {
        'retention': {'daily': 14},
        'schedules': [
            document['schedules'][0],
            plan_document.new_schedule('0 4 1 1 *', 'UTC').document(),
        ],
    }
    text = yaml_file.plan_to_yaml(new)
    page = shown(send(user, text))
    (said,) = page.errors('way')
    assert said.startswith('A plan of this name exists.')
    page = shown(send(user, text, way='replace'))
    assert page.all('//ul[@class="protection-changes"]/li') == [
        'retention: the last 7 -> 14 daily',
        'schedules: Every year on 1 January at 04:00 (UTC) added',
    ]
    assert confirm(user, text, way='replace').status_code == 302
    (saved,) = named(demo, document['name'])
    assert saved.id == plan.id
    assert saved.document['retention'] == {'daily': 14}
    assert list(saved.pins) == [point.id]
    found = project_status.get_plan_state(demo, plan.id).schedules
    assert {one.state for one in found} == {'armed'}
    assert found[0].id == document['schedules'][0]['id']


def test_it_says_what_stays_of_a_resource_that_leaves(
    user, demo, sandbox, document
):
    leaving = sandbox.volume('leaves by a file')
    (entry,) = sandbox.document(leaving)['resources']
    both = {**document, 'resources': [*document['resources'], entry]}
    plan = plan_service.plan_create(demo, both)
    sandbox.point(leaving, plan=sandboxes.plan_of_one(plan, leaving))
    page = shown(send(user, yaml_file.plan_to_yaml(document), way='replace'))
    (line,) = page.all('//dd[contains(., "until you remove")]')
    assert "1 recovery point of leaves by a file stays until" in line


def test_what_changed_after_the_preview_is_not_overwritten(
    user, demo, document
):
    plan = plan_service.plan_create(demo, document)
    text = yaml_file.plan_to_yaml(document | {'time_limit': 3})
    seal = shown(send(user, text, way='replace')).values['seal']
    plan_service.plan_save(demo, plan, retention={'last': 1})
    answer = send(user, text, way='replace', finish='import', seal=seal)
    assert 'retention: the last 7 -&gt; the last one' in (
        answer.content.decode()
    )
    (left,) = named(demo, document['name'])
    assert left.document['retention'] == {'last': 1}
    assert 'time_limit' not in left.document


@pytest.mark.parametrize(
    ('text', 'sentence'),
    [
        (HEAD + 'description: &a x', "Line 3: a plan has no anchors"),
        (HEAD + 'resources: *a', "Line 3: a plan has no anchors and aliases"),
        (HEAD + 'resources: !!python/name:os.system', "a plan has no tags"),
        ('[' * 200_000, "Line 1: a plan has no parts as deep"),
        (HEAD + 'resuorces: []', "$.resuorces: This value is not known here."),
        (HEAD, "$: It protects nothing"),
        (
            HEAD
            + 'selectors: [{type: volume}]\n'
            + 'methods: {volume: {protection: share_snapshot, options: {}}}',
            "$.methods.volume.protection: The method share_snapshot cannot",
        ),
        (
            HEAD
            + 'selectors: [{type: volume}]\n'
            + 'methods: {volume: {protection: volume_snapshot, '
            + 'options: {froce: true}}}',
            "$.methods.volume.options.froce: This value is not known here.",
        ),
        (
            HEAD
            + 'selectors: [{type: tape}]\n'
            + 'methods: {tape: {protection: volume_snapshot, options: {}}}',
            "$.methods.tape: The resource type tape is not installed here",
        ),
        (
            HEAD + 'schedules: [{pattern: 0 3 * * *, zone: Mars/Base}]',
            "$.schedules[0].zone: This time zone is not known",
        ),
        ('', "Choose a file or paste a text."),
    ],
    ids=range(11),
)
def test_what_does_not_fit_is_refused_with_its_place(user, text, sentence):
    page = shown(send(user, text))
    assert any(sentence in said for said in page.of_class('alert-danger'))
    assert not page.values['seal']


def test_a_file_of_5_mb_is_refused_at_once(user):
    file = SimpleUploadedFile('plan.yaml', b'a: &a [*a]\n' * 500_000)
    begin = time.process_time()
    page = shown(send(user, '', file=file))
    assert time.process_time() - begin < 1
    sentence = 'The file is too large: a plan has at most 256 KiB.'
    assert any(sentence in said for said in page.of_class('alert-danger'))


@pytest.mark.parametrize(
    ('setting', 'value', 'sentence'),
    [
        ('PROTECTION_MAX_PLANS', 0, "at most 0 are allowed"),
        ('PROTECTION_MAX_SCHEDULES', 0, "at most 0 are allowed"),
        ('PROTECTION_MAX_POINTS', 6, "more than 6 recovery points"),
        ('PROTECTION_METHODS', ['freezer'], "is not allowed here"),
    ],
)
def test_the_operators_limits_hold(
    user, document, settings, setting, value, sentence
):
    setattr(settings, setting, value)
    page = shown(send(user, yaml_file.plan_to_yaml(document)))
    assert any(sentence in said for said in page.of_class('alert-danger'))
