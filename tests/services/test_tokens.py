# SPDX-License-Identifier: Apache-2.0
"""No token stands where the people of a project, or an operator, read."""

import dataclasses
import json
import re
import uuid

import pytest

from cloud import settings
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.executions import service as execution_service
from tests.support import factories

#: a token of Keystone's, which are Fernet's
TOKEN = re.compile(r'gAAAA[\w-]{40,}')
#: how much of the end of a log is read
TAIL = 4_000_000
LOGS = ('horizon', 'mistral', 'keystone', 'cinder', 'freezer-api')


@pytest.fixture(scope='module', autouse=True)
def runs(executed_plan, module_sandbox, demo):
    """Runs of several kinds, one of which makes a trust and deletes it."""
    gone = dataclasses.replace(executed_plan.point, id=str(uuid.uuid4()))
    document = module_sandbox.document(factories.volume(demo, 'scratch'))
    started = [
        execution_service.protect_now(demo, document),
        execution_service.delete_points(demo, [gone]),
    ]
    return [module_sandbox.ended(run) for run in started]


def collections(client):
    """What the API tells a member of all that there is."""
    found = client.executions.list(limit=200)
    yield from found
    for run in found[:40]:
        tasks = client.tasks.list(run.id)
        yield from (client.tasks.get(task.id) for task in tasks)
        for task in tasks:
            yield from client.action_executions.list(
                task_execution_id=task.id,
                fields=['id', 'input', 'output', 'name'],
            )
    yield from client.environments.list()
    yield from client.cron_triggers.list()


def test_mistral_tells_no_token_to_the_project(demo, runs):
    texts = [
        json.dumps(one.to_dict(), default=str)
        for one in collections(mistral.mistral_client(demo))
    ]
    assert len(texts) > 10
    assert any(run.id in text for run in runs for text in texts)
    wrong = [text for text in texts if demo.token in text]
    wrong += [text for text in texts if TOKEN.search(text)]
    assert wrong == []


@pytest.mark.parametrize('name', LOGS)
def test_no_log_has_a_token_or_a_password(demo, runs, name):
    path = settings.STATE / name / f'{name}.log'
    with path.open('rb') as log:
        log.seek(max(0, path.stat().st_size - TAIL))
        text = log.read().decode('utf-8', 'replace')
    assert text
    assert demo.token not in text
    assert not TOKEN.search(text)
    assert f'"password": "{settings.PASSWORD}"' not in text
