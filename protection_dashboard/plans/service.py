# SPDX-License-Identifier: Apache-2.0
"""What a user can do: plan, schedule, run, look, restore, delete.

Each function takes the ``cloud`` of the user (:class:`api.cloud.Cloud`) and
raises the exceptions of :mod:`protection_dashboard.exceptions`.
"""

import contextlib
import dataclasses

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import tasks as mistral_tasks
from protection_dashboard.common import concurrency
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import results as execution_results
from protection_dashboard.executions import started_by
from protection_dashboard.executions import waits
from protection_dashboard.plans import diff
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import selection
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.workflows import shared_workflows

ACTIONS = frozenset(
    f'protection.{verb}'
    for verb in (
        'delete',
        'gate',
        'notify',
        'poll',
        'protect',
        'prune',
        'resolve',
        'restore',
    )
)
SERVICE_TYPE = mistral.TYPE


def missing_actions(cloud):
    """Names of our actions that the cloud's Mistral does not have."""
    return ACTIONS - mistral.action_names(cloud, 'protection.')


def plan_list(cloud):
    """The project's plans, by name; what cannot be read is left out."""
    found, _unreadable = plans_and_unreadable(cloud)
    return found


def plans_and_unreadable(cloud):
    """``([Plan], [Unreadable])`` of the project, both by name.

    A workflow that is no plan is neither.
    """
    listed = mistral.workflow_list(cloud, tags=plan_document.PLAN_TAG)
    found = [one for one in map(plan_document.of_workflow, listed) if one]
    found.sort(key=lambda one: one.name.lower())
    unreadable = [
        one for one in found if isinstance(one, plan_document.Unreadable)
    ]
    return [
        one for one in found if isinstance(one, plan_document.Plan)
    ], unreadable


def plan_get(cloud, plan_id):
    """One plan of the project; NotFound otherwise."""
    workflow = mistral.workflow_get(
        cloud, plan_document.workflow_name(plan_id)
    )
    return plan_document.carried(workflow)


def plan_create(cloud, document):
    """A new plan with its schedules armed; all of it or nothing."""
    text = plan_document.definition(document)
    for wish in document['schedules']:
        cron_triggers.check(wish)
    wishes = [w for w in document['schedules'] if not w.get('paused')]
    plan = plan_document.Plan(
        document, mistral.workflow_create(cloud, text).id
    )
    try:
        if plan.schedules:
            prepare(cloud, plan)
        for wish in wishes:
            cron_triggers.arm(cloud, plan, wish)
    except exceptions.ProtectionError:
        plan_delete(cloud, plan)
        raise
    return plan


def prepare(cloud, plan):
    """Let the protections get ready, while the user's own token is here."""
    for entry in _expected(cloud, plan):
        plugins.protection(entry['protection']).prepare(
            cloud, plan.id, entry['type'], entry['id']
        )


def _expected(cloud, plan):
    """Entries of what it picks, and of what its selectors match today."""
    if not plan.selectors:
        return plan.resources
    found = selection.resolved(cloud, plan.document)
    return [one.entry for one in found if one.state == waits.PENDING]


def plan_update(cloud, base, document):
    """Save what a form edited; the plan as it is now.

    ``base`` is the document that the form was opened with. Schedules and
    pins are kept as they are by now; Refused, with what changed, when
    somebody else has saved the plan meanwhile.
    """
    plan = plan_get(cloud, base['id'])
    changes = diff.differences(base, plan.document)
    if changes:
        raise exceptions.Refused(
            "Somebody else has changed this plan meanwhile: "
            f"{'; '.join(map(str, changes))}. Open the form again to go on "
            "from what is there now."
        )
    edited = {part: document.get(part) for part in diff.EDITED}
    return plan_save(cloud, plan, **edited)


def plan_save(cloud, plan, **parts):
    """The plan with parts of its document replaced; None takes one out."""
    document = {**plan.document, **parts}
    document = {k: v for k, v in document.items() if v is not None}
    text = plan_document.definition(document)
    saved = plan_document.Plan(document, plan.workflow_id)
    # a pin changes nothing of what a run needs
    if saved.schedules and parts.keys() != {'pins'}:
        prepare(cloud, saved)
    mistral.workflow_update(cloud, plan.workflow_id, text)
    return saved


def plan_delete(cloud, plan):
    """The plan with its schedules; its recovery points stay."""
    cron_triggers.disarm_plan(cloud, plan)
    mistral.workflow_delete(cloud, plan.workflow_id)
    _release(cloud, plan.document)


def _release(cloud, document):
    """What protections keep for a plan goes with it, or with a later run."""
    for slug in plan_document.protections(document):
        with contextlib.suppress(exceptions.ProtectionError):
            plugins.protection(slug).release(cloud, document['id'])


def unreadable_delete(cloud, plan_id):
    """Delete a plan that cannot be read, with its triggers; points stay.

    NotFound when there is none that cannot be read.
    """
    _plans, unreadable = plans_and_unreadable(cloud)
    found = next((one for one in unreadable if one.id == plan_id), None)
    if found is None:
        raise exceptions.NotFound("No such plan, or it can be read by now.")
    cron_triggers.disarm_plan(cloud, found)
    mistral.workflow_delete(cloud, found.workflow_id)


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
    given = {'plan': plan_document.encode(plan_document.check(document))}
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
    filters = filters or {'tags': plan_document.TAG}
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
            'tasks': lambda: mistral_tasks.task_results(
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
