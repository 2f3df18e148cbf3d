# SPDX-License-Identifier: Apache-2.0
"""A plan is replaced by an imported document, with its schedules."""

from collections.abc import Iterable
from collections.abc import Iterator

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.plans import diff
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import service as schedule_service


def replace_plan(
    cloud: Cloud, base: PlanDocument, document: PlanDocument
) -> list[exceptions.ProtectionError]:
    """Save a document of ``imports.replacement_document`` as its plan.

    Returns the errors of its schedules, one for each that could not be
    changed. Refused, with what changed, when the plan is no longer as in
    the document ``base``.
    """
    plan = service.plan_update(
        cloud,
        base,
        document,
        unchanged=diff.IMPORTED_KEYS,
        advice="Look at the preview again.",
    )
    schedules = [Schedule.from_document(one) for one in document['schedules']]
    return list(_schedule_errors(cloud, plan, schedules))


def _schedule_errors(
    cloud: Cloud, plan: plan_document.Plan, schedules: Iterable[Schedule]
) -> Iterator[exceptions.ProtectionError]:
    """Make the plan's schedules ``schedules``, one by one."""
    old = {schedule.id: schedule for schedule in plan.schedules}
    new = {schedule.id: schedule for schedule in schedules}
    gone = [one for id_, one in old.items() if id_ not in new]
    steps = [(_deleted, one) for one in gone] + [
        (_changed if id_ in old else _added, schedule)
        for id_, schedule in new.items()
        if schedule != old.get(id_)
    ]
    for act, schedule in steps:
        try:
            act(cloud, plan, schedule)
        except exceptions.ProtectionError as error:
            yield error


def _deleted(
    cloud: Cloud, plan: plan_document.Plan, schedule: Schedule
) -> None:
    schedule_service.schedule_delete(cloud, plan, schedule.id)


def _added(cloud: Cloud, plan: plan_document.Plan, schedule: Schedule) -> None:
    schedule_service.schedule_add(cloud, plan, schedule)


def _changed(
    cloud: Cloud, plan: plan_document.Plan, schedule: Schedule
) -> None:
    """Edit a schedule, then pause or resume it, which an edit does not."""
    old = plan.schedule(schedule.id)
    schedule_service.schedule_edit(cloud, plan, schedule)
    if schedule.paused == old.paused:
        return
    change = (
        schedule_service.pause if schedule.paused else schedule_service.resume
    )
    change(cloud, plan, schedule.id)
