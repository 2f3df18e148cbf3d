# SPDX-License-Identifier: Apache-2.0
"""How a recovery point of Freezer is deleted, and no other one with it.

What Freezer stored itself is removed by a job with ``remove_older_than: 0``:
the agent removes everything in the place of the backup, so this is only done
when nothing else is in it. For the backup of a volume the same job would
remove all backups that Freezer made of the volume: such a point is deleted in
Cinder, without a job.
"""

import uuid

from protection_dashboard import exceptions
from protection_dashboard.api import cinder
from protection_dashboard.api import freezer
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protections import base
from protection_dashboard.protections.freezer import actions
from protection_dashboard.protections.freezer import jobs
from protection_dashboard.protections.freezer import records
from protection_dashboard.protections.freezer.documents import Job

NOT_ALONE = (
    "Freezer keeps other backups in the same place and would remove them as "
    "well: delete it with Freezer's own client."
)
_BUSY = "Its status is {}: wait until this has ended."


def start_deletion(cloud: Cloud, point: base.RecoveryPoint) -> None:
    """Begin to delete a point; its record is removed last.

    Refused while work on the point goes on, and if other backups would be
    removed with it.
    """
    if point.state == base.PENDING:
        raise exceptions.Refused(_BUSY.format(point.status))
    if point.resource_type == 'volume':
        for backup_id in point.details['backups']:
            cinder.backup_delete(cloud, backup_id)
        return
    if not point.details['alone']:
        raise exceptions.Refused(NOT_ALONE)
    job_id = uuid.uuid4().hex
    freezer.backup_update(cloud, point.id, 'deleting', job=job_id)
    try:
        started = jobs.start_job(
            cloud,
            actions.server_removal_action(point),
            f"Removal of {point.label}",
            job_id=job_id,
            permit=(point.mark.plan, point.resource_id),
            work='delete',
            token=point.id,
        )
    except exceptions.ProtectionError:
        freezer.backup_update(cloud, point.id, 'available')
        raise
    if started != job_id:
        freezer.backup_update(cloud, point.id, 'deleting', job=started)


def conclude_deletion(cloud: Cloud, point_id: str) -> base.RecoveryPoint:
    """The point that is being deleted; NotFound once it is gone.

    It removes the record when the rest is gone. jobs.Failed if the job
    failed.
    """
    record = records.get_record(cloud, point_id)
    job = jobs.find_job(cloud, record.job, point_id)
    if job and record.status == 'deleting':
        _conclude(cloud, point_id, job)
    point = records.get_point(cloud, point_id)
    if point.status == records.LOST:
        freezer.backup_delete(cloud, point_id)
        raise exceptions.NotFound("Freezer: backup not found.")
    return point


def _conclude(cloud: Cloud, point_id: str, job: Job) -> None:
    """Remove the record if the job has removed the backup."""
    try:
        gone = jobs.has_succeeded(cloud, job)
    except jobs.Failed:
        freezer.backup_update(cloud, point_id, 'available')
        jobs.remove_job(cloud, job)
        raise
    if gone:
        freezer.backup_delete(cloud, point_id)
        jobs.remove_job(cloud, job)
