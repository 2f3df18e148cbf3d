# SPDX-License-Identifier: Apache-2.0
"""Mistral as an administrator sees it: all projects at once.

Workflow API v2, https://docs.openstack.org/mistral/latest/user/rest_api_v2.html.
Every list is one with ``all_projects``, which Mistral refuses to other users,
and has a limit. To change something of a project see
:meth:`.Cloud.within`.
"""

from collections.abc import Iterable
import dataclasses
import datetime
import json
from typing import Any

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import executions
from protection_dashboard.api.mistral.records import CronTrigger
from protection_dashboard.api.mistral.records import Environment
from protection_dashboard.api.mistral.records import Workflow
from protection_dashboard.api.mistral.records import WorkflowExecution
from protection_dashboard.common import clock

EXECUTION_FIELDS = [*mistral.EXECUTION_FIELDS, 'params']


@mistral.convert_errors
def execution_page(
    cloud: Cloud,
    limit: int,
    marker: str | None = '',
    order: str = 'desc',
    **filters: Any,
) -> list[WorkflowExecution]:
    """One page of executions of all projects, with ``params``.

    Arguments and order are those of ``client.execution_list``.
    """
    found: list[WorkflowExecution] = mistral.mistral_client(
        cloud
    ).executions.list(
        marker=marker or '',
        limit=limit,
        sort_keys='created_at,id',
        sort_dirs=f'{order},{order}',
        fields=EXECUTION_FIELDS,
        all_projects=True,
        **filters,
    )
    return found


@mistral.convert_errors
def execution_get(cloud: Cloud, execution_id: str) -> WorkflowExecution:
    """An execution of any project; NotFound if there is none."""
    executions = mistral.mistral_client(cloud).executions
    found: WorkflowExecution = executions.get(execution_id)
    return found


@mistral.convert_errors
def workflow_list(cloud: Cloud, most: int, **filters: Any) -> list[Workflow]:
    """Workflows of all projects with their definitions, at most ``most``."""
    return mistral.list_pages(
        mistral.mistral_client(cloud).workflows,
        most,
        fields=mistral.WORKFLOW_FIELDS,
        all_projects=True,
        **filters,
    )


@mistral.convert_errors
def cron_trigger_list(
    cloud: Cloud, most: int, **filters: Any
) -> list[CronTrigger]:
    """Cron triggers of all projects, at most ``most``."""
    return mistral.list_pages(
        mistral.mistral_client(cloud).cron_triggers,
        most,
        fields=mistral.TRIGGER_FIELDS,
        all_projects=True,
        **filters,
    )


@mistral.convert_errors
def overdue_cron_triggers(
    cloud: Cloud, before: datetime.datetime, limit: int
) -> list[CronTrigger]:
    """Cron triggers of all projects that should have fired before a time.

    ``before`` is aware. The trigger that has been due for longest comes
    first; not all of the triggers are ours. Of each only the id, the name,
    ``next_execution_time`` and the project are known.
    """
    found: list[CronTrigger] = mistral.mistral_client(
        cloud
    ).cron_triggers.list(
        limit=limit,
        sort_keys='next_execution_time',
        sort_dirs='asc',
        fields=['id', 'name', 'next_execution_time', 'project_id'],
        all_projects=True,
        next_execution_time=f'lt:{clock.format_utc(before)}',
    )
    return found


@mistral.convert_errors
def run_action(cloud: Cloud, name: str, **given: Any) -> Any:
    """Let an executor run an action now; its result, which is not stored.

    ``given`` is the action's input.
    """
    made = mistral.mistral_client(cloud).action_executions.create(
        name, given, run_sync=True, save_result=False
    )
    return json.loads(made.output)['result']


def execution_rows(
    cloud: Cloud,
    pages: int,
    since: datetime.datetime,
    more: Iterable[str] = (),
    **filters: Any,
) -> tuple[list[executions.ExecutionRow], bool]:
    """As ``executions.execution_rows``, with ``project_id``, for all projects.

    ``since`` is aware.
    """
    return executions.execution_rows(
        # without the filter by project that it has for an administrator
        dataclasses.replace(cloud, admin=False),
        pages,
        clock.format_utc(since),
        more=('project_id', *more),
        all_projects='true',
        **filters,
    )


@mistral.convert_errors
def environment_list(cloud: Cloud, prefix: str) -> list[Environment]:
    """Environments of all projects whose names contain ``prefix``."""
    found: list[Environment] = mistral.mistral_client(cloud).environments.list(
        name=f'has:{prefix}', fields=['name', 'variables', 'project_id']
    )
    return found
