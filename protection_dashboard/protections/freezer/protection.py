# SPDX-License-Identifier: Apache-2.0
"""Freezer: backups of volumes, servers and whole projects, made by jobs.

Backup API v2, https://docs.openstack.org/api-ref/backup/v2/. The id of a
point is that of Freezer's record. Protect, restore and the removal of what
Freezer itself stores are one job each, which a central scheduler runs and
which is removed when it has ended.
"""

import dataclasses
import datetime

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api import errors
from protection_dashboard.api import freezer
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import base
from protection_dashboard.protections import safe_text
from protection_dashboard.protections.freezer import actions
from protection_dashboard.protections.freezer import backups
from protection_dashboard.protections.freezer import deletions
from protection_dashboard.protections.freezer import jobs as freezer_jobs
from protection_dashboard.protections.freezer import leftovers
from protection_dashboard.protections.freezer import permits
from protection_dashboard.protections.freezer import records
from protection_dashboard.protections.freezer import restores

NOT_ALONE = (
    "{}s are not backed up on their own: protected with their server or "
    "project."
)
FROM_VOLUME = (
    "Freezer cannot back up a server that boots from a volume, as {} does: "
    "protect the volume."
)
NO_SERVERS = "The project has no servers to back up."


class Freezer(base.Protection):
    """A backup away from its volume or server, restored as a new one."""

    slug = records.SLUG
    name = "Freezer backup"
    protectables = ('volume', 'server', 'project', 'image', 'network')
    service_type = freezer.SERVICE_TYPE
    service = 'Freezer'

    OPTIONS_SCHEMA = {
        'title': "Freezer Protection Options",
        'type': 'object',
        'properties': {
            'backup_name': {
                'type': 'string',
                'title': "Backup Name",
                'description': "The name of the backup.",
                'default': None,
            },
            'description': {
                'type': 'string',
                'title': "Description",
                'description': "The description of the backup.",
            },
        },
        'required': ['backup_name'],
    }

    RESTORE_SCHEMA = {
        'title': "Freezer Protection Restore",
        'type': 'object',
        'properties': {
            'restore_name': {
                'type': 'string',
                'title': "Restore Resource Name",
                'description': "The name of the restored resource.",
                'default': None,
            },
        },
        'required': ['restore_name'],
    }

    def alone(self, slug: str) -> bool:
        return slug in actions.RESOURCE_KEYS

    def suits(self, resource: Resource) -> bool:
        """Not a server that boots from a volume: see FROM_VOLUME."""
        return resource.type != 'server' or bool(resource.details['image'])

    def includes(self, slug: str, resource: Resource) -> bool:
        """A backup of the project has all its servers in it."""
        of_project = slug == 'project' and resource.type == 'server'
        return of_project and self.suits(resource)

    def defaults(self, resource: Resource) -> base.Options:
        return {
            'backup_name': resource.label,
            'description': safe_text.printable_text(
                f"Backup of {resource.type} {resource.label}"
            ),
        }

    def obstacle(self, cloud: Cloud, resource: Resource) -> str:
        if resource.type not in actions.RESOURCE_KEYS:
            return NOT_ALONE.format(resource.type.capitalize())
        if not cloud.has(freezer.SERVICE_TYPE):
            return plugins.missing_service_reason(
                cloud, self.service_type, self.service
            )
        try:
            action = actions.backup_action(cloud, resource.type, resource.id)
            freezer_jobs.client_id_for(cloud, action)
        except exceptions.Refused as error:
            return str(error)
        return _left_out(cloud, resource)

    def delivered(
        self, cloud: Cloud, resource: Resource, mark: base.Mark
    ) -> str | None:
        return backups.delivered_record_id(cloud, resource, mark)

    def protect(
        self,
        cloud: Cloud,
        resource: Resource,
        options: base.Options,
        mark: base.Mark,
    ) -> str:
        return backups.start_backup(cloud, resource, options, mark)

    def made(self, cloud: Cloud, token: str) -> base.RecoveryPoint:
        ended = backups.conclude_backup(cloud, token)
        point = self.show(cloud, token)
        # Cinder may be ready before the agent has ended
        return (
            point if ended else dataclasses.replace(point, state=base.PENDING)
        )

    def restore(
        self, cloud: Cloud, point: base.RecoveryPoint, options: base.Options
    ) -> str:
        return restores.start_restore(cloud, point, options['restore_name'])

    def delivered_restore(
        self,
        cloud: Cloud,
        point: base.RecoveryPoint,
        options: base.Options,
        since: datetime.datetime,
    ) -> str | None:
        return restores.volume_of_execution(cloud, point)

    def restored(
        self, cloud: Cloud, token: str, resource_type: str
    ) -> Resource:
        return restores.restored_resource(cloud, token, resource_type)

    def delete(self, cloud: Cloud, point_id: str) -> str:
        deletions.start_deletion(cloud, self.show(cloud, point_id))
        return point_id

    def deleted(self, cloud: Cloud, token: str) -> base.RecoveryPoint:
        return deletions.conclude_deletion(cloud, token)

    def show(self, cloud: Cloud, point_id: str) -> base.RecoveryPoint:
        return records.get_point(cloud, point_id)

    def capacity(self, cloud: Cloud) -> base.Capacity | None:
        return backups.backup_capacity(cloud)

    def points(
        self,
        cloud: Cloud,
        resource_id: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[base.RecoveryPoint]:
        return records.list_points(cloud, resource_id, limit, offset)

    def search(
        self,
        cloud: Cloud,
        wanted: base.Wanted,
        limit: int | None = None,
        offset: int = 0,
    ) -> base.Found:
        """As the contract says; Freezer cannot filter its list itself."""
        if not wanted.beyond_resource and not wanted.type:
            return super().search(cloud, wanted, limit, offset)
        every = records.list_points(cloud, wanted.resource or None)
        found = [point for point in every if wanted.fits(point)]
        return base.Found(found[offset:][:limit])

    def prepare(
        self, cloud: Cloud, plan_id: str, resource_type: str, resource_id: str
    ) -> None:
        action = actions.backup_action(cloud, resource_type, resource_id)
        client_id = freezer_jobs.client_id_for(cloud, action)
        permits.create_permit(cloud, client_id, plan_id, resource_id)

    def release(self, cloud: Cloud, plan_id: str) -> None:
        jobs = freezer.job_list(cloud)
        for job_id in permits.idle_permit_ids(jobs, plan_id):
            freezer.job_delete(cloud, job_id)

    def sweep(self, cloud: Cloud) -> None:
        leftovers.remove_leftovers(cloud, self._conclude)

    def leftovers(self, cloud: Cloud) -> dict[str, str]:
        return leftovers.leftovers_of_project(cloud).words

    def _conclude(self, cloud: Cloud, work: str, token: str) -> None:
        if work == 'protect':
            self.made(cloud, token)
        elif work == 'delete':
            self.deleted(cloud, token)
        else:
            self.restored(cloud, token, work)

    def reason(self, cloud: Cloud, point: base.RecoveryPoint) -> str:
        if point.status == records.LOST:
            return "Its Cinder backup no longer exists."
        told = errors.one_line(point.details['fail_reason'])
        return told or super().reason(cloud, point)


def _left_out(cloud: Cloud, resource: Resource) -> str:
    """Why Freezer would back up nothing, or only a part of it, or ''."""
    if resource.type == 'volume':
        return ''
    servers = [resource]
    if resource.type == 'project':
        servers = plugins.protectable('server').list(cloud)
    if not servers:
        return NO_SERVERS
    names = [s.label for s in servers if not s.details['image']]
    return FROM_VOLUME.format(', '.join(names)) if names else ''
