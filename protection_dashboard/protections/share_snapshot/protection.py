# SPDX-License-Identifier: Apache-2.0
"""Manila snapshots of shares.

Shared File Systems API v2,
https://docs.openstack.org/api-ref/shared-file-system/.
"""

import functools

from protection_dashboard import exceptions
from protection_dashboard.api import manila
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
#: those that few points have, by state
STATUSES = {
    base.ERROR: ('error', 'error_deleting', 'manage_error', 'unmanage_error'),
    base.PENDING: tuple(k for k, v in STATES.items() if v == base.PENDING),
}
NO_SNAPSHOTS = (
    "The share type {share_type_name} has no snapshots: ask your "
    "administrator for one that has."
)


class ShareSnapshot(base.Protection):
    """A snapshot of a share: a new share of it, or the share put back."""

    slug = 'share_snapshot'
    name = "Share snapshot"
    protectables = ('share',)
    service_type = manila.TYPE
    service = 'Manila'
    name_option = 'snapshot_name'

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

    def suits(self, resource):
        return resource.details.get('snapshot_support', True)

    def obstacle(self, cloud, resource):
        if not self.suits(resource):
            return NO_SNAPSHOTS.format(**resource.details)
        return super().obstacle(cloud, resource)

    def defaults(self, resource):
        return {
            'snapshot_name': resource.label,
            'description': safe_text.of(f"Snapshot of share {resource.label}"),
            'force': False,
        }

    def restore_defaults(self, point, original):
        return {
            'restore_name': self.restored_name(point, original),
            'restore_description': safe_text.of(
                f"Restored from {point.label}"
            ),
        }

    def restore_choices(self, cloud, point, original):
        return {'share_id': restore_targets.choices(cloud, point, original)}

    def overwrites(self, options):
        return options.get('share_id') or ''

    def delivered(self, cloud, resource, mark):
        found = manila.snapshot_list(
            cloud, share_id=resource.id, metadata=mark.metadata()
        )
        # each row again: an older server leaves an unknown filter out
        made = [_point(snapshot) for snapshot in found]
        mine = [p.id for p in made if p.mark == mark]
        return next(iter(mine), None)

    def protect(self, cloud, resource, options, mark):
        snapshot = manila.snapshot_create(
            cloud,
            resource.id,
            force=options['force'],
            name=options['snapshot_name'],
            description=options['description'],
            metadata=mark.metadata(),
        )
        return snapshot.id

    def restore(self, cloud, point, options):
        target = self.overwrites(options)
        original = self.original(cloud, point)
        restore_targets.require(cloud, point, original, target)
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
        )
        return share.id

    def delete(self, cloud, point_id):
        point = self.show(cloud, point_id)
        if point.status == 'error_deleting':
            raise exceptions.Refused(
                "Manila has failed to delete this snapshot before: now only "
                "your administrator can."
            )
        manila.snapshot_delete(cloud, point.id)
        return point.id

    def show(self, cloud, point_id):
        snapshot = manila.snapshot_get(cloud, point_id)
        if snapshot.project_id != cloud.project_id:
            raise exceptions.NotFound("Manila: snapshot not found.")
        return _point(snapshot)

    def capacity(self, cloud):
        return base.Capacity.read(
            manila.limits_get(cloud),
            ('totalShareSnapshotsUsed', 'maxTotalShareSnapshots'),
            ('totalSnapshotGigabytesUsed', 'maxTotalSnapshotGigabytes'),
            counted=SNAPSHOTS,
        )

    def points(self, cloud, resource_id=None, limit=None, offset=0):
        found = manila.snapshot_list(
            cloud, limit=limit, offset=offset, share_id=resource_id
        )
        return [_point(snapshot) for snapshot in found]

    def sights(self, cloud, limit, offset=0):
        return [
            Sight(
                'share',
                one.share_id,
                STATES.get(one.status, base.ERROR),
                functools.partial(_point, one),
            )
            for one in manila.snapshot_list(cloud, limit=limit, offset=offset)
        ]

    def search(self, cloud, wanted, limit=None, offset=0):
        filters = {}
        if wanted.resource:
            filters['share_id'] = wanted.resource
        if wanted.mark.ids:
            filters['metadata'] = wanted.mark.metadata()

        def fetch(**window):
            found = manila.snapshot_list(cloud, **filters, **window)
            return [_point(snapshot) for snapshot in found]

        return scan.filtered(fetch, STATUSES, wanted, limit, offset)


def _point(snapshot):
    return base.RecoveryPoint(
        id=snapshot.id,
        protection=ShareSnapshot.slug,
        resource_type='share',
        resource_id=snapshot.share_id,
        name=snapshot.name or '',
        description=snapshot.description or '',
        status=snapshot.status,
        state=STATES.get(snapshot.status, base.ERROR),
        created=recovery_point.created(snapshot.created_at),
        size=snapshot.size,
        mark=base.Mark.of(snapshot.metadata),
    )
