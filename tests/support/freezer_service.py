# SPDX-License-Identifier: Apache-2.0
"""What tests leave in Freezer, and how it goes away."""

import contextlib

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api import freezer
from protection_dashboard.common import clock
from protection_dashboard.executions import steps as execution_steps
from protection_dashboard.executions import waits
from protection_dashboard.protections.freezer import records as freezer_records
from protection_dashboard.workflows import result_states
from tests.support.waiting import until

FREEZER = plugins.protection('freezer')


def left(cloud):
    """Descriptions of the jobs, and what the actions do, that are there."""
    jobs = [job['description'] for job in freezer.job_list(cloud)]
    actions = [
        (row['freezer_action']['action'], row['freezer_action']['backup_name'])
        for row in freezer.action_list(cloud)
    ]
    return jobs, actions


def waiting(kind, resource, token):
    """What a run would wait for: a point, a resource or that it is gone."""
    entry = {
        'protection': FREEZER.slug,
        'type': resource.type,
        'id': resource.id,
        'name': resource.label,
    }
    return waits.new_wait(kind, entry, id=token)


def ended(cloud, wait, limit=90):
    """A wait (see runs.py) once it has ended."""
    return until(lambda: _if_ended(cloud, wait), limit, pause=0.5)


def _if_ended(cloud, wait):
    (result,) = waits.poll_waits(cloud, [wait])['results']
    return result if result['state'] != result_states.PENDING else None


def delete(cloud, point_id):
    """Delete a point for good; the wait of its deletion."""
    point = {'protection': FREEZER.slug, 'id': point_id}
    return ended(cloud, execution_steps.begin_deletion(cloud, point))


def clear(cloud, resource_ids):
    """Delete all points of resources."""
    for resource_id in resource_ids:
        for point in FREEZER.points(cloud, resource_id):
            with contextlib.suppress(exceptions.NotFound):
                delete(cloud, point.id)


def record(cloud, volume_id, **facts):
    """A record as anybody may write it, of a volume's backup; its id."""
    told = {
        'mode': 'cindernative',
        'cindernative_vol_id': volume_id,
        'backup_name': 'strange',
        'container': 'c',
        'hostname': 'h',
        'time_stamp': int(clock.now().timestamp()),
        **facts,
    }
    return freezer.backup_create(cloud, told)


def backed_up(cinder, volume_id, record_id):
    """A backup of Cinder's that belongs to a record, once it is there."""
    link = {freezer_records.LINK: record_id}
    made = cinder.backups.create(volume_id, metadata=link)
    until(lambda: cinder.backups.get(made.id).status == 'available')
    return made.id
