# SPDX-License-Identifier: Apache-2.0
"""Pins on the pages: seen, set, kept from deletion, taken away."""

import pytest

from protection_dashboard.plans import service as plan_service
from protection_dashboard.recovery_points import pins
from tests.pages.page import Page
from tests.support import factories

LIST = '/project/protection_points/'
NOTE = "before <b>the upgrade</b> & {{ 7*7 }}"


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def volume(module_sandbox):
    return module_sandbox.volume('pinned volume')


@pytest.fixture(scope='module')
def plan(module_sandbox, demo, volume):
    document = {
        **module_sandbox.document(volume, '0 3 1 1 *'),
        'retention': {'last': 1},
    }
    return plan_service.plan_create(demo, document)


@pytest.fixture(scope='module')
def old(module_sandbox, volume, plan):
    return module_sandbox.point(volume, plan=plan)


@pytest.fixture(scope='module')
def new(module_sandbox, volume, plan, old):
    return module_sandbox.point(volume, plan=plan)


@pytest.fixture(scope='module')
def pinned(user, old, new):
    """The older point, pinned by the form; what its page said before."""
    before = facts(user.page(page_of(old)))
    answer = user.submit(pin_of(old), note=NOTE)
    assert answer['Location'] == page_of(old)
    return old, before


def key(point):
    return f'{point.protection}:{point.id}'


def page_of(point):
    return f'{LIST}point/volume_snapshot/{point.id}/'


def pin_of(point):
    return f'{LIST}pin/volume_snapshot/{point.id}/'


def facts(page):
    """``{term: description}`` of the page."""
    terms = page.root.xpath('//dl[contains(@class, "protection-point")]/dt')
    return {
        dt.text_content().strip(): ' '.join(
            dt.getnext().text_content().split()
        )
        for dt in terms
    }


def test_a_pinned_point_says_so(user, pinned):
    point, before = pinned
    assert before['Retention'] == 'Removed: no rule keeps it'
    told = facts(user.page(page_of(point)))
    assert told['Retention'] == f'Kept: pinned ({NOTE})'
    assert told['Pinned'].startswith(f'{NOTE}, demo, ')
    row = user.page(LIST).row(key(point))
    assert row['Pinned'] == 'Pinned'
    (tip,) = row.cells['Pinned'].xpath('./span/@title')
    assert tip.startswith(f'{NOTE}, demo, ')
    assert user.page(pin_of(point)).values['note'] == NOTE


def test_a_pinned_point_is_not_deleted(user, demo, pinned, new):
    point, _before = pinned
    row = user.page(LIST).row(key(point))
    assert list(row.actions) == ['Restore', 'Edit Note', 'Unpin']
    one = {'action': f'points__delete__{key(point)}'}
    both = {
        'action': 'points__delete',
        'object_ids': [key(new), key(point)],
    }
    for data in (one, both):
        (alert,) = user.page(user.post(LIST, data)['Location']).alerts
        assert f'pinned recovery points: {point.name}. Unpin' in alert
    states = {p.id: p.status for p in factories.SNAPSHOT.points(demo)}
    assert (states[point.id], states[new.id]) == ('available', 'available')


def test_it_is_unpinned_from_where_the_user_is(user, demo, new):
    """Nobody leads the browser elsewhere."""
    pins.pin_point(demo, new, '')
    data = {'action': f'points__unpin__{key(new)}'}
    ours = f'http://127.0.0.1{page_of(new)}'
    answer = user.post(LIST, data, HTTP_REFERER=ours)
    assert answer['Location'] == ours
    row = user.page(LIST).row(key(new))
    assert (row['Pinned'], 'Pin...' in row.actions) == ('-', True)
    foreign = 'http://evil.example.org/'
    answer = user.post(LIST, data, HTTP_REFERER=foreign)
    assert answer['Location'] == LIST


def test_a_note_that_is_too_long_is_told(user, old):
    answer = user.submit(pin_of(old), note='x' * 256)
    assert 'at most 255' in Page(answer.content.decode()).errors('note')[0]


def test_what_no_plan_prunes_offers_no_pin(user, module_sandbox, volume):
    point = module_sandbox.point(volume)
    row = user.page(LIST).row(key(point))
    assert not {'Pin...', 'Unpin'} & set(row.actions)
    told = facts(user.page(page_of(point)))
    assert told['Retention'].startswith('It stays until somebody deletes it')
    answer = user.get(pin_of(point))
    (alert,) = user.page(answer['Location']).alerts
    assert 'nothing removes it by itself' in alert


def test_the_page_of_a_point_tells_all_of_it(user, executed_plan):
    page = user.page(page_of(executed_plan.point))
    told = facts(page)
    assert told['Resource'].startswith('executed_plan (Volume) ')
    assert told['Size'] == '1 GiB'
    assert told['ID'] == executed_plan.point.id
    words = 'Every year on 1 January at 03:00'
    assert told['Made By'] == f'plan that ran, {words}'
    plan = f'/project/protection_plans/{executed_plan.plan.id}/'
    schedule_id = f'{executed_plan.plan.id}/{executed_plan.schedule.id}'
    schedule = f'/project/protection_schedules/{schedule_id}/'
    run = f'/project/protection_executions/{executed_plan.run.id}/'
    assert page.links('plan that ran') == [plan]
    assert page.links(words) == [schedule]
    assert page.links('The run that made it') == [run]


@pytest.mark.parametrize(
    'address', [f'{LIST}point/volume_snapshot/nonsense/', f'{LIST}point/x/1/']
)
def test_a_point_that_is_not_there_has_no_page(user, address):
    assert user.get(address).status_code == 404
