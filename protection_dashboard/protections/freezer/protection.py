# SPDX-License-Identifier: Apache-2.0
"""Freezer: backups of volumes, servers and whole projects, made by jobs.

Backup API v2, https://docs.openstack.org/api-ref/backup/v2/. The id of a
point is that of Freezer's record. Protect, restore and the removal of what
Freezer itself stores are one job each, which a central scheduler runs and
which is removed when it has ended.
"""

import dataclasses

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api import errors
from protection_dashboard.api import freezer
from protection_dashboard.protections import base
from protection_dashboard.protections import safe_text
from protection_dashboard.protections.freezer import actions
from protection_dashboard.protections.freezer import backups
from protection_dashboard.protections.freezer import deletions
from protection_dashboard.protections.freezer import jobs as freezer_jobs
from protection_dashboard.protections.freezer import leftovers
from protection_dashboard.protections.freezer import records
from protection_dashboard.protections.freezer import restores
from protection_dashboard.protections.freezer import standing_jobs

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
    service_type = freezer.TYPE
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

    def alone(self, slug):
        return slug in actions.RESOURCE_KEYS

    def suits(self, resource):
        """Not a server that boots from a volume: see FROM_VOLUME."""
        return resource.type != 'server' or bool(resource.details['image'])

    def includes(self, slug, resource):
        """A backup of the project has all its servers in it."""
        of_project = slug == 'project' and resource.type == 'server'
        return of_project and self.suits(resource)

    def defaults(self, resource):
        return {
            'backup_name': resource.label,
            'description': safe_text.of(
                f"Backup of {resource.type} {resource.label}"
            ),
        }

    def restore_defaults(self, point, original):
        return {'restore_name': self.restored_name(point, original)}

    def obstacle(self, cloud, resource):
        if resource.type not in actions.RESOURCE_KEYS:
            return NOT_ALONE.format(resource.type.capitalize())
        if not cloud.has(freezer.TYPE):
            return plugins.missing(cloud, self.service_type, self.service)
        try:
            action = actions.backup(cloud, resource.type, resource.id)
            freezer_jobs.client(cloud, action)
        except exceptions.Refused as error:
            return str(error)
        return _left_out(cloud, resource)

    def delivered(self, cloud, resource, mark):
        return backups.delivered(cloud, resource, mark)

    def protect(self, cloud, resource, options, mark):
        return backups.start(cloud, resource, options, mark)

    def made(self, cloud, token):
        ended = backups.look(cloud, token)
        point = self.show(cloud, token)
        # Cinder may be ready before the agent has ended
        return (
            point if ended else dataclasses.replace(point, state=base.PENDING)
        )

    def restore(self, cloud, point, options):
        return restores.start(cloud, point, options['restore_name'])

    def restored(self, cloud, token, resource_type):
        return restores.look(cloud, token, resource_type)

    def delete(self, cloud, point_id):
        deletions.start(cloud, self.show(cloud, point_id))
        return point_id

    def deleted(self, cloud, token):
        return deletions.look(cloud, token)

    def show(self, cloud, point_id):
        return records.show(cloud, point_id)

    def capacity(self, cloud):
        return backups.capacity(cloud)

    def points(self, cloud, resource_id=None, limit=None, offset=0):
        return records.page(cloud, resource_id, limit, offset)

    def search(self, cloud, wanted, limit=None, offset=0):
        """Freezer gives all its records, whatever is asked for."""
        if not wanted.beyond_resource and not wanted.type:
            return super().search(cloud, wanted, limit, offset)
        every = records.page(cloud, wanted.resource or None)
        found = [point for point in every if wanted.fits(point)]
        return base.Found(found[offset:][:limit])

    def prepare(self, cloud, plan_id, resource_type, resource_id):
        action = actions.backup(cloud, resource_type, resource_id)
        client_id = freezer_jobs.client(cloud, action)
        standing_jobs.make(cloud, client_id, plan_id, resource_id)

    def release(self, cloud, plan_id):
        jobs = freezer.job_list(cloud)
        for job_id in standing_jobs.of_plan(jobs, plan_id):
            freezer.job_delete(cloud, job_id)

    def sweep(self, cloud):
        leftovers.sweep(cloud, self._conclude)

    def leftovers(self, cloud):
        return leftovers.of(cloud).words

    def _conclude(self, cloud, work, token):
        if work == 'protect':
            self.made(cloud, token)
        elif work == 'delete':
            self.deleted(cloud, token)
        else:
            self.restored(cloud, token, work)

    def reason(self, cloud, point):
        if point.status == records.LOST:
            return "Its Cinder backup no longer exists."
        told = errors.one_line(point.details['fail_reason'])
        return told or super().reason(cloud, point)


def _left_out(cloud, resource):
    """Why Freezer would back up nothing, or hide what it leaves out."""
    if resource.type == 'volume':
        return ''
    servers = [resource]
    if resource.type == 'project':
        servers = plugins.protectable('server').list(cloud)
    if not servers:
        return NO_SERVERS
    names = [s.label for s in servers if not s.details['image']]
    return FROM_VOLUME.format(', '.join(names)) if names else ''
