# SPDX-License-Identifier: Apache-2.0
"""MariaDB: the databases of the services that keep theirs there."""

import getpass
import pathlib
import subprocess

from cloud import settings
from cloud.services.infrastructure import base

_SERVER = '/usr/sbin/mariadbd'
_INSTALL = '/usr/bin/mariadb-install-db'
_DEFAULTS = '/usr/bin/my_print_defaults'

# What a killed server has committed is with the kernel: only a power cut may
# take the last second.
_CONFIGURATION = """\
[mariadbd]
user = {user}
datadir = {state}/data
socket = {state}/mariadb.sock
pid_file = {state}/mariadb.pid
init_file = {state}/users.sql
bind_address = {host}
port = {port}
skip_name_resolve = on
character_set_server = utf8mb4
max_connections = 600
max_connect_errors = 1000000
host_cache_size = 0
innodb_buffer_pool_size = 96M
innodb_log_file_size = 16M
innodb_flush_log_at_trx_commit = 2
key_buffer_size = 1M
aria_pagecache_buffer_size = 8M
performance_schema = off
"""
# of a socket's clients the name is localhost, of a port's the address
_USERS = """\
create user if not exists cloud@'localhost' identified by '{password}';
create user if not exists cloud@'{host}' identified by '{password}';
grant all on *.* to cloud@'localhost', cloud@'{host}';
"""


class MariaDB(base.Infrastructure):
    name = 'mariadb'
    port = 3306
    programs = {
        _SERVER: 'mariadb-server-core',
        _INSTALL: 'mariadb-server-core',
        _DEFAULTS: 'mariadb-client-core',
    }

    def configure(self) -> None:
        facts = {
            'user': getpass.getuser(),
            'state': self.state,
            'host': settings.HOST,
            'port': self.port,
            'password': settings.PASSWORD,
        }
        self._options.write_text(_CONFIGURATION.format(**facts))
        (self.state / 'users.sql').write_text(_USERS.format(**facts))

    @property
    def _options(self) -> pathlib.Path:
        return self.state / 'mariadb.cnf'

    def create_database(self) -> None:
        command = [
            _INSTALL,
            f'--defaults-file={self._options}',
            '--auth-root-authentication-method=normal',
            '--skip-test-db',
        ]
        subprocess.run(command, check=True)

    def serve(self) -> None:
        base.become([_SERVER, f'--defaults-file={self._options}'])
