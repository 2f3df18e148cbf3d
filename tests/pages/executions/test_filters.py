# SPDX-License-Identifier: Apache-2.0
"""Executions filtered on the server, in the address, and as a file."""

import csv
import datetime
import io

import pytest

from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import service as plan_service
from protection_dashboard.workflows import definitions
from tests.support import factories

LIST = '/project/protection_executions/'
GONE = '00000000-0000-4000-8000-000000000000'


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def hollow(many_executions):
    """The id of a plan of which many runs failed."""
    return many_executions.workflow.removeprefix(definitions.PLAN_NAME_PREFIX)


def found(user, **asked):
    return [row.id for row in user.page(LIST, **asked).rows]


@pytest.fixture(scope='module')
def cases(executed_plan):
    """Filters that find the run of the executed_plan, and some that do not."""
    today = datetime.datetime.now(datetime.UTC).date()
    tomorrow = today + datetime.timedelta(days=1)
    plan = {'plan': executed_plan.plan.id}
    volume = {'type': 'volume', 'resource': executed_plan.volume.id}
    return {
        'plan': (plan, True),
        'schedule': ({'schedule': executed_plan.schedule.id}, True),
        'resource': (volume, True),
        'type': ({**plan, 'type': 'volume'}, True),
        'failed': ({**plan, 'state': 'failed'}, True),
        'by demo': ({**plan, 'by': 'demo'}, True),
        'by hand': ({**plan, 'by': 'hand'}, True),
        'today': (
            {**plan, 'from': str(today), 'to': str(today)},
            True,
        ),
        'another plan': ({'plan': GONE}, False),
        'another schedule': ({**plan, 'schedule': GONE}, False),
        'another type': ({**plan, 'type': 'share'}, False),
        'another resource': ({**plan, 'resource': GONE}, False),
        'success': ({**plan, 'state': 'success'}, False),
        'running': ({**plan, 'state': 'running'}, False),
        'cancelled': ({**plan, 'state': 'cancelled'}, False),
        'skipped': ({**plan, 'state': 'skipped'}, False),
        'by cron': ({**plan, 'by': 'schedule'}, False),
        'by somebody': ({**plan, 'by': 'dem'}, False),
        'tomorrow': ({**plan, 'from': str(tomorrow)}, False),
    }


@pytest.mark.parametrize(
    'case',
    [
        'plan',
        'schedule',
        'resource',
        'type',
        'failed',
        'by demo',
        'by hand',
        'today',
        'another plan',
        'another schedule',
        'another type',
        'another resource',
        'success',
        'running',
        'cancelled',
        'skipped',
        'by cron',
        'by somebody',
        'tomorrow',
    ],
)
def test_a_filter_finds_what_it_says(user, executed_plan, cases, case):
    asked, fits = cases[case]
    runs = found(user, **asked)
    assert runs == ([executed_plan.run.id] if fits else [])


def test_what_is_chosen_stands_in_the_form_by_its_name(user, executed_plan):
    asked = {
        'plan': executed_plan.plan.id,
        'schedule': executed_plan.schedule.id,
        'type': 'volume',
        'resource': executed_plan.volume.id,
        'kind': 'backup',
        'state': 'failed',
        'by': 'demo',
    }
    page = user.page(LIST, **asked)
    chosen = page.all('//form//option[@selected]')
    assert chosen[0] == 'plan that ran'
    assert chosen[1].startswith('plan that ran: ')
    assert chosen[2:] == [
        'Volume',
        'executed_plan (Volume)',
        'Backup',
        'Failed',
        'demo',
    ]
    assert page.links('Clear') == [LIST]


def test_a_bad_value_is_told_at_its_field_and_nothing_typed_is_lost(
    user, hollow
):
    asked = {'plan': hollow, 'from': 'yesterday', 'by': 'demo'}
    page = user.page(LIST, **asked)
    assert page.rows == []
    assert page.errors('from') == ['Write a day as 2026-01-31.']
    assert page.root.xpath('//*[@name="from"]/@value') == ['yesterday']
    assert page.all('//form//option[@selected]') == [
        hollow,
        'Any',
        'Any',
        'Any',
        'Any',
        'Any',
        'demo',
    ]


def test_when_nothing_matches_the_table_says_so(user):
    empty = user.page(LIST, plan=GONE).empty
    assert empty == 'Nothing matches: choose other filters, or clear them.'


def test_pages_and_the_file_keep_the_filters(user, hollow, many_executions):
    asked = {'plan': hollow, 'state': 'failed', 'by': ''}
    page = user.page(LIST, **asked)
    links = page.root.xpath('//a[contains(@href, "marker=")]/@href')
    for link in [*links, *page.links('Download CSV')]:
        assert f'plan={hollow}' in link
        assert 'state=failed' in link


def test_the_file_has_all_rows_of_all_pages(user, demo, hollow):
    answer = user.get(LIST, {'plan': hollow, 'format': 'csv'})
    assert answer['Content-Type'] == 'text/csv; charset=utf-8'
    assert '.csv"' in answer['Content-Disposition']
    text = answer.getvalue().decode('utf-8-sig')
    heads, *rows = csv.reader(io.StringIO(text))
    name = definitions.plan_workflow_name(hollow)
    runs = execution_service.list_executions(demo, 100, workflow_name=name)
    at = {head: index for index, head in enumerate(heads)}
    assert [row[at['ID']] for row in rows] == [run.id for run in runs]
    began = f'{runs[0].started:%Y-%m-%dT%H:%M:%SZ}'
    assert rows[0][at['Started']] == began
    assert rows[0][at['State']] == 'ERROR'
    assert rows[0][at['Started By']] == 'demo'


def test_a_file_of_a_bad_filter_is_the_page_that_says_so(user):
    page = user.page(LIST, format='csv', to='soon')
    assert page.errors('to')


def test_a_row_tells_how_many_and_why(user, executed_plan):
    row = user.page(LIST, plan=executed_plan.plan.id).row(executed_plan.run.id)
    assert row['Result'] == '1 ok, 1 failed: in use, and Force is off'
    assert row['Started By'] == 'demo'


def test_runs_of_a_rule_are_found_by_a_resource_it_matches(
    user, module_sandbox, demo
):
    volume = factories.volume(demo, 'scratch')
    document = module_sandbox.document(volume)
    (entry,) = document['resources']
    method = {key: entry[key] for key in ('protection', 'options')}
    rule = {
        **document,
        'resources': [],
        'selectors': [{'type': 'volume', 'name': 'scratch'}],
        'methods': {'volume': method},
    }
    plan = plan_service.plan_create(demo, rule)
    run = module_sandbox.started(execution_service.execute_plan(demo, plan))
    asked = {'plan': plan.id, 'type': 'volume', 'resource': volume.id}
    assert found(user, **asked) == [run]
