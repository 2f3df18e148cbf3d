# SPDX-License-Identifier: Apache-2.0
"""Messages of runs, from the real Mistral to real servers of this test."""

import dataclasses
import datetime
import json
import uuid

import pytest

from cloud import settings
from protection_dashboard import settings as operator
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import service as execution_service
from protection_dashboard.notifications import execution_report
from protection_dashboard.notifications import targets as notification_targets
from protection_dashboard.plans import service as plan_service
from protection_dashboard.reports import project_status
from protection_dashboard.workflows import definitions
from tests.support import backdating
from tests.support import factories
from tests.support import receivers
from tests.support.sandboxes import with_resources
from tests.support.waiting import until

HOST = f'http://{settings.HOST}:{settings.CHANNEL_PORT}'
MINUTE = datetime.timedelta(minutes=1)
HOUR = 60 * MINUTE
DAY = 24 * HOUR
FIRST = datetime.datetime(2040, 6, 1, 3, tzinfo=datetime.UTC)
DENIED = f'http://127.66.0.1:{settings.CHANNEL_PORT}/'


@pytest.fixture(scope='module')
def hook():
    with receivers.hook() as made:
        yield made


@pytest.fixture(scope='module')
def mail():
    with receivers.mail() as made:
        yield made


TESTS = {
    'operators': {'on': [], 'webhook': 'operators'},
    'away': {'on': [], 'webhook': f'{HOST}/away'},
    'secret': {'on': [], 'webhook': f'{HOST}/?key=1'},
    'denied': {'on': [], 'webhook': DENIED},
    'foreign': {'on': [], 'webhook': 'http://hooks.example.org/'},
    'dead': {'on': [], 'webhook': f'http://{settings.HOST}:9/'},
    'emails': {'on': [], 'emails': ['a@example.org', 'nobody@example.org']},
    'stranger': {'on': [], 'emails': ['ceo@victim.test']},
}


@pytest.fixture(scope='module')
def sent(module_sandbox, demo, hook, mail):
    """Test messages by case, side by side."""
    started = {
        case: execution_service.start_test_notification(
            demo, wanted, 'nightly'
        )
        for case, wanted in TESTS.items()
    }
    return {case: module_sandbox.ended(run) for case, run in started.items()}


def test_a_channel_s_address_never_shows(sent, hook):
    run = sent['operators']
    assert (run.kind, run.state) == ('notify', 'SUCCESS')
    notice = {'event': 'test', 'target': 'operators', 'state': 'sent'}
    assert run.notices == ({**notice, 'reason': ''},)
    assert 'secret' not in str(run)
    (message,) = [got for path, got in hook.received if 'secret' in path]
    assert (message['event'], message['plan_name']) == ('test', 'nightly')
    assert message['execution_id'] == run.id


@pytest.mark.parametrize(
    ('case', 'state', 'words'),
    [
        ('away', 'failed', 'It answers with the status 302.'),
        ('secret', 'refused', 'An address with a password or a query'),
        ('denied', 'refused', "Mistral's egress policy does not allow"),
        ('foreign', 'refused', 'Your operator does not allow messages to'),
        ('dead', 'failed', 'It does not answer.'),
        ('stranger', 'refused', 'Your operator does not allow emails to vict'),
    ],
)
def test_a_message_that_does_not_arrive_says_why(
    sent, hook, case, state, words
):
    run = sent[case]
    (notice,) = run.notices
    assert notice['state'] == state
    assert notice['reason'].startswith(words)
    assert run.state == 'ERROR'
    assert words in run.reason
    assert '/redirected' not in [path for path, _message in hook.received]


def test_an_address_that_is_refused_keeps_no_other_from_its_email(
    sent, mail, demo
):
    states = {one['target']: one['state'] for one in sent['emails'].notices}
    assert states == {'a@example.org': 'sent', 'nobody@example.org': 'failed'}
    (email,) = [m for m in mail.received if 'test message' in m['Subject']]
    assert email['To'] == 'a@example.org'
    assert email['Subject'] == '[Protection] nightly: a test message'
    text = email.get_content()
    assert f'Project: demo ({demo.project_id})' in text
    assert 'In the name of: demo' in text
    assert mail.logins[0] == b'\0mistral\0' + settings.PASSWORD.encode()


def test_a_plan_tells_of_its_runs_and_a_refusal_does_not_fail_them(
    module_sandbox, demo, hook, mail
):
    data, attached = (
        factories.volume(demo, n) for n in ('web-data', 'orders-db')
    )
    events = {'on': ['success', 'failure']}
    good = {**module_sandbox.document(data), 'name': 'good\nBcc: {x}'}
    good['notification'] = {**events, 'webhook': DENIED}
    bad = module_sandbox.document(attached, force=False)
    bad = with_resources(module_sandbox.document(data), bad)
    mails = ['b@example.org']
    bad['notification'] = {**events, 'webhook': f'{HOST}/x', 'emails': mails}
    silent = {
        **module_sandbox.document(data),
        'notification': {**events, 'on': []},
    }
    made = [plan_service.plan_create(demo, one) for one in (good, bad, silent)]
    started = [execution_service.execute_plan(demo, plan) for plan in made]
    fine, failed, quiet = (module_sandbox.ended(run) for run in started)
    assert fine.state == 'SUCCESS', fine.reason
    assert [n['state'] for n in fine.notices] == ['refused']
    assert quiet.notices == ()
    assert {n['state'] for n in failed.notices} == {'sent'}
    (message,) = [m for path, m in hook.received if path == '/x']
    assert message['event'] == 'failure'
    assert message['plan_id'] == bad['id']
    assert message['execution_id'] == failed.id
    assert message['reason'] == failed.reason
    assert [r['state'] for r in message['results']] == ['ok', 'failed']
    (email,) = [m for m in mail.received if m['To'] in mails]
    assert email['Subject'] == f"[Protection] {bad['name']}: the run failed"
    assert failed.reason in email.get_content()


def test_a_run_finds_that_the_one_before_never_began(demo, sandbox, hook):
    plan, schedule = _planned(demo, sandbox)
    assert _told(demo, plan, schedule.next_run) == []
    (notice,) = _told(demo, plan, schedule.next_run + DAY)
    assert (notice['event'], notice['state']) == ('missed', 'sent')
    message = hook.received[-1][1]
    assert message['started'] == schedule.next_run.isoformat()
    assert message['reason'].startswith('The run of 20')
    assert message['reason'].endswith(' 03:00 UTC did not begin.')


def test_none_was_missed_before_the_first_one(demo, sandbox):
    plan, schedule = _planned(demo, sandbox, first='2040-06-01T03:00')
    assert schedule.next_run == FIRST
    assert _told(demo, plan, FIRST) == []
    (notice,) = _told(demo, plan, FIRST + DAY)
    assert notice['event'] == 'missed'


@pytest.fixture
def daily(demo, sandbox):
    """A plan of every day whose last run but one was 25 hours ago.

    ``(plan, id of that run, when the next one was due)``; an older run of the
    project says that Mistral has forgotten nothing since.
    """
    due = clock.now().replace(minute=0, second=0, microsecond=0) - HOUR
    pattern = f'0 {due.hour} * * *'
    plan, schedule = _planned(demo, sandbox, pattern=pattern)
    backdating.armed_at(schedule.trigger_id, due - 9 * DAY)
    given = {'schedule': schedule.id, 'name': plan.name}
    for before in (3, 1):
        made = mistral.execution_create(demo, plan.workflow_id, given)
        assert sandbox.ended(made.id).state == 'SUCCESS'
        backdating.began_at(made.id, due - before * DAY, HOUR)
    return plan, made.id, due


def test_a_run_that_began_is_not_missed_beside_a_busy_schedule(demo, daily):
    plan, run_id, due = daily
    assert _told(demo, plan, due) == []
    minutes = [due - 4 * MINUTE * number for number in range(1, 300)]
    other = {plan.schedules[0].id: str(uuid.uuid4())}
    with backdating.copies_of_execution(run_id, minutes, **other):
        assert _told(demo, plan, due) == []


def test_a_run_that_somebody_deleted_is_not_missed_while_its_copy_is_there(
    demo, sandbox, daily
):
    plan, run_id, due = daily
    mistral.execution_delete(demo, run_id)
    assert _told(demo, plan, due) == []
    (schedule,) = project_status.get_plan_state(demo, plan.id).schedules
    assert (schedule.state, schedule.missed) == ('armed', None)
    for point in sandbox.points(plan.document):
        factories.SNAPSHOT.delete(demo, point.id)
    until(lambda: not sandbox.points(plan.document))
    (schedule,) = project_status.get_plan_state(demo, plan.id).schedules
    assert schedule.state == 'unarmed'
    (notice,) = _told(demo, plan, due)
    assert notice['event'] == 'missed'


def test_what_mistral_may_have_expired_is_not_missed(demo, daily):
    plan, run_id, due = daily
    (schedule,) = project_status.get_plan_state(demo, plan.id).schedules
    oldest = execution_log.oldest_start(demo)
    early = due - ((due - oldest).days + 1) * DAY
    backdating.armed_at(schedule.trigger_id, early - 9 * DAY)
    started = early + DAY - datetime.timedelta(seconds=1)
    assert _told(demo, plan, started) == []
    other = {schedule.id: str(uuid.uuid4())}
    older = [early - HOUR]
    with backdating.copies_of_execution(run_id, older, **other):
        (notice,) = _told(demo, plan, started)
    assert notice['event'] == 'missed'


def _planned(cloud, sandbox, pattern='0 3 * * *', **span):
    """A plan that tells of missed runs, and its schedule of every night."""
    document = sandbox.document(factories.volume(cloud, 'scratch'), pattern)
    document['schedules'][0] |= span
    document['notification'] = {'on': ['missed'], 'webhook': 'operators'}
    plan = plan_service.plan_create(cloud, document)
    (schedule,) = project_status.get_plan_state(cloud, plan.id).schedules
    return plan, schedule


def _told(cloud, plan, started):
    """Notices of a run of the plan's schedule that begins at a moment."""
    ended = execution_report.EndedExecution(
        document=plan.document,
        workflow_name=definitions.plan_workflow_name(plan.id),
        schedule=plan.schedules[0].id,
        started=started,
        failure=None,
        waits=[],
        removals=[],
    )
    return execution_report.report_execution(
        _with_channel(cloud), ended, lambda url: ''
    )['notices']


def _with_channel(cloud):
    """The cloud with the settings of Mistral's process."""
    channels = {'operators': f'{HOST}/'}
    changed = operator.Settings(notify_channels=channels)
    return dataclasses.replace(cloud, settings=changed)


def test_whoever_calls_the_action_itself_is_bound_as_a_plan_is(demo, mail):
    """300 addresses, a subject of their own, another header."""
    before = len(mail.received)
    run = mistral.mistral_client(demo).action_executions.create
    text = 'Your invoice is overdue, pay at http://evil.example/ now'
    for emails in (
        [f'a{number}@example.org' for number in range(300)],
        ['ceo@victim.test', 'a@example.org\nBcc: ceo@victim.test'],
    ):
        given = {'notification': {'on': [], 'emails': emails}, 'name': text}
        made = run('protection.notify', given, run_sync=True)
        told = json.loads(made.output)['result']['notices']
        assert {one['state'] for one in told} == {'refused'}
    assert len(mail.received) == before


def test_who_may_be_told_of_by_keystone_alone(demo, viewer, cloud_of):
    """The operator allows no domains: everybody may write to themselves."""
    settings = operator.Settings(smtp_server='mail')
    found = {
        name: notification_targets.known_addresses(
            dataclasses.replace(cloud, settings=settings)
        )
        for name, cloud in {
            'demo': demo,
            'viewer': viewer,
            'admin': cloud_of('admin', 'demo'),
        }.items()
    }
    assert found['demo'] == {'demo@example.org'}
    assert found['viewer'] == {'viewer@example.org'}
    assert found['demo'] | found['viewer'] <= found['admin']
    assert 'alt@example.org' not in found['admin']


@pytest.fixture(scope='module')
def viewer(cloud_of):
    return cloud_of('viewer')
