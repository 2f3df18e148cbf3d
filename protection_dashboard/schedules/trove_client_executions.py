# SPDX-License-Identifier: Apache-2.0
"""What became of the runs of a schedule that the database client made."""

import dataclasses
import re

from protection_dashboard import plugins
from protection_dashboard.api import errors
from protection_dashboard.api.mistral import trove_schedules
from protection_dashboard.common import concurrency
from protection_dashboard.executions import records as execution_records
from protection_dashboard.protections.base import ERROR
from protection_dashboard.protections.base import RecoveryPoint

_PROTECTION = 'database_backup'
_BACKUPS = 100
_ACTION = re.compile(r'^\w+Action\.\S+ failed: ')


@dataclasses.dataclass(frozen=True)
class Request:
    """One execution: a backup was asked for.

    ``backup`` is None when it is not known; ``by_hand`` means that Run Now
    started it. SUCCESS of the run only means that Trove took the request.
    ``reason`` is one line, empty if nothing failed.
    """

    run: execution_records.Run
    by_hand: bool
    backup_id: str = ''
    backup: RecoveryPoint | None = None
    reason: str = ''

    @property
    def id(self):
        return self.run.id

    @property
    def ended(self):
        """When the run ended, None while it goes on."""
        return self.run.ended


def page(cloud, schedule, limit, marker='', order='desc'):
    """``([Request], errors)``: one page of executions, newest first."""
    told, errors = concurrency.gather(
        {
            'executions': lambda: trove_schedules.run_page(
                cloud, limit, marker, order, schedule.id, more=('output',)
            ),
            'backups': lambda: _backups(cloud, schedule),
        },
        {'backups': {}},
    )
    backups = told['backups']
    return [_request(one, backups) for one in told['executions']], errors


def _backups(cloud, schedule):
    """``{id: (RecoveryPoint, why it failed)}`` of the newest backups."""
    protection = plugins.protection(_PROTECTION)
    found = protection.points(cloud, schedule.made.instance, limit=_BACKUPS)
    return {point.id: (point, _reason(cloud, point)) for point in found}


def _reason(cloud, point):
    protection = plugins.protection(_PROTECTION)
    return protection.reason(cloud, point) if point.state == ERROR else ''


def _request(execution, backups):
    backup_id = trove_schedules.backup_of(execution)
    backup, reason = backups.get(backup_id, (None, ''))
    run = execution_records.run(execution)
    return Request(
        run=run,
        by_hand=execution.description == trove_schedules.trigger_of(execution),
        backup_id=backup_id,
        backup=backup,
        reason=_plain(run.reason) or reason,
    )


def _plain(reason):
    """The service's sentence, without the action that it was told to."""
    return errors.one_line(_ACTION.sub('', reason))


def get(cloud, execution_id):
    """One Request without its backup; NotFound for other executions."""
    return _request(trove_schedules.execution_show(cloud, execution_id), {})


def delete(cloud, execution_id):
    """Forget an execution; the backup stays."""
    trove_schedules.execution_delete(cloud, execution_id)
