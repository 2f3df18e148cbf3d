# SPDX-License-Identifier: Apache-2.0
"""Manila shares."""

from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api import manila
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protectables import base

# https://docs.openstack.org/api-ref/shared-file-system/#shares; Manila takes
# a snapshot of an available share only: its v2 API does not read "force"
STATES = {
    'available': base.AVAILABLE,
    'awaiting_transfer': base.PENDING,
    'backup_creating': base.PENDING,
    'backup_restoring': base.PENDING,
    'creating': base.PENDING,
    'creating_from_snapshot': base.PENDING,
    'deferred_deleting': base.PENDING,
    'deleting': base.PENDING,
    'ensuring': base.PENDING,
    'extending': base.PENDING,
    'manage_starting': base.PENDING,
    'migrating': base.PENDING,
    'migrating_to': base.PENDING,
    'network_change': base.PENDING,
    'replication_change': base.PENDING,
    'reverting': base.PENDING,
    'reverting_to_snapshot': base.PENDING,
    'server_migrating': base.PENDING,
    'server_migrating_to': base.PENDING,
    'shrinking': base.PENDING,
    'unmanage_starting': base.PENDING,
}


class Share(base.Protectable):
    """A share of the Shared File Systems service."""

    slug = 'share'
    resource_type = 'OS::Manila::Share'
    name = "Share"
    service_type = manila.SERVICE_TYPE
    service = 'Manila'
    detail_url = 'horizon:project:shares:detail'

    def list(self, cloud: Cloud) -> base.Resources:
        return [
            _resource(share)
            for share in manila.share_list(cloud)
            if share.project_id == cloud.project_id
        ]

    def everywhere(self, cloud: Cloud) -> base.OwnedResources:
        found = manila.share_list(cloud, all_tenants=1)
        return [(share.project_id, _resource(share)) for share in found]

    def show(self, cloud: Cloud, resource_id: str) -> base.Resource:
        share = manila.share_get(cloud, resource_id)
        # an administrator sees all shares, and anybody those made public
        if share.project_id != cloud.project_id:
            raise exceptions.NotFound("Manila: share not found.")
        return _resource(share)

    def names(self, cloud: Cloud) -> dict[str, str]:
        return manila.share_names(cloud)

    def annotate(
        self, cloud: Cloud, resource_id: str, key: str, value: str | None
    ) -> None:
        if value is None:
            manila.share_metadata_delete(cloud, resource_id, key)
        else:
            manila.share_metadata_set(cloud, resource_id, {key: value})


def _resource(share: Any) -> base.Resource:
    return base.Resource(
        id=share.id,
        type=Share.slug,
        name=share.name or '',
        status=share.status,
        state=STATES.get(share.status, base.ERROR),
        size=share.size,
        details={
            'description': share.description or '',
            'share_proto': share.share_proto,
            'share_type': share.share_type,
            'share_type_name': share.share_type_name or share.share_type,
            'share_network_id': share.share_network_id,
            'availability_zone': share.availability_zone,
            'snapshot_support': share.snapshot_support,
            'create_share_from_snapshot_support': (
                share.create_share_from_snapshot_support
            ),
            'revert_to_snapshot_support': share.revert_to_snapshot_support,
        },
        metadata=dict(share.metadata),
    )
