# SPDX-License-Identifier: Apache-2.0
"""Many threads that read, then write, one SQLite file through oslo.db."""

import subprocess
import sys

from cloud import settings

# each thread counts to ROUNDS by reading the number and writing the next one
COUNT = """
import concurrent.futures, sys
from oslo_db.sqlalchemy import enginefacade
import sqlalchemy as sa
from cloud.patches import sqlite_immediate
from cloud.services import base

path, patched = sys.argv[1:]
if patched == 'patched':
    sqlite_immediate.install()
THREADS, ROUNDS = 8, 20
manager = enginefacade.transaction_context()
manager.configure(connection=f'sqlite:///{path}?timeout=30')
numbers = sa.Table('numbers', sa.MetaData(), sa.Column('value', sa.Integer))
numbers.metadata.create_all(manager.writer.get_engine())
base.wal(path)

class Context: pass
enginefacade.transaction_context_provider(Context)

def increment():
    with manager.writer.using(Context()) as session:
        value = session.execute(sa.select(numbers.c.value)).scalar_one()
        session.execute(numbers.update().values(value=value + 1))

with manager.writer.using(Context()) as session:
    session.execute(numbers.insert().values(value=0))
with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
    jobs = [pool.submit(increment) for _ in range(THREADS * ROUNDS)]
failed = sum(job.exception() is not None for job in jobs)
with manager.reader.using(Context()) as session:
    print(failed, session.execute(sa.select(numbers.c.value)).scalar_one())
"""

NESTED = """
import sys
from oslo_db.sqlalchemy import enginefacade
import sqlalchemy as sa
from cloud.patches import sqlite_immediate

sqlite_immediate.install()
manager = enginefacade.transaction_context()
manager.configure(connection=f'sqlite:///{sys.argv[1]}?timeout=1')
numbers = sa.Table('numbers', sa.MetaData(), sa.Column('value', sa.Integer))
numbers.metadata.create_all(manager.writer.get_engine())

class Context: pass
enginefacade.transaction_context_provider(Context)
context = Context()
with manager.writer.using(context) as outer:
    outer.execute(numbers.insert().values(value=1))
    with manager.writer.independent.using(context) as inner:
        inner.execute(numbers.insert().values(value=2))
with manager.reader.using(context) as session:
    print(sorted(session.scalars(sa.select(numbers.c.value))))
"""

KEPT = """
import sys
from oslo_db.sqlalchemy import enginefacade
import sqlalchemy as sa
from cloud.patches import sqlite_immediate

sqlite_immediate.install()
manager = enginefacade.transaction_context()
manager.configure(connection=f'sqlite:///{sys.argv[1]}?timeout=1')
opened = []
engine = manager.writer.get_engine()
sa.event.listen(engine, 'connect', lambda *connection: opened.append(1))

class Context: pass
enginefacade.transaction_context_provider(Context)
for _time in range(5):
    with manager.writer.using(Context()) as session:
        session.execute(sa.text('select 1'))
print(len(opened))
"""

LEFT = """
import gc, sys
from oslo_db.sqlalchemy import enginefacade
import sqlalchemy as sa
from cloud.patches import sqlite_immediate

sqlite_immediate.install()
manager = enginefacade.transaction_context()
manager.configure(connection=f'sqlite:///{sys.argv[1]}?timeout=1')
engine = manager.writer.get_engine()
numbers = sa.Table('numbers', sa.MetaData(), sa.Column('value', sa.Integer))
numbers.metadata.create_all(engine)

class Context: pass
enginefacade.transaction_context_provider(Context)
left = engine.connect()
left.execute(numbers.insert().values(value=1))
del left
gc.collect()
with manager.writer.using(Context()) as session:
    session.execute(numbers.insert().values(value=2))
with manager.reader.using(Context()) as session:
    print(sorted(session.scalars(sa.select(numbers.c.value))))
"""


def _run(code, *arguments):
    answer = subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', code, *arguments],
        cwd=settings.ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return answer.stdout.strip()


def test_no_write_of_many_threads_fails_or_is_lost(tmp_path):
    assert _run(COUNT, tmp_path / 'n.db', 'patched') == '0 160'


def test_without_it_writes_fail(tmp_path):
    failed, counted = _run(COUNT, tmp_path / 'n.db', 'plain').split()
    assert int(failed) > 0
    assert int(counted) == 160 - int(failed)


def test_a_writer_inside_a_writer_does_not_wait_for_itself(tmp_path):
    assert _run(NESTED, tmp_path / 'n.db') == '[1, 2]'


def test_a_connection_serves_many_transactions(tmp_path):
    assert int(_run(KEPT, tmp_path / 'n.db')) <= 1


def test_a_transaction_that_nobody_ended_does_not_spoil_the_next(tmp_path):
    assert _run(LEFT, tmp_path / 'n.db') == '[2]'
