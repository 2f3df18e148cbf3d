# SPDX-License-Identifier: Apache-2.0
"""The schedules of a plan that an imported document replaces."""

from protection_dashboard import exceptions
from protection_dashboard.plans import diff
from protection_dashboard.plans import service
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import service as schedule_service


def replace(cloud, base, document):
    """Save a document of ``in_place_of``; errors of schedules, one each.

    Refused, with what changed, when the plan is no longer as in ``base``.
    """
    plan = service.plan_get(cloud, base['id'])
    changes = diff.differences(base, plan.document, diff.IMPORTED)
    if changes:
        raise exceptions.Refused(
            "Somebody else has changed this plan meanwhile: "
            f"{'; '.join(map(str, changes))}. Look at the preview again."
        )
    plan = service.plan_update(cloud, base, document)
    wanted = [Schedule.from_document(one) for one in document['schedules']]
    return list(_schedule_errors(cloud, plan, wanted))


def _schedule_errors(cloud, plan, wanted):
    """Make the plan's schedules those that are wanted."""
    old = {schedule.id: schedule for schedule in plan.schedules}
    new = {schedule.id: schedule for schedule in wanted}
    steps = [
        (schedule_service.schedule_delete, one)
        for one in old
        if one not in new
    ] + [
        (_changed if one in old else _added, schedule)
        for one, schedule in new.items()
        if schedule != old.get(one)
    ]
    for act, subject in steps:
        try:
            act(cloud, plan, subject)
        except exceptions.ProtectionError as error:
            yield error


def _added(cloud, plan, schedule):
    schedule_service.schedule_add(cloud, plan, schedule)


def _changed(cloud, plan, schedule):
    """Edit a schedule, then pause or resume it, which an edit does not."""
    old = plan.schedule(schedule.id)
    schedule_service.schedule_edit(cloud, plan, schedule)
    if schedule.paused == old.paused:
        return
    change = (
        schedule_service.pause if schedule.paused else schedule_service.resume
    )
    change(cloud, plan, schedule.id)
