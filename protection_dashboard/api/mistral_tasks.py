# SPDX-License-Identifier: Apache-2.0
"""Mistral: what the tasks of an execution gave."""

from concurrent import futures
import json

from protection_dashboard.api import mistral


@mistral.sorted_errors
def task_results(cloud, execution_id, *names):
    """``{task name: result}`` of one execution's tasks that have ended.

    Of a task that is tried until all is done, it is that of the last try.
    """
    client = mistral.connected(cloud)
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
