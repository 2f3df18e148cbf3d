# SPDX-License-Identifier: Apache-2.0
"""What happened days ago: moved back in Mistral's own database.

No request of Mistral's says when a trigger was made or a run began.
"""

import contextlib
import sqlite3

from cloud import settings
from protection_dashboard.common import clock


def armed_at(trigger_id, moment):
    """As if a cron trigger had been made at a moment (aware)."""
    _move('cron_triggers_v2', trigger_id, created_at=moment)


def due_at(trigger_id, moment):
    """As if a cron trigger were due since a moment (aware): it fires now."""
    _move('cron_triggers_v2', trigger_id, next_execution_time=moment)


def began_at(execution_id, moment, took):
    """As if an execution had begun at a moment, and taken a timedelta."""
    table = 'workflow_executions_v2'
    _move(table, execution_id, created_at=moment, updated_at=moment + took)


def still_since(execution_id, moment):
    """As if nothing of an execution had moved since a moment (aware)."""
    both = {'created_at': moment, 'updated_at': moment}
    _move('workflow_executions_v2', execution_id, **both)
    key = 'workflow_execution_id'
    _move('task_executions_v2', execution_id, key=key, **both)


def _move(table, row_id, key='id', **columns):
    database = sqlite3.connect(settings.STATE / 'mistral' / 'mistral.db', 60)
    with contextlib.closing(database), database:
        for column, moment in columns.items():
            database.execute(
                f'UPDATE {table} SET {column} = ? WHERE {key} = ?',
                (f'{clock.format_utc(moment)}.000000', row_id),
            )
