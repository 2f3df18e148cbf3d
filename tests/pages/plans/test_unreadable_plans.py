# SPDX-License-Identifier: Apache-2.0
"""Plans as somebody else wrote them into Mistral can be mended, or deleted.

That each of them is a row with a reason is in tests/pages/test_odd_objects.py.
"""

import contextlib
import uuid

import pytest

from protection_dashboard import exceptions
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.plans import service as plan_service
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import service as schedule_service
from protection_dashboard.workflows import definitions
from tests.pages.page import Page
from tests.support import factories
from tests.support import odd_objects

PLANS = '/project/protection_plans/'
SCHEDULES = '/project/protection_schedules/'
ADMIN = '/admin/protection_plans/'


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

    def of(document, text=''):
        made.append(odd_objects.write_plan(demo, document, text))
        return made[-1]

    yield of
    for plan in made:
        with contextlib.suppress(exceptions.NotFound):
            mistral.workflow_delete(demo, plan.workflow_id)


@pytest.fixture
def odd(demo, write):
    """``odd(part, text)``: a plan with such a schedule, just as told."""

    def of(part, text, **others):
        document = factories.document(
            factories.volume(demo, 'scratch'), '0 3 1 1 *'
        )
        return write(odd_objects.with_schedule(document, part, text, **others))

    return of


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
    (alert,) = Page(answer.content.decode()).alerts
    assert "no run before its end" in alert


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


@pytest.fixture
def broken(demo, write):
    """Ids of plans whose documents are none."""
    volume = factories.volume(demo, 'scratch')
    documents = [factories.document(volume) for _one in odd_objects.BROKEN]
    for document, (name, _reason) in zip(
        documents, odd_objects.BROKEN, strict=True
    ):
        write(document, odd_objects.broken_text(document, name))
    return [document['id'] for document in documents]


def test_a_plan_that_cannot_be_read_can_be_deleted(user, demo, good, broken):
    rows = user.rows(PLANS)
    for plan_id in broken:
        (button,) = rows[plan_id].actions.values()
        assert user.press(PLANS, button).status_code == 302
        with pytest.raises(exceptions.NotFound):
            plan_service.plan_get(demo, plan_id)
    rows = user.rows(PLANS)
    assert rows.keys().isdisjoint(broken)
    assert rows[good.id]['Freshness'] == "No copy yet"


def test_an_administrator_deletes_it_too(user, admin, demo, good, broken):
    keys = [f'{demo.project_id}:{plan_id}' for plan_id in broken]
    rows = admin.rows(ADMIN)
    buttons = [rows[key].actions["Delete Plan"] for key in keys]
    assert not rows[f'{demo.project_id}:{good.id}'].actions
    for button in buttons:
        assert user.press(ADMIN, button).status_code == 403
        assert admin.press(ADMIN, button).status_code == 302
    assert admin.rows(ADMIN).keys().isdisjoint(keys)
