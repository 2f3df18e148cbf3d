# SPDX-License-Identifier: Apache-2.0
"""Who may only look changes nothing in Mistral, past Horizon, either."""

import pytest

from cloud.services.mistral.service import Mistral
from cloud.users import open_session

# the same in each worker, or they do not have the same tests
NAME = 'planted.by.a.reader'
WORKFLOW = """
version: '2.0'
{name}:
  tasks:
    users:
      action: keystone.users_list
    grant:
      action: keystone.roles_grant
"""
WORKBOOK = f"version: '2.0'\nname: {NAME}\n"
ACTION = f"version: '2.0'\n{NAME}:\n  base: std.noop\n"
TRIGGER = {'name': NAME, 'pattern': '* * * * *', 'workflow_id': '{workflow}'}
EVENT = {'exchange': 'x', 'topic': 't', 'event': 'e', 'name': NAME}
MEMBER = {'member_id': '{workflow}'}
ENVIRONMENT = {'name': NAME, 'variables': {}}
#: (method, path, body); {words} are ids of the executed_plan
WRITES = (
    ('PUT', 'workflows/{workflow}?scope=private', WORKFLOW),
    ('PUT', 'workflows?scope=private', WORKFLOW),
    ('POST', 'workflows', WORKFLOW),
    ('DELETE', 'workflows/{workflow}', None),
    ('POST', 'workflows/{workflow}/members', MEMBER),
    ('PUT', 'workflows/{workflow}/members/{workflow}', {'status': 'accepted'}),
    ('DELETE', 'workflows/{workflow}/members/{workflow}', None),
    ('POST', 'executions', {'workflow_id': '{workflow}'}),
    ('PUT', 'executions/{run}', {'state': 'PAUSED'}),
    ('DELETE', 'executions/{run}', None),
    ('PUT', 'tasks/{task}', {'id': '{task}', 'state': 'RUNNING'}),
    ('POST', 'action_executions', {'name': 'std.noop'}),
    ('PUT', 'action_executions/{task}', {'state': 'SUCCESS'}),
    ('DELETE', 'action_executions/{task}', None),
    ('POST', 'cron_triggers', TRIGGER),
    ('DELETE', 'cron_triggers/{trigger}', None),
    ('POST', 'event_triggers', {**EVENT, 'workflow_id': '{workflow}'}),
    ('PUT', 'event_triggers/{task}', {'name': NAME}),
    ('DELETE', 'event_triggers/{task}', None),
    ('POST', 'environments', ENVIRONMENT),
    ('PUT', 'environments', ENVIRONMENT),
    ('DELETE', f'environments/{NAME}', None),
    ('POST', 'workbooks', WORKBOOK),
    ('PUT', 'workbooks', WORKBOOK),
    ('DELETE', f'workbooks/{NAME}', None),
    ('POST', 'actions', ACTION),
    ('PUT', 'actions', ACTION),
    ('DELETE', f'actions/{NAME}', None),
)
READS = (
    'workflows',
    'workflows/{workflow}',
    'executions',
    'executions/{run}',
    'executions/{run}/tasks',
    'tasks/{task}',
    'tasks/{task}/action_executions',
    'cron_triggers',
    'cron_triggers/{trigger}',
    'environments',
    'workbooks',
    'actions',
    'action_executions?limit=1',
)


class Caller:
    """Somebody in the project demo who calls Mistral's API directly."""

    def __init__(self, user):
        self._session = open_session(user, project='demo')

    def call(self, method, path, body=None):
        """The answer, whatever its status."""
        options = {'raise_exc': False}
        if isinstance(body, dict):
            options['json'] = body
        elif body:
            options['data'] = body.encode()
            options['headers'] = {'Content-Type': 'text/plain'}
        return self._session.request(
            f'{Mistral().url}/v2/{path}', method, **options
        )


def filled(value, ids):
    """A text, or the texts of a dictionary, with ids for its words."""
    if isinstance(value, dict):
        return {name: filled(part, ids) for name, part in value.items()}
    return value and value.format(**ids)


@pytest.fixture(scope='module')
def ids(executed_plan):
    ids = {
        'workflow': executed_plan.plan.workflow_id,
        'name': f'protection.plan.{executed_plan.plan.id}',
        'run': executed_plan.run.id,
        'trigger': executed_plan.schedule.trigger_id,
    }
    found = Caller('demo').call(
        'GET', f'executions/{executed_plan.run.id}/tasks'
    )
    return {**ids, 'task': found.json()['tasks'][0]['id']}


@pytest.fixture(scope='module')
def viewer():
    return Caller('viewer')


@pytest.fixture(scope='module')
def member():
    return Caller('demo')


def definition(caller, ids):
    found = caller.call('GET', filled('workflows/{workflow}', ids))
    return found.json()['definition']


@pytest.mark.parametrize(
    ('method', 'path', 'body'), WRITES, ids=[f'{w[0]} {w[1]}' for w in WRITES]
)
def test_a_reader_changes_nothing(viewer, ids, method, path, body):
    before = definition(viewer, ids)
    answer = viewer.call(method, filled(path, ids), filled(body, ids))
    assert answer.status_code == 403
    assert definition(viewer, ids) == before


@pytest.mark.parametrize('path', READS)
def test_a_reader_looks_at_everything(viewer, ids, path):
    assert viewer.call('GET', filled(path, ids)).status_code == 200


def test_a_member_saves_a_workflow_as_before(member, ids):
    saved = definition(member, ids)
    path = filled('workflows/{workflow}?scope=private&skip_validation', ids)
    answer = member.call('PUT', path, saved)
    assert (answer.status_code, answer.json()['definition']) == (200, saved)


@pytest.mark.parametrize(
    ('kind', 'body'),
    [
        ('workflows', WORKFLOW.format(name=NAME)),
        ('workbooks', WORKBOOK),
        ('actions', ACTION),
    ],
    ids=['workflows', 'workbooks', 'actions'],
)
def test_only_administrators_publish(member, kind, body):
    answer = member.call('POST', f'{kind}?scope=public', body)
    assert answer.status_code == 403
