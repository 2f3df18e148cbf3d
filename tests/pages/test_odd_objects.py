# SPDX-License-Identifier: Apache-2.0
"""An odd object of every kind in one project: each costs one row."""

import contextlib
import csv
import io
import re

from django.core import management
import pytest

from cloud import settings
from protection_dashboard.executions import service as execution_service
from protection_dashboard.panels.overview import attention
from protection_dashboard.reports import project_status
from tests.support import odd_objects
from tests.support import page_addresses
from tests.support.freezer_service import FREEZER

PLANS = '/project/protection_plans/'
SCHEDULES = '/project/protection_schedules/'
EXECUTIONS = '/project/protection_executions/'
POINTS = '/project/protection_points/'
OVERVIEW = '/project/protection_overview/'
ADMIN = '/admin/protection_plans/'
HISTORY = '/admin/protection_history/'
TABS = ('overview', 'resources', 'schedules', 'executions', 'points')
SCHEDULES_ODD = odd_objects.odd_schedules()
BROKEN = odd_objects.BROKEN
#: what nobody should read: a traceback, an object, bytes, a fault of ours
RAW = re.compile(r"Traceback|object at 0x|\bb'|nobody foresaw|&lt;class")
OPTIONS = [
    f'--os-auth-url={settings.AUTH_URL}',
    '--os-username=admin',
    f'--os-password={settings.PASSWORD}',
    '--os-project-name=admin',
    '--os-user-domain-id=default',
    '--os-project-domain-id=default',
    f'--os-region-name={settings.REGION}',
]


@pytest.fixture(scope='module')
def odd(demo, module_sandbox):
    with odd_objects.odd_project(demo, module_sandbox) as made:
        yield made


@pytest.fixture(scope='module')
def member(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def admin(visitor):
    return visitor('admin')


@pytest.fixture(scope='module')
def ids(odd):
    """For the addresses of all pages."""
    (entry,) = odd.good.resources
    return {
        'volume': entry['id'],
        'key': f'volume:{entry["id"]}',
        'plan': odd.good.id,
        'schedule': odd.good.schedules[0].id,
        'failed': odd.odd_runs[0][0],
        'point': odd.marked[0],
        'lost': odd.marked[1],
        'trigger': odd.client_triggers[1],
    }


def wrong(user, addresses):
    """``{address: what is wrong}`` of pages that should be there."""
    found = {}
    for address in addresses:
        answer = user.get(address)
        if answer.status_code == 200 and not answer.streaming:
            raw = RAW.search(answer.content.decode())
        else:
            raw = answer.status_code not in (200, 302, 403, 404)
        if raw:
            found[address] = str(raw)
    return found


def file_of(user, address):
    """Rows of a list as a file, as dicts by heading."""
    asked = address if '?' in address else f'{address}?format=csv'
    answer = user.get(asked)
    assert answer.status_code == 200
    content = b''.join(answer.streaming_content).decode('utf-8-sig')
    assert 'not complete' not in content
    assert not RAW.search(content)
    return list(csv.DictReader(io.StringIO(content)))


@pytest.mark.parametrize('name', ['demo', 'viewer', 'admin'])
def test_every_page_is_there(visitor, demo, ids, odd, name):
    user = visitor(name, demo.project_id)
    if name == 'admin':
        addresses = page_addresses.every_of_admin(ids).values()
        assert wrong(user, addresses) == {}
        return
    plan = f'{PLANS}{odd.good.id}/'
    addresses = [
        *page_addresses.every(ids).values(),
        *(f'{plan}?tab=plan__{tab}' for tab in TABS),
        *(f'{OVERVIEW}orphans/{kind}/' for kind in ORPHANS),
        f'{SCHEDULES}preview/',
        f'{SCHEDULES}{odd.good.id}/add/preview/',
        f'{POINTS}hint/volume/',
    ]
    assert wrong(user, addresses) == {}


ORPHANS = ('sourceless', 'planless', 'leftovers', 'marks', 'triggers')


def test_every_list_is_a_whole_file(member, admin, ids):
    pages = page_addresses.every(ids)
    for name in (
        'overview:index', 'overview:freshness', 'overview:unneeded',
        'plans:index', 'schedules:index', 'executions:index', 'points:index',
    ):  # fmt: skip
        assert file_of(member, pages[name]), name
    for address in (HISTORY, ADMIN):
        assert file_of(admin, address), address


def of_plan(rows, plan_id):
    """The rows that are of a plan, or of a schedule of it."""
    return [row for row_id, row in rows.items() if plan_id in row_id]


def test_each_schedule_has_its_row_and_its_reason(member, admin, odd):
    lists = [
        (address, user.rows(address), file_of(user, address))
        for user, address in (
            (member, PLANS),
            (member, SCHEDULES),
            (admin, ADMIN),
        )
    ]
    for address, rows, _content in lists:
        assert of_plan(rows, odd.good.id), address
    for plan, (_part, text, reason, can_be_read) in zip(
        odd.plans, SCHEDULES_ODD, strict=True
    ):
        word = "Paused" if can_be_read else "Cannot be read"
        for address, rows, content in lists:
            (row,) = of_plan(rows, plan.id)
            if address != ADMIN or not can_be_read:
                assert word in ' '.join(row.texts.values()), text
            if address == SCHEDULES:
                assert reason in row['State'], text
            if address == ADMIN and not can_be_read:
                assert reason in row['Health'], text
            assert [one for one in content if plan.name in one['Plan']]


def test_the_overview_tells_each_reason(member, demo, odd):
    status = project_status.status_for_overview(demo)
    items = attention.attention_items(status, ())
    told = [str(item.explanation) for item in items]
    reasons = [reason for _part, _text, reason, _far in SCHEDULES_ODD]
    for reason in [*reasons, *(reason for _name, reason in BROKEN)]:
        assert [one for one in told if reason in one], reason
    # the page has room for the first ten
    shown = member.page(OVERVIEW).root.text_content()
    for text in told[: attention.MAX_ITEMS]:
        assert text in shown


def test_each_schedule_has_its_pages(member, odd):
    plans = dict(
        zip([one[:2] for one in SCHEDULES_ODD], odd.plans, strict=True)
    )
    for part, text, reason, can_be_read in odd_objects.named_schedules():
        plan = plans[part, text]
        (schedule,) = plan.schedules
        address = f'{SCHEDULES}{plan.id}/{schedule.id}/'
        told = member.text(address)
        assert reason in told, text
        assert ("Nothing was due yet." in told) == can_be_read, text
        assert member.page(f'{address}delete/').form is not None
        assert member.get(f'{address}edit/preview/').status_code == 200


def test_plans_of_odd_schedules_have_their_pages(member, odd):
    """A plan of all odd schedules, and one of a schedule that is far."""
    for plan in (odd.whole, odd.plans[-1]):
        address = f'{PLANS}{plan.id}/'
        for tab in TABS:
            page = member.page(address, tab=f'plan__{tab}')
            assert page.alerts == []
            if tab == 'schedules':
                assert len(page.rows) == len(plan.schedules)
        for page in ('edit/', 'clone/', 'dry-run/', 'delete/', 'export/'):
            assert member.get(address + page).status_code in (200, 302), page
        form = member.page(f'{SCHEDULES}{plan.id}/add/')
        assert form.values['zone'] == 'UTC'


def test_each_plan_that_is_none_has_its_row_and_its_reason(
    member, admin, demo, odd
):
    listed, everywhere = member.rows(PLANS), admin.rows(ADMIN)
    unreadable = member.rows(f'{PLANS}?state=unreadable')
    fresh = member.page(PLANS, state='fresh')
    content, everything = file_of(member, PLANS), file_of(admin, ADMIN)
    for plan_id, (name, reason) in zip(odd.broken, BROKEN, strict=True):
        row = listed[plan_id]
        assert row['Freshness'].startswith("Cannot be read")
        assert reason in row['Freshness'], name
        assert list(row.actions) == ["Delete Plan"]
        assert plan_id in unreadable
        assert not fresh.row(plan_id)
        (line,) = [one for one in content if one['ID'] == plan_id]
        assert reason in line['Reason']
        row = everywhere[f'{demo.project_id}:{plan_id}']
        assert row['Project'] == 'demo'
        assert '(project demo)' in row.element.get('data-display')
        assert list(row.actions) == ["Delete Plan"]
        assert row['Health'].startswith("Cannot be read")
        assert reason in row['Health']
        (line,) = [one for one in everything if one['Plan ID'] == plan_id]
        assert reason in line['Reason']
        assert member.get(f'{PLANS}{plan_id}/').status_code == 302


def test_each_execution_has_its_row_and_its_page(member, admin, odd):
    rows = member.rows(EXECUTIONS)
    for run_id, given in odd.odd_runs:
        told = rows[run_id]['Result']
        wrong_parts = [name for name in given if _is_odd(name, given[name])]
        for name in wrong_parts:
            assert "Parts of it cannot be read" in told, given
            assert f'.{name}' in told, given
        assert wrong(member, [f'{EXECUTIONS}{run_id}/']) == {}
    # the same page, for another user and as a part of it
    for run_id, _given in odd.odd_runs[::8]:
        assert wrong(admin, [f'{HISTORY}{run_id}/']) == {}
        assert wrong(member, [f'{EXECUTIONS}{run_id}/part/']) == {}


def _is_odd(name, value):
    """Whether a part of an input is of another shape than ours."""
    if name == 'point':
        return not (
            isinstance(value, dict)
            and value.get('id')
            and all(isinstance(text, str) for text in value.values())
            and 'after' not in value
        )
    if name in ('name', 'by', 'schedule'):
        return not isinstance(value, str)
    return True


def test_each_record_of_freezer_has_its_row_and_its_page(member, demo, odd):
    rows = member.rows(POINTS)
    assert rows[f'freezer:{odd.undated_record}']['Taken'] == 'Unknown'
    of_none = odd_objects.RECORDS.index({'cindernative_vol_id': {'a': 1}})
    row = rows[f'freezer:{odd.records[of_none]}']
    assert (row['Resource'], row.links('Resource')) == ('Unknown', [])
    newest = f'volume_snapshot:{snapshot(demo, odd.runs[1])}'
    assert rows[newest]['Name'].startswith('of odd objects')
    assert rows[newest]['State'] == 'Available'
    (entry,) = odd.good.resources
    shown = f'{POINTS}?type=volume&resource={entry["id"]}'
    assert f'freezer:{odd.undated_record}' in member.rows(shown)
    content = str(file_of(member, POINTS))
    for record_id in (*ours(odd), odd.undated_record):
        assert record_id in content
        shown = member.page(f'{POINTS}point/freezer/{record_id}/')
        assert shown.alerts == []
    addresses = [
        f'{POINTS}{page}' for record_id in odd.records[::7] for page in (
            f'pin/freezer/{record_id}/', f'restore/freezer/{record_id}/',
            f'delete/?point=freezer:{record_id}',
        )
    ]  # fmt: skip
    assert wrong(member, addresses) == {}
    kept = member.text(f'{POINTS}point/freezer/{odd.undated_record}/')
    assert 'Kept: when it was taken is not known' in kept
    address = f'{PLANS}{odd.good.id}/'
    page = member.page(address, tab='plan__points')
    assert page.row(newest)
    undated = page.row(f'freezer:{odd.undated_record}')
    assert undated['Retention'].endswith('it was taken is not known')


def ours(odd):
    """Ids of the records that are recovery points, however odd."""
    told = zip(odd.records, odd_objects.RECORDS, strict=True)
    return [one for one, facts in told if facts not in odd_objects.FOREIGN]


def snapshot(demo, run_id):
    """The id of what a run made."""
    return execution_service.execution_details(demo, run_id).results[0]['id']


def test_each_trigger_has_its_row(member, odd):
    listed = member.rows(SCHEDULES)
    for trigger_id in odd.client_triggers[1:3]:
        assert [one for one in listed if trigger_id in one]
        pages = ('', 'delete/', 'convert/')
        addresses = [f'{SCHEDULES}client/{trigger_id}/{p}' for p in pages]
        assert wrong(member, addresses) == {}
    orphans = f'{OVERVIEW}orphans/'
    section = '//section[@aria-labelledby="orphans_schedules"]'
    assert member.page(orphans).all(f'{section}//h2')
    content = str(file_of(member, f'{orphans}?kind=schedules&format=csv'))
    for trigger_id in odd.triggers:
        assert trigger_id in content


def test_each_note_has_its_row(member, odd):
    page = member.page(f'{OVERVIEW}not-needed/')
    for volume in odd.noted:
        assert page.row(f'volume:{volume.id}')['Note'] == 'later'
    section = '//section[@aria-labelledby="orphans_marks"]'
    heading = member.page(f'{OVERVIEW}orphans/').only(f'{section}//h2')
    named = [one for one in odd.variables if one.startswith('volume:')]
    named.remove('volume:')
    assert heading.endswith(f': {len(named)}')


def test_a_plan_beside_them_makes_its_copy_and_removes_the_old_ones(demo, odd):
    first, second = (
        execution_service.execution_details(demo, one) for one in odd.runs
    )
    assert [run.reason for run in (first, second)] == ['', '']
    assert [run.state for run in (first, second)] == ['SUCCESS'] * 2
    assert [run.troubles for run in (first, second)] == [(), ()]
    removed = {one['id'] for run in (first, second) for one in run.removed}
    assert first.results[0]['id'] in removed
    assert second.results[0]['id'] not in removed
    assert odd.kept_record in removed
    left = {point.id for point in FREEZER.points(demo)}
    assert {*ours(odd), odd.undated_record} <= left
    state = project_status.get_plan_state(demo, odd.good.id)
    assert state.plan.id == odd.good.id


def test_an_odd_plan_that_is_started_ends_with_a_sentence(demo, odd):
    for run_id in odd.started:
        run = execution_service.execution_details(demo, run_id)
        assert run.ended
        assert run.state == 'SUCCESS' or run.reason
        assert not RAW.search(f'{run.reason} {run.state_info}'), run


def test_every_command_tells_of_them(odd, capsys):
    management.call_command('protection_report', *OPTIONS)
    told = capsys.readouterr()
    assert 'demo' in told.out
    for plan_id, (_name, reason) in zip(odd.broken, BROKEN, strict=True):
        (line,) = [one for one in told.err.splitlines() if plan_id in one]
        assert line.startswith("A plan of demo cannot be read: ")
        assert reason in line
    with contextlib.suppress(SystemExit):
        management.call_command('protection_status', *OPTIONS)
    told = capsys.readouterr()
    assert told.out
    assert not RAW.search(told.out + told.err)
