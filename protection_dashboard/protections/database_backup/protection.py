# SPDX-License-Identifier: Apache-2.0
"""Trove backups of database instances.

Database API v1.0, https://docs.openstack.org/api-ref/database/.
"""

import dataclasses
import datetime
import functools
import math
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api import trove
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import base
from protection_dashboard.protections import increments
from protection_dashboard.protections import mark as marks
from protection_dashboard.protections import recovery_point
from protection_dashboard.protections import safe_text
from protection_dashboard.protections.capacity import BACKUPS
from protection_dashboard.protections.capacity import Capacity
from protection_dashboard.protections.database_backup import instance_facts
from protection_dashboard.protections.query import Sight

# https://docs.openstack.org/api-ref/database/#backup-status
STATES = {
    'NEW': base.PENDING,
    'BUILDING': base.PENDING,
    'SAVING': base.PENDING,
    'COMPLETED': base.AVAILABLE,
    'RESTORED': base.AVAILABLE,
}
_RECENT = 20
# of Trove and of Mistral, at most
_CLOCKS_DIFFER = datetime.timedelta(minutes=1)
_NO_FLAVOR = "Choose a flavor: the original is gone, its backup names none."


class DatabaseBackup(base.Protection):
    """A backup in the object storage, restored as a new instance.

    A database instance has no description: ``restore_description`` is in
    the specification of the schema and has no effect.
    """

    slug = 'database_backup'
    name = "Trove backup"
    protectables = ('database',)
    service_type = trove.SERVICE_TYPE
    service = 'Trove'
    tells_restores = True
    by_age = False

    OPTIONS_SCHEMA = {
        'title': "Database Instance Protection Options",
        'type': 'object',
        'properties': {
            'backup_name': {
                'type': 'string',
                'title': "Backup Name",
                'description': "The name of the backup.",
            },
            'description': {
                'type': 'string',
                'title': "Description",
                'description': "The description of the backup.",
            },
        },
        'required': ['backup_name', 'description'],
    }
    MORE_OPTIONS = {
        'incremental': {
            'type': 'boolean',
            'title': "Incremental",
            'description': "Copy only what has changed since this plan's "
            "last backup; every 7th is a full one.",
            'default': False,
        },
    }

    RESTORE_SCHEMA = {
        'title': "Database Instance Protection Restore",
        'type': 'object',
        'properties': {
            'restore_name': {
                'type': 'string',
                'title': "Restore Name",
                'description': "The name of the restored database instance.",
                'default': None,
            },
            'restore_description': {
                'type': 'string',
                'title': "Restore Description",
                'description': "The description of the restored database "
                "instance.",
                'default': None,
            },
        },
        'required': [],
    }
    MORE_RESTORE_OPTIONS = {
        'flavor': {
            'type': 'string',
            'title': "Flavor",
            'description': "That of the original if you choose none.",
            'x-picker': 'database_flavor',
        },
        'volume_size': {
            'type': 'integer',
            'title': "Volume Size (GiB)",
            'description': "That of the original if you leave it empty.",
            'minimum': 1,
        },
        'network': {
            'type': 'string',
            'title': "Network",
            'description': "That of the original if you choose none.",
            'x-picker': 'network',
        },
    }

    def defaults(self, resource: Resource) -> base.Options:
        return {
            'backup_name': resource.label,
            'description': safe_text.printable_text(
                f"Backup of database {resource.label}"
            ),
            'incremental': False,
        }

    def restore_defaults(
        self, point: base.RecoveryPoint, original: Resource | None
    ) -> base.Options:
        return {
            'restore_name': self.restored_name(point, original),
            **instance_facts.restore_options(point, original),
        }

    def restore_choices(
        self,
        cloud: Cloud,
        point: base.RecoveryPoint,
        original: Resource | None,
    ) -> dict[str, base.Pairs]:
        if 'datastore_version_id' not in point.details:
            return {}
        found = trove.datastore_flavor_list(
            cloud,
            point.details['datastore'],
            point.details['datastore_version_id'],
        )
        return {'flavor': [_choice(flavor) for flavor in found]}

    def delivered(
        self, cloud: Cloud, resource: Resource, mark: base.Mark
    ) -> str | None:
        found = self.points(cloud, resource.id, limit=_RECENT)
        return next((p.id for p in found if p.mark == mark), None)

    def protect(
        self,
        cloud: Cloud,
        resource: Resource,
        options: base.Options,
        mark: base.Mark,
    ) -> str:
        parent = None
        if options.get('incremental'):
            points = self.points(cloud, resource.id)
            parent = increments.increment_parent(points, mark.plan)
        made = trove.backup_create(
            cloud,
            options['backup_name'],
            resource.id,
            description=instance_facts.backup_description(
                options['description'], resource, mark
            ),
            parent_id=parent,
            incremental=bool(parent),
        )
        point_id: str = made['id']
        return point_id

    def restore(
        self, cloud: Cloud, point: base.RecoveryPoint, options: base.Options
    ) -> str:
        wanted = self._wanted(cloud, point, options)
        if not wanted.get('flavor'):
            raise exceptions.Refused(_NO_FLAVOR)
        size = wanted.get('volume_size') or 1
        if size < (point.size or 1):
            raise exceptions.Refused(
                f"The backup needs a volume of at least {point.size} GiB."
            )
        network = wanted.get('network')
        made = trove.instance_create(
            cloud,
            wanted['restore_name'],
            flavor_id=wanted['flavor'],
            volume={'size': size},
            restorePoint={'backupRef': point.id},
            datastore=point.details.get('datastore'),
            datastore_version=point.details.get('datastore_version'),
            nics=[{'net-id': network}] if network else None,
        )
        instance_id: str = made['id']
        return instance_id

    def _wanted(
        self, cloud: Cloud, point: base.RecoveryPoint, options: base.Options
    ) -> base.Options:
        """The options of a restore, with what it takes from the original."""
        wanted = self.restore_defaults(point, self.original(cloud, point))
        return {**wanted, **{k: v for k, v in options.items() if v}}

    def delivered_restore(
        self,
        cloud: Cloud,
        point: base.RecoveryPoint,
        options: base.Options,
        since: datetime.datetime,
    ) -> str | None:
        """The instance of this name that came after the execution began.

        Trove keeps no metadata of an instance.
        """
        name = self._wanted(cloud, point, options)['restore_name']
        named = [
            trove.instance_get(cloud, one['id'])
            for one in trove.instance_list(cloud)
            if one['name'] == name
        ]
        made = [
            one['id']
            for one in named
            if recovery_point.created(one['created']) > since - _CLOCKS_DIFFER
        ]
        return next(iter(made), None)

    def delete(self, cloud: Cloud, point_id: str) -> str:
        point = self.show(cloud, point_id)
        if point.state == base.PENDING:
            raise exceptions.Refused(
                "Trove is still making this backup: wait until it has "
                "finished."
            )
        later = increments.increment_of(
            point, self.points(cloud, point.resource_id)
        )
        if later:
            raise exceptions.Refused(
                f"The later backup {later.label} is an increment of it: "
                "delete that one first."
            )
        trove.backup_delete(cloud, point.id)
        return point.id

    def deleted(self, cloud: Cloud, token: str) -> base.RecoveryPoint:
        # a backup keeps its status until it is gone
        point = self.show(cloud, token)
        return dataclasses.replace(point, state=base.PENDING)

    def show(self, cloud: Cloud, point_id: str) -> base.RecoveryPoint:
        backup = trove.backup_get(cloud, point_id)
        if backup.get('project_id', cloud.project_id) != cloud.project_id:
            raise exceptions.NotFound("Trove: backup not found.")
        return _point(backup)

    def capacity(self, cloud: Cloud) -> base.Capacity | None:
        return capacity(cloud)

    def chain(self, options: base.Options) -> int:
        return increments.MAX_CHAIN_LENGTH if options.get('incremental') else 1

    def points(
        self,
        cloud: Cloud,
        resource_id: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[base.RecoveryPoint]:
        found = trove.backup_list(cloud, resource_id, limit, offset)
        return [_point(backup) for backup in found]

    def sights(self, cloud: Cloud, limit: int, offset: int = 0) -> list[Sight]:
        return [
            Sight(
                'database',
                one['instance_id'] or '',
                STATES.get(one['status'], base.ERROR),
                functools.partial(_point, one),
            )
            for one in trove.backup_list(cloud, None, limit, offset)
        ]


def flavor_choices(cloud: Cloud) -> base.Pairs:
    """The picker ``database_flavor``: all flavors that Trove knows."""
    return [_choice(flavor) for flavor in trove.flavor_list(cloud)]


def _choice(flavor: dict[str, Any]) -> tuple[str, str]:
    label = f"{flavor['name']} ({flavor['vcpus']} vCPU, {flavor['ram']} MiB)"
    return flavor['id'], label


def _point(backup: dict[str, Any]) -> base.RecoveryPoint:
    text, mark, facts = marks.parse_description(backup['description'])
    return base.RecoveryPoint(
        id=backup['id'],
        protection=DatabaseBackup.slug,
        resource_type='database',
        resource_id=backup['instance_id'] or '',
        name=backup['name'] or '',
        description=text,
        status=backup['status'],
        state=STATES.get(backup['status'], base.ERROR),
        size=math.ceil(backup['size']) if backup['size'] else None,
        mark=mark,
        **recovery_point.times(backup['created'], mark),
        parent=backup['parent_id'] or '',
        details=instance_facts.point_details(backup, facts),
    )


def capacity(cloud: Cloud) -> Capacity | None:
    """The project's quota of backups; None: this Trove tells none.

    Trove does not limit their size. It tells the limit and not what is used
    of it, so the backups are counted, in one request.
    """
    most = trove.limits_get(cloud).get('max_backups')
    if most is None:
        return None
    used = len(trove.backup_list(cloud, limit=most + 1)) if most >= 0 else 0
    return Capacity(used, most, counted=BACKUPS)
