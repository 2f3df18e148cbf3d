# SPDX-License-Identifier: Apache-2.0
"""Make oslo.db safe on one SQLite file shared by many threads.

Call install() before the service opens its database.

1. oslo.db opens every SQLite transaction with a deferred BEGIN. A writer that
   reads first and then writes must upgrade its lock, and SQLite then answers
   "database is locked" at once: busy_timeout does not apply to an upgrade.
   BEGIN IMMEDIATE takes the write lock up front, where busy_timeout applies.
   Readers keep the deferred BEGIN: in WAL mode they never wait.
2. SQLite has one writer, so an "independent" writer opened inside a writer of
   the same thread waits for itself for ever (Manila: share_instance_delete,
   quota commits). Such a writer joins the outer transaction instead.
3. oslo.db opens a file anew for each transaction, and the last one to close
   it writes the journal back. Connections are kept here.
"""


def install():
    """Patch oslo.db (18 or newer) in this process."""
    from oslo_db.sqlalchemy import enginefacade
    from oslo_db.sqlalchemy import engines
    from sqlalchemy import event
    from sqlalchemy.orm import Session

    engines._init_connection_args.dispatch_for('sqlite')(_keep)
    _remember_writers(enginefacade)
    _join_outer_writers(enginefacade)
    event.listen(Session, 'after_begin', _begin_immediate)


def _keep(url, engine_args, kw):
    """Let an engine of a file keep as many connections as are in use."""
    from sqlalchemy import pool

    if engine_args.get('poolclass') is pool.NullPool:
        engine_args |= {
            'poolclass': pool.QueuePool,
            'pool_size': 0,
            'pool_events': [(_has_ended, 'checkin')],
        }


def _has_ended(raw, record):
    """Of a transaction that nobody ended oslo.db would not forget the mark.

    Then the next one on that connection would not begin.
    """
    record.info.pop('in_transaction', None)


def _owner(cls, name):
    return next(c for c in cls.__mro__ if name in vars(c))


def _remember_writers(enginefacade):
    factory = _owner(enginefacade._TransactionFactory, '_create_session')
    create_session = factory._create_session

    def create(self, mode, bind=None):
        session = create_session(self, mode, bind)
        session.info['writer'] = mode is enginefacade._WRITER
        return session

    factory._create_session = create


def _begin_immediate(session, transaction, connection):
    if not session.info.get('writer') or transaction.nested:
        return
    if connection.dialect.name != 'sqlite':
        return
    raw = connection.connection.dbapi_connection
    raw.execute('ROLLBACK')
    raw.execute('BEGIN IMMEDIATE')


def _inside_writer(current, writer):
    return (
        current is not None
        and current.mode is writer
        and current.session is not None
        and current.session.bind.dialect.name == 'sqlite'
    )


def _join_outer_writers(enginefacade):
    manager = _owner(
        enginefacade._TransactionContextManager, '_transaction_scope_impl'
    )
    scope_impl = manager._transaction_scope_impl

    def scope(self, by_thread):
        current = getattr(by_thread, 'current', None)
        if self._independent and _inside_writer(current, enginefacade._WRITER):
            self = self._clone(independent=False)
        return scope_impl(self, by_thread)

    manager._transaction_scope_impl = scope
