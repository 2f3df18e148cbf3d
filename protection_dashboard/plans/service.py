# SPDX-License-Identifier: Apache-2.0
"""The plans of a project: list, get, create, change, delete.

Each function takes the ``cloud`` of the user and raises the exceptions of
:mod:`protection_dashboard.exceptions`.
"""

import contextlib
from typing import Any
from typing import cast

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.plans import changes as plan_changes
from protection_dashboard.plans import diff
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import schedule_roles
from protection_dashboard.plans import selection
from protection_dashboard.plans.document import Plan
from protection_dashboard.plans.document import UnreadablePlan
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.plans.schema import ResourceEntry
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.workflows import definitions
from protection_dashboard.workflows import result_states


def plan_list(cloud: Cloud) -> list[Plan]:
    """The project's plans, sorted by name, without unreadable ones."""
    plans, _unreadable = plans_and_unreadable(cloud)
    return plans


def plans_and_unreadable(
    cloud: Cloud,
) -> tuple[list[Plan], list[UnreadablePlan]]:
    """The project's plans and its unreadable ones, both sorted by name.

    A workflow that is tagged like a plan's and is none is left out.
    """
    workflows = mistral.workflow_list(cloud, tags=definitions.PLAN_TAG)
    found = [
        one for one in map(plan_document.plan_or_unreadable, workflows) if one
    ]
    found.sort(key=lambda one: one.name.lower())
    plans = [one for one in found if isinstance(one, Plan)]
    return plans, [one for one in found if isinstance(one, UnreadablePlan)]


def plan_get(cloud: Cloud, plan_id: str) -> Plan:
    """One plan of the project.

    NotFound when there is none, Refused when it is unreadable.
    """
    workflow = mistral.workflow_get(
        cloud, definitions.plan_workflow_name(plan_id)
    )
    return plan_document.plan_from_workflow(workflow)


def plan_names(cloud: Cloud, plan_id: str) -> dict[str, str]:
    """``{id: name}`` of one plan, empty when it cannot be read or is gone."""
    try:
        return {plan_id: plan_get(cloud, plan_id).name}
    except exceptions.ProtectionError:
        return {}


def plan_create(
    cloud: Cloud, document: PlanDocument, *, all_roles: bool = False
) -> Plan:
    """Create a plan and arm its schedules: all of it or nothing.

    Refused when the document is not valid or a schedule can never run.
    ``all_roles`` is whether the user has confirmed that the schedules run
    with all their roles: RolesNotConfirmed if that is needed.
    """
    text = plan_document.workflow_definition(document)
    schedules = [Schedule.from_document(one) for one in document['schedules']]
    for schedule in schedules:
        cron_triggers.check_can_run(schedule)
    if not all(schedule.paused for schedule in schedules):
        schedule_roles.check_roles(cloud, confirmed=all_roles)
    plan = Plan(document, mistral.workflow_create(cloud, text).id)
    try:
        if plan.schedules:
            prepare_protections(cloud, plan)
        for schedule in schedules:
            if not schedule.paused:
                cron_triggers.arm(cloud, plan, schedule, all_roles=all_roles)
    except exceptions.ProtectionError:
        plan_delete(cloud, plan)
        raise
    return plan


def prepare_protections(cloud: Cloud, plan: Plan) -> None:
    """Let the protections of a plan with schedules get ready for its runs.

    Called while the user's own token is at hand: see Protection.prepare.
    """
    for entry in _expected_entries(cloud, plan):
        plugins.protection(entry['protection']).prepare(
            cloud, plan.id, entry['type'], entry['id']
        )


def _expected_entries(cloud: Cloud, plan: Plan) -> list[ResourceEntry]:
    """The resources that it names, and those that its rules match today."""
    if not plan.rules:
        return plan.resources
    found = selection.resolve_resources(cloud, plan.document)
    return [one.entry for one in found if one.state == result_states.PENDING]


def plan_update(
    cloud: Cloud, base: PlanDocument, document: PlanDocument
) -> Plan:
    """Save what a form edited and return the plan as it is then.

    ``base`` is the document that the form was opened with. Schedules and
    pins stay as they are in the stored plan. Refused, with the differences,
    when somebody else has changed the plan meanwhile.
    """
    plan = plan_get(cloud, base['id'])
    changes = diff.plan_differences(base, plan.document)
    if changes:
        raise exceptions.Refused(
            "Somebody else has changed this plan meanwhile: "
            f"{'; '.join(map(str, changes))}. Open the form again to go on "
            "from what is there now."
        )
    edited = {part: document.get(part) for part in diff.EDITED_KEYS}
    return plan_save(cloud, plan, **edited)


def plan_save(cloud: Cloud, plan: Plan, **parts: Any) -> Plan:
    """Save a plan with some keys of its document replaced, and return it.

    A key whose new value is None is removed. Refused when the document is
    not valid then.
    """
    changed: dict[str, Any] = {**plan.document, **parts}
    document = cast(
        PlanDocument,
        {key: value for key, value in changed.items() if value is not None},
    )
    changes = plan.changes
    if cloud.user and plan_changes.changes_what_runs(plan.document, document):
        changes = plan_changes.with_change(changes, cloud.user, clock.now())
    saved = Plan(document, plan.workflow_id, changes)
    # a pin changes nothing of what a run needs
    if saved.schedules and parts.keys() != {'pins'}:
        prepare_protections(cloud, saved)
    text = plan_document.workflow_definition(document, changes)
    mistral.workflow_update(cloud, plan.workflow_id, text)
    return saved


def plan_delete(cloud: Cloud, plan: Plan) -> None:
    """Delete a plan with its schedules; its recovery points stay."""
    cron_triggers.disarm_plan(cloud, plan)
    mistral.workflow_delete(cloud, plan.workflow_id)
    _release(cloud, plan.document)


def _release(cloud: Cloud, document: PlanDocument) -> None:
    """Let protections remove what they keep for a plan that is deleted.

    What fails is left for the sweep that each run begins with.
    """
    for slug in plan_document.protection_slugs(document):
        with contextlib.suppress(exceptions.ProtectionError):
            plugins.protection(slug).release(cloud, document['id'])


def unreadable_plan_delete(cloud: Cloud, plan_id: str) -> None:
    """Delete an unreadable plan with its triggers; recovery points stay.

    NotFound when there is no unreadable plan with this id.
    """
    _plans, unreadable = plans_and_unreadable(cloud)
    found = next((one for one in unreadable if one.id == plan_id), None)
    if found is None:
        raise exceptions.NotFound("No such plan, or it can be read by now.")
    cron_triggers.disarm_plan(cloud, found)
    mistral.workflow_delete(cloud, found.workflow_id)
