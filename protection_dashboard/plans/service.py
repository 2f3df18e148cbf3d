# SPDX-License-Identifier: Apache-2.0
"""What a user can do: plan, schedule, run, look, restore, delete.

Each function takes the ``cloud`` of the user (:class:`api.cloud.Cloud`) and
raises the exceptions of :mod:`protection_dashboard.exceptions`.
"""

import contextlib

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.plans import diff
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import selection
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.workflows import definitions
from protection_dashboard.workflows import result_states


def plan_list(cloud):
    """The project's plans, by name; what cannot be read is left out."""
    found, _unreadable = plans_and_unreadable(cloud)
    return found


def plans_and_unreadable(cloud):
    """``([Plan], [Unreadable])`` of the project, both by name.

    A workflow that is no plan is neither.
    """
    listed = mistral.workflow_list(cloud, tags=definitions.PLAN_TAG)
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
    workflow = mistral.workflow_get(cloud, definitions.workflow_name(plan_id))
    return plan_document.carried(workflow)


def plan_create(cloud, document):
    """A new plan with its schedules armed; all of it or nothing."""
    text = plan_document.definition(document)
    schedules = [Schedule.from_document(one) for one in document['schedules']]
    for schedule in schedules:
        cron_triggers.check(schedule)
    plan = plan_document.Plan(
        document, mistral.workflow_create(cloud, text).id
    )
    try:
        if plan.schedules:
            prepare(cloud, plan)
        for schedule in schedules:
            if not schedule.paused:
                cron_triggers.arm(cloud, plan, schedule)
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
    return [one.entry for one in found if one.state == result_states.PENDING]


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
