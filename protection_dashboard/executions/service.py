# SPDX-License-Identifier: Apache-2.0
"""Start, read, cancel and delete the executions of a project."""

import dataclasses

from protection_dashboard import exceptions
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import executions
from protection_dashboard.common import concurrency
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import results as execution_results
from protection_dashboard.executions import started_by
from protection_dashboard.executions import waits
from protection_dashboard.plans import document as plan_document
from protection_dashboard.workflows import definitions
from protection_dashboard.workflows import shared_workflows


def plan_run(cloud, plan, schedule_id=None, trigger_id=''):
    """Run a plan now; the execution's id.

    The trigger's id goes into the description, as Mistral does in a run of
    its own, so that one filter finds all runs of a schedule.
    """
    given = {'schedule': schedule_id, 'by': cloud.user, 'name': plan.name}
    told = started_by.description(cloud.user, trigger_id)
    return mistral.execution_create(cloud, plan.workflow_id, given, told).id


def protect_now(cloud, document):
    """Run a plan's document once, without keeping a plan; execution's id."""
    given = {'plan': definitions.encode(plan_document.check(document))}
    return start(cloud, 'once', document['name'], given)


def restore(cloud, point, options):
    """Make a new resource of a recovery point; the execution's id."""
    given = {'point': _named(point), 'options': options}
    return start(cloud, 'restore', point.label, given)


def delete_points(cloud, points):
    """Delete recovery points; the execution's id."""
    names = [point.label for point in points]
    name = names[0] if len(names) == 1 else f'{names[0]} + {len(names) - 1}'
    named = [
        {**_named(one), 'after': [p.id for p in points if p.parent == one.id]}
        for one in points
    ]
    given = {'points': named}
    return start(cloud, 'delete', name, given)


def notify_test(cloud, notification, name):
    """Send a test message to where a plan's runs go; the execution's id.

    ``notification`` is that part of a plan's document, ``name`` the plan's.
    """
    given = {'notification': notification}
    return start(cloud, 'notify', name, given)


def _named(point):
    return {
        'protection': point.protection,
        'id': point.id,
        'name': point.label,
        'resource_id': point.resource_id,
        'resource_type': point.resource_type,
    }


def start(cloud, kind, name, given, retry_of=''):
    """Run one of the workflows that the whole project shares; its id.

    ``retry_of`` is the id of the run that it repeats.
    """
    workflow_id = shared_workflows.workflow(cloud, kind)
    given = {**given, 'by': cloud.user, 'name': name}
    told = started_by.description(cloud.user, retry_of=retry_of)
    return mistral.execution_create(cloud, workflow_id, given, told).id


def run_page(cloud, limit, marker='', order='desc', **filters):
    """One page of the project's runs, newest first unless order is asc."""
    filters = filters or {'tags': definitions.TAG}
    found = mistral.execution_list(cloud, limit, marker, order, **filters)
    return [
        execution_records.run(one)
        for one in found
        if one.project_id == cloud.project_id
    ]


def run_get(cloud, run_id):
    """One run with what became of each resource; NotFound otherwise."""
    run = execution_records.run(mistral.execution_get(cloud, run_id))
    if not run.kind:
        raise exceptions.NotFound("This execution is none of ours.")
    return run


def run_details(cloud, run_id):
    """The run with what it did: results, removed, notices and troubles."""
    found, _errors = concurrency.gather(
        {
            'run': lambda: run_get(cloud, run_id),
            'tasks': lambda: executions.task_results(
                cloud, run_id, execution_results.TASKS, execution_results.EACH
            ),
        }
    )
    run, tasks = found['run'], found['tasks']
    told = execution_results.of(tasks, _points(run, tasks.get('restore')))
    return dataclasses.replace(run, **told)


def _points(run, restored):
    """What a run was to delete, or to restore in a step that got lost."""
    if isinstance(restored, str) and waits.is_lost(restored):
        return [run.input['point']]
    return run.input.get('points') or ()


def run_cancel(cloud, run):
    """Stop what has not started yet; what a service does goes on."""
    mistral.execution_cancel(cloud, run.id)


def run_delete(cloud, run):
    """Forget a run that has ended; what it made stays."""
    mistral.execution_delete(cloud, run.id)
