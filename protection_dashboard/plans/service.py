# SPDX-License-Identifier: Apache-2.0
"""The plans of a project: list, get, create, change, delete.

Each function takes the ``cloud`` of the user and raises the exceptions of
:mod:`protection_dashboard.exceptions`.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
import contextlib
import dataclasses
from typing import Any
from typing import cast

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.plans import change_lock
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
    cloud: Cloud,
    base: PlanDocument,
    document: PlanDocument,
    *,
    unchanged: Iterable[str] = diff.EDITED_KEYS,
    advice: str = "Open the form again to go on from what is there now.",
) -> Plan:
    """Save what a form edited and return the plan as it is then.

    ``base`` is the document that the form was opened with. Schedules and
    pins stay as they are in the stored plan. Refused, with the differences
    and ``advice``, when somebody else has changed any of the keys
    ``unchanged`` meanwhile.
    """

    def edited(plan: Plan) -> Parts:
        changes = diff.plan_differences(base, plan.document, unchanged)
        if changes:
            raise exceptions.Refused(
                "Somebody else has changed this plan meanwhile: "
                f"{'; '.join(map(str, changes))}. {advice}"
            )
        return {part: document.get(part) for part in diff.EDITED_KEYS}

    return plan_change(cloud, base['id'], edited)


#: some keys of a plan's document with their new values; None removes a key
Parts = Mapping[str, Any]


def plan_change(
    cloud: Cloud, plan_id: str, change: Callable[[Plan], Parts]
) -> Plan:
    """Change a plan as it is now, and return what is saved.

    ``change`` gets the plan and returns the keys to replace; it may raise
    Refused. It is called twice: to prepare protections, and again when nobody
    else can change the plan before it is saved. Refused when the document is
    not valid then.
    """
    plan = plan_get(cloud, plan_id)
    parts = change(plan)
    # a pin changes nothing of what a run needs
    wanted = None if parts.keys() == {'pins'} else plan_with(plan, **parts)
    with exclusive_change(cloud, plan_id, wanted) as current:
        return current.save(**change(current.plan))


def plan_save(cloud: Cloud, plan: Plan, **parts: Any) -> Plan:
    """Replace some keys of a plan's document as it is now, as plan_change."""
    return plan_change(cloud, plan.id, lambda _now: parts)


@contextlib.contextmanager
def exclusive_change(
    cloud: Cloud, plan_id: str, wanted: Plan | None = None
) -> Iterator['PlanChange']:
    """A PlanChange of the plan as it is now.

    Nobody else changes the plan before its end. ``wanted`` is the plan as it
    is expected to be saved: what its schedules need is prepared before, as
    that may take long.
    """
    prepared = _prepared(cloud, wanted, ()) if wanted else ()
    with change_lock.plan_lock(cloud, plan_id):
        yield PlanChange(cloud, plan_get(cloud, plan_id), prepared)


@dataclasses.dataclass
class PlanChange:
    """A plan that only its owner changes at present.

    ``prepared`` is what ``_prepared`` returned.
    """

    cloud: Cloud
    plan: Plan
    prepared: tuple[Any, ...]

    def save(self, **parts: Any) -> Plan:
        """Save the plan with some keys of its document replaced."""
        saved = plan_with(self.plan, **parts)
        if self.cloud.user and plan_changes.changes_what_runs(
            self.plan.document, saved.document
        ):
            changes = plan_changes.with_change(
                saved.changes, self.cloud.user, clock.now()
            )
            saved = dataclasses.replace(saved, changes=changes)
        text = plan_document.workflow_definition(saved.document, saved.changes)
        if parts.keys() != {'pins'}:
            self.prepared = _prepared(self.cloud, saved, self.prepared)
        mistral.workflow_update(self.cloud, saved.workflow_id, text)
        self.plan = saved
        return saved


def plan_with(plan: Plan, **parts: Any) -> Plan:
    """The plan with some keys of its document replaced; it is not saved."""
    changed: dict[str, Any] = {**plan.document, **parts}
    document = {k: value for k, value in changed.items() if value is not None}
    return dataclasses.replace(plan, document=cast(PlanDocument, document))


def _prepared(
    cloud: Cloud, plan: Plan, before: tuple[Any, ...]
) -> tuple[Any, ...]:
    """Prepare what a plan's schedules need; returns what that depends on.

    Nothing is done when ``before`` is the same.
    """
    keys = ('resources', 'methods', 'selectors', 'exclusions')
    needed = tuple(plan.document.get(key) for key in keys)
    if not plan.schedules or needed == before:
        return before
    prepare_protections(cloud, plan)
    return needed


def plan_delete(cloud: Cloud, plan: Plan) -> None:
    """Delete a plan with its schedules; its recovery points stay."""
    with change_lock.plan_lock(cloud, plan.id):
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
    with change_lock.plan_lock(cloud, plan_id):
        cron_triggers.disarm_plan(cloud, found)
        mistral.workflow_delete(cloud, found.workflow_id)
