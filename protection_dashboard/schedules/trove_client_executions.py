# SPDX-License-Identifier: Apache-2.0
"""Executions of a schedule that the database client made."""

from collections.abc import Mapping
import dataclasses
import datetime
import re
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api import errors
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import trove_schedules
from protection_dashboard.common import concurrency
from protection_dashboard.executions import records as execution_records
from protection_dashboard.protections.base import ERROR
from protection_dashboard.protections.base import RecoveryPoint
from protection_dashboard.schedules import trove_client_schedules

_PROTECTION = 'database_backup'
#: so many of the newest backups are read to find those of a page
_BACKUPS = 100
_ACTION = re.compile(r'^\w+Action\.\S+ failed: ')


@dataclasses.dataclass(frozen=True)
class BackupRequest:
    """One execution, which requested a backup.

    ``backup`` is None when it is not known; ``by_hand`` means that Run Now
    started it. SUCCESS of the run only means that Trove accepted the request.
    ``reason`` is one line, empty if nothing failed.
    """

    run: execution_records.Execution
    by_hand: bool
    backup_id: str = ''
    backup: RecoveryPoint | None = None
    reason: str = ''

    @property
    def id(self) -> str:
        return self.run.id

    @property
    def ended(self) -> datetime.datetime | None:
        """When the run ended (aware), None while it goes on."""
        return self.run.ended


def request_page(
    cloud: Cloud,
    schedule: trove_client_schedules.TroveScheduleStatus,
    limit: int,
    marker: str = '',
    order: str = 'desc',
) -> tuple[list[BackupRequest], list[exceptions.ProtectionError]]:
    """``([BackupRequest], errors)``: one page of executions, the newest first.

    ``marker`` is the id of the last execution of the page before. An error
    means that the backups are not known.
    """
    found, errors = concurrency.gather(
        {
            'executions': lambda: trove_schedules.execution_page(
                cloud, limit, marker, order, schedule.id, more=('output',)
            ),
            'backups': lambda: _backups(cloud, schedule),
        },
        {'backups': {}},
    )
    backups = found['backups']
    return [_request(one, backups) for one in found['executions']], errors


def _backups(
    cloud: Cloud, schedule: trove_client_schedules.TroveScheduleStatus
) -> dict[str, tuple[RecoveryPoint, str]]:
    """``{id: (RecoveryPoint, why it failed)}`` of the newest backups."""
    protection = plugins.protection(_PROTECTION)
    found = protection.points(cloud, schedule.made.instance, limit=_BACKUPS)
    return {point.id: (point, _reason(cloud, point)) for point in found}


def _reason(cloud: Cloud, point: RecoveryPoint) -> str:
    """Why a backup failed, '' if it did not."""
    if point.state != ERROR:
        return ''
    why: str = plugins.protection(_PROTECTION).reason(cloud, point)
    return why


def _request(
    execution: Any, backups: Mapping[str, tuple[RecoveryPoint, str]]
) -> BackupRequest:
    """The BackupRequest of mistralclient's execution."""
    backup_id = trove_schedules.backup_id_of_execution(execution)
    backup, reason = backups.get(backup_id) or (None, '')
    run = execution_records.parse_execution(execution)
    return BackupRequest(
        run=run,
        by_hand=execution.description
        == trove_schedules.trigger_id_of_execution(execution),
        backup_id=backup_id,
        backup=backup,
        reason=_plain(run.reason) or reason,
    )


def _plain(reason: str) -> str:
    """The service's sentence, without the name of the action that failed."""
    return errors.one_line(_ACTION.sub('', reason))


def request_get(cloud: Cloud, execution_id: str) -> BackupRequest:
    """One BackupRequest without its backup; NotFound for other executions."""
    return _request(trove_schedules.execution_show(cloud, execution_id), {})


def request_delete(cloud: Cloud, execution_id: str) -> None:
    """Delete an execution; the backup stays."""
    trove_schedules.execution_delete(cloud, execution_id)
