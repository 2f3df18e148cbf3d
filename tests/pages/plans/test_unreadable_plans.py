# SPDX-License-Identifier: Apache-2.0
"""Plans as somebody else wrote them into Mistral: one row, and a reason."""

import csv
import io
import json
import uuid

from django.core import management
import pytest

from cloud import settings
from protection_dashboard import exceptions
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import service as schedule_service
from protection_dashboard.workflows import definitions
from tests.pages.page import Page
from tests.support import factories

OPTIONS = [
    f'--os-auth-url={settings.AUTH_URL}',
    '--os-username=admin',
    f'--os-password={settings.PASSWORD}',
    '--os-project-name=admin',
    '--os-user-domain-id=default',
    '--os-project-domain-id=default',
    f'--os-region-name={settings.REGION}',
]
PLANS = '/project/protection_plans/'
SCHEDULES = '/project/protection_schedules/'
ADMIN = '/admin/protection_plans/'
OVERVIEW = '/project/protection_overview/'
LISTS = (PLANS, SCHEDULES, ADMIN)
PAGES = (
    PLANS,
    PLANS + 'create/',
    PLANS + 'import/',
    SCHEDULES,
    OVERVIEW,
    OVERVIEW + 'freshness/',
    '/project/protection_executions/',
    '/project/protection_points/',
    OVERVIEW + 'orphans/',
)
TABS = ('overview', 'resources', 'schedules', 'executions', 'points')
#: a part of a schedule that nobody can read -> the reason
UNREADABLE = {
    'pattern': [
        ('foo', "A pattern has exactly five fields"),
        ('99 99 * * *', "The first field, the minute, takes 0 to 59"),
        ('* * * * * *', "A pattern has exactly five fields"),
        ('0 0 30 2 *', "This pattern never runs"),
    ],
    'zone': [('Mars/Phobos', "This time zone is not known")],
    'first': [
        ('2026-02-31T00:00', "Must be a time such as"),
        ('2026-11-28T25:00', "Must be a time such as"),
        ('２０２６-11-28T00:00', "Must be a time such as"),
        ('0000-00-00T00:00', "Must be a time such as"),
    ],
    'end': [
        ('9999-99-99T99:99', "Must be a time such as"),
        ('2026-11-28T00:00\n', "Must be a time such as"),
    ],
}
#: one that can be read, but is too far away
FAR = {
    'first': [('0001-01-01T00:00', "Its first run lies too far away.")],
    'end': [('9999-12-31T23:59', "Its last day lies too far away.")],
}
SCHEDULE_TEXTS = [
    (part, text, reason)
    for known in (UNREADABLE, FAR)
    for part, some in known.items()
    for text, reason in some
]
DEEP = '[' * 2_000 + ']' * 2_000
#: JSON in the place of a plan's name -> the reason
BROKEN = [
    ('5', "Not a plan document: $.name: 5 is not of type 'string'"),
    ('"\\ud800"', "a text in it holds half a character"),
    (DEEP, "nested too deep"),
    ('NaN', "Not a plan document: $.name: nan is not of type"),
    ('nonsense', "Not a plan document: Expecting value"),
]


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def admin(visitor):
    return visitor('admin')


@pytest.fixture(scope='module')
def good(demo):
    """A plan as it is to be, beside the odd ones."""
    plan = plan_service.plan_create(
        demo, factories.document(factories.volume(demo), '0 3 1 1 *')
    )
    yield plan
    factories.uproot(demo, plan)


@pytest.fixture
def write(demo):
    """``write(document)``: put it, or a text, into Mistral as it is."""
    made = []

    def of(document, text=None):
        body = definitions.workflow_template('plan')
        body['vars'] = {'plan': text or json.dumps(document)}
        name = definitions.plan_workflow_name(document['id'])
        flow = mistral.workflow_create(
            demo, definitions.dump_definition(name, body)
        )
        made.append(flow)
        return plan_document.Plan(document, flow.id)

    yield of
    for flow in made:
        try:
            mistral.workflow_delete(demo, flow.id)
        except exceptions.NotFound:
            continue


@pytest.fixture
def odd(demo, write):
    """``odd(part, text)``: a plan with such a schedule, just as told."""

    def of(part, text, **others):
        document = factories.document(
            factories.volume(demo, 'scratch'), '0 3 1 1 *'
        )
        (schedule,) = document['schedules']
        zone = 'Asia/Tokyo' if part == 'first' else 'America/New_York'
        schedule.update({'zone': zone, 'paused': True, part: text, **others})
        return write(document)

    return of


def file_of(user, address):
    """Rows of a list as a file, as dicts by heading."""
    answer = user.get(address, {'format': 'csv'})
    assert answer.status_code == 200
    content = b''.join(answer.streaming_content).decode('utf-8-sig')
    assert "not complete" not in content
    return list(csv.DictReader(io.StringIO(content)))


def of_plan(page, plan_id):
    """The rows of a list that are of a plan, or of a schedule of it."""
    return [row for row in page.rows if plan_id in row.id]


@pytest.mark.parametrize(
    ('part', 'text', 'reason'), SCHEDULE_TEXTS, ids=range(len(SCHEDULE_TEXTS))
)
def test_a_schedule_that_nobody_can_read_costs_itself(
    user, admin, good, odd, part, text, reason
):
    plan = odd(part, text)
    (schedule,) = plan.schedules
    can_be_read = text in [text for some in FAR.values() for text, _r in some]
    word = "Paused" if can_be_read else "Cannot be read"
    for address in PAGES:
        user.page(address)
    assert reason in user.text(OVERVIEW)
    for who, address in (*((user, one) for one in LISTS[:2]), (admin, ADMIN)):
        page = who.page(address)
        assert page.notices == []
        (row,) = of_plan(page, plan.id)
        assert of_plan(page, good.id)
        if address != ADMIN or not can_be_read:
            assert word in ' '.join(row.texts.values())
        if address == SCHEDULES:
            assert reason in row['State']
        if address == ADMIN and not can_be_read:
            assert reason in row['Health']
        assert [one for one in file_of(who, address) if plan.name in
                one['Plan']]  # fmt: skip
    address = f'{PLANS}{plan.id}/'
    assert user.page(address)
    for tab in TABS:
        assert user.page(address, tab=f'plan__{tab}').alerts == []
    for page in ('edit/', 'clone/', 'dry-run/', 'delete/', 'export/'):
        assert user.get(address + page).status_code in (200, 302), page
    address = f'{SCHEDULES}{plan.id}/{schedule.id}/'
    told = user.text(address)
    assert reason in told
    assert ("Nothing was due yet." in told) == can_be_read
    assert user.page(f'{address}delete/').form is not None
    assert user.get(f'{address}edit/preview/').status_code == 200
    assert user.page(f'{SCHEDULES}{plan.id}/add/').values['zone'] == 'UTC'


@pytest.mark.parametrize(
    ('part', 'text'),
    [
        ('pattern', 'foo'),
        ('zone', 'Mars/Phobos'),
        ('first', '2026-02-31T00:00'),
        ('end', '9999-12-31T23:59'),
    ],
)
def test_such_a_schedule_is_mended_by_its_form(user, demo, odd, part, text):
    plan = odd(part, text)
    (schedule,) = plan.schedules
    address = f'{SCHEDULES}{plan.id}/{schedule.id}/edit/'
    assert user.page(address).values['frequency'] == 'custom'
    right = {'zone': 'Europe/Berlin', 'first': '', 'end': '2031-12-31'}
    answer = user.submit(address, pattern='0 4 1 1 *', **right)
    assert answer.status_code == 302
    found = project_status.get_schedule(demo, plan.id, schedule.id)
    assert found.schedule.document() == {
        'id': schedule.id,
        'pattern': '0 4 1 1 *',
        'zone': 'Europe/Berlin',
        'end': '2031-12-31T23:59',
        'paused': True,
    }
    schedule_service.resume(demo, plan, schedule.id)
    found = project_status.get_schedule(demo, plan.id, schedule.id)
    assert (found.state, found.reason) == ('armed', None)


def test_two_of_one_plan_are_mended_one_by_one_or_deleted(user, demo, odd):
    plan = odd('pattern', 'foo')
    (first,) = plan.document['schedules']
    second = {**first, 'id': str(uuid.uuid4()), 'end': '9999-99-99T99:99'}
    both = definitions.encode_document(
        {**plan.document, 'schedules': [first, second]}
    )
    body = {**definitions.workflow_template('plan'), 'vars': {'plan': both}}
    text = definitions.dump_definition(
        definitions.plan_workflow_name(plan.id), body
    )
    mistral.workflow_update(demo, plan.workflow_id, text)
    address = f'{SCHEDULES}{plan.id}/{first["id"]}/edit/'
    answer = user.submit(address, pattern='0 4 1 1 *')
    assert answer.status_code == 302
    states = project_status.get_plan_state(demo, plan.id).schedules
    assert [one.state for one in states] == ['paused', 'unreadable']
    address = f'{SCHEDULES}{plan.id}/{second["id"]}/delete/'
    assert user.submit(address).status_code == 302
    (left,) = project_status.get_plan_state(demo, plan.id).schedules
    assert left.id == first['id']


def test_a_last_day_of_no_age_is_refused_at_its_field(user, demo, odd):
    plan = odd('pattern', '0 3 1 1 *')
    (schedule,) = plan.schedules
    address = f'{SCHEDULES}{plan.id}/{schedule.id}/'
    for zone in ('America/New_York', 'Asia/Tokyo'):
        answer = user.submit(f'{address}edit/', zone=zone, end='9999-12-31')
        assert answer.status_code == 200
        page = Page(answer.content.decode())
        assert page.errors('end') == ["Must be from 1970 to 2200."]
        assert page.alerts == []
    answer = user.submit(f'{SCHEDULES}{plan.id}/add/', end='9999-12-31')
    page = Page(answer.content.decode())
    assert page.errors('end') == ["Must be from 1970 to 2200."]
    volume = factories.volume(demo, 'scratch')
    form = f'{PLANS}schedule/volume/{volume.id}/'
    page = Page(user.submit(form, end='9999-12-31').content.decode())
    assert page.errors('end') == ["Must be from 1970 to 2200."]
    answer = user.get(f'{address}edit/preview/', {'end': '9999-12-31'})
    assert answer.status_code == 200
    found = project_status.get_schedule(demo, plan.id, schedule.id)
    assert found.schedule == schedule


def test_a_paused_schedule_is_checked_as_one_that_runs(user, odd):
    plan = odd('pattern', '0 3 1 1 *')
    (schedule,) = plan.schedules
    address = f'{SCHEDULES}{plan.id}/{schedule.id}/edit/'
    answer = user.submit(address, end='2020-12-31')
    assert answer.status_code == 200
    told = Page(answer.content.decode()).errors('end')
    assert told == ["It does not run before its last day."]


@pytest.mark.parametrize(
    ('line', 'sentence'),
    [
        ('end: 9999-12-31T23:59', "$.schedules[0].end: Must be from 1970 to"),
        ('first: 0001-01-01T00:00', "$.schedules[0].first: Must be from 1970"),
        ('end: 2026-02-31T00:00', "$.schedules[0].end: Must be a time such"),
    ],
)
@pytest.mark.parametrize('zone', ['America/New_York', 'Asia/Tokyo'])
def test_a_file_with_such_a_day_is_refused(user, zone, line, sentence):
    text = (
        'version: 1\nname: far\nselectors: [{type: volume}]\nmethods: '
        '{volume: {protection: volume_snapshot, options: {snapshot_name: n, '
        'description: d, force: true}}}\nschedules:\n'
        f'- pattern: 0 2 * * *\n  zone: {zone}\n  {line}\n'
    )
    answer = user.submit(PLANS + 'import/', text=text)
    assert answer.status_code == 200
    (alert,) = Page(answer.content.decode()).alerts
    assert sentence in alert


@pytest.fixture(params=BROKEN, ids=range(len(BROKEN)))
def broken(request, demo, write):
    """``(plan id, reason)`` of a plan whose document is none."""
    name, reason = request.param
    document = factories.document(factories.volume(demo, 'scratch'))
    text = json.dumps({**document, 'name': 'HERE'}).replace('"HERE"', name)
    write(document, text)
    return document['id'], reason


def test_a_plan_that_cannot_be_read_is_a_row_that_can_be_deleted(
    user, admin, demo, good, broken
):
    plan_id, reason = broken
    for address in PAGES:
        user.page(address)
    page = user.page(PLANS)
    row = page.row(plan_id)
    assert page.notices == []
    assert row['Plan'] == definitions.plan_workflow_name(plan_id)
    assert row['Freshness'].startswith("Cannot be read")
    assert reason in row['Freshness']
    assert list(row.actions) == ["Delete Plan"]
    assert page.row(good.id)['Freshness'] == "No copy yet"
    assert not user.page(PLANS, state='fresh').row(plan_id)
    assert user.page(PLANS, state='unreadable').row(plan_id)
    (line,) = [one for one in file_of(user, PLANS) if one['ID'] == plan_id]
    assert reason in line['Reason']
    assert reason in user.page(OVERVIEW).root.text_content()
    assert user.get(f'{PLANS}{plan_id}/').status_code == 302
    assert user.press(PLANS, row.actions["Delete Plan"]).status_code == 302
    assert not user.page(PLANS).row(plan_id)
    with pytest.raises(exceptions.NotFound):
        plan_service.plan_get(demo, plan_id)


def test_an_administrator_sees_and_deletes_it_too(
    user, admin, demo, good, broken
):
    plan_id, reason = broken
    key = f'{demo.project_id}:{plan_id}'
    row = admin.page(ADMIN).row(key)
    assert row['Project'] == 'demo'
    assert row['Health'].startswith("Cannot be read")
    assert reason in row['Health']
    assert '(project demo)' in row.element.get('data-display')
    assert list(row.actions) == ["Delete Plan"]
    other = admin.page(ADMIN).row(f'{demo.project_id}:{good.id}')
    assert list(other.actions) == []
    (line,) = [one for one in file_of(admin, ADMIN)
               if one['Plan ID'] == plan_id]  # fmt: skip
    assert (line['Health'], line['Project']) == ('unreadable', 'demo')
    assert reason in line['Reason']
    button = row.actions["Delete Plan"]
    assert user.press(ADMIN, button).status_code == 403
    assert admin.press(ADMIN, button).status_code == 302
    assert not admin.page(ADMIN).row(key)


def test_the_report_is_made_and_tells_of_them(broken, odd, capsys):
    plan_id, reason = broken
    odd('end', '9999-12-31T23:59')
    odd('pattern', 'foo')
    management.call_command('protection_report', *OPTIONS)
    told = capsys.readouterr()
    assert 'demo' in told.out
    (line,) = [one for one in told.err.splitlines() if plan_id in one]
    assert line.startswith("A plan of demo cannot be read: ")
    assert reason in line
