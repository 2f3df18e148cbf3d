# SPDX-License-Identifier: Apache-2.0
"""How many backups Trove lets a project have."""

from protection_dashboard.api import trove
from protection_dashboard.protections.capacity import BACKUPS
from protection_dashboard.protections.capacity import Capacity


def capacity(cloud):
    """The Capacity; None when this Trove tells no limit of backups.

    Sizes are not limited. Trove tells the limit and not what is used of it,
    so the backups are counted, in one request.
    """
    most = trove.limits_get(cloud).get('max_backups')
    if most is None:
        return None
    used = len(trove.backup_list(cloud, limit=most + 1)) if most >= 0 else 0
    return Capacity(used, most, counted=BACKUPS)
