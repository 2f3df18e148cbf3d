# SPDX-License-Identifier: Apache-2.0
"""Cinder snapshots of volumes.

Block Storage API v3, https://docs.openstack.org/api-ref/block-storage/v3/.
"""

import datetime
import functools
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api import cinder
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import base
from protection_dashboard.protections import recovery_point
from protection_dashboard.protections import safe_text
from protection_dashboard.protections import scan
from protection_dashboard.protections.capacity import SNAPSHOTS
from protection_dashboard.protections.query import Sight

STATES = {
    'available': base.AVAILABLE,
    'backing-up': base.AVAILABLE,
    'creating': base.PENDING,
    'deleting': base.PENDING,
    'unmanaging': base.PENDING,
    'restoring': base.PENDING,
}
#: the statuses that few points have, by state
STATUSES = {
    base.ERROR: ('error', 'error_deleting'),
    base.PENDING: ('creating', 'deleting', 'unmanaging', 'restoring'),
}


class VolumeSnapshot(base.Protection):
    """A snapshot next to its volume, restored as a new volume."""

    slug = 'volume_snapshot'
    name = "Volume snapshot"
    protectables = ('volume',)
    service_type = cinder.SERVICE_TYPE
    service = 'Cinder'
    name_option = 'snapshot_name'
    lists_by_mark = True
    tells_restores = True

    OPTIONS_SCHEMA = {
        'title': "Volume Snapshot Protection Options",
        'type': 'object',
        'properties': {
            'snapshot_name': {
                'type': 'string',
                'title': "Snapshot Name",
                'description': "The name of the snapshot.",
            },
            'description': {
                'type': 'string',
                'title': "Description",
                'description': "The description of the snapshot.",
            },
            'force': {
                'type': 'boolean',
                'title': "Force",
                'description': "If force is True, create a snapshot even if "
                "the volume is attached to an instance.",
                'default': False,
            },
        },
        'required': ['snapshot_name', 'description', 'force'],
    }

    RESTORE_SCHEMA = {
        'title': "Volume Protection Restore",
        'type': 'object',
        'properties': {
            'restore_name': {
                'type': 'string',
                'title': "Restore Name",
                'description': "The name of the restored volume.",
                'default': None,
            },
            'restore_description': {
                'type': 'string',
                'title': "Restore Description",
                'description': "The description of the restored volume.",
                'default': None,
            },
        },
        'required': [],
    }

    def defaults(self, resource: Resource) -> base.Options:
        return {
            'snapshot_name': resource.label,
            'description': safe_text.printable_text(
                f"Snapshot of volume {resource.label}"
            ),
            'force': resource.status == 'in-use',
        }

    def refusal(self, resource: Resource, options: base.Options) -> str:
        if resource.status == 'in-use' and not options['force']:
            return "The volume is attached to a server and Force is off."
        return ''

    def delivered(
        self, cloud: Cloud, resource: Resource, mark: base.Mark
    ) -> str | None:
        found = cinder.snapshot_list(
            cloud, volume_id=resource.id, metadata=mark.metadata()
        )
        points = map(_point, found)
        return next((p.id for p in points if p.mark == mark), None)

    def protect(
        self,
        cloud: Cloud,
        resource: Resource,
        options: base.Options,
        mark: base.Mark,
    ) -> str:
        refusal = self.refusal(resource, options)
        if refusal:
            raise exceptions.Refused(refusal)
        snapshot = cinder.snapshot_create(
            cloud,
            resource.id,
            name=options['snapshot_name'],
            description=options['description'],
            force=options['force'],
            metadata=mark.requested_metadata(),
        )
        point_id: str = snapshot.id
        return point_id

    def restore(
        self, cloud: Cloud, point: base.RecoveryPoint, options: base.Options
    ) -> str:
        volume = cinder.volume_create(
            cloud,
            point.size,
            snapshot_id=point.id,
            name=options.get('restore_name'),
            description=options.get('restore_description'),
            metadata=base.Mark(execution=cloud.execution).metadata(),
        )
        volume_id: str = volume.id
        return volume_id

    def delivered_restore(
        self,
        cloud: Cloud,
        point: base.RecoveryPoint,
        options: base.Options,
        since: datetime.datetime,
    ) -> str | None:
        mark = base.Mark(execution=cloud.execution).metadata()
        found = cinder.volume_list(cloud, metadata=mark) if mark else []
        made = [one.id for one in found if one.snapshot_id == point.id]
        return next(iter(made), None)

    def delete(self, cloud: Cloud, point_id: str) -> str:
        cinder.snapshot_delete(cloud, self.show(cloud, point_id).id)
        return point_id

    def show(self, cloud: Cloud, point_id: str) -> base.RecoveryPoint:
        snapshot = cinder.snapshot_get(cloud, point_id)
        owner = getattr(
            snapshot, 'os-extended-snapshot-attributes:project_id', None
        )
        if owner not in (None, cloud.project_id):
            raise exceptions.NotFound("Cinder: snapshot not found.")
        return _point(snapshot)

    def capacity(self, cloud: Cloud) -> base.Capacity | None:
        return base.Capacity.read(
            cinder.limits_get(cloud),
            ('totalSnapshotsUsed', 'maxTotalSnapshots'),
            ('totalGigabytesUsed', 'maxTotalVolumeGigabytes'),
            counted=SNAPSHOTS,
        )

    def points(
        self,
        cloud: Cloud,
        resource_id: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[base.RecoveryPoint]:
        found = cinder.snapshot_list(
            cloud, limit=limit, offset=offset, volume_id=resource_id
        )
        return [_point(snapshot) for snapshot in found]

    def sights(self, cloud: Cloud, limit: int, offset: int = 0) -> list[Sight]:
        return [
            Sight(
                'volume',
                one.volume_id,
                STATES.get(one.status, base.ERROR),
                functools.partial(_point, one),
            )
            for one in cinder.snapshot_list(cloud, limit=limit, offset=offset)
        ]

    def search(
        self,
        cloud: Cloud,
        wanted: base.Wanted,
        limit: int | None = None,
        offset: int = 0,
    ) -> base.Found:
        def fetch(
            metadata: dict[str, str], **window: Any
        ) -> list[base.RecoveryPoint]:
            found = cinder.snapshot_list(
                cloud, volume_id=wanted.resource, metadata=metadata, **window
            )
            return [_point(snapshot) for snapshot in found]

        return scan.search_by_metadata(fetch, STATUSES, wanted, limit, offset)


def _point(snapshot: Any) -> base.RecoveryPoint:
    mark = base.Mark.of(snapshot.metadata)
    return base.RecoveryPoint(
        id=snapshot.id,
        protection=VolumeSnapshot.slug,
        resource_type='volume',
        resource_id=snapshot.volume_id,
        name=snapshot.name or '',
        description=snapshot.description or '',
        status=snapshot.status,
        state=STATES.get(snapshot.status, base.ERROR),
        size=snapshot.size,
        mark=mark,
        **recovery_point.times(snapshot.created_at, mark),
    )
