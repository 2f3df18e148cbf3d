# SPDX-License-Identifier: Apache-2.0
"""Protect Now of a volume: the form, and the run it starts."""

import pytest

from protection_dashboard.plans import service as plan_service
from tests.pages.page import Page
from tests.support import factories

EXECUTIONS = '/project/protection_executions/'
POINTS = '/project/protection_points/'
HOME = '/project/protection_plans/'


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


def address(volume):
    return f'/project/protection_plans/protect/volume/{volume.id}/'


def run_of(answer):
    """The id of the run whose page an answer leads to."""
    assert answer.status_code == 302
    assert answer['Location'].startswith(EXECUTIONS)
    return answer['Location'].removeprefix(EXECUTIONS).strip('/')


@pytest.fixture(scope='module')
def answers(user, demo):
    """To the forms of two volumes, of which one is attached."""
    scratch, orders_db = (
        address(factories.volume(demo, name))
        for name in ('scratch', 'orders-db')
    )
    return [
        user.submit(scratch, snapshot_name='right now'),
        user.submit(orders_db, force=''),
    ]


@pytest.fixture(scope='module')
def runs(module_sandbox, answers):
    """The ended runs; their points go with the module_sandbox."""
    return [module_sandbox.ended(run_of(answer)) for answer in answers]


def test_it_starts_a_run_and_shows_its_page(user, demo, answers, runs):
    run = runs[0]
    (wait,) = run.results
    assert (run.kind, run.state, run.by) == ('once', 'SUCCESS', 'demo')
    point = factories.SNAPSHOT.show(demo, wait['id'])
    assert point.name.startswith('right now 20')
    page = user.page(answers[0]['Location'])
    assert page.of_class('h1') == ['Protect scratch']
    assert page.links(point.id)
    names = [plan.name for plan in plan_service.plan_list(demo)]
    assert 'scratch' not in names


def test_what_the_run_cannot_do_is_told(user, answers, runs):
    reason = 'The volume is attached to a server and Force is off.'
    page = user.page(answers[1]['Location'])
    assert reason in page.all('//tbody/tr/td')
    row = user.page(EXECUTIONS).row(runs[1].id)
    assert row['Result'] == '1 failed: in use, and Force is off'


def test_what_is_missing_is_asked_for(user, demo):
    volume = factories.volume(demo, 'scratch')
    answer = user.submit(address(volume), snapshot_name='', description='x')
    assert answer.status_code == 200
    page = Page(answer.content.decode())
    assert page.errors('snapshot_name') == ['This field is required.']
    assert page.values['description'] == 'x'


@pytest.mark.parametrize('form', ['schedule', 'protect'])
def test_a_volume_that_cannot_be_protected_has_no_form(sandbox, user, form):
    metadata = {'fault_create_volume': 'fail'}
    broken = sandbox.volume('broken', status='error', metadata=metadata)
    answer = user.get(f'/project/protection_plans/{form}/volume/{broken.id}/')
    assert (answer.status_code, answer['Location']) == (302, HOME)
    (alert,) = user.page(HOME).alerts
    assert alert.endswith(
        'broken cannot be protected now: its status is error.'
    )


@pytest.mark.parametrize('form', ['schedule', 'protect'])
@pytest.mark.parametrize('of', ['volume/none', 'starship/1'])
def test_what_does_not_exist_has_no_form(user, form, of):
    answer = user.get(f'/project/protection_plans/{form}/{of}/')
    assert answer.status_code == 404


def test_its_point_says_that_it_was_made_by_hand(user, runs):
    (wait,) = runs[0].results
    key = f'volume_snapshot:{wait["id"]}'
    row = user.page(POINTS).row(key)
    assert row['Made By'] == 'By hand'
    assert row.links('Made By') == [f'{EXECUTIONS}{runs[0].id}/']
    page = user.page(f'{POINTS}point/volume_snapshot/{wait["id"]}/')
    facts = dict(zip(page.all('//dt'), page.all('//dd'), strict=False))
    assert facts['Made By'] == 'By hand'
    assert 'It stays until somebody deletes it: no plan' in page.only(
        '//dd[contains(@class, "protection-retention-verdict")]'
    )
    assert page.links('Pin...') == []
    orphans = user.text('/project/protection_overview/orphans/')
    assert wait['id'] not in orphans


def test_where_force_helps_it_is_offered_beside_the_failure(
    user, answers, runs
):
    for page in (
        user.page(answers[1]['Location']).root.text_content(),
        ' '.join(user.page(EXECUTIONS).row(runs[1].id).actions),
    ):
        assert 'Retry with Force' in page
        assert 'Retry Failed Only' in page
    assert 'Retry' not in user.page(answers[0]['Location']).root.text_content()
