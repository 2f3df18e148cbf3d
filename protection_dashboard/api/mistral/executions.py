# SPDX-License-Identifier: Apache-2.0
"""Many of Mistral's executions at once, as plain rows.

mistralclient's objects of a thousand executions cost several times what
their JSON does.
"""

import json

from protection_dashboard.api import errors
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency

PAGE = 1000
FIELDS = (
    'id',
    'workflow_name',
    'state',
    'state_info',
    'input',
    'description',
    'created_at',
    'updated_at',
)


@errors.of('Mistral')
def walk(
    cloud, pages=1, since='', more=(), limit=PAGE, order='desc', **filters
):
    """``(rows, whole)`` of the project's executions, the newest first.

    Each row is a dict of FIELDS and ``more`` (``GET /v2/executions``). At
    most ``pages`` of ``limit`` rows are read, and none after a page that
    ends before ``since``, a time as Mistral writes it. ``whole``: there are
    no others. The oldest come first with the order 'asc'.
    """
    query = {
        'limit': limit,
        'sort_keys': 'created_at,id',
        'sort_dirs': f'{order},{order}',
        'fields': ','.join((*FIELDS, *more)),
        **({'project_id': cloud.project_id} if cloud.admin else {}),
        **filters,
    }
    session, found = cloud.session(mistral.TYPE), []
    address = cloud.url(mistral.TYPE) + '/executions'
    for _page in range(pages):
        rows = session.get(address, params=query).json()['executions']
        found += rows
        if len(rows) < limit:
            return found, True
        if rows[-1]['created_at'] < since:
            break
        query['marker'] = rows[-1]['id']
    return found, False


#: more than a run has resources
_MOST = 1000


@mistral.sorted_errors
def task_results(cloud, execution_id, names, each=()):
    """``{task name: result}`` of one execution's tasks that have ended.

    Of a task that is tried until all is done, it is that of the last try; of
    one of ``each``, which do one thing after the other, all there is so far.
    """
    client = mistral.connected(cloud)
    found = client.tasks.list(
        execution_id, fields=['id', 'name', 'state', 'workflow_name']
    )
    tasks = [task for task in found if task.name in names]
    results = concurrency.each(lambda task: _result(client, task, each), tasks)
    told = {
        task.name: result for task, result in zip(tasks, results, strict=True)
    }
    return {k: result for k, result in told.items() if result is not None}


@mistral.sorted_errors
def last_moved(cloud, execution_id):
    """When a task of an execution changed last (aware), None without any."""
    found = mistral.connected(cloud).tasks.list(
        execution_id, fields=['id', 'created_at', 'updated_at']
    )
    moves = [task.updated_at or task.created_at for task in found]
    return max(map(clock.utc, moves), default=None)


def _result(client, task, each):
    if task.state in ('SUCCESS', 'ERROR'):
        return json.loads(client.tasks.get(task.id).result)
    if task.name in each:
        return _given(client, task, _MOST)
    return next(iter(_given(client, task, 2)), None)


def _given(client, task, limit):
    """What a task's actions gave so far, the newest first."""
    tries = client.action_executions.list(
        task_execution_id=task.id,
        limit=limit,
        sort_keys='created_at',
        sort_dirs='desc',
        fields=['output'],
    )
    outputs = [json.loads(one.output or '{}') for one in tries]
    return [output['result'] for output in outputs if 'result' in output]
