# SPDX-License-Identifier: Apache-2.0
"""What was tried against the panels and held, beside test_access.py.

Every address that is not tried there, every button of every table, with ids
of somebody else's or of nothing.
"""

import re

from django import test
import pytest

from tests.pages import test_access
from tests.pages.conftest import ADDRESS
from tests.pages.conftest import Visitor
from tests.support import page_addresses

HOST = f'http://{ADDRESS}'
#: what only the pages of these ids' owner may show
SECRETS = ('plan that ran', 'executed_plan')
TRIED = {*test_access.LOOKS, *test_access.FORMS, *test_access.LISTS.values()}
#: parts of pages and files, as a page asks for them
PARTS = (
    '/project/protection_overview/protect/?resource=volume:{volume}',
    '/project/protection_plans/{plan}/export/',
    '/project/protection_plans/{plan}/?tab=plan__points',
    '/project/protection_plans/{plan}/?tab=plan__schedules',
    '/project/protection_plans/{plan}/?tab=plan__executions',
    '/project/protection_plans/?format=csv&plan={plan}',
    '/project/protection_schedules/?format=csv&plan={plan}',
    '/project/protection_executions/?format=csv&plan={plan}',
    '/project/protection_points/?format=csv&plan={plan}',
    '/project/protection_schedules/preview/volume/{volume}/',
    '/project/protection_schedules/{plan}/add/preview/',
    '/project/protection_schedules/{plan}/{schedule}/edit/preview/',
    '/project/protection_executions/notify/',
    '/project/protection_points/hint/volume/?name={volume}',
    '/admin/protection_history/{run}/part/',
)
#: button of each table: panel, table, actions; and the id of a row
TABLES = {
    'plans': ('run', 'pause', 'resume', 'delete'),
    'schedules': ('run', 'pause', 'resume', 'rearm', 'delete'),
    'executions': ('cancel', 'delete', 'retry'),
    'points': ('delete', 'unpin', 'restore'),
}
ROWS = {
    'plans': '{plan}',
    'schedules': '{plan}:{schedule}',
    'executions': '{run}',
    'points': 'volume_snapshot:{point}',
}
#: what no sentence for a person contains
INTERNALS = re.compile(
    r"\bb''|\bb&#(39|x27);|object at 0x|Traceback|gAAAA|<class |&lt;class |"
    r'\bNone\b|KeyError|ValueError|AttributeError'
)
NO_IDS = (
    'x',
    '/',
    'PLAN/SCHEDULE',
    '../../v2/workflows',
    'a:b',
    ':',
    'volume_snapshot:..',
    '00000000-0000-0000-0000-000000000000',
    '%00',
    'é\u202e',
    "' or 1=1",
)


@pytest.fixture(scope='module')
def addresses(things, executed_plan):
    """All addresses that test_access does not try, with demo's ids."""
    ids = {
        **vars(things),
        'failed': things.run,
        'lost': things.point,
        'key': f'volume:{things.volume}',
        'trigger': executed_plan.schedule.trigger_id,
    }
    every = {
        *page_addresses.every(ids).values(),
        *page_addresses.every_of_admin(ids).values(),
        *(part.format(**ids) for part in PARTS),
    }
    return sorted(every - {things.within(one) for one in TRIED})


def answers(client, addresses):
    """``{address: (status, text)}``."""
    found = {address: client.get(address) for address in addresses}
    return {
        address: (
            answer.status_code,
            b''.join(answer.streaming_content).decode()
            if answer.streaming
            else answer.content.decode(),
        )
        for address, answer in found.items()
    }


def test_a_stranger_sees_nothing_of_it_anywhere(visitor, addresses, things):
    for address, (status, text) in answers(visitor('alt'), addresses).items():
        assert status in (200, 302, 400, 403, 404, 405), address
        assert not [one for one in SECRETS if one in text], address
        # what the address says itself may stand in a link back to it
        asked = set(re.findall(r'[0-9a-f-]{36}', address))
        others = {*vars(things).values()} - asked
        assert not [one for one in others if one in text], address
        if '/admin/' in address:
            assert status == 403, address


def test_a_reader_gets_no_form_and_no_page_of_administrators(
    visitor, addresses
):
    forms = ('create/', 'edit/', 'clone/', 'import/', 'options/', '/add/')
    forms += ('mark/', 'preview/', 'clean', 'protect/', 'notify/', 'admin/')
    forms += ('/delete/', '/convert/')
    chosen = [a for a in addresses if any(one in a for one in forms)]
    found = answers(visitor('viewer'), chosen)
    wrong = {a: status for a, (status, _) in found.items() if status != 403}
    assert wrong == {}
    assert len(chosen) > 12


def test_who_is_not_logged_in_gets_the_login_everywhere(addresses):
    anybody = test.Client(SERVER_NAME=ADDRESS)
    for address in addresses:
        answer = anybody.get(address)
        assert answer.status_code in (302, 401), address
        if answer.status_code == 302:
            assert '/auth/login/' in answer['Location'], address


@pytest.mark.parametrize('panel', TABLES)
def test_no_button_does_anything_to_what_is_another_s(
    visitor, demo, things, panel
):
    before = things.still_there(demo)
    row = things.within(ROWS[panel])
    for name in ('alt', 'viewer'):
        user = visitor(name)
        for action in TABLES[panel]:
            data = [
                {'action': f'{panel}__{action}__{row}'},
                {'action': f'{panel}__{action}', 'object_ids': row},
            ]
            for one in data:
                answer = user.post(test_access.LISTS[panel], one)
                assert answer.status_code < 500, one
    assert things.still_there(demo) == before


@pytest.mark.parametrize('panel', TABLES)
def test_an_id_of_nothing_is_told_in_a_sentence(visitor, things, panel):
    user, list_ = visitor('demo'), test_access.LISTS[panel]
    action = TABLES[panel][0]
    torn = things.within('{plan}/{schedule}')
    for no_id in (*NO_IDS, torn):
        answer = user.press(list_, f'{panel}__{action}__{no_id}')
        assert answer.status_code in (302, 404)
        if answer.status_code == 302:
            (alert,) = user.page(list_).alerts
            assert not INTERNALS.search(alert)
            assert 'does not work at the moment' not in alert


def test_a_form_of_another_site_is_refused(demo, things):
    """With the token of the session, but from elsewhere."""
    before = things.still_there(demo)
    client = Visitor('demo')
    client.get(test_access.LISTS['plans'])
    client.handler.enforce_csrf_checks = True
    token = client.cookies['csrftoken'].value
    data = {
        'csrfmiddlewaretoken': token,
        'action': f'plans__run__{things.plan}',
    }
    for headers in (
        {'HTTP_ORIGIN': 'http://evil.example.org'},
        {'HTTP_ORIGIN': 'null'},
        {'HTTP_ORIGIN': f'{HOST}.evil.example.org'},
    ):
        answer = client.post(test_access.LISTS['plans'], data, **headers)
        assert 'csrf_failure' in answer['Location'], headers
    assert things.still_there(demo) == before


def test_reading_an_address_changes_nothing(visitor, demo, things):
    before = things.still_there(demo)
    user = visitor('demo')
    for panel, actions in TABLES.items():
        row = things.within(ROWS[panel])
        user.get(
            test_access.LISTS[panel],
            {'action': f'{panel}__{actions[0]}__{row}'},
        )
    user = Visitor('demo')
    user.handler.enforce_csrf_checks = True
    for method in (user.put, user.delete, user.patch):
        answer = method(test_access.FORMS[2].format(**vars(things)))
        assert 'csrf_failure' in answer['Location']
    assert things.still_there(demo) == before


@pytest.mark.parametrize(
    'referer',
    [
        'http://evil.example.org/',
        '//evil.example.org/',
        f'{HOST}@evil.example.org/',
        f'{HOST}.evil.example.org/',
        f'http://user@{ADDRESS}.evil.example.org/',
        'javascript:alert(1)',
        f'{HOST}\\@evil.example.org/',
        '\\\\evil.example.org',
        'http:///evil.example.org',
    ],
)
def test_nobody_is_led_elsewhere(visitor, referer):
    list_ = test_access.LISTS['points']
    answer = visitor('demo').post(
        f'{list_}?next={referer}',
        {'action': 'points__unpin__volume_snapshot:x', 'next': referer},
        HTTP_REFERER=referer,
    )
    assert 'evil' not in answer.get('Location', '')
    assert not answer.get('Location', '').startswith('javascript')


def test_a_page_of_a_schedule_tells_no_id_of_mistral_s(
    visitor, executed_plan, things
):
    address = '/project/protection_schedules/{plan}/{schedule}/'
    page = visitor('demo').page(things.within(address))
    assert executed_plan.schedule.trigger_id not in page.only(page.MAIN)


def test_a_page_stands_in_no_frame(visitor, things):
    for address in (
        test_access.LISTS['plans'],
        things.within('/project/protection_executions/{run}/part/'),
    ):
        assert visitor('demo').get(address)['X-Frame-Options'] == 'DENY'
