# SPDX-License-Identifier: Apache-2.0
"""Create a plan, with its schedules and a first run if that is chosen.

The plan is created first, and stays if anything fails afterwards: the message
says what is missing.
"""

import contextlib

from django import urls
from django.utils.translation import gettext
from horizon import messages

from protection_dashboard import exceptions
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import schedule_roles
from protection_dashboard.plans import service as plan_service
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import service as schedule_service
from protection_dashboard.ui import addresses

DETAIL = 'horizon:project:protection_plans:detail'


def create_plan(request, cloud, document, schedules, *, run, all_roles):
    """Create a plan, arm its schedules, execute it if ``run``.

    ``all_roles`` is whether the user has confirmed that the schedules run
    with all their roles: RolesNotConfirmed if that is needed, before anything
    is made. Returns the URL of the page to show.
    """
    if not all(one.get('paused') for one in schedules):
        schedule_roles.check_roles(cloud, confirmed=all_roles)
    paused = [one for one in schedules if one.get('paused')]
    plan = _created_plan(cloud, {**document, 'schedules': paused})
    messages.success(request, gettext("Created: %s") % plan.name)
    for one in schedules:
        if one not in paused:
            schedule = Schedule.from_document(one)
            plan = _arm_schedule(
                request, cloud, plan, schedule, all_roles=all_roles
            )
    started = _start_run(request, cloud, plan) if run else ''
    if started:
        return addresses.execution_page(started)
    return urls.reverse(DETAIL, args=(plan.id,))


def _created_plan(cloud, document):
    """The new plan; Refused if the same form has created it already."""
    try:
        return plan_service.plan_create(cloud, document)
    except exceptions.Refused as error:
        with contextlib.suppress(exceptions.NotFound):
            made = plan_service.plan_get(cloud, document['id'])
            raise exceptions.Refused(
                f"This form has already made the plan {made.name}: look into "
                "the list of plans."
            ) from error
        raise


def _arm_schedule(request, cloud, plan, schedule, *, all_roles):
    try:
        return schedule_service.schedule_add(
            cloud, plan, schedule, all_roles=all_roles
        )
    except exceptions.ProtectionError as error:
        text = gettext("The plan is saved, but a schedule of it is not: %s")
        messages.warning(request, text % error)
        return plan


def _start_run(request, cloud, plan):
    try:
        return execution_service.execute_plan(cloud, plan)
    except exceptions.ProtectionError as error:
        text = gettext("The plan is saved, but it did not start now: %s")
        messages.warning(request, text % error)
        return ''
