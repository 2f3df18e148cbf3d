# SPDX-License-Identifier: Apache-2.0
"""The page of a run of a hundred failures: readable, and not slow."""

import re
import time
import uuid

import pytest

from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.executions import service as execution_service
from protection_dashboard.executions import waits
from protection_dashboard.workflows import definitions

LIST = '/project/protection_executions/'
QUOTA = (
    'Cinder: SnapshotLimitExceeded: Maximum number of snapshots allowed (10) '
    'exceeded'
)
FORCE = 'The volume is attached to a server and Force is off.'


def wait(number, **facts):
    entry = {
        'protection': 'volume_snapshot',
        'type': 'volume',
        'id': str(uuid.uuid4()),
        'name': f'disk {number}',
    }
    return waits.new_wait('point', entry, **facts)


@pytest.fixture(scope='module')
def run(module_sandbox, demo):
    """It ends as a run ends of which 97 and 3 resources failed, 2 not."""
    found = [
        *(wait(n, state='failed', reason=QUOTA) for n in range(97)),
        *(wait(n, state='failed', reason=FORCE) for n in range(97, 100)),
        *(wait(n, state='ok', id=str(uuid.uuid4())) for n in range(100, 102)),
    ]
    polled = waits.unpolled_waits(found, '')
    name = definitions.plan_workflow_name(str(uuid.uuid4()))
    body = {
        'tags': ['protection', 'protection-plan'],
        'input': ['polled', 'name', 'by'],
        'output-on-error': {'summary': '<% $.polled.summary %>'},
        'tasks': {
            'poll': {
                'action': 'std.echo',
                'input': {'output': '<% $.polled %>'},
                'publish': {'failure': '<% task().result.failure %>'},
                'on-success': ['fail(msg=<% $.failure %>)'],
            }
        },
    }
    mistral.workflow_create(demo, definitions.dump_definition(name, body))
    module_sandbox.plan_ids.add(
        name.removeprefix(definitions.PLAN_NAME_PREFIX)
    )
    given = {'polled': polled, 'name': 'a hundred', 'by': 'demo'}
    return module_sandbox.ended(mistral.execution_create(demo, name, given).id)


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


def test_its_row_counts_and_says_the_first_reason(user, run):
    row = user.page(LIST, plan=run.plan_id).row(run.id)
    assert row['Result'] == (
        '2 ok, 100 failed, the first: quota exceeded for snapshots'
    )


def test_its_page_counts_by_reason_and_opens_the_rest(user, run):
    page = user.page(f'{LIST}{run.id}/')
    (counted,) = [text for text in page.all('//dd') if '97 ×' in text]
    assert counted == (
        '2 done, 100 failed'
        '97 × quota exceeded for snapshots3 × in use, and Force is off'
    )
    assert page.all('//tbody//details/summary')[10] == (
        '87 more: Quota exceeded for snapshots'
    )
    everything = page.all('//tr[not(.//details//tr)]/td[contains(., "disk ")]')
    assert len(everything) == 102
    assert page.all(f'//td/details[contains(., "{QUOTA}")]')


def cpu(user, address):
    """Seconds of the processor that a page takes, the best of two."""
    taken = []
    for _number in range(2):
        began = time.process_time()
        user.text(address)
        taken.append(time.process_time() - began)
    return min(taken)


def test_its_page_takes_no_longer_than_a_list(user, run):
    assert cpu(user, f'{LIST}{run.id}/') < 2 * cpu(user, LIST)


def noop(name, **policies):
    """The definition of a plan's workflow that protects nothing."""
    task = {'action': 'std.noop', **policies}
    body = {
        'tags': ['protection', 'protection-plan'],
        'input': ['name'],
        'tasks': {'resolve': task},
    }
    return definitions.dump_definition(name, body)


@pytest.fixture(scope='module')
def going(module_sandbox, demo):
    """A run that takes longer than the three before it."""
    name = definitions.plan_workflow_name(str(uuid.uuid4()))
    module_sandbox.plan_ids.add(
        name.removeprefix(definitions.PLAN_NAME_PREFIX)
    )
    workflow = mistral.workflow_create(demo, noop(name))
    given = {'name': 'steady'}
    for _number in range(3):
        module_sandbox.ended(mistral.execution_create(demo, name, given).id)
    slow = noop(name, **{'wait-before': 60})
    mistral.workflow_update(demo, workflow.id, slow)
    run_id = module_sandbox.started(
        mistral.execution_create(demo, name, given).id
    )
    yield execution_service.execution_get(demo, run_id)
    execution_service.execution_cancel(
        demo, execution_service.execution_get(demo, run_id)
    )


def test_what_is_usual_stands_beside_what_it_takes(user, going):
    row = user.page(LIST, plan=going.plan_id).row(going.id)
    assert re.fullmatch(r'\d+ s, usually \d+(-\d+)? s', row['Duration'])
    part = user.page(f'{LIST}{going.id}/part/')
    (told,) = [text for text in part.all('//dd') if 'usually' in text]
    assert told.endswith(row['Duration'].partition(', ')[2])
    rows = user.page(LIST, plan=going.plan_id).rows
    told = [row.id for row in rows if 'usually' in row['Duration']]
    assert told == [going.id]


def test_a_retry_that_cannot_be_done_says_why(user, run):
    answer = user.press(LIST, f'executions__retry__{run.id}')
    assert answer.status_code == 302
    assert 'carries no plan document' in user.page(LIST).alerts[0]
