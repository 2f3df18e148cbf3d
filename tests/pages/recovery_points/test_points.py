# SPDX-License-Identifier: Apache-2.0
"""Recovery Points: of all volumes, of one, of one that is gone."""

import datetime
import re

import pytest

from protection_dashboard import plugins
from protection_dashboard.panels.recovery_points import cursors
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.schedules import service as schedule_service
from tests.pages.page import Page
from tests.support import backdating
from tests.support import factories
from tests.support import sandboxes

LIST = '/project/protection_points/'
AJAX = {'HTTP_X_REQUESTED_WITH': 'XMLHttpRequest'}


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def volume(executed_plan):
    return executed_plan.volume


@pytest.fixture(scope='module')
def made(module_sandbox, executed_plan, volume):
    """A point of a plan's run, one of a run at once, one by hand."""
    by_hand = module_sandbox.cinder.volume_snapshots.create(
        volume.id, name='by hand'
    )
    return {
        'plan': executed_plan.point,
        'once': module_sandbox.point(volume),
        'by hand': by_hand,
    }


def key(point):
    return f'volume_snapshot:{point.id}'


def of(volume_id):
    return f'{LIST}?type=volume&resource={volume_id}'


def test_of_one_volume_there_stand_only_its_points(user, volume, made):
    page = user.page(of(volume.id))
    assert {row.id for row in page.rows} == {key(p) for p in made.values()}
    assert page.links('Clear') == [LIST]
    everything = {row.id for row in user.page(LIST).rows}
    assert everything > {row.id for row in page.rows}


def test_a_row_says_what_and_when(user, volume, made):
    point = made['plan']
    row = user.page(LIST).row(key(point))
    assert row['Name'] == point.name
    assert row['Resource'].startswith('executed_plan')
    own = f'/project/volumes/{volume.id}/'
    assert row.links('Resource') == [own, of(volume.id)]
    assert (row['Type'], row['Method']) == ('Volume', 'Volume snapshot')
    assert row['Size'] == '1 GiB'
    assert row['State'] == 'Available'
    (time,) = row.cells['Taken'].xpath('.//time')
    assert time.get('datetime') == point.created.isoformat()
    assert list(row.actions) == ['Restore', 'Pin...', 'Delete Recovery Point']
    page = f'{LIST}point/volume_snapshot/{point.id}/'
    assert row.links('Name') == [page]


def test_a_row_says_that_a_clock_was_wrong(user, module_sandbox):
    volume = module_sandbox.volume('wrongly dated')
    point = module_sandbox.point(volume)
    year = datetime.timedelta(days=365)
    backdating.snapshot_dated(point.id, point.created - year)
    (row,) = user.page(of(volume.id)).rows
    (time,) = row.cells['Taken'].xpath('.//time')
    requested = datetime.datetime.fromisoformat(time.get('datetime'))
    assert abs(requested - point.created) < datetime.timedelta(minutes=2)
    sentence = f"Its service dates it {point.created - year:%a %-d %b %Y}"
    assert sentence in row['Taken']
    address = f'{LIST}point/volume_snapshot/{point.id}/'
    assert sentence in user.page(address).root.text_content()


def test_it_says_who_made_a_point(user, executed_plan, made):
    page = user.page(LIST)
    row = page.row(key(made['plan']))
    assert row['Made By'].startswith('plan that ran')
    plan_id, mark = executed_plan.plan.id, made['plan'].mark
    assert row.links('Made By') == [
        f'/project/protection_plans/{plan_id}/',
        f'/project/protection_schedules/{plan_id}/{mark.schedule}/',
        f'/project/protection_executions/{mark.execution}/',
    ]
    row = page.row(key(made['once']))
    run = made['once'].mark.execution
    assert row.links('Made By') == [f'/project/protection_executions/{run}/']
    assert page.row(key(made['by hand']))['Made By'] == 'By hand'


def test_a_point_of_two_schedules_is_shown_under_both(user, sandbox, demo):
    volume = factories.volume(demo, 'scratch')
    plan = sandbox.plan(volume, '0 3 1 1 *')
    second = plan_document.new_schedule('0 3 * 1 *', 'UTC')
    schedule_service.schedule_add(demo, plan, second)
    plan = plan_service.plan_get(demo, plan.id)
    ids = [one.id for one in plan.schedules]
    point = sandbox.point(volume, plan=plan, schedules=ids[::-1])
    schedules = [
        f'/project/protection_schedules/{plan.id}/{one}/' for one in ids[::-1]
    ]
    for one in ids:
        page = user.page(LIST, plan=plan.id, schedule=one)
        (row,) = page.rows
        assert row.id == key(point)
        assert row.links('Made By')[1:3] == schedules
        (address,) = page.links('Download CSV')
        content = b''.join(user.get(LIST + address).streaming_content).decode()
        assert f'"{ids[1]}, {ids[0]}"' in content
    page = user.page(f'{LIST}point/volume_snapshot/{point.id}/')
    shown = page.root.xpath('//a/@href')
    assert {*schedules} <= {*shown}


@pytest.mark.parametrize('which', ['plan', 'once', 'by hand'])
def test_a_row_is_fetched_again_as_it_was(user, made, which):
    point = made[which]
    asked = {'action': 'row_update', 'table': 'points', 'obj_id': key(point)}
    answer = user.get(LIST, asked, **AJAX)
    assert answer.status_code == 200
    row = user.page(LIST).row(key(point))
    again = re.sub(r'<[^>]+>|\s', '', answer.content.decode())
    for heading in ('Name', 'Resource', 'Made By', 'State'):
        assert row[heading].replace(' ', '') in again


def test_a_row_that_is_gone_is_not_found(user):
    for id_ in ('volume_snapshot:nonsense', 'nonsense:1', 'nonsense', ''):
        asked = {'action': 'row_update', 'table': 'points', 'obj_id': id_}
        assert user.get(LIST, asked, **AJAX).status_code == 404


@pytest.fixture
def given_away(sandbox, alt):
    """A point whose volume went to another project, until we are done."""
    volume = sandbox.volume('given away')
    point = sandbox.point(volume)
    theirs = sandboxes.cinder_of(alt)
    hand_over(sandbox.cinder, theirs, volume.id)
    yield point
    hand_over(theirs, sandbox.cinder, volume.id)


def hand_over(giver, taker, volume_id):
    transfer = giver.transfers.create(volume_id, no_snapshots=True)
    taker.transfers.accept(transfer.id, transfer.auth_key)


def test_a_source_that_is_gone_is_struck_through(user, given_away, sandbox):
    row = user.page(LIST).row(key(given_away))
    (struck,) = row.cells['Resource'].xpath('.//s')
    assert struck.text == given_away.resource_id
    assert '(deleted)' in row['Resource']
    assert row.links('Resource') == [of(given_away.resource_id)]
    wizard = f'{LIST}restore/volume_snapshot/{given_away.id}/'
    assert 'no longer exists' in user.text(wizard)


def test_pages_follow_one_another(user):
    first = user.page(LIST)
    assert len(first.rows) <= 20
    page = user.page(LIST, marker='volume_snapshot.1')
    assert [row.id for row in page.rows][:19] == [
        row.id for row in first.rows
    ][1:]
    previous = page.root.xpath('//a[contains(@href, "prev_marker=")]/@href')
    back = user.page(LIST + previous[0])
    assert back.rows[0].id == first.rows[0].id


@pytest.mark.parametrize('marker', ['nonsense', 'nonsense.3'])
def test_a_guessed_place_in_the_list_is_the_first_page(user, marker):
    first = [row.id for row in user.page(LIST).rows]
    assert [row.id for row in user.page(LIST, marker=marker).rows] == first


def test_a_place_past_the_end_is_empty(user):
    places = cursors.cursor_text(
        dict.fromkeys(plugins.protections(), 999_999_999)
    )
    assert user.page(LIST, marker=places).rows == []


def run_of(answer):
    """The id of the run whose page an answer leads to."""
    assert answer.status_code == 302
    return answer['Location'].rstrip('/').rpartition('/')[2]


def test_points_are_deleted_by_an_execution(
    module_sandbox, user, demo, volume
):
    """The button of a row and that of the table lead to a page first."""
    one, *several = [module_sandbox.point(volume) for _number in range(3)]
    data = {
        'action': 'points__delete',
        'object_ids': [key(point) for point in several],
    }
    asked = [
        user.press(LIST, f'points__delete__{key(one)}')['Location'],
        user.post(LIST, data)['Location'],
    ]
    assert not {p.id for p in (one, *several)} - factories.point_ids(demo)
    answers = [user.submit(address) for address in asked]
    runs = [module_sandbox.ended(run_of(answer)) for answer in answers]
    assert [run.kind for run in runs] == ['delete', 'delete']
    assert [run.summary['ok'] for run in runs] == [1, 2]
    page = user.page(answers[0]['Location'])
    assert page.of_class('h1') == [f'Delete {one.name}']
    left = factories.point_ids(demo)
    assert not left & {point.id for point in (one, *several)}


def test_the_last_good_copy_is_deleted_by_who_types_its_number(
    module_sandbox, user
):
    volume = module_sandbox.volume('copied once')
    point = module_sandbox.point(volume)
    address = f'{LIST}delete/?point={key(point)}'
    page = user.page(address)
    (warning,) = page.alerts
    assert warning.endswith('last good copies of: copied once')
    assert 'Last good copy' in page.only('//form//tbody/tr')
    refused = user.submit(address, count='2')
    page = Page(refused.content.decode())
    assert page.errors('count') == ['Type the number 1.']
    other = user.submit(address, count='1', digest='of another list')
    page = Page(other.content.decode())
    assert any('has changed meanwhile' in alert for alert in page.alerts)
    run = module_sandbox.ended(run_of(user.submit(address, count='1')))
    assert run.summary['ok'] == 1
    assert user.get(address).status_code == 404


def test_filters_are_kept_in_the_address_and_in_the_file(
    user, executed_plan, made
):
    mark = made['plan'].mark
    chosen = {'plan': mark.plan, 'schedule': mark.schedule, 'type': 'volume'}
    page = user.page(LIST, **chosen)
    assert [row.id for row in page.rows] == [key(made['plan'])]
    assert page.of_class('protection-sum') == ['1 recovery point, 1 GiB']
    (address,) = page.links('Download CSV')
    assert all(f'{k}={v}' in address for k, v in chosen.items())
    content = b''.join(user.get(LIST + address).streaming_content).decode()
    _heading, line = content.strip().splitlines()
    assert made['plan'].id in line
    assert mark.execution in line
    nothing = user.page(LIST, **chosen, state='error')
    assert (nothing.rows, nothing.links('Clear')) == ([], [LIST])


@pytest.mark.parametrize(
    'wrong', [{'type': 'starship'}, {'newer': '0'}, {'plan': 'nonsense'}]
)
def test_a_filter_that_makes_no_sense_is_told_at_its_field(user, wrong):
    page = user.page(LIST, **wrong)
    ((name, _value),) = wrong.items()
    assert page.rows == []
    assert len(page.errors(name)) == 1
