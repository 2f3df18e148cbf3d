# SPDX-License-Identifier: Apache-2.0
"""What is read of mistralclient's objects.

Workflow API v2, https://docs.openstack.org/mistral/latest/user/rest_api_v2.html.
Times are text such as ``2026-11-20 22:10:44``, in UTC; objects are JSON as
text. An object has the attributes only that its list asks Mistral for.
"""

from typing import Any
from typing import Protocol


class Workflow(Protocol):
    """A workflow; ``definition`` is its text in Mistral's DSL, version 2."""

    id: str
    name: str
    definition: str
    project_id: str
    scope: str
    created_at: str
    updated_at: str | None


class Workbook(Protocol):
    """A workbook; ``definition`` is its text in Mistral's DSL, version 2."""

    name: str
    definition: str
    project_id: str
    scope: str


class CronTrigger(Protocol):
    """A cron trigger; ``pattern`` is in UTC, None if it fires only once.

    ``remaining_executions`` is None for one that fires for ever.
    """

    id: str
    name: str
    pattern: str | None
    workflow_id: str
    workflow_name: str
    workflow_input: str | None
    workflow_params: str | None
    next_execution_time: str
    remaining_executions: int | None
    project_id: str
    created_at: str
    updated_at: str | None


class WorkflowExecution(Protocol):
    """An execution of a workflow.

    ``output`` and ``params`` are there only if the list was asked for them.
    """

    id: str
    workflow_id: str
    workflow_name: str
    state: str
    state_info: str | None
    description: str | None
    input: str | None
    output: str | None
    params: str | None
    project_id: str
    created_at: str
    updated_at: str


class Environment(Protocol):
    """A Mistral environment; ``variables`` are parsed JSON."""

    name: str
    variables: dict[str, Any]
    project_id: str
