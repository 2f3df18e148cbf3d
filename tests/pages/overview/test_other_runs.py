# SPDX-License-Identifier: Apache-2.0
"""What people start and what fails counts on the Overview, too.

Each number leads to a list of exactly as many.
"""

import csv
import io
import uuid

import pytest

from protection_dashboard.executions import service as execution_service
from tests.support import factories

OVERVIEW = '/project/protection_overview/'
EXECUTIONS = '/project/protection_executions/'
HISTORY = '/admin/protection_history/'
NAME = f'by hand {uuid.uuid4().hex[:6]}'


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


def ended_run(sandbox, kind, given):
    """An ended run of a workflow that the project shares."""
    run = execution_service.start_shared_workflow(
        sandbox.cloud, kind, f'{NAME} {kind}', given
    )
    return sandbox.ended(run)


@pytest.fixture(scope='module')
def runs(module_sandbox, demo):
    """``{kind of workflow: its run}``: all of them failed."""
    volume = factories.volume(demo, 'orders-db')
    document = module_sandbox.document(volume, force=False)
    document['name'] = f'{NAME} once'
    protected = execution_service.protect_now(demo, document)
    point = {
        'protection': 'no_such_method',
        'id': volume.id,
        'name': 'x',
        'resource_id': volume.id,
        'resource_type': 'volume',
    }
    told = {'webhook': 'no such one', 'on': ['failure']}
    found = {
        'once': module_sandbox.ended(protected),
        'restore': ended_run(
            module_sandbox, 'restore', {'point': point, 'options': {}}
        ),
        'delete': ended_run(module_sandbox, 'delete', {'points': [point]}),
        'notify': ended_run(module_sandbox, 'notify', {'notification': told}),
    }
    assert {run.state for run in found.values()} == {'ERROR'}
    return found


@pytest.fixture(scope='module')
def overview(user, runs):
    return user.page(OVERVIEW)


def listed(user, address):
    """The rows of the file of a filtered list."""
    answer = user.get(f'{address}&format=csv')
    return [
        *csv.DictReader(io.StringIO(answer.getvalue().decode('utf-8-sig')))
    ]


def parts(overview):
    """``{href: number}`` of the card of the last 7 days."""
    links = overview.root.xpath(
        '//ul[contains(@class, "protection-counts")]/li/div'
        f'//a[contains(@href, "{EXECUTIONS}") and contains(@href, "state=")]'
    )
    return {
        link.get('href'): int(link.text_content().split()[0]) for link in links
    }


def test_each_number_leads_to_exactly_as_many(user, overview):
    found = parts(overview)
    assert {len(listed(user, href)) - n for href, n in found.items()} == {0}
    assert len(found) >= 4


@pytest.mark.parametrize(
    ('kind', 'word', 'of_week'),
    [
        ('once', 'backup', True),
        ('restore', 'restore', True),
        ('delete', 'deletion', True),
        ('notify', 'message', False),
    ],
)
def test_each_kind_of_failure_is_counted_as_what_it_is(
    user, overview, runs, kind, word, of_week
):
    (counted,) = [
        [row['ID'] for row in listed(user, href)]
        for href in parts(overview)
        if f'kind={word}&' in href and href.endswith('state=failed')
    ] or [[]]
    assert (runs[kind].id in counted) is of_week
    assert not {run.id for k, run in runs.items() if k != kind} & {*counted}


def test_a_day_leads_to_as_many_as_it_counts(user, overview, runs):
    (today,) = overview.root.xpath('//td[@aria-current="date"]/a')
    counts = today.get('title').partition(': ')[2].split(', ')
    number = sum(
        int(words.split()[0])
        for words in counts
        if words.split(maxsplit=1)[1]
        in ('ok', 'failed', 'skipped', 'cancelled', 'running')
    )
    assert len(listed(user, today.get('href'))) == number


@pytest.mark.parametrize(
    ('kind', 'shown'),
    [('once', 1), ('restore', 1), ('delete', 1), ('notify', 0)],
)
def test_they_need_attention_unless_it_is_a_test_message(
    overview, runs, kind, shown
):
    rows = overview.root.xpath(
        '//table[contains(@class, "protection-attention")]//a/@href'
    )
    more = overview.root.xpath('//section[@aria-labelledby="attention"]/p/a')
    assert not more
    assert rows.count(f'{EXECUTIONS}{runs[kind].id}/') == shown


@pytest.mark.parametrize(
    ('kind', 'word', 'text'),
    [
        ('once', 'backup', 'Backup'),
        ('restore', 'restore', 'Restore'),
        ('delete', 'deletion', 'Deletion'),
        ('notify', 'message', 'Test message'),
    ],
)
@pytest.mark.parametrize(
    ('who', 'address'), [('demo', EXECUTIONS), ('admin', HISTORY)]
)
def test_lists_filter_by_kind_and_name_it(
    visitor, runs, who, address, kind, word, text
):
    reader = visitor(who)
    rows = listed(reader, f'{address}?kind={word}')
    assert runs[kind].id in [row['ID'] for row in rows]
    assert {row['Kind'] for row in rows} == {text}
    row = reader.page(address, kind=word).row(runs[kind].id)
    assert row['Kind'] == text


def test_the_executions_of_a_plan_are_backups_only(user, executed_plan):
    plan = executed_plan.plan.id
    every = listed(user, f'{EXECUTIONS}?plan={plan}')
    assert listed(user, f'{EXECUTIONS}?plan={plan}&kind=backup') == every
    assert listed(user, f'{EXECUTIONS}?plan={plan}&kind=restore') == []
