# SPDX-License-Identifier: Apache-2.0
"""What happened at another time: moved in the services' own databases.

No request of Mistral's says when a trigger was made or a run began, and none
of Cinder's when it made a snapshot.
"""

import contextlib
import datetime
import sqlite3
import uuid

from cloud import settings
from protection_dashboard.common import clock


def armed_at(trigger_id, moment):
    """As if a cron trigger had been made at a moment (aware)."""
    _move('cron_triggers_v2', trigger_id, created_at=moment)


def workflow_made_at(workflow_id, moment):
    """As if a workflow had been made at a moment (aware)."""
    _move('workflow_definitions_v2', workflow_id, created_at=moment)


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


def snapshot_dated(snapshot_id, moment):
    """As if Cinder's clock had shown a moment (aware) at a snapshot."""
    database = sqlite3.connect(settings.STATE / 'cinder' / 'cinder.db', 60)
    with contextlib.closing(database), database:
        database.execute(
            'UPDATE snapshots SET created_at = ? WHERE id = ?',
            (f'{clock.format_utc(moment)}.000000', snapshot_id),
        )


def start_was_lost(execution_id, seconds):
    """As if the start of the last task had been lost so many seconds ago."""
    since = clock.now() - datetime.timedelta(seconds=seconds)
    _move(
        'task_executions_v2',
        execution_id,
        key='workflow_execution_id',
        created_at=since,
        updated_at=since,
    )
    with _open() as database:
        database.execute(
            "UPDATE task_executions_v2 SET state = 'IDLE' "
            "WHERE workflow_execution_id = ?",
            (execution_id,),
        )


def jobs(key):
    """The ids of the jobs of this key that Mistral's scheduler has."""
    with _open() as database:
        query = 'SELECT id FROM scheduled_jobs_v2 WHERE key = ?'
        return [row[0] for row in database.execute(query, (key,))]


def job_due(key):
    """As if the only job of this key were due for long; its id."""
    (job_id,) = jobs(key)
    due = clock.now() - datetime.timedelta(minutes=2)
    _move('scheduled_jobs_v2', job_id, execute_at=due)
    return job_id


def _move(table, row_id, key='id', **columns):
    with _open() as database:
        for column, moment in columns.items():
            database.execute(
                f'UPDATE {table} SET {column} = ? WHERE {key} = ?',
                (f'{clock.format_utc(moment)}.000000', row_id),
            )


@contextlib.contextmanager
def copies_of_execution(execution_id, moments, columns=None, **values):
    """As if executions like this one had begun at some moments (aware).

    ``columns`` replace columns of its row, ``values`` texts of its input, by
    what they replace; the copies are gone at the end. To start thousands
    would take Mistral half an hour.
    """
    names, row = _row_of_execution(execution_id)
    added = []
    for moment in moments:
        copy = dict(zip(names, row, strict=True))
        copy |= {
            'id': str(uuid.uuid4()),
            'created_at': f'{clock.format_utc(moment)}.000000',
            'updated_at': f'{clock.format_utc(moment)}.000000',
            **(columns or {}),
        }
        for old, new in values.items():
            copy['input'] = copy['input'].replace(old, new)
        added.append(copy)
    marks = ', '.join('?' for _name in names)
    into = f'INSERT INTO workflow_executions_v2 VALUES ({marks})'
    _run_many(into, [[*copy.values()] for copy in added])
    try:
        yield
    finally:
        out = 'DELETE FROM workflow_executions_v2 WHERE id = ?'
        _run_many(out, [[copy['id']] for copy in added])


def _row_of_execution(execution_id):
    """``(names of the columns, values)``."""
    with _open() as database:
        found = database.execute(
            'SELECT * FROM workflow_executions_v2 WHERE id = ?',
            (execution_id,),
        )
        return [each[0] for each in found.description], found.fetchone()


def _run_many(statement, rows):
    with _open() as database:
        database.executemany(statement, rows)


@contextlib.contextmanager
def _open():
    """Mistral's database; what was done is kept at the end."""
    database = sqlite3.connect(settings.STATE / 'mistral' / 'mistral.db', 60)
    with contextlib.closing(database), database:
        yield database
