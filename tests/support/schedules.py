# SPDX-License-Identifier: Apache-2.0
"""Plans with a schedule for tests, and what arms them."""

import contextlib
import dataclasses

from protection_dashboard import exceptions
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.executions import search as execution_search
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.settings import ALLOW
from protection_dashboard.settings import RoleSettings
from protection_dashboard.workflows import definitions
from tests.support.waiting import until

BERLIN = 'Europe/Berlin'
NEVER = '0 3 1 1 *'
HOSTILE = '<% 1 + 1 %> {{ 7*7 }} "plan"'


def allowed_all_roles(cloud):
    """The cloud of a Horizon whose operator lets all roles arm schedules."""
    settings = RoleSettings(schedule_more_roles=ALLOW)
    return dataclasses.replace(cloud, role_settings=settings)


def workflow_of(cloud, plan):
    """The workflow that carries a plan, mistralclient's."""
    return mistral.workflow_get(cloud, definitions.plan_workflow_name(plan.id))


def plan_of(cloud, alt_sandbox, volume, schedule, **facts):
    schedules = [schedule.document()]
    document = {
        **alt_sandbox.document(volume),
        'schedules': schedules,
        **facts,
    }
    return plan_service.plan_create(cloud, document)


def schedule_of(cloud, alt_sandbox, volume):
    """A gated schedule that does not fire during a test."""
    schedule = plan_document.new_schedule(NEVER, BERLIN)
    plan = plan_of(cloud, alt_sandbox, volume, schedule, name=HOSTILE)
    return project_status.get_schedule(cloud, plan.id, schedule.id)


def triggers(cloud, schedule):
    found = cron_triggers.triggers_by_schedule(
        mistral.cron_trigger_list(cloud)
    )
    return found.get(schedule.id, [])


def runs_of(cloud, schedule):
    of_it = execution_search.schedule_search(schedule)
    return execution_search.search_page(cloud, of_it, 10, order='asc')


def between_runs(change):
    """Call ``change`` as soon as no run of the schedule is in its way."""

    def changed():
        with contextlib.suppress(exceptions.Refused):
            change()
            return True

    until(changed)
