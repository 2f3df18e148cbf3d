# SPDX-License-Identifier: Apache-2.0
"""How a recovery point of Freezer is made.

The record is made first. It holds what Freezer does not keep: the mark, the
name and the job. Its id goes with the job to the agent, and from there into
the metadata of Cinder's backup, so that the backup is always found.
"""

from typing import Any
import uuid

from protection_dashboard import exceptions
from protection_dashboard.api import cinder
from protection_dashboard.api import freezer
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import base
from protection_dashboard.protections.capacity import BACKUPS
from protection_dashboard.protections.capacity import Capacity
from protection_dashboard.protections.freezer import actions
from protection_dashboard.protections.freezer import jobs
from protection_dashboard.protections.freezer import records
from protection_dashboard.protections.freezer.documents import Job
from protection_dashboard.protections.freezer.records import Record

_FULL = (
    "The project's quota of Cinder is used up ({} is {}): delete backups, or "
    "ask your administrator for more."
)
# names of Cinder's limits: used, at most
_COUNT = ('totalBackupsUsed', 'maxTotalBackups')
_SIZE = ('totalBackupGigabytesUsed', 'maxTotalBackupGigabytes')
_NO_JOB = "The Freezer job was removed before the backup was made."


def delivered_record_id(
    cloud: Cloud, resource: Resource, mark: base.Mark
) -> str | None:
    """The id of the record that the same step made already, or None."""
    step = _step(resource, mark)
    return records.record_id_of_step(cloud, step) if step else None


def _step(resource: Resource, mark: base.Mark) -> str:
    """``execution id/resource id`` of a run's step, '' outside of a run."""
    return f'{mark.execution}/{resource.id}' if mark.execution else ''


def start_backup(
    cloud: Cloud, resource: Resource, options: base.Options, mark: base.Mark
) -> str:
    """Begin to back up a resource; returns the id of the record.

    Refused if the quota is used up or no client can do it.
    """
    if resource.type == 'volume':
        _check_quota(cloud, resource)
    action = actions.backup_action(
        cloud, resource.type, resource.id, options['backup_name']
    )
    job_id = uuid.uuid4().hex
    point_id = records.create_record(
        cloud,
        action,
        name=options['backup_name'],
        description=options.get('description'),
        mark=mark,
        step=_step(resource, mark),
        job=job_id,
    )
    try:
        started = jobs.start_job(
            cloud,
            {**action, 'backup_id': point_id},
            f"Backup of {resource.label}",
            job_id=job_id,
            permit=(mark.plan, resource.id),
            work='protect',
            token=point_id,
        )
    except exceptions.ProtectionError:
        freezer.backup_delete(cloud, point_id)
        raise
    if started != job_id:
        freezer.backup_update(cloud, point_id, 'creating', job=started)
    return point_id


def backup_capacity(cloud: Cloud) -> Capacity:
    """The project's quota of Cinder's backups, which volumes have."""
    limits = cinder.limits_get(cloud)
    return Capacity.read(
        limits, _COUNT, _SIZE, counted=BACKUPS, types=('volume',)
    )


def _check_quota(cloud: Cloud, volume: Resource) -> None:
    """Raise Refused where Cinder would: the agent would not tell why."""
    limits = cinder.limits_get(cloud)
    for more, (used, most) in ((1, _COUNT), (volume.size or 0, _SIZE)):
        if 0 <= limits[most] < limits[used] + more:
            raise exceptions.Refused(_FULL.format(most, limits[most]))


def conclude_backup(cloud: Cloud, point_id: str) -> bool:
    """Conclude record and job if the work is done; returns whether it is.

    jobs.Failed if no backup was made: the record is removed then.
    """
    record = records.get_record(cloud, point_id)
    job = jobs.find_job(cloud, record.job, point_id)
    if job:
        return _conclude(cloud, record, job)
    if record.status == 'creating' and record.job:
        freezer.backup_delete(cloud, point_id)
        raise jobs.Failed(_NO_JOB)
    return True


def _conclude(cloud: Cloud, record: Record, job: Job) -> bool:
    """Whether a job has ended with a backup; jobs.Failed if without one.

    Cinder may have made a backup even if the job failed, and "success" only
    means that Cinder has begun.
    """
    failure = None
    try:
        if not jobs.has_succeeded(cloud, job):
            return False
    except jobs.Failed as error:
        failure = error
    backups = records.cinder_backups(cloud, record)
    if failure and not backups:
        jobs.remove_job(cloud, job)
        freezer.backup_delete(cloud, record.id)
        raise failure
    for backup in backups:
        _name(cloud, backup, record)
    freezer.backup_update(cloud, record.id, 'available')
    jobs.remove_job(cloud, job)
    return True


def _name(cloud: Cloud, backup: Any, record: Record) -> None:
    """Copy name, description and mark of the record to Cinder's backup."""
    description, mark, _facts = records.parse_record_description(record)
    cinder.backup_update(
        cloud,
        backup.id,
        name=record.name,
        description=description,
        metadata={**backup.metadata, **mark.metadata()},
    )
