# SPDX-License-Identifier: Apache-2.0
"""Whom a lost run and a skipped one tell, by a real server of this test."""

import dataclasses
import datetime
import uuid

import pytest

from cloud import settings
from protection_dashboard import settings as operator
from protection_dashboard.executions import lost_runs
from protection_dashboard.executions import records
from protection_dashboard.executions import waits
from protection_dashboard.notifications import early_ends
from protection_dashboard.plans import service as plan_service
from protection_dashboard.workflows import definitions
from tests.support import factories
from tests.support import receivers

HOST = f'http://{settings.HOST}:{settings.CHANNEL_PORT}'
BEGAN = datetime.datetime(2026, 11, 29, 2, tzinfo=datetime.UTC)
REASON = 'Lost: nothing of this run moved after 2026-11-29 02:03 UTC.'
SKIPPED = 'Skipped: The run of 02:00 UTC is still going.'


@pytest.fixture(scope='module')
def hook():
    with receivers.hook() as made:
        yield made


@pytest.fixture
def acting(demo):
    """demo's cloud as an action of Mistral's has it."""
    channels = {'operators': f'{HOST}/'}
    return dataclasses.replace(
        demo,
        execution=str(uuid.uuid4()),
        settings=operator.Settings(notify_channels=channels),
    )


@pytest.fixture
def document(sandbox, demo):
    """The document of a plan that tells of an event."""

    def make(*events):
        made = sandbox.document(factories.volume(demo, 'scratch'))
        told = {'on': [*events], 'webhook': 'operators'}
        return {**made, 'notification': told}

    return make


def lost_run(kind, document=None, plan_id='', **given):
    """A lost run that somebody has just ended, with its results."""
    entry = {'protection': 'p', 'type': 'volume', 'id': 'v1', 'name': 'data'}
    run = records.Execution(
        id=str(uuid.uuid4()),
        kind=kind,
        plan_id=plan_id or (document or {}).get('id', ''),
        schedule_id='',
        name='nightly',
        by='',
        state=records.ERROR,
        reason=REASON,
        started=BEGAN,
        updated=BEGAN,
        input=given,
        state_info=REASON,
        results=(waits.new_wait('point', entry, state='ok'),),
    )
    return lost_runs.LostRun(run, 'p1', BEGAN)


def report(cloud, *lost):
    return early_ends.report_lost_runs(cloud, lost, lambda url: '')


def test_a_lost_run_is_a_failure_for_whom_its_plan_names(
    acting, demo, document, hook
):
    plan = plan_service.plan_create(demo, document('failure'))
    lost = lost_run('plan', plan.document)
    told = report(acting, lost)
    (notice,) = told['notices']
    assert (notice['event'], notice['state']) == ('failure', 'sent')
    assert told['troubles'] == []
    message = hook.received[-1][1]
    assert (message['event'], message['state']) == ('failure', 'ERROR')
    assert message['plan_name'] == plan.name
    assert message['execution_id'] == lost.run.id
    assert message['started'] == BEGAN.isoformat()
    assert message['reason'] == REASON
    assert [one['state'] for one in message['results']] == ['ok']


def test_nobody_is_told_who_did_not_ask_for_it(acting, demo, document):
    plan = plan_service.plan_create(demo, document('success', 'skipped'))
    quiet = {'notices': [], 'troubles': []}
    assert report(acting, lost_run('plan', plan.document)) == quiet
    assert report(acting, lost_run('plan', plan_id=str(uuid.uuid4()))) == quiet
    assert report(acting, lost_run('restore')) == quiet


def test_a_lost_run_of_protect_now_tells_by_its_own_document(
    acting, document, hook
):
    text = definitions.encode_document(document('failure'))
    told = report(acting, lost_run('once', plan=text))
    assert [one['state'] for one in told['notices']] == ['sent']


def test_a_document_that_cannot_be_read_costs_nobody_else_a_message(
    acting, demo, document
):
    plan = plan_service.plan_create(demo, document('failure'))
    bad, good = lost_run('once', plan='{'), lost_run('plan', plan.document)
    told = report(acting, bad, good)
    assert [one['state'] for one in told['notices']] == ['sent']
    (trouble,) = told['troubles']
    assert bad.run.id in trouble


@pytest.mark.parametrize(
    ('events', 'sent'), [(['skipped'], 1), (['failure', 'missed'], 0)]
)
def test_a_skipped_run_tells_of_itself(acting, document, hook, events, sent):
    before = len(hook.received)
    told = early_ends.report_skipped_run(
        acting, document(*events), BEGAN, SKIPPED, lambda url: ''
    )
    assert [one['event'] for one in told['notices']] == ['skipped'] * sent
    messages = [message for _path, message in hook.received[before:]]
    assert [one['state'] for one in messages] == ['SKIPPED'] * sent
    for one in messages:
        assert one['execution_id'] == acting.execution
        assert one['reason'] == 'The run of 02:00 UTC is still going.'
