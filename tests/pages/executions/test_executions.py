# SPDX-License-Identifier: Apache-2.0
"""Executions: columns, pages of 20, a run's own page, cancel and delete."""

import re

import pytest

from protection_dashboard.executions import service as execution_service
from protection_dashboard.workflows import definitions
from tests.pages.page import Page
from tests.pages.page import text
from tests.support.fixtures import many_executions_of

LIST = '/project/protection_executions/'
GONE = '00000000-0000-4000-8000-000000000000'
AJAX = {'HTTP_X_REQUESTED_WITH': 'XMLHttpRequest'}


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def hollow(many_executions):
    """The id of a plan that has many runs."""
    return many_executions.workflow.removeprefix(definitions.PLAN_NAME_PREFIX)


@pytest.fixture(scope='module')
def many(many_executions):
    return many_executions.run_ids


def ids(page):
    return [row.id for row in page.rows]


def link(page, parameter):
    """The address that leads to the next page or to the one before."""
    (found,) = set(links(page, parameter))
    return LIST + found


def links(page, parameter):
    addresses = page.root.xpath('//a/@href')
    return [a for a in addresses if re.search(f'[?&]{parameter}=', a)]


def test_it_shows_twenty_a_page_forward_and_backward(user, hollow, many):
    first = user.page(LIST, plan=hollow)
    assert ids(first) == many[:20]
    assert not links(first, 'prev_marker')
    second = user.page(link(first, 'marker'))
    assert ids(second) == many[20:]
    assert not links(second, 'marker')
    again = user.page(link(second, 'prev_marker'))
    assert ids(again) == many[:20]
    assert ids(user.page(link(again, 'marker'))) == many[20:]


def test_a_row_says_what_why_and_by_whom(user, hollow, many):
    row = user.page(LIST, plan=hollow).row(many[0])
    assert row['Execution'] == 'hollow plan'
    assert row['Started By'] == 'demo'
    assert row['State'] == 'Failed'
    assert row['Result'].startswith('Not a plan document: ')
    assert re.fullmatch(r'\d+ s', row['Duration'])
    assert re.search(r'now|\d (s|min) ago$', row['Started'])
    assert list(row.actions) == [
        'Details',
        'Retry Failed Only',
        'Delete Execution',
    ]
    assert row.links('Execution') == [f'{LIST}{many[0]}/']


@pytest.fixture(scope='module')
def fading(module_sandbox):
    """A ManyExecutions whose runs are deleted here."""
    return many_executions_of(module_sandbox, 4)


def left(cloud, many_executions):
    """Ids of the runs of a ManyExecutions that there still are."""
    found = execution_service.list_executions(
        cloud, 100, workflow_name=many_executions.workflow
    )
    return [run.id for run in found]


def test_an_execution_that_left_the_page_is_deleted_all_the_same(
    user, demo, fading
):
    """The last of them: on the page that is shown now it does not stand."""
    last = fading.run_ids.pop()
    answer = user.press(LIST, f'executions__delete__{last}')
    assert answer.status_code == 302
    page = user.page(LIST)
    assert page.alerts == []
    assert left(demo, fading) == fading.run_ids


def test_several_are_deleted_at_once(user, demo, fading):
    chosen = [fading.run_ids.pop() for _number in range(2)]
    data = {'action': 'executions__delete', 'object_ids': chosen}
    assert user.post(LIST, data).status_code == 302
    assert left(demo, fading) == fading.run_ids


@pytest.mark.parametrize(
    'asked',
    [
        {'marker': 'nonsense'},
        {'marker': GONE},
        {'prev_marker': GONE},
        {'plan': 'nonsense'},
        {'schedule': GONE},
        {'from': 'yesterday'},
    ],
)
def test_a_guessed_place_in_the_list_is_no_error_page(user, asked):
    assert user.page(LIST, **asked).rows == []


@pytest.fixture(scope='module')
def slow(module_sandbox):
    """A document whose run takes some seconds."""
    volume = module_sandbox.volume(
        'slow', metadata={'fault_create_snapshot': '8'}
    )
    return module_sandbox.document(volume)


def test_a_run_is_watched_cancelled_and_deleted(module_sandbox, user, slow):
    run_id = module_sandbox.start(slow)
    row = user.page(LIST).row(run_id)
    assert row['State'] == 'Running'
    assert list(row.actions) == ['Details', 'Cancel Execution']
    assert 'ajax-update' in row.element.get('class')
    (part,) = parts(user.page(f'{LIST}{run_id}/'))
    assert part.startswith(f'{LIST}{run_id}/part/?for=')
    assert parts(user.page(part)) == [part]
    assert user.press(LIST, f'executions__delete__{run_id}').status_code == 302
    (alert,) = user.page(LIST).alerts
    assert 'You are not allowed to delete execution' in alert
    user.press(LIST, f'executions__cancel__{run_id}')
    row = refreshed(user, run_id)
    assert row['State'] == 'Cancelled'
    assert list(row.actions) == ['Details', 'Delete Execution']
    assert parts(user.page(part)) == []


def parts(page):
    """Addresses of what the page fetches again by itself."""
    return page.root.xpath('//@data-protection-refresh')


def refreshed(user, run_id):
    """The row as it is fetched again while the page stays."""
    asked = {'action': 'row_update', 'table': 'executions', 'obj_id': run_id}
    fragment = user.get(LIST, asked, **AJAX).content.decode()
    heads = re.search(r'<thead>.*</thead>', user.text(LIST), re.DOTALL)[0]
    table = f'<table class="datatable">{heads}<tbody>{fragment}</tbody>'
    return Page(table + '</table>').row(run_id)


def test_its_page_tells_what_became_of_each_resource(user, executed_plan):
    run, point = executed_plan.run, executed_plan.point
    page = user.page(f'{LIST}{run.id}/')
    facts = page.all('//dd')
    assert {run.id, executed_plan.plan.name, 'demo'} < set(facts)
    assert '1 done, 1 failedin use, and Force is off' in facts
    cells = [
        [text(cell) for cell in row.xpath('./td')]
        for row in page.root.xpath('//tbody/tr')
    ]
    raw = 'The volume is attached to a server and Force is off.'
    assert cells == [
        [
            'orders-db',
            'Volume',
            'Failed',
            '',
            raw,
        ],
        ['executed_plan', 'Volume', 'Done', point.id, ''],
    ]
    everything = '/project/protection_points/of/volume'
    assert page.links('executed_plan') == [
        f'{everything}/{executed_plan.volume.id}/'
    ]
    of_it = f'/project/protection_points/point/volume_snapshot/{point.id}/'
    assert page.links(point.id) == [of_it]
    plan = f'/project/protection_plans/{executed_plan.plan.id}/'
    assert page.links(executed_plan.plan.name) == [plan]
