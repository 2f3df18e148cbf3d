# SPDX-License-Identifier: Apache-2.0
"""Mistral: lists of many executions, and the results of one's tasks.

Workflow API v2, https://docs.openstack.org/mistral/latest/user/rest_api_v2.html.
The lists are read as JSON: mistralclient takes several times as long to make
objects of a thousand executions as it takes to parse their JSON.
"""

from collections.abc import Collection
from collections.abc import Iterable
import datetime
import json
import math
from typing import Any
from typing import NamedTuple
from typing import NotRequired
from typing import TypedDict

from protection_dashboard.api import errors
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency

PAGE_SIZE = 1000
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


class ExecutionRow(TypedDict):
    """An execution as ``GET /v2/executions`` answers it, with FIELDS.

    Times are text in UTC; ``input`` and ``output`` are JSON as text.
    """

    id: str
    workflow_name: str
    state: str
    state_info: str | None
    input: str
    description: str
    created_at: str
    updated_at: str
    output: NotRequired[str]
    project_id: NotRequired[str]


@errors.convert_errors('Mistral')
def execution_rows(
    cloud: Cloud,
    pages: int = 1,
    since: str = '',
    more: Iterable[str] = (),
    limit: int = PAGE_SIZE,
    order: str = 'desc',
    **filters: Any,
) -> tuple[list[ExecutionRow], bool]:
    """``(rows, is_complete)`` of the project's executions, the newest first.

    ``more`` names fields besides FIELDS. At most ``pages`` pages of ``limit``
    rows are read, and none after a page whose last row is from before
    ``since``, a time as Mistral writes it. ``is_complete`` is whether these
    are all executions. With the order 'asc' the oldest come first.
    """
    query: dict[str, Any] = {
        'limit': limit,
        'sort_keys': 'created_at,id',
        'sort_dirs': f'{order},{order}',
        'fields': ','.join((*FIELDS, *more)),
        **({'project_id': cloud.project_id} if cloud.admin else {}),
        **filters,
    }
    session = cloud.session(mistral.SERVICE_TYPE)
    found: list[ExecutionRow] = []
    address = cloud.url(mistral.SERVICE_TYPE) + '/executions'
    for _page in range(pages):
        rows = session.get(address, params=query).json()['executions']
        found += rows
        if len(rows) < limit:
            return found, True
        if rows[-1]['created_at'] < since:
            break
        query['marker'] = rows[-1]['id']
    return found, False


#: more than an execution has resources
_MAX_ACTIONS = 1000


@mistral.convert_errors
def task_results(
    cloud: Cloud,
    execution_id: str,
    names: Collection[str],
    each: Collection[str] = (),
) -> dict[str, Any]:
    """``{task name: result}`` of the tasks of an execution.

    Of a task that has ended it is the result (parsed JSON). Of one that goes
    on it is the result of the last of its actions that has ended, as a task
    repeats its action until all is done; without any the task is left out.
    For the tasks named in ``each``, which have one action per item, it is
    then the list of all results so far, the newest first. Of several tasks
    of one name it is that of the newest that succeeded, else of the newest.
    """
    client = mistral.mistral_client(cloud)
    found = task_rows(cloud, execution_id)
    by_name = {one.name: one for one in found if one.name in names}
    by_name |= {
        one.name: one
        for one in found
        if one.name in names and one.state == 'SUCCESS'
    }
    tasks = list(by_name.values())
    results = concurrency.map_concurrently(
        lambda task: _result(client, task, each), tasks
    )
    return {
        task.name: result
        for task, result in zip(tasks, results, strict=True)
        if result is not None
    }


#: variable by which tasks tell their order
NUMBER = 'number'


class TaskRow(NamedTuple):
    """A task of an execution as a list of tasks tells it.

    ``published`` are the variables that it published, {} before its end.
    """

    id: str
    name: str
    state: str
    published: dict[str, Any]


@mistral.convert_errors
def task_rows(cloud: Cloud, execution_id: str) -> list[TaskRow]:
    """The tasks of an execution, in the order in which they ended.

    Mistral tells times in whole seconds: tasks that publish a ``number`` are
    in its order. Those that go on come last.
    """
    found = mistral.list_pages(
        _TasksOfExecution(mistral.mistral_client(cloud), execution_id),
        fields=['id', 'name', 'state', 'published', 'workflow_name'],
        sort_keys='created_at,id',
        sort_dirs='asc,asc',
    )
    return sorted(map(_task_row, found), key=_number)


def _task_row(task: Any) -> TaskRow:
    published = json.loads(task.published or '{}') or {}
    return TaskRow(task.id, task.name, task.state, published)


def _number(task: TaskRow) -> float:
    """What a task publishes as its number; infinite if it does not."""
    number = task.published.get(NUMBER)
    return number if isinstance(number, int) else math.inf


class _TasksOfExecution:
    """mistralclient's manager of tasks, for those of one execution."""

    def __init__(self, client: Any, execution_id: str) -> None:
        self._client = client
        self._execution_id = execution_id

    def list(self, **options: Any) -> list[Any]:
        """A page of the tasks."""
        found: list[Any] = self._client.tasks.list(
            self._execution_id, **options
        )
        return found


@mistral.convert_errors
def task_result(cloud: Cloud, task_id: str) -> Any:
    """The result (parsed JSON) of a task that has ended."""
    return json.loads(mistral.mistral_client(cloud).tasks.get(task_id).result)


@mistral.convert_errors
def task_state(cloud: Cloud, task_id: str) -> str:
    """The state of a task."""
    state: str = mistral.mistral_client(cloud).tasks.get(task_id).state
    return state


@mistral.convert_errors
def last_changes(
    cloud: Cloud, execution_id: str
) -> dict[str, datetime.datetime]:
    """``{task name: when it changed last}`` of an execution; times are aware.

    An administrator may ask for an execution of any project.
    """
    found = mistral.mistral_client(cloud).tasks.list(
        execution_id, fields=['id', 'name', 'created_at', 'updated_at']
    )
    changes: dict[str, datetime.datetime] = {}
    for task in found:
        moved = clock.parse_utc(task.updated_at or task.created_at)
        changes[task.name] = max(moved, changes.get(task.name, moved))
    return changes


def _result(client: Any, task: Any, each: Collection[str]) -> Any:
    if task.state in ('SUCCESS', 'ERROR'):
        return json.loads(client.tasks.get(task.id).result)
    if task.name in each:
        return _action_results(client, task, _MAX_ACTIONS)
    return next(iter(_action_results(client, task, 2)), None)


def _action_results(client: Any, task: Any, limit: int) -> list[Any]:
    """The results of a task's actions so far, the newest first."""
    actions = client.action_executions.list(
        task_execution_id=task.id,
        limit=limit,
        sort_keys='created_at',
        sort_dirs='desc',
        fields=['output'],
    )
    outputs = [json.loads(one.output or '{}') for one in actions]
    return [output['result'] for output in outputs if 'result' in output]
