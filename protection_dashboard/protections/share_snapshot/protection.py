# SPDX-License-Identifier: Apache-2.0
"""Manila snapshots of shares.

Shared File Systems API v2,
https://docs.openstack.org/api-ref/shared-file-system/.
"""

import datetime
import functools
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api import manila
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import base
from protection_dashboard.protections import recovery_point
from protection_dashboard.protections import safe_text
from protection_dashboard.protections import scan
from protection_dashboard.protections.capacity import SNAPSHOTS
from protection_dashboard.protections.query import Sight
from protection_dashboard.protections.share_snapshot import restore_targets

STATES = {
    'available': base.AVAILABLE,
    'creating': base.PENDING,
    'deleting': base.PENDING,
    'manage_starting': base.PENDING,
    'restoring': base.PENDING,
    'unmanage_starting': base.PENDING,
}
#: the statuses that few points have, by state
STATUSES = {
    base.ERROR: ('error', 'error_deleting', 'manage_error', 'unmanage_error'),
    base.PENDING: tuple(k for k, v in STATES.items() if v == base.PENDING),
}
NO_SNAPSHOTS = (
    "The share type {share_type_name} has no snapshots: ask your "
    "administrator for one that has."
)


class ShareSnapshot(base.Protection):
    """A snapshot of a share: restored as a new share, or in its place."""

    slug = 'share_snapshot'
    name = "Share snapshot"
    protectables = ('share',)
    service_type = manila.SERVICE_TYPE
    service = 'Manila'
    name_option = 'snapshot_name'
    lists_by_mark = True
    tells_restores = True

    OPTIONS_SCHEMA = {
        'title': "Share Protection Options",
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
                'description': "Optional flag to indicate whether to "
                "snapshot a share even if it's busy.",
                'default': False,
            },
        },
        'required': ['snapshot_name', 'description', 'force'],
    }

    RESTORE_SCHEMA = {
        'title': "Share Protection Restore",
        'type': 'object',
        'properties': {
            'share_id': {
                'type': 'string',
                'title': "Share ID",
                'description': "The target share ID to restore to.",
                'default': None,
            },
            'restore_name': {
                'type': 'string',
                'title': "Restore Name",
                'description': "The name of the restored share.",
                'default': None,
            },
            'restore_description': {
                'type': 'string',
                'title': "Restore Description",
                'description': "The description of the restored share.",
                'default': None,
            },
        },
        'required': [],
    }

    def suits(self, resource: Resource) -> bool:
        return bool(resource.details.get('snapshot_support', True))

    def obstacle(self, cloud: Cloud, resource: Resource) -> str:
        if not self.suits(resource):
            return NO_SNAPSHOTS.format(**resource.details)
        return super().obstacle(cloud, resource)

    def defaults(self, resource: Resource) -> base.Options:
        return {
            'snapshot_name': resource.label,
            'description': safe_text.printable_text(
                f"Snapshot of share {resource.label}"
            ),
            'force': False,
        }

    def restore_choices(
        self,
        cloud: Cloud,
        point: base.RecoveryPoint,
        original: Resource | None,
    ) -> dict[str, base.Pairs]:
        return {
            'share_id': restore_targets.target_choices(cloud, point, original)
        }

    def overwrites(self, options: base.Options) -> str:
        return options.get('share_id') or ''

    def delivered(
        self, cloud: Cloud, resource: Resource, mark: base.Mark
    ) -> str | None:
        found = manila.snapshot_list(
            cloud, share_id=resource.id, metadata=mark.metadata()
        )
        # compare each mark: an older Manila ignores a filter unknown to it
        made = [_point(snapshot) for snapshot in found]
        mine = [p.id for p in made if p.mark == mark]
        return next(iter(mine), None)

    def protect(
        self,
        cloud: Cloud,
        resource: Resource,
        options: base.Options,
        mark: base.Mark,
    ) -> str:
        snapshot = manila.snapshot_create(
            cloud,
            resource.id,
            force=options['force'],
            name=options['snapshot_name'],
            description=options['description'],
            metadata=mark.requested_metadata(),
        )
        point_id: str = snapshot.id
        return point_id

    def restore(
        self, cloud: Cloud, point: base.RecoveryPoint, options: base.Options
    ) -> str:
        target = self.overwrites(options)
        original = restore_targets.restorable_share(
            cloud, point, self.original(cloud, point), target
        )
        if target:
            manila.share_revert(cloud, target, point.id)
            return target
        share = manila.share_create(
            cloud,
            original.details['share_proto'],
            point.size,
            snapshot_id=point.id,
            name=options.get('restore_name'),
            description=options.get('restore_description'),
            share_network=original.details['share_network_id'],
            share_type=original.details['share_type'],
            metadata=base.Mark(execution=cloud.execution).metadata(),
        )
        share_id: str = share.id
        return share_id

    def delivered_restore(
        self,
        cloud: Cloud,
        point: base.RecoveryPoint,
        options: base.Options,
        since: datetime.datetime,
    ) -> str | None:
        if self.overwrites(options):
            return None
        mark = base.Mark(execution=cloud.execution).metadata()
        found = manila.share_list(cloud, metadata=mark) if mark else []
        made = [one.id for one in found if one.snapshot_id == point.id]
        return next(iter(made), None)

    def delete(self, cloud: Cloud, point_id: str) -> str:
        point = self.show(cloud, point_id)
        if point.status == 'error_deleting':
            raise exceptions.Refused(
                "Manila has failed to delete this snapshot before: now only "
                "your administrator can."
            )
        manila.snapshot_delete(cloud, point.id)
        return point.id

    def show(self, cloud: Cloud, point_id: str) -> base.RecoveryPoint:
        snapshot = manila.snapshot_get(cloud, point_id)
        if snapshot.project_id != cloud.project_id:
            raise exceptions.NotFound("Manila: snapshot not found.")
        return _point(snapshot)

    def capacity(self, cloud: Cloud) -> base.Capacity | None:
        return base.Capacity.read(
            manila.limits_get(cloud),
            ('totalShareSnapshotsUsed', 'maxTotalShareSnapshots'),
            ('totalSnapshotGigabytesUsed', 'maxTotalSnapshotGigabytes'),
            counted=SNAPSHOTS,
        )

    def points(
        self,
        cloud: Cloud,
        resource_id: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[base.RecoveryPoint]:
        found = manila.snapshot_list(
            cloud, limit=limit, offset=offset, share_id=resource_id
        )
        return [_point(snapshot) for snapshot in found]

    def sights(self, cloud: Cloud, limit: int, offset: int = 0) -> list[Sight]:
        return [
            Sight(
                'share',
                one.share_id,
                STATES.get(one.status, base.ERROR),
                functools.partial(_point, one),
            )
            for one in manila.snapshot_list(cloud, limit=limit, offset=offset)
        ]

    def search(
        self,
        cloud: Cloud,
        wanted: base.Wanted,
        limit: int | None = None,
        offset: int = 0,
    ) -> base.Found:
        of_share = {'share_id': wanted.resource} if wanted.resource else {}

        def fetch(
            metadata: dict[str, str], **window: Any
        ) -> list[base.RecoveryPoint]:
            filters: dict[str, Any] = dict(of_share)
            if metadata:
                filters['metadata'] = metadata
            found = manila.snapshot_list(cloud, **filters, **window)
            return [_point(snapshot) for snapshot in found]

        return scan.search_by_metadata(fetch, STATUSES, wanted, limit, offset)


def _point(snapshot: Any) -> base.RecoveryPoint:
    mark = base.Mark.of(snapshot.metadata)
    return base.RecoveryPoint(
        id=snapshot.id,
        protection=ShareSnapshot.slug,
        resource_type='share',
        resource_id=snapshot.share_id,
        name=snapshot.name or '',
        description=snapshot.description or '',
        status=snapshot.status,
        state=STATES.get(snapshot.status, base.ERROR),
        size=snapshot.size,
        mark=mark,
        **recovery_point.times(snapshot.created_at, mark),
    )
