# SPDX-License-Identifier: Apache-2.0
"""Rows of a running service's database: one is read, many are written.

What the benchmark writes is a copy of a row that the service itself wrote,
with other ids, names and times: so it fits whatever the schema is.
"""

import contextlib
import random
import sqlite3
import uuid

from cloud import settings
from tests.bench import scale

RANDOM = random.Random(scale.SEED)


def new_id():
    return str(uuid.UUID(int=RANDOM.getrandbits(128), version=4))


def at(moment):
    """A time in UTC as SQLAlchemy writes it."""
    return f'{moment:%Y-%m-%d %H:%M:%S}.000000'


class Database:
    """The SQLite file of a service that runs."""

    def __init__(self, service):
        self.path = settings.STATE / service / f'{service}.db'

    @contextlib.contextmanager
    def _open(self):
        connection = sqlite3.connect(self.path, timeout=60)
        connection.row_factory = sqlite3.Row
        with contextlib.closing(connection), connection:
            yield connection

    def row(self, table, **where):
        """The first row of these values, as a dict."""
        told = ' and '.join(f'{column} = :{column}' for column in where)
        query = f'select * from {table} where {told}'
        with self._open() as connection:
            return dict(connection.execute(query, where).fetchone())

    def add(self, table, rows):
        """Write rows, all with the same columns, in one transaction."""
        rows = iter(rows)
        first = next(rows)
        names = ', '.join(f'"{column}"' for column in first)
        values = ', '.join(f':{column}' for column in first)
        statement = f'insert into {table} ({names}) values ({values})'
        with self._open() as connection:
            connection.execute(statement, first)
            connection.executemany(statement, rows)
