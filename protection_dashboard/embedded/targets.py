# SPDX-License-Identifier: Apache-2.0
"""Tables of other dashboards that list what can be protected or restored.

``states`` are each service's own words, as its dashboard has them in a row.
"""

import dataclasses

from protection_dashboard import plugins


@dataclasses.dataclass(frozen=True)
class Target:
    """A table of a project's panel whose rows are resources of one type.

    ``slug`` is that of their protectable; ``after`` is the name of the action
    behind which the new ones are inserted. ``owner`` and ``flag`` are names
    of attributes of a row: its project, if the table lists resources of other
    projects too, and whether its backend can protect it.
    """

    panel: str
    table: str
    slug: str
    states: tuple
    after: str
    owner: str = ''
    flag: str = ''

    def is_installed(self):
        return self.slug in plugins.protectables() and bool(
            plugins.protections_for_type(self.slug)
        )

    def covers(self, datum, project_id):
        """Whether a row is of this type and belongs to the project."""
        return self.is_installed() and (
            not self.owner or getattr(datum, self.owner) == project_id
        )

    def is_ready(self, datum):
        """Whether it can be protected, or restored, in its present state."""
        return datum.status in self.states and (
            not self.flag or bool(getattr(datum, self.flag, True))
        )


class PointTarget(Target):
    """A table whose rows are points; ``slug`` is that of their protection."""

    def is_installed(self):
        return self.slug in plugins.protections()


_HORIZON = 'openstack_dashboard.dashboards.project'
_MANILA = 'manila_ui.dashboards.project'
_TROVE = 'trove_dashboard.content'

TARGETS = (
    Target(
        panel='databases',
        table=f'{_TROVE}.databases.tables.InstancesTable',
        slug='database',
        states=('ACTIVE', 'HEALTHY'),
        after='backup',
    ),
    Target(
        panel='instances',
        table=f'{_HORIZON}.instances.tables.InstancesTable',
        slug='server',
        states=(
            'ACTIVE',
            'PAUSED',
            'SHELVED',
            'SHELVED_OFFLOADED',
            'SHUTOFF',
            'SUSPENDED',
        ),
        after='snapshot',
    ),
    Target(
        panel='shares',
        table=f'{_MANILA}.shares.tables.SharesTable',
        slug='share',
        states=('available',),
        after='create_share_snapshot',
        owner='project_id',
        flag='snapshot_support',
    ),
    Target(
        panel='volumes',
        table=f'{_HORIZON}.volumes.tables.VolumesTable',
        slug='volume',
        states=('available', 'in-use'),
        after='backups',
    ),
    PointTarget(
        panel='database_backups',
        table=f'{_TROVE}.database_backups.tables.BackupsTable',
        slug='database_backup',
        states=('COMPLETED', 'RESTORED'),
        after='restore',
    ),
    PointTarget(
        panel='databases',
        table=f'{_TROVE}.databases.tables.InstanceBackupsTable',
        slug='database_backup',
        states=('COMPLETED', 'RESTORED'),
        after='restore',
    ),
    PointTarget(
        panel='share_snapshots',
        table=f'{_MANILA}.share_snapshots.tables.ShareSnapshotsTable',
        slug='share_snapshot',
        states=('available',),
        after='create_share_from_share_snapshot',
    ),
    PointTarget(
        panel='snapshots',
        table=f'{_HORIZON}.snapshots.tables.VolumeSnapshotsTable',
        slug='volume_snapshot',
        states=('available',),
        after='create_from_snapshot',
    ),
    PointTarget(
        panel='volumes',
        table=f'{_HORIZON}.snapshots.tables.VolumeDetailsSnapshotsTable',
        slug='volume_snapshot',
        states=('available',),
        after='create_from_snapshot',
    ),
)
