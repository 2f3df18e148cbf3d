# SPDX-License-Identifier: Apache-2.0
"""What a user can do with a schedule of a plan: wish and trigger together.

Each function reads the plan afresh and changes one wish of its document, so
that nothing that somebody else saved meanwhile is lost. What it gives is the
plan as it is now. ``schedule_id`` is the wish's id.

With a trigger its trust goes, and with it the token of a run that goes on
under it: Refused while there is one.
"""

from protection_dashboard import exceptions
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import service as plan_service
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.schedules import validation
from protection_dashboard.workflows import definitions

_MOST_GOING = 100


def schedule_add(cloud, plan, wish):
    """One more schedule: in the plan's document, and armed unless paused.

    All of it or nothing; Refused when it can never run.
    """
    cron_triggers.check(wish)
    plan = plan_service.plan_get(cloud, plan.id)
    saved = _save(cloud, plan, [*plan.schedules, wish])
    try:
        if not wish.get('paused'):
            cron_triggers.arm(cloud, saved, wish)
    except exceptions.ProtectionError:
        _save(cloud, saved, plan.schedules)
        raise
    return saved


def schedule_edit(cloud, plan, wish):
    """A schedule as it is to be from now on; its id stays, and its pause.

    ``plan`` is the one that the form was opened with: Refused when somebody
    has changed the schedule since. A run that is due meanwhile is not lost:
    the new trigger comes first, then the document, then the old one goes.
    """
    seen, plan = plan, plan_service.plan_get(cloud, plan.id)
    old = plan.schedule(wish['id'])
    if old != seen.schedule(wish['id']):
        raise exceptions.Refused(
            "Somebody else has changed this schedule meanwhile. Open the form "
            "again to go on from what is there now."
        )
    wish = {**wish, 'paused': old.get('paused', False)}
    if not wish['paused']:
        del wish['paused']
    wishes = [wish if one is old else one for one in plan.schedules]
    same = all(old.get(key) == wish.get(key) for key in validation.TIMING)
    if not same:
        cron_triggers.check(wish)
    if same or 'paused' in wish:
        return _save(cloud, plan, wishes)
    return _armed_anew(cloud, plan, wish, wishes)


def _armed_anew(cloud, plan, wish, wishes):
    """The plan with other wishes; ``wish`` has a new trigger, only one."""
    check_idle(cloud, plan, wish['id'])
    trigger = cron_triggers.arm(cloud, plan, wish)
    try:
        saved = _save(cloud, plan, wishes)
    except exceptions.ProtectionError:
        mistral.cron_trigger_delete(cloud, trigger.id)
        raise
    cron_triggers.disarm(cloud, wish['id'], but=trigger.id)
    return saved


def pause(cloud, plan, schedule_id):
    """Nothing starts the schedule until it is resumed."""
    plan = plan_service.plan_get(cloud, plan.id)
    plan.schedule(schedule_id)
    check_idle(cloud, plan, schedule_id)
    cron_triggers.disarm(cloud, schedule_id)
    return _save(
        cloud,
        plan,
        [
            {**one, 'paused': True} if one['id'] == schedule_id else one
            for one in plan.schedules
        ],
    )


def resume(cloud, plan, schedule_id):
    """Armed anew by the present user: from now on, nothing is caught up."""
    plan = plan_service.plan_get(cloud, plan.id)
    old = plan.schedule(schedule_id)
    wish = {key: value for key, value in old.items() if key != 'paused'}
    wishes = [wish if one is old else one for one in plan.schedules]
    return _armed_anew(cloud, plan, wish, wishes)


def rearm(cloud, plan, schedule_id):
    """One new trigger under the present user instead of what there was."""
    plan = plan_service.plan_get(cloud, plan.id)
    wish = plan.schedule(schedule_id)
    check_idle(cloud, plan, schedule_id)
    plan_service.prepare(cloud, plan)
    trigger = cron_triggers.arm(cloud, plan, wish)
    cron_triggers.disarm(cloud, schedule_id, but=trigger.id)
    return plan


def schedule_delete(cloud, plan, schedule_id):
    """Stop a schedule, then forget its wish; the plan stays."""
    check_idle(cloud, plan, schedule_id)
    cron_triggers.disarm(cloud, schedule_id)
    plan = plan_service.plan_get(cloud, plan.id)
    wishes = [one for one in plan.schedules if one['id'] != schedule_id]
    return _save(cloud, plan, wishes)


def _save(cloud, plan, wishes):
    return plan_service.plan_save(cloud, plan, schedules=wishes)


def check_idle(cloud, plan, schedule_id=None):
    """Refused while a run goes on that cron started.

    Of one schedule, or of any of the plan.
    """
    going = execution_service.run_page(
        cloud,
        _MOST_GOING,
        workflow_name=definitions.workflow_name(plan.id),
        state='in:RUNNING,PAUSED',
    )
    wanted = (
        {schedule_id} if schedule_id else {w['id'] for w in plan.schedules}
    )
    if any(run.schedule_id in wanted and not run.by for run in going):
        raise exceptions.Refused(
            "A scheduled run is going on, and would fail without the trust of "
            "its schedule: wait until it has ended, or cancel it first."
        )
