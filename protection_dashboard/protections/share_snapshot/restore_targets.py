# SPDX-License-Identifier: Apache-2.0
"""What the snapshot of a share can be restored to.

A target is '' for a new share, or the id of the share to put back in place:
https://docs.openstack.org/api-ref/shared-file-system/#revert-share-to-snapshot
"""

from protection_dashboard import exceptions
from protection_dashboard.api import manila
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import base

NEW = "A new share"
REPLACE = 'Replace the content of "{}"'
_GONE = (
    "The share of this snapshot is gone, and Manila takes the new share's "
    "type and network from it."
)
_NO_NEW = "The share type {share_type_name} makes no shares from snapshots."
_NO_REVERT = (
    "The share type {share_type_name} cannot put a share back to a snapshot."
)
_NOT_LATEST = (
    "A share can only be put back to its latest snapshot, and there is a "
    "later one than this."
)
_NOT_ITS_OWN = (
    "A snapshot can only replace the content of its own share: leave the "
    "share out to have a new one."
)


def target_choices(
    cloud: Cloud, point: base.RecoveryPoint, share: Resource | None
) -> base.Pairs:
    """``[(target, label)]``; Refused with the reasons if there is none."""
    if share is None:
        raise exceptions.Refused(_GONE)
    labels = {'': NEW, share.id: REPLACE.format(share.label)}
    reasons = {
        target: _obstacle(cloud, point, share, target) for target in labels
    }
    if all(reasons.values()):
        raise exceptions.Refused(' '.join(reasons.values()))
    return [(t, label) for t, label in labels.items() if not reasons[t]]


def restorable_share(
    cloud: Cloud,
    point: base.RecoveryPoint,
    share: Resource | None,
    target: str,
) -> Resource:
    """The share of a point, if the point can be restored to the target.

    Refused with the reason if it cannot.
    """
    reason = _obstacle(cloud, point, share, target)
    if reason or share is None:
        raise exceptions.Refused(reason)
    return share


def _obstacle(
    cloud: Cloud,
    point: base.RecoveryPoint,
    share: Resource | None,
    target: str,
) -> str:
    if target not in ('', point.resource_id):
        return _NOT_ITS_OWN
    if share is None:
        return _GONE
    if target:
        return _no_revert(cloud, point, share)
    if not share.details['create_share_from_snapshot_support']:
        return _NO_NEW.format(**share.details)
    return ''


def _no_revert(
    cloud: Cloud, point: base.RecoveryPoint, share: Resource
) -> str:
    if not share.details['revert_to_snapshot_support']:
        return _NO_REVERT.format(**share.details)
    newest = manila.snapshot_list(cloud, limit=1, share_id=share.id)
    if [snapshot.id for snapshot in newest] != [point.id]:
        return _NOT_LATEST
    return ''
