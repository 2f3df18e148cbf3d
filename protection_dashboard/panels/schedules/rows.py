# SPDX-License-Identifier: Apache-2.0
"""Which schedule stands in a row: one of a plan or of the database client."""

from protection_dashboard.reports import project_status
from protection_dashboard.schedules import trove_client_schedules
from protection_dashboard.ui import addresses

CLIENT = 'client'


def is_clients(schedule):
    """Whether the database client made it, and not a plan of ours."""
    return isinstance(schedule, trove_client_schedules.TroveScheduleStatus)


def key(schedule):
    """Its id in our tables: its plan's and its own, or its trigger's."""
    owner = CLIENT if is_clients(schedule) else schedule.plan.id
    return f'{owner}:{schedule.id}'


def find(cloud, obj_id):
    """The schedule of such an id; NotFound otherwise."""
    owner, _colon, schedule_id = obj_id.partition(':')
    if owner == CLIENT:
        return trove_client_schedules.get(cloud, schedule_id)
    return project_status.schedule(cloud, owner, schedule_id)


def address(schedule, view='detail'):
    panel = 'horizon:project:protection_schedules:'
    if is_clients(schedule):
        return addresses.of(f'{panel}client_{view}', schedule.id)
    args = (schedule.plan.id, schedule.id)
    return addresses.of(panel + view, *args)
