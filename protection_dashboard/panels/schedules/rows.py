# SPDX-License-Identifier: Apache-2.0
"""Which schedule stands in a row: one of a plan or of the database client."""

from protection_dashboard.reports import project_status
from protection_dashboard.schedules import trove_client_schedules
from protection_dashboard.ui import addresses

TROVE_CLIENT_PREFIX = 'client'


def is_trove_client_schedule(schedule):
    """Whether the database client made it, and not a plan of ours."""
    return isinstance(schedule, trove_client_schedules.TroveScheduleStatus)


def row_id(schedule):
    """Its id in our tables: its plan's and its own, or its trigger's."""
    owner = (
        TROVE_CLIENT_PREFIX
        if is_trove_client_schedule(schedule)
        else schedule.plan.id
    )
    return f'{owner}:{schedule.id}'


def find_schedule(cloud, obj_id):
    """The schedule of such an id; NotFound otherwise."""
    owner, _colon, schedule_id = obj_id.partition(':')
    if owner == TROVE_CLIENT_PREFIX:
        return trove_client_schedules.schedule_get(cloud, schedule_id)
    return project_status.get_schedule(cloud, owner, schedule_id)


def schedule_address(schedule, view='detail'):
    panel = 'horizon:project:protection_schedules:'
    if is_trove_client_schedule(schedule):
        return addresses.page(f'{panel}client_{view}', schedule.id)
    args = (schedule.plan.id, schedule.id)
    return addresses.page(panel + view, *args)
