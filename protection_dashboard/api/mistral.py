# SPDX-License-Identifier: Apache-2.0
"""Mistral: workflows, cron triggers, executions, tasks and actions.

Workflow API v2, https://docs.openstack.org/mistral/latest/user/rest_api_v2.html.
A token with the role admin sees every project in every plain list, so each
list is filtered by project.
"""

from concurrent import futures
import datetime
import json

from mistralclient.api import base
from mistralclient.api.v2 import client

from protection_dashboard import exceptions
from protection_dashboard.api import errors

TYPE = 'workflowv2'
EXECUTION_FIELDS = [
    'id',
    'workflow_id',
    'workflow_name',
    'state',
    'state_info',
    'description',
    'input',
    'project_id',
    'created_at',
    'updated_at',
]
TRIGGER_FIELDS = [
    'id',
    'name',
    'pattern',
    'workflow_id',
    'workflow_name',
    'workflow_input',
    'workflow_params',
    'next_execution_time',
    'remaining_executions',
    'project_id',
    'created_at',
    'updated_at',
]
PAGE = 1000

_mistral = errors.of('Mistral', base.APIException)


def _client(cloud):
    return client.Client(
        mistral_url=cloud.url(TYPE),
        session=cloud.session(TYPE),
        enforce_raw_definitions=True,
    )


def _own(cloud):
    """The filter an administrator's token needs; a member may not send it."""
    return {'project_id': cloud.project_id} if cloud.admin else {}


def _mine(cloud, found):
    """The object, unless an administrator's token reached too far."""
    if found.project_id != cloud.project_id:
        raise exceptions.NotFound("Mistral: not found in this project.")
    return found


def _all(cloud, collection, **options):
    """Every page of a list, oldest first."""
    found = []
    marker = ''
    while True:
        page = collection.list(
            marker=marker, limit=PAGE, **_own(cloud), **options
        )
        found += page
        if len(page) < PAGE:
            return [x for x in found if x.project_id == cloud.project_id]
        marker = page[-1].id


@_mistral
def workflow_list(cloud, **filters):
    """The project's workflows with their text."""
    fields = ['id', 'name', 'definition', 'project_id', 'updated_at']
    return _all(cloud, _client(cloud).workflows, fields=fields, **filters)


@_mistral
def workflow_get(cloud, name):
    return _mine(cloud, _client(cloud).workflows.get(name))


# Mistral checks a definition for a second or two; ours is right, so spare it
# the work where its operator lets us ([api] validation_mode = enabled). The
# client knows no such parameter.
_AS_IT_IS = {'dump_json': False, 'headers': {'content-type': 'text/plain'}}


@_mistral
def workflow_create(cloud, definition):
    return _client(cloud).workflows._create(
        '/workflows?scope=private&skip_validation=true',
        definition,
        response_key='workflows',
        is_iter_resp=True,
        **_AS_IT_IS,
    )[0]


@_mistral
def workflow_update(cloud, workflow_id, definition):
    return _client(cloud).workflows._update(
        f'/workflows/{workflow_id}?scope=private&skip_validation=true',
        definition,
        **_AS_IT_IS,
    )


@_mistral
def workflow_delete(cloud, workflow_id):
    _client(cloud).workflows.delete(workflow_id)


@_mistral
def cron_trigger_list(cloud, **filters):
    triggers = _client(cloud).cron_triggers
    return _all(cloud, triggers, fields=TRIGGER_FIELDS, **filters)


@_mistral
def cron_trigger_get(cloud, name):
    return _mine(cloud, _client(cloud).cron_triggers.get(name))


@_mistral
def cron_trigger_create(
    cloud,
    name,
    workflow_id,
    pattern,
    workflow_input,
    env=None,
    *,
    first=None,
    count=None,
):
    """A trigger of the user's; ``pattern`` is in UTC.

    ``first`` is an aware moment more than a minute ahead at which it starts
    whatever the pattern says, ``count`` how often it starts in all.
    """
    if first:
        first = f'{first.astimezone(datetime.UTC):%Y-%m-%d %H:%M}'
    return _client(cloud).cron_triggers.create(
        name,
        workflow_id,
        workflow_input=workflow_input,
        workflow_params={'env': env} if env else None,
        pattern=pattern,
        first_time=first,
        count=count,
    )


@_mistral
def cron_trigger_delete(cloud, trigger_id):
    _client(cloud).cron_triggers.delete(trigger_id)


@_mistral
def execution_list(cloud, limit, marker='', order='desc', more=(), **filters):
    """One page of the project's executions.

    ``more`` names fields that cost, such as output. Runs of the same second
    are sorted by id: left to itself Mistral sorts them upwards in both
    directions, and a page back would lose some.
    """
    return _client(cloud).executions.list(
        marker=marker or '',
        limit=limit,
        sort_keys='created_at,id',
        sort_dirs=f'{order},{order}',
        fields=[*EXECUTION_FIELDS, *more],
        **_own(cloud),
        **filters,
    )


@_mistral
def execution_get(cloud, execution_id):
    return _mine(cloud, _client(cloud).executions.get(execution_id))


@_mistral
def execution_create(
    cloud, workflow_id, workflow_input, description='', env=None
):
    params = {'env': env} if env else {}
    return _client(cloud).executions.create(
        workflow_id, '', workflow_input, description, **params
    )


@_mistral
def execution_cancel(cloud, execution_id):
    _client(cloud).executions.update(execution_id, 'CANCELLED')


@_mistral
def execution_delete(cloud, execution_id):
    _client(cloud).executions.delete(execution_id)


@_mistral
def task_results(cloud, execution_id, *names):
    """``{task name: result}`` of one execution's tasks that have ended.

    Of a task that is tried until all is done, it is that of the last try.
    """
    client = _client(cloud)
    found = client.tasks.list(
        execution_id, fields=['id', 'name', 'state', 'workflow_name']
    )
    tasks = [task for task in found if task.name in names]
    with futures.ThreadPoolExecutor(len(names)) as pool:
        results = pool.map(lambda task: _result(client, task), tasks)
    told = {
        task.name: result for task, result in zip(tasks, results, strict=True)
    }
    return {k: result for k, result in told.items() if result is not None}


def _result(client, task):
    if task.state in ('SUCCESS', 'ERROR'):
        return json.loads(client.tasks.get(task.id).result)
    return _last_try(client, task)


def _last_try(client, task):
    """What a task gave that is tried again; None before that."""
    tries = client.action_executions.list(
        task_execution_id=task.id,
        limit=2,
        sort_keys='created_at',
        sort_dirs='desc',
        fields=['output'],
    )
    outputs = [json.loads(one.output or '{}') for one in tries]
    return next((o['result'] for o in outputs if 'result' in o), None)


@_mistral
def action_names(cloud, prefix):
    """Names of the installed actions that contain a text."""
    found = _client(cloud).actions.list(
        limit=PAGE, fields=['name'], name=f'has:{prefix}'
    )
    return {action.name for action in found}


@_mistral
def workbooks_named(cloud, name):
    """Workbooks of a name, of every project that the token may see."""
    return _client(cloud).workbooks.list(name=name)


@_mistral
def workflows_named(cloud, name):
    """Workflows of a name, of every project that the token may see."""
    fields = ['id', 'name', 'scope', 'project_id']
    return _client(cloud).workflows.list(name=name, fields=fields)


@_mistral
def workbook_create(cloud, definition):
    """A workbook for all projects: it takes an administrator's token."""
    return _client(cloud).workbooks.create(definition, scope='public')


@_mistral
def workbook_update(cloud, definition):
    return _client(cloud).workbooks.update(definition, scope='public')
