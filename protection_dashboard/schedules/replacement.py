# SPDX-License-Identifier: Apache-2.0
"""A plan is replaced by an imported document, with its schedules."""

from collections.abc import Iterable
from collections.abc import Iterator
import functools

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.plans import diff
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import schedule_roles
from protection_dashboard.plans import service
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import service as schedule_service
from protection_dashboard.schedules import validation


def replace_plan(
    cloud: Cloud,
    base: PlanDocument,
    document: PlanDocument,
    *,
    all_roles: bool = False,
) -> list[exceptions.ProtectionError]:
    """Save a document of ``imports.replacement_document`` as its plan.

    Returns the errors of its schedules, one for each that could not be
    changed. Refused, with what changed, when the plan is no longer as in
    the document ``base``. ``all_roles`` is that of
    :mod:`~protection_dashboard.schedules.service`.
    """
    schedules = [Schedule.from_document(one) for one in document['schedules']]
    plan = service.plan_get(cloud, base['id'])
    if any(_needs_trigger(plan, schedule) for schedule in schedules):
        schedule_roles.check_roles(cloud, confirmed=all_roles)
    plan = service.plan_update(
        cloud,
        base,
        document,
        unchanged=diff.IMPORTED_KEYS,
        advice="Look at the preview again.",
    )
    return list(_schedule_errors(cloud, plan, schedules, all_roles=all_roles))


def _needs_trigger(plan: plan_document.Plan, schedule: Schedule) -> bool:
    """Whether the plan's schedule has to be armed to become ``schedule``."""
    old = {one.id: one for one in plan.schedules}.get(schedule.id)
    return not schedule.paused and (
        old is None
        or any(
            getattr(old, part) != getattr(schedule, part)
            for part in (*validation.TIMING, 'paused')
        )
    )


def _schedule_errors(
    cloud: Cloud,
    plan: plan_document.Plan,
    schedules: Iterable[Schedule],
    *,
    all_roles: bool,
) -> Iterator[exceptions.ProtectionError]:
    """Make the plan's schedules ``schedules``, one by one."""
    added = functools.partial(_added, all_roles=all_roles)
    changed = functools.partial(_changed, all_roles=all_roles)
    old = {schedule.id: schedule for schedule in plan.schedules}
    new = {schedule.id: schedule for schedule in schedules}
    gone = [one for id_, one in old.items() if id_ not in new]
    steps = [(_deleted, one) for one in gone] + [
        (changed if id_ in old else added, schedule)
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


def _added(
    cloud: Cloud,
    plan: plan_document.Plan,
    schedule: Schedule,
    *,
    all_roles: bool,
) -> None:
    schedule_service.schedule_add(cloud, plan, schedule, all_roles=all_roles)


def _changed(
    cloud: Cloud,
    plan: plan_document.Plan,
    schedule: Schedule,
    *,
    all_roles: bool,
) -> None:
    """Edit a schedule, then pause or resume it, which an edit does not."""
    old = plan.schedule(schedule.id)
    schedule_service.schedule_edit(cloud, plan, schedule, all_roles=all_roles)
    if schedule.paused == old.paused:
        return
    if schedule.paused:
        schedule_service.pause(cloud, plan, schedule.id)
    else:
        schedule_service.resume(cloud, plan, schedule.id, all_roles=all_roles)
