# SPDX-License-Identifier: Apache-2.0
"""What a user can do with a schedule of a plan, and its trigger with it.

Each function changes one schedule of the plan as it is now, while nobody else
changes that plan, so that nothing is lost that somebody else saves and no
trigger is left without its schedule. It returns the plan as it is then.

Mistral deletes a trigger's trust with it, and a run that goes on under that
trust loses its token: so what deletes a trigger raises Refused while there is
such a run.

A trigger runs with all roles of whoever makes it. ``all_roles`` is whether
the user has confirmed that; where it is needed, what makes a trigger raises
RolesNotConfirmed before anything is changed
(:mod:`~protection_dashboard.plans.schedule_roles`).
"""

import contextlib
from contextlib import AbstractContextManager
import dataclasses

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import schedule_roles
from protection_dashboard.plans import service as plan_service
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.schedules import validation
from protection_dashboard.workflows import definitions

_MAX_RUNNING = 100


def schedule_add(
    cloud: Cloud,
    plan: plan_document.Plan,
    schedule: Schedule,
    *,
    all_roles: bool = False,
) -> plan_document.Plan:
    """Add a schedule to the plan's document, and arm it unless it is paused.

    All of it or nothing; Refused when it can never run.
    """
    if not schedule.paused:
        schedule_roles.check_roles(cloud, confirmed=all_roles)
    cron_triggers.check_can_run(schedule)
    plan = plan_service.plan_get(cloud, plan.id)
    wanted = plan_service.plan_with(plan, schedules=[schedule.document()])
    with plan_service.exclusive_change(cloud, plan.id, wanted) as change:
        before = change.plan.document['schedules']
        saved = change.save(schedules=[*before, schedule.document()])
        try:
            if not schedule.paused:
                cron_triggers.arm(cloud, saved, schedule, all_roles=all_roles)
        except exceptions.ProtectionError:
            change.save(schedules=before)
            # what does not answer may have made a trigger all the same
            with contextlib.suppress(exceptions.ProtectionError):
                cron_triggers.disarm(cloud, plan.id, schedule.id)
            raise
        return saved


def schedule_edit(
    cloud: Cloud,
    plan: plan_document.Plan,
    schedule: Schedule,
    *,
    all_roles: bool = False,
) -> plan_document.Plan:
    """Replace the schedule of the same id; it stays paused, or not paused.

    ``plan`` is the one that the form was opened with: Refused when somebody
    has changed the schedule since. A run that is due meanwhile is not lost:
    the new trigger comes first, then the document, then the old one goes.
    """
    with _exclusive_change(cloud, plan.id) as change:
        old = change.plan.schedule(schedule.id)
        if old != plan.schedule(schedule.id):
            raise exceptions.Refused(
                "Somebody else has changed this schedule meanwhile. Open the "
                "form again to go on from what is there now."
            )
        schedule = dataclasses.replace(schedule, paused=old.paused)
        same = all(
            getattr(old, part) == getattr(schedule, part)
            for part in validation.TIMING
        )
        if not same:
            cron_triggers.check_can_run(schedule)
        if same or schedule.paused:
            return _saved_with(change, schedule)
        return _armed_anew(cloud, change, schedule, all_roles=all_roles)


def _exclusive_change(
    cloud: Cloud, plan_id: str
) -> AbstractContextManager[plan_service.PlanChange]:
    """A change of a plan that goes on to have schedules."""
    plan = plan_service.plan_get(cloud, plan_id)
    return plan_service.exclusive_change(cloud, plan_id, plan)


def _armed_anew(
    cloud: Cloud,
    change: plan_service.PlanChange,
    schedule: Schedule,
    *,
    all_roles: bool,
) -> plan_document.Plan:
    """Replace the schedule of the same id, and its triggers by a new one."""
    check_idle(cloud, change.plan, schedule.id)
    trigger = cron_triggers.arm(
        cloud, change.plan, schedule, all_roles=all_roles
    )
    try:
        saved = _saved_with(change, schedule)
    except exceptions.ProtectionError:
        mistral.cron_trigger_delete(cloud, trigger.id)
        raise
    cron_triggers.disarm(cloud, saved.id, schedule.id, but=trigger.id)
    return saved


def _saved_with(
    change: plan_service.PlanChange, schedule: Schedule
) -> plan_document.Plan:
    """Save the plan with the schedule of the same id replaced."""
    return change.save(
        schedules=[
            schedule.document() if one['id'] == schedule.id else one
            for one in change.plan.document['schedules']
        ]
    )


def pause(
    cloud: Cloud, plan: plan_document.Plan, schedule_id: str
) -> plan_document.Plan:
    """Nothing starts the schedule until it is resumed."""
    with _exclusive_change(cloud, plan.id) as change:
        schedule = change.plan.schedule(schedule_id)
        check_idle(cloud, change.plan, schedule_id)
        cron_triggers.disarm(cloud, plan.id, schedule_id)
        return _saved_with(change, dataclasses.replace(schedule, paused=True))


def resume(
    cloud: Cloud,
    plan: plan_document.Plan,
    schedule_id: str,
    *,
    all_roles: bool = False,
) -> plan_document.Plan:
    """Arm a paused schedule under the present user; nothing is caught up."""
    with _exclusive_change(cloud, plan.id) as change:
        schedule = change.plan.schedule(schedule_id)
        resumed = dataclasses.replace(schedule, paused=False)
        return _armed_anew(cloud, change, resumed, all_roles=all_roles)


def rearm(
    cloud: Cloud,
    plan: plan_document.Plan,
    schedule_id: str,
    *,
    all_roles: bool = False,
) -> plan_document.Plan:
    """Replace all triggers by a new one under the present user."""
    schedule_roles.check_roles(cloud, confirmed=all_roles)
    with _exclusive_change(cloud, plan.id) as change:
        schedule = change.plan.schedule(schedule_id)
        check_idle(cloud, change.plan, schedule_id)
        trigger = cron_triggers.arm(
            cloud, change.plan, schedule, all_roles=all_roles
        )
        cron_triggers.disarm(cloud, plan.id, schedule_id, but=trigger.id)
        return change.plan


def schedule_delete(
    cloud: Cloud, plan: plan_document.Plan, schedule_id: str
) -> plan_document.Plan:
    """Stop a schedule, then take it out of the plan, which stays."""
    with plan_service.exclusive_change(cloud, plan.id) as change:
        check_idle(cloud, change.plan, schedule_id)
        cron_triggers.disarm(cloud, plan.id, schedule_id)
        documents = change.plan.document['schedules']
        left = [one for one in documents if one['id'] != schedule_id]
        return change.save(schedules=left)


def check_idle(
    cloud: Cloud, plan: plan_document.Plan, schedule_id: str | None = None
) -> None:
    """Raise Refused while a run that cron has started goes on.

    Of one schedule, or of any of the plan.
    """
    running = execution_service.list_executions(
        cloud,
        _MAX_RUNNING,
        workflow_name=definitions.plan_workflow_name(plan.id),
        state='in:RUNNING,PAUSED',
    )
    schedule_ids = (
        {schedule_id} if schedule_id else {one.id for one in plan.schedules}
    )
    if any(run.schedule_id in schedule_ids and not run.by for run in running):
        raise exceptions.Refused(
            "A scheduled run is going on, and would fail without the trust of "
            "its schedule: wait until it has ended, or cancel it first."
        )
