# SPDX-License-Identifier: Apache-2.0
"""A schedule of the database client becomes a plan with the same schedule."""

from typing import Any

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import trove_schedules
from protection_dashboard.common import ids
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.protectables.base import Resource
from protection_dashboard.recurrence import local_cron
from protection_dashboard.recurrence.cron import InvalidSchedule
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import trove_client_schedules

PROTECTION = 'database_backup'


def document_for_schedule(
    cloud: Cloud,
    schedule: trove_client_schedules.TroveScheduleStatus,
    name: str,
    minimum: int,
) -> PlanDocument:
    """The document of a plan, called ``name``, that makes the same backups.

    ``minimum`` is the least time between two runs in seconds. Refused when
    no plan can do it: the database is gone, or the pattern is not allowed.
    """
    protection = plugins.protection(PROTECTION)
    new_schedule = _same_schedule(schedule, minimum)
    resource = _resource(cloud, schedule)
    obstacle = protection.obstacle(cloud, resource)
    if obstacle:
        raise exceptions.Refused(obstacle)
    options = protection.defaults(resource) | _options(schedule.made)
    return plan_document.new_plan_document(
        name, resource, PROTECTION, options, [new_schedule]
    )


def _same_schedule(
    schedule: trove_client_schedules.TroveScheduleStatus, minimum: int
) -> Schedule:
    zone = trove_client_schedules.ZONE
    try:
        pattern = local_cron.checked_pattern(schedule.pattern, zone, minimum)
    except InvalidSchedule as error:
        raise exceptions.Refused(
            f"No plan can take over the pattern {schedule.pattern}: {error}"
        ) from error
    return plan_document.new_schedule(pattern, zone)


def _resource(
    cloud: Cloud, schedule: trove_client_schedules.TroveScheduleStatus
) -> Resource:
    database = plugins.protectable(trove_client_schedules.TYPE)
    instance = schedule.made.instance
    try:
        found: Resource = database.show(
            cloud, ids.uuid_or_not_found(instance, "The instance")
        )
    except exceptions.NotFound as error:
        raise exceptions.Refused(
            "The database instance is gone: delete the schedule instead."
        ) from error
    return found


def _options(made: trove_schedules.TroveSchedule) -> dict[str, Any]:
    """Options of the protection that the client's schedule sets."""
    given = {
        'backup_name': made.name,
        'description': made.description,
        'incremental': made.incremental,
    }
    return {name: value for name, value in given.items() if value}


def convert(
    cloud: Cloud,
    schedule: trove_client_schedules.TroveScheduleStatus,
    document: PlanDocument,
    *,
    all_roles: bool = False,
) -> tuple[plan_document.Plan, exceptions.ProtectionError | None]:
    """Create the plan, then delete the old schedule: ``(plan, error)``.

    ``document`` is the plan's document, ``all_roles`` that of
    :mod:`~protection_dashboard.schedules.service`.

    When the second half fails, both are there, and ``error`` is its
    ProtectionError; else it is None.
    """
    plan = plan_service.plan_create(cloud, document, all_roles=all_roles)
    try:
        trove_client_schedules.schedule_delete(cloud, schedule)
    except exceptions.NotFound:
        return plan, None
    except exceptions.ProtectionError as error:
        return plan, error
    return plan, None
