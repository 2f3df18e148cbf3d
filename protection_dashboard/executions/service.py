# SPDX-License-Identifier: Apache-2.0
"""Start, read, cancel and delete the executions of a project."""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
import dataclasses
import datetime
from typing import Any
from typing import NotRequired
from typing import TypedDict

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import executions
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import results as execution_results
from protection_dashboard.executions import started_by
from protection_dashboard.executions import waits
from protection_dashboard.executions.slices import progress
from protection_dashboard.executions.steps import ResourceInput
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import schedule_roles
from protection_dashboard.plans import validation as plan_validation
from protection_dashboard.plans.schema import NotificationDocument
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.protections import base
from protection_dashboard.workflows import definitions

#: kinds of the workflows that ``recent_other_runs`` looks at
_OTHER_KINDS = ('once', 'restore', 'delete')


class PlanInput(TypedDict):
    """Input of a plan's workflow, for an execution that a person starts.

    ``only`` are the resources to protect: the plan's others are left out;
    None or no such key stands for all. ``schedule`` is the id of the plan's
    schedule that marks the points, ``by`` the person, ``name`` the plan's.
    """

    schedule: str | None
    by: str
    name: str
    only: NotRequired[list[ResourceInput] | None]


def execute_plan(
    cloud: Cloud,
    plan: plan_document.Plan,
    schedule_id: str | None = None,
    trigger_id: str = '',
) -> str:
    """Execute a plan now; returns the execution's id.

    ``schedule_id`` is that of the schedule that is run by hand, with its
    ``trigger_id``. That goes into the description, where Mistral puts it in
    the executions that it starts itself, so that one filter finds all
    executions of a schedule. Refused where the plan's workflow is none of
    ours and the user has more roles than who may change it.
    """
    schedule_roles.check_workflow(cloud, plan)
    workflow_input: PlanInput = {
        'schedule': schedule_id,
        'by': cloud.user,
        'name': plan.name,
    }
    description = started_by.description(cloud.user, trigger_id)
    execution_id: str = mistral.execution_create(
        cloud, plan.workflow_id, workflow_input, description
    ).id
    return execution_id


def protect_now(cloud: Cloud, document: PlanDocument) -> str:
    """Execute a plan's document once, without saving a plan.

    Returns the execution's id.
    """
    given = {
        'plan': definitions.encode_document(
            plan_validation.check_document(document)
        )
    }
    return start_shared_workflow(cloud, 'once', document['name'], given)


def restore_point(
    cloud: Cloud, point: base.RecoveryPoint, options: Mapping[str, Any]
) -> str:
    """Restore a recovery point as a new resource; returns the execution's id.

    ``options`` fit the protection's restore schema.
    """
    given = {'point': _point_input(point), 'options': options}
    return start_shared_workflow(cloud, 'restore', point.label, given)


def delete_points(cloud: Cloud, points: Sequence[base.RecoveryPoint]) -> str:
    """Delete recovery points; returns the execution's id."""
    names = [point.label for point in points]
    name = names[0] if len(names) == 1 else f'{names[0]} + {len(names) - 1}'
    given = {
        'points': [
            {
                **_point_input(point),
                'after': [p.id for p in points if p.parent == point.id],
            }
            for point in points
        ]
    }
    return start_shared_workflow(cloud, 'delete', name, given)


def start_test_notification(
    cloud: Cloud, notification: NotificationDocument, name: str
) -> str:
    """Send a test message to where a plan's messages go.

    ``notification`` is that part of a plan's document, ``name`` the plan's
    name. Returns the execution's id.
    """
    given = {'notification': notification}
    return start_shared_workflow(cloud, 'notify', name, given)


def _point_input(
    point: base.RecoveryPoint,
) -> execution_records.PointInput:
    return {
        'protection': point.protection,
        'id': point.id,
        'name': point.label,
        'resource_id': point.resource_id,
        'resource_type': point.resource_type,
    }


def start_shared_workflow(
    cloud: Cloud,
    kind: str,
    name: str,
    given: Mapping[str, Any],
    retry_of: str = '',
) -> str:
    """Execute one of the workflows that the whole project shares.

    ``kind`` is once, restore, delete or notify; ``name`` is what lists of
    executions show; ``given`` is the rest of the workflow's input.
    ``retry_of`` is the id of the execution whose failures are repeated.
    Returns the execution's id.
    """
    workflow_id = definitions.shared_workflow_id(cloud, kind)
    workflow_input = {**given, 'by': cloud.user, 'name': name}
    description = started_by.description(cloud.user, retry_of=retry_of)
    execution_id: str = mistral.execution_create(
        cloud, workflow_id, workflow_input, description
    ).id
    return execution_id


def list_executions(
    cloud: Cloud,
    limit: int,
    marker: str = '',
    order: str = 'desc',
    **filters: Any,
) -> list[execution_records.Execution]:
    """One page of the project's executions, after the id ``marker``.

    The newest come first, with the order 'asc' the oldest. ``filters`` are
    parameters of :func:`api.mistral.client.execution_list`.
    """
    filters = filters or {'tags': definitions.TAG}
    found = mistral.execution_list(cloud, limit, marker, order, **filters)
    return [
        execution_records.parse_execution(one)
        for one in found
        if one.project_id == cloud.project_id
    ]


#: executions, and since when (aware) they are known, None for all
OtherRuns = tuple[
    tuple[execution_records.Execution, ...], datetime.datetime | None
]


def recent_other_runs(cloud: Cloud, since: datetime.datetime) -> OtherRuns:
    """The project's newest executions that are of no plan, by one call.

    They are runs of Protect Now, restores and deletions, begun at ``since``
    (aware) or later, the newest first.
    """
    names = ','.join(
        definitions.shared_workflow_name(cloud, kind) for kind in _OTHER_KINDS
    )
    found = list_executions(
        cloud,
        executions.PAGE_SIZE,
        workflow_name=f'in:{names}',
        created_at=f'gte:{clock.format_utc(since)}',
    )
    is_cut = len(found) >= executions.PAGE_SIZE
    return tuple(found), found[-1].started if is_cut else None


def execution_get(cloud: Cloud, run_id: str) -> execution_records.Execution:
    """One execution without its results.

    Raises NotFound if there is none, or its workflow is not ours.
    """
    run = execution_records.parse_execution(
        mistral.execution_get(cloud, run_id)
    )
    if not run.kind:
        raise exceptions.NotFound("This execution is none of ours.")
    return run


def execution_details(
    cloud: Cloud, run_id: str
) -> execution_records.Execution:
    """One execution with results, removed, notices and troubles.

    Raises NotFound as ``execution_get``.
    """
    found, _errors = concurrency.gather(
        {
            'run': lambda: execution_get(cloud, run_id),
            'tasks': lambda: executions.task_rows(cloud, run_id),
        }
    )
    run, tasks = found['run'], found['tasks']
    detailed: execution_records.Execution = dataclasses.replace(
        run, **_details(cloud, run, tasks)
    )
    return detailed


def _details(
    cloud: Cloud,
    run: execution_records.Execution,
    tasks: Sequence[executions.TaskRow],
) -> execution_results.Details:
    if progress.is_told(tasks):
        told = progress.told_results(
            cloud, progress.telling_tasks(tasks).values()
        )
        return execution_results.readable_details(
            lambda: execution_results.execution_details_of_progress(
                progress.progress_of_tasks(tasks, told), tasks
            )
        )
    results = executions.task_results(
        cloud,
        run.id,
        execution_results.RESULT_TASKS,
        execution_results.ITEM_TASKS,
    )
    return execution_results.readable_details(
        lambda: execution_results.execution_details_of_tasks(
            results, _points(run, results.get('restore'))
        )
    )


def _points(
    run: execution_records.Execution, restored: object
) -> Iterable[Mapping[str, Any]]:
    """The points that were to be deleted.

    In a restore whose step got lost (``restored`` is the step's result), it
    is the point that was to be restored.
    """
    is_lost = isinstance(restored, str) and waits.is_lost_step(restored)
    return run.points if is_lost or run.kind != 'restore' else ()


def execution_cancel(cloud: Cloud, run: execution_records.Execution) -> None:
    """Cancel an execution; what a service has begun goes on there."""
    mistral.execution_cancel(cloud, run.id)


def execution_delete(cloud: Cloud, run: execution_records.Execution) -> None:
    """Delete an execution that has ended; its recovery points stay."""
    mistral.execution_delete(cloud, run.id)
