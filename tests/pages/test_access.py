# SPDX-License-Identifier: Apache-2.0
"""Who sees what, and who may do what: checked on the server."""

from urllib.parse import unquote

from django import test
from django.conf import settings
import pytest

from protection_dashboard.plans import service as plan_service
from tests.pages.conftest import ADDRESS
from tests.pages.conftest import Visitor

AJAX = {'HTTP_X_REQUESTED_WITH': 'XMLHttpRequest'}
LISTS = {
    'plans': '/project/protection_plans/',
    'schedules': '/project/protection_schedules/',
    'executions': '/project/protection_executions/',
    'points': '/project/protection_points/',
}
LOOKS = (
    '/project/protection_plans/{plan}/',
    '/project/protection_schedules/{plan}/{schedule}/',
    '/project/protection_executions/{run}/',
    '/project/protection_executions/{run}/part/',
    '/project/protection_points/point/volume_snapshot/{point}/',
)
FORMS = (
    '/project/protection_plans/schedule/volume/{volume}/',
    '/project/protection_plans/protect/volume/{volume}/',
    '/project/protection_plans/{plan}/delete/',
    '/project/protection_schedules/{plan}/{schedule}/delete/',
    '/project/protection_schedules/resume/?id={plan}:{schedule}',
    '/project/protection_schedules/rearm/?id={plan}:{schedule}',
    '/project/protection_points/restore/volume_snapshot/{point}/',
    '/project/protection_points/pin/volume_snapshot/{point}/',
    '/project/protection_points/delete/?point=volume_snapshot:{point}',
    '/project/protection_executions/notify/{plan}/',
)
BUTTONS = (
    ('plans', 'plans__run__{plan}'),
    ('schedules', 'schedules__run__{plan}:{schedule}'),
    ('executions', 'executions__cancel__{run}'),
    ('executions', 'executions__delete__{run}'),
    ('points', 'points__delete__volume_snapshot:{point}'),
    ('points', 'points__unpin__volume_snapshot:{point}'),
)


@pytest.fixture(scope='module', params=['alt', 'admin'])
def stranger(request, visitor, cloud_of):
    """alt, and the administrator in a project of their own."""
    project_id = cloud_of(request.param).project_id
    return visitor(request.param, project_id)


@pytest.mark.parametrize('address', LISTS.values(), ids=LISTS)
def test_lists_of_others_hold_nothing_of_it(stranger, things, address):
    page = stranger.text(address)
    for id_ in vars(things).values():
        assert id_ not in page


def test_points_of_a_guessed_volume_are_none(stranger, things):
    address = '/project/protection_points/'
    page = stranger.page(address, type='volume', resource=things.volume)
    assert page.rows == []


@pytest.mark.parametrize('address', LOOKS + FORMS)
def test_guessed_addresses_are_not_found(stranger, things, address):
    answer = stranger.get(things.within(address))
    assert answer.status_code == 404


def test_guessed_forms_and_buttons_do_nothing(stranger, demo, things):
    before = things.still_there(demo)
    data = {'delete_plan': 'on', 'plan_name': 'of a stranger'}
    for address in FORMS:
        answer = stranger.post(things.within(address), data)
        assert answer.status_code == 404, address
    for panel, button in BUTTONS:
        answer = stranger.press(LISTS[panel], things.within(button))
        assert answer.status_code == 404, button
    assert things.still_there(demo) == before


def test_rows_of_others_are_not_refreshed(stranger, things):
    for panel, id_ in (
        ('executions', things.run),
        ('points', f'volume_snapshot:{things.point}'),
    ):
        answer = stranger.get(
            LISTS[panel],
            {'action': 'row_update', 'table': panel, 'obj_id': id_},
            **AJAX,
        )
        assert answer.status_code == 404


@pytest.fixture(scope='module')
def going(module_sandbox):
    """Id of a run of demo's that goes on."""
    return module_sandbox.endless('going on')


def own_requests(user, run_id):
    """Addresses that the pages of a run ask for by themselves."""
    row = user.page(LISTS['executions']).row(run_id)
    page = user.page(f'{LISTS["executions"]}{run_id}/')
    (part,) = page.root.xpath('//@data-protection-refresh')
    return row.element.get('data-update-url'), part


def test_a_page_asks_only_for_whom_it_was_shown_to(visitor, demo, alt, going):
    user, stranger = visitor('demo'), visitor('alt')
    admin = Visitor('admin', project_id=demo.project_id)
    of_user, of_admin = own_requests(user, going), own_requests(admin, going)
    assert statuses(user, of_user) == statuses(admin, of_admin) == {200}
    assert statuses(stranger, of_user + of_admin) == {409}
    assert statuses(user, of_admin) == statuses(admin, of_user) == {409}
    admin.switch(alt.project_id)
    assert statuses(admin, of_admin) == {409}


def statuses(user, addresses):
    """Of the answers to a page's own requests; refusals say nothing.

    They leave the session as it is: a page that is open does not make it
    last, nor undo what another tab has changed meanwhile.
    """
    answers = [user.get(address, **AJAX) for address in addresses]
    assert not any(a.content for a in answers if a.status_code != 200)
    assert not any(settings.SESSION_COOKIE_NAME in a.cookies for a in answers)
    return {answer.status_code for answer in answers}


def test_an_administrator_in_the_project_sees_its_lists(demo, things):
    admin = Visitor('admin', project_id=demo.project_id)
    for panel, id_ in (
        ('plans', things.plan),
        ('schedules', f'{things.plan}:{things.schedule}'),
        ('executions', things.run),
        ('points', f'volume_snapshot:{things.point}'),
    ):
        assert admin.page(LISTS[panel], plan=things.plan).row(id_), panel
    found = plan_service.plans_and_unreadable(demo)
    names = {plan.name for plans in found for plan in plans}
    shown = {row['Plan'] for row in admin.page(LISTS['plans']).rows}
    assert shown == names


@pytest.mark.parametrize('address', LOOKS)
def test_a_viewer_may_look(visitor, things, address):
    page = visitor('viewer').page(things.within(address))
    assert page.root.xpath('//dl')


@pytest.mark.parametrize('panel', LISTS)
def test_a_viewer_sees_rows_without_buttons(visitor, things, panel):
    page = visitor('viewer').page(LISTS[panel])
    assert page.rows
    found = {name for row in page.rows for name in row.actions}
    assert found <= {'Details', 'Dry Run', 'Export'}
    assert page.table_actions == []


@pytest.mark.parametrize('address', FORMS)
def test_a_viewer_is_shown_no_form(visitor, things, address):
    answer = visitor('viewer').get(things.within(address))
    assert answer.status_code == 403


def test_a_viewer_sends_forms_in_vain(visitor, demo, things):
    before = things.still_there(demo)
    data = {'delete_plan': 'on', 'plan_name': 'of a viewer'}
    for address in FORMS:
        answer = visitor('viewer').post(things.within(address), data)
        assert answer.status_code == 403, address
    assert things.still_there(demo) == before


def test_a_viewer_presses_buttons_in_vain(visitor, demo, things):
    before = things.still_there(demo)
    viewer = visitor('viewer')
    for panel, button in BUTTONS:
        answer = viewer.press(LISTS[panel], things.within(button))
        assert answer.status_code == 302, button
        (alert,) = viewer.page(LISTS[panel]).alerts
        assert alert.startswith('Error: You are not allowed to')
    assert things.still_there(demo) == before


def test_a_viewer_gets_no_preview(visitor):
    address = '/project/protection_schedules/preview/'
    assert visitor('viewer').get(address).status_code == 403


def test_a_form_without_its_token_is_refused(demo, things):
    before = things.still_there(demo)
    client = Visitor('demo')
    client.handler.enforce_csrf_checks = True
    for address in FORMS:
        answer = client.post(things.within(address), {'delete_plan': 'on'})
        assert 'csrf_failure' in answer['Location'], address
    for panel, button in BUTTONS:
        answer = client.press(LISTS[panel], things.within(button))
        assert 'csrf_failure' in answer['Location'], button
    assert things.still_there(demo) == before


@pytest.mark.parametrize('address', [*LISTS.values(), *LOOKS, *FORMS])
def test_who_is_not_logged_in_is_asked_to(things, address):
    answer = test.Client(SERVER_NAME=ADDRESS).get(things.within(address))
    assert answer.status_code == 302
    login = f'http://{ADDRESS}/auth/login/?next='
    assert unquote(answer['Location']) == login + things.within(address)
