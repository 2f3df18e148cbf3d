# SPDX-License-Identifier: Apache-2.0
"""The rows of the table of schedules.

A row is a ScheduleStatus (of a plan) or a TroveScheduleStatus (made with
the database client).
"""

from protection_dashboard.reports import project_status
from protection_dashboard.schedules import trove_client_schedules
from protection_dashboard.ui import addresses

TROVE_CLIENT_PREFIX = 'client'


def is_trove_client_schedule(schedule):
    """Whether the database client has made it, so that it has no plan."""
    return isinstance(schedule, trove_client_schedules.TroveScheduleStatus)


def row_id(schedule):
    """The id of its row: ``plan id:schedule id`` or ``client:trigger id``."""
    owner = (
        TROVE_CLIENT_PREFIX
        if is_trove_client_schedule(schedule)
        else schedule.plan.id
    )
    return f'{owner}:{schedule.id}'


def find_schedule(cloud, obj_id):
    """The schedule with a :func:`row_id`; raises NotFound."""
    owner, _colon, schedule_id = obj_id.partition(':')
    if owner == TROVE_CLIENT_PREFIX:
        return trove_client_schedules.schedule_get(cloud, schedule_id)
    return project_status.get_schedule(cloud, owner, schedule_id)


def schedule_address(schedule, view='detail'):
    """The URL of a view about the schedule."""
    panel = 'horizon:project:protection_schedules:'
    if is_trove_client_schedule(schedule):
        return addresses.page(f'{panel}client_{view}', schedule.id)
    args = (schedule.plan.id, schedule.id)
    return addresses.page(panel + view, *args)
