# SPDX-License-Identifier: Apache-2.0
"""Schedules of the database client among ours, and one resource's own."""

from django import test
import pytest

from tests.pages.conftest import ADDRESS
from tests.support import factories
from tests.support import trove_client
from tests.support.trove_client_fixtures import SCHEDULES
from tests.support.trove_client_fixtures import armed
from tests.support.waiting import until

PLANS = '/project/protection_plans/'
MARK = 'Made with the database client'
WORDS = 'Every year on 1 January at 03:00'


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def nightly(shown):
    return shown(name='nightly', description='d', incremental=True)


def headings(page):
    return page.all('//h1')


def test_it_stands_in_the_list_and_is_marked(user, nightly):
    row = user.page(SCHEDULES).row(nightly.key)
    assert row['Plan'] == f'nightly{MARK}'
    assert row.links('Plan') == [nightly.address]
    assert (row['Protects'], row['Schedule']) == ('ledger', WORDS)
    assert (row['Last Run'], row['State']) == ('None yet', 'Armed')
    (time,) = row.cells['Next Run'].xpath('.//time')
    assert '03:00:00 UTC' in time.get('title')
    assert list(row.actions) == [
        'Run Now',
        'Convert into Plan',
        'Delete Schedule',
    ]


def test_one_that_nobody_can_read_or_run_is_shown_too(user, lost):
    row = user.page(SCHEDULES).row(lost.key)
    gone = lost.schedule.made.instance
    assert row['Protects'] == f'{gone} (deleted)'
    assert (row['Schedule'], row['Zone']) == ('Cron 0 0 L * *', 'UTC')
    page = user.page(lost.address)
    assert '0 0 L * * UTC' in page.all('//dd')
    assert page.empty == 'This schedule has not run yet.'


def test_run_now_asks_for_a_backup_and_tells_what_became_of_it(
    user, demo, nightly, lost
):
    for one in (nightly, lost):
        button = f'schedules__run__{one.key}'
        assert user.press(SCHEDULES, button).status_code == 302

    def row_of(one, state):
        rows = user.page(one.address).rows
        return rows and rows[0]['State'] == state and rows[0]

    row = until(lambda: row_of(nightly, 'Available'))
    assert row['Started By'] == 'Run Now'
    assert row['Backup'] == 'nightly'
    database = nightly.schedule.made.instance
    (points,) = row.links('Backup')
    assert points.endswith(f'/database/{database}/')
    failed = until(lambda: row_of(lost, 'Failed'))
    assert failed['Reason'].endswith('cannot be found.')
    assert (failed['Backup'], list(failed.actions)) == (
        '-',
        ['Delete Execution'],
    )
    listed = user.page(SCHEDULES)
    told = listed.row(nightly.key)['Last Run']
    assert told.startswith('Backup requested')
    assert listed.row(lost.key)['Last Run'].startswith('Failed')
    assert listed.row(lost.key).links('Last Run') == [lost.address]
    button = f'executions__delete__{failed.id}'
    assert user.press(lost.address, button).status_code == 302
    assert user.page(lost.address).rows == []


def test_its_page_says_what_it_does(user, nightly, ledger):
    page = user.page(nightly.address)
    facts = page.all('//dd')
    for fact in ('The database client', 'ledger', 'nightly', 'd', 'yes'):
        assert fact in facts
    assert f'{trove_client.NEVER} UTC' in facts
    assert nightly.schedule.made.id in facts
    assert page.links('ledger') == [f'/project/databases/{ledger.id}/']
    assert list(dict.fromkeys(page.links('Convert into Plan'))) == [
        nightly.address + 'convert/'
    ]


@pytest.fixture(scope='module')
def volume_plan(demo, module_sandbox):
    return module_sandbox.plan(
        factories.volume(demo, 'scratch'), trove_client.NEVER
    )


def test_the_schedules_of_one_resource(user, nightly, volume_plan, ledger):
    page = user.page(SCHEDULES, resource=f'database:{ledger.id}')
    assert headings(page) == ['Schedules of ledger']
    assert nightly.key in [row.id for row in page.rows]
    assert {row['Protects'] for row in page.rows} == {'ledger'}
    assert page.links('Show the schedules of all resources') == [SCHEDULES]
    form = f'{PLANS}schedule/database/{ledger.id}/'
    assert page.links('Schedule Backup') == [form]
    (entry,) = volume_plan.resources
    page = user.page(SCHEDULES, resource=f'volume:{entry["id"]}')
    assert headings(page) == ['Schedules of scratch']
    owners = {row.id.split(':')[0] for row in page.rows}
    assert volume_plan.id in owners
    assert 'client' not in owners


def test_a_resource_without_schedules_offers_one(
    user, visitor, module_sandbox
):
    volume = module_sandbox.volume('idle')
    address = f'{SCHEDULES}?resource=volume:{volume.id}'
    page = user.page(address)
    assert page.empty == "No schedule protects this resource. Schedule Backup"
    form = f'{PLANS}schedule/volume/{volume.id}/'
    assert page.links('Schedule Backup') == [form, form]
    page = visitor('viewer').page(address)
    assert page.empty == "No schedule protects this resource."
    assert page.links('Schedule Backup') == []


def test_a_resource_that_is_gone_keeps_its_schedules(user, lost):
    gone = lost.schedule.made.instance
    page = user.page(SCHEDULES, resource=f'database:{gone}')
    assert [row.id for row in page.rows] == [lost.key]
    assert headings(page) == [f'Schedules of {gone}']
    assert page.links('Schedule Backup') == []


@pytest.mark.parametrize('wrong', ['moon:1', 'database:', 'database:a/b', 'x'])
def test_no_such_resource_is_not_found(user, wrong):
    answer = user.get(SCHEDULES, {'resource': wrong})
    assert answer.status_code == 404


def test_it_is_deleted(user, demo, shown):
    one = shown(name='deleted')
    page = user.page(one.address + 'delete/')
    assert page.all('//p//strong') == ['deleted']
    answer = user.submit(one.address + 'delete/')
    assert (answer.status_code, answer['Location']) == (302, SCHEDULES)
    assert one.schedule.id not in armed(demo)
    assert user.page(SCHEDULES).row(one.key) is None
    for view in ('', 'delete/', 'convert/'):
        assert user.get(one.address + view).status_code == 404


def test_others_see_nothing_and_readers_change_nothing(visitor, demo, nightly):
    stranger, viewer = visitor('alt'), visitor('viewer')
    assert stranger.page(SCHEDULES).row(nightly.key) is None
    assert stranger.get(nightly.address).status_code == 404
    assert viewer.page(nightly.address).links('Convert into Plan') == []
    for view in ('delete/', 'convert/'):
        assert stranger.post(nightly.address + view).status_code == 404
        assert viewer.post(nightly.address + view).status_code == 403
    preview = nightly.address + 'convert/preview/'
    assert stranger.get(preview).status_code == 404
    assert viewer.get(preview).status_code == 403
    assert nightly.schedule.id in armed(demo)


def test_a_name_cannot_hurt_a_page(user, shown):
    one = shown(name='<script>alert(1)</script>')
    for address in ('', 'delete/', 'convert/'):
        assert '<script>alert' not in user.text(one.address + address)
    assert '<script>alert' not in user.text(SCHEDULES)


def test_nobody_gets_in_without_logging_in(running_cloud, nightly):
    anyone = test.Client(SERVER_NAME=ADDRESS)
    assert anyone.get(nightly.address + 'delete/').status_code == 302
