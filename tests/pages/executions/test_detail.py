# SPDX-License-Identifier: Apache-2.0
"""The page of a run: skipped, removed, told; and the test of a message."""

import pytest

from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import service as plan_service
from tests.pages.page import Page
from tests.pages.page import text
from tests.support import factories
from tests.support import sandboxes

LIST = '/project/protection_executions/'
GONE = '00000000-0000-4000-8000-000000000000'
REFUSED = 'http://192.0.2.1/hook'


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def plan(module_sandbox, demo):
    """It keeps one point, has lost a volume, and tells where it may not."""
    volume = module_sandbox.volume('run page')
    document = module_sandbox.document(volume)
    lost = sandboxes.with_entry(document, id=GONE, name='lost volume')
    return plan_service.plan_create(
        demo,
        {
            **sandboxes.with_resources(document, lost),
            'retention': {'last': 1},
            'notification': {'on': ['success'], 'webhook': REFUSED},
        },
    )


@pytest.fixture(scope='module')
def runs(module_sandbox, demo, plan):
    """One run, then two at once: by state, the first is apart."""
    first = module_sandbox.ended(execution_service.execute_plan(demo, plan))
    both = [
        module_sandbox.started(execution_service.execute_plan(demo, plan))
        for _n in range(2)
    ]
    ended = [module_sandbox.ended(run_id) for run_id in both]
    return {'first': first, **{run.state: run for run in ended}}


def rows(page, heading):
    """Texts of the cells of the table below a heading."""
    path = f'//h4[text()="{heading}"]/following-sibling::table[1]'
    (table,) = page.root.xpath(path)
    return [
        [text(cell) for cell in row.xpath('./td')]
        for row in table.xpath('./tbody/tr')
    ]


def test_it_tells_what_was_skipped_removed_and_told(user, demo, runs):
    made = runs['first'].results
    (point,) = [one for one in made if one['state'] == 'ok']
    page = user.page(f'{LIST}{runs["SUCCESS"].id}/')
    assert '1 done, 1 skipped, 1 removed' in page.all('//dd')
    lost = next(text(tr) for tr in page.root.xpath('//tbody/tr'))
    assert lost == 'lost volumeVolume Skipped The volume no longer exists.'
    ((name, resource, state, reason),) = rows(page, 'Old Recovery Points')
    assert (resource, state) == ('run page', 'Removed')
    assert name.startswith('run page 2')
    assert reason == 'removed: no rule keeps it'
    assert point['id'] not in factories.point_ids(demo)
    ((target, event, sent, why),) = rows(page, 'Notifications')
    assert (target, event, sent) == (REFUSED, 'Success', 'Refused')
    assert 'does not allow messages to 192.0.2.1' in why


def test_one_of_two_runs_at_once_is_skipped_with_the_reason(user, runs):
    row = user.page(LIST).row(runs['SKIPPED'].id)
    assert row['State'] == 'Skipped'
    assert row['Result'].endswith('is still going.')
    page = user.page(f'{LIST}{row.id}/')
    assert row['Result'] in page.all('//dd')
    assert not page.root.xpath('//details')


def test_a_test_message_is_refused_in_the_form(user, plan):
    answer = user.submit(f'{LIST}notify/{plan.id}/')
    page = Page(answer.content.decode())
    (error,) = page.errors('notify_url')
    assert 'does not allow messages to 192.0.2.1' in error


def test_a_test_message_needs_an_address(user):
    answer = user.submit(f'{LIST}notify/', name='typed')
    (error,) = Page(answer.content.decode()).alerts
    assert 'Choose a webhook or an email address first' in error


def test_the_page_of_a_test_message_tells_how_it_went(
    user, module_sandbox, plan
):
    """Nobody listens on the port of the discard protocol."""
    silent = 'http://127.0.0.1:9/hook'
    answer = user.submit(f'{LIST}notify/{plan.id}/', notify_url=silent)
    address = answer['Location']
    run = module_sandbox.ended(address.strip('/').rpartition('/')[2])
    page = user.page(address)
    assert page.of_class('h1') == [f'Test message of {plan.name}']
    ((target, event, sent, why),) = rows(page, 'Notifications')
    assert (target, event, sent) == (silent, 'Test message', 'Failed')
    assert why
    assert why in run.reason
