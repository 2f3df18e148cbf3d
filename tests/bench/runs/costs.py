# SPDX-License-Identifier: Apache-2.0
"""What the services use: Mistral's processes and database, Cinder's calls."""

import configparser
import contextlib
import dataclasses
import os
import pathlib
import re

import sqlalchemy

from cloud import settings
from cloud.supervisor import control

_TICK = os.sysconf('SC_CLK_TCK')
_PAGE = os.sysconf('SC_PAGE_SIZE')
# a process of its own names itself anew
_MISTRAL = ('cloud.services.mistral.', 'mistral-server')
#: what executions are made of; the rest is emptied again
_TABLES = (
    'workflow_executions_v2',
    'task_executions_v2',
    'action_executions_v2',
)
_CINDER_LOG = settings.STATE / 'cinder' / 'cinder.log'


@dataclasses.dataclass(frozen=True)
class Usage:
    """What all processes of Mistral have used by now.

    ``cpu`` is in seconds; ``memory`` (resident) and ``stored`` (what its
    database holds of executions) in bytes.
    """

    cpu: float
    memory: int
    stored: int


def mistral_usage():
    """The Usage of Mistral, in any shape of the cloud."""
    stats = [found for pid in _pids() if (found := _stat(pid))]
    return Usage(
        sum(int(one[11]) + int(one[12]) for one in stats) / _TICK,
        sum(int(one[21]) for one in stats) * _PAGE,
        _stored(),
    )


def _stat(pid):
    """The fields of /proc/PID/stat after the name; None if it has ended."""
    with contextlib.suppress(OSError):
        text = pathlib.Path(f'/proc/{pid}/stat').read_text()
        return text.rpartition(')')[2].split()


def _pids():
    """Process ids of Mistral: children of the supervisor, and theirs."""
    parents = {}
    for folder in pathlib.Path('/proc').glob('[0-9]*'):
        if found := _stat(folder.name):
            parents[folder.name] = found[1]
    supervisor = str(control.running_pid())
    wanted = {
        pid
        for pid, parent in parents.items()
        if parent == supervisor
        and any(name in _command(pid) for name in _MISTRAL)
    }
    while more := {p for p, up in parents.items() if up in wanted} - wanted:
        wanted |= more
    return wanted


def _command(pid):
    with contextlib.suppress(OSError):
        return pathlib.Path(f'/proc/{pid}/cmdline').read_text()
    return ''


def _database_url():
    """That of mistral.conf; in a shape of many processes all have the same."""
    path = next(iter(sorted(settings.STATE.glob('mistral*/mistral.conf'))))
    found = configparser.ConfigParser(interpolation=None, strict=False)
    found.read(path)
    return found['database']['connection']


def _stored():
    """How many bytes the rows of all executions have.

    Of their contents, not of the file or the pages, which grow by leaps and
    do not shrink.
    """
    engine = sqlalchemy.create_engine(_database_url())
    try:
        with engine.connect() as connection:
            return sum(_size(connection, name) for name in _TABLES)
    finally:
        engine.dispose()


def _size(connection, table):
    # SQLite before 3.43 has no octet_length()
    length = (
        'length(cast({} as blob))'
        if connection.dialect.name == 'sqlite'
        else 'octet_length({})'
    )
    names = sqlalchemy.inspect(connection).get_columns(table)
    lengths = [f'coalesce({length.format(c["name"])}, 0)' for c in names]
    # the names come from Mistral's own schema
    query = f'select coalesce(sum({" + ".join(lengths)}), 0) from {table}'
    return int(connection.execute(sqlalchemy.text(query)).scalar())


class CinderCalls:
    """``with CinderCalls(project_id) as calls:`` counts those of a project.

    By the lines that Cinder's API logs; ``count`` is known after the block.
    """

    def __init__(self, project_id):
        self._line = re.compile(
            rf'cinder\.api\.openstack\.wsgi \[[^]]* {project_id} [^]]*\] '
            '(GET|POST|PUT|DELETE) http'
        )
        self.count = 0

    def __enter__(self):
        self._begin = _CINDER_LOG.stat().st_size
        return self

    def __exit__(self, *failure):
        with _CINDER_LOG.open(errors='replace') as log:
            log.seek(self._begin)
            self.count = sum(1 for one in log if self._line.search(one))
