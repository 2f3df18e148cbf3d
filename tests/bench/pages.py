# SPDX-License-Identifier: Apache-2.0
"""The pages that are measured, and what each may cost."""

import dataclasses

BARE = 'Bare page of Horizon'
LIST = 2  # times the CPU of the bare page
LOOK = 4


@dataclasses.dataclass(frozen=True)
class Page:
    """``limit`` is in bare pages; None: nobody has promised anything."""

    name: str
    address: str
    limit: float | None = None
    user: str = 'bench'


def every(ids):
    """Theirs, then ours; ``ids`` are those of filling.py."""
    return [
        Page(BARE, '/project/bench_bare/'),
        Page('mistral: Cron Triggers', '/mistral/cron_triggers/'),
        Page('mistral: Executions', '/mistral/executions/'),
        Page('trove: Backups', '/project/database_backups/'),
        Page('horizon: Volumes', '/project/volumes/'),
        *_ours(ids),
        *_admins(),
    ]


def _ours(ids):
    at = '/project/protection_'
    schedule = f'{at}schedules/{ids["plan"]}/{ids["schedule"]}/'
    of_volume = f'{at}points/?type=volume&resource={ids["volume"]}'
    return [
        Page('Overview', f'{at}overview/', LOOK),
        Page('Plans', f'{at}plans/', LIST),
        Page('Schedules', f'{at}schedules/', LIST),
        Page('Executions', f'{at}executions/', LIST),
        Page('Recovery Points', f'{at}points/', LIST),
        Page('Executions of a plan', f'{at}executions/?plan={ids["plan"]}'),
        Page('Freshness', f'{at}overview/freshness/'),
        Page('A plan', f'{at}plans/{ids["plan"]}/'),
        Page('A schedule', schedule),
        Page('An execution', f'{at}executions/{ids["run"]}/'),
        Page('Points of a volume', of_volume),
        Page(
            'A recovery point',
            f'{at}points/point/volume_snapshot/{ids["point"]}/',
        ),
        Page('Create Plan', f'{at}plans/create/'),
        Page('Orphans', f'{at}overview/orphans/'),
    ]


def _admins():
    at = '/admin/protection_'
    return [
        Page('Admin: bare', '/admin/info/', user='admin'),
        Page('Admin: Execution History', f'{at}history/', user='admin'),
        Page('Admin: Plans', f'{at}plans/', user='admin'),
        Page('Admin: Health', f'{at}health/', LOOK, user='admin'),
    ]
