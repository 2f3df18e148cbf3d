# SPDX-License-Identifier: Apache-2.0
"""The contract of a service: what the supervisor asks of each project.

A service's module (cloud/services/cinder/service.py) imports its project
(cinder) inside functions only: the supervisor imports all these modules and
none of the projects. Every process of a service runs with the project root as
working directory, so its configuration may name classes of this package
(``cloud.services.cinder.volume_driver.FileDriver``). No module writes a port
or an address literally: self.port, self.url and settings.AUTH_URL know them.
"""

from collections.abc import Mapping
from collections.abc import Sequence
import contextlib
import hashlib
import http.client
import pathlib
import shutil
import sqlite3

from cloud import settings

_TOKEN_CACHE = (
    f'memcached_servers = {settings.HOST}:{settings.MEMCACHED_PORT}'
    if settings.SHAPE == settings.PROCESSES
    else ''
)


class Service:
    """One OpenStack project in one process."""

    name = ''  # 'cinder': also the folder of its state and its log
    port = 0  # its HTTP port on 127.0.0.1
    catalog = {}  # service type -> path of the URL, e.g. {'volumev3': '/v3'}
    prepare_after: tuple[str, ...] = ()  # they answer before its database
    after = ('keystone',)  # the services that answer before this one starts
    fill_after = ()  # the services whose data is there before this one's
    portable = True  # create_database() notes neither its folder nor a port
    preparation = 'database'  # what the work before the first start is
    database = ''  # its database: an SQLite file's stem, or MariaDB's name
    programs: Mapping[str, str] = {}  # what it runs: path -> Debian's package
    answer_limit = 150  # seconds from its start to its first answer
    services: Sequence['Service'] = ()  # all of the cloud, told by its child

    def __init__(self):
        self.state = settings.STATE / self.name
        self.log = self.state / f'{self.name}.log'
        self.port = self.port + settings.PORT_OFFSET if self.port else 0
        self.url = f'http://{settings.HOST}:{self.port}' if self.port else ''
        if self._is_on_mariadb:
            self.prepare_after = ('mariadb',)
            self.after = (*self.after, 'mariadb', 'memcached')
            self.portable = False

    def configure(self):
        """Write the configuration files into self.state (a pathlib.Path).

        Runs before create_database() and before each serve(), in their
        process; the folder is there.
        """

    @property
    def _is_on_mariadb(self) -> bool:
        return bool(self.database) and settings.SHAPE == settings.PROCESSES

    @property
    def database_url(self) -> str:
        """Its [database]connection, as SQLAlchemy reads it."""
        if not self._is_on_mariadb:
            return f'sqlite:///{self.state}/{self.database}.db?timeout=60'
        return (
            f'mysql+pymysql://cloud:{settings.PASSWORD}@{settings.HOST}'
            f':{settings.MARIADB_PORT}/{self.database}?charset=utf8mb4'
        )

    def empty_database(self) -> None:
        """Make its database in MariaDB, instead of one that is half made."""
        if not self._is_on_mariadb:
            return
        import pymysql

        connection = pymysql.connect(
            host=settings.HOST,
            port=settings.MARIADB_PORT,
            user='cloud',
            password=settings.PASSWORD,
        )
        with connection, connection.cursor() as cursor:
            cursor.execute(f'drop database if exists {self.database}')
            cursor.execute(f'create database {self.database}')

    def create_database(self):
        """Once, in a process of its own, before the first start."""

    def use_wal(self) -> None:
        """Of an SQLite file; MariaDB's readers wait for nobody anyway."""
        if not self._is_on_mariadb:
            wal(self.state / f'{self.database}.db')

    def serve(self):
        """Run for ever; called in the service's own process.

        No other service's modules are imported there. stdout and stderr go
        to self.log, so oslo.log writes there (use_stderr = true). A process
        forked here calls process.die_with_parent().
        """
        raise NotImplementedError

    def healthy(self):
        """Whether its API answers (an HTTP request, short timeout)."""
        return answers(self.port)

    def seed(self, cloud_session):
        """Operator's data (types, quotas...): idempotent.

        A keystoneauth session of admin in project admin. Called in a process
        of its own, after the service and those in ``after`` answer.
        """

    def sample(self, sessions):
        """Sample tenants' data: idempotent; called after seed().

        sessions('demo') -> keystoneauth session of that user in its project.
        """

    def clear(self):
        """Remove what a broken create_database() may have left."""
        shutil.rmtree(self.state, ignore_errors=True)

    @property
    def prepared(self):
        """Whether create_database() need not run again."""
        return (self.state / 'prepared').exists()

    def mark_prepared(self):
        """Remember that create_database() ended well."""
        (self.state / 'prepared').touch()

    @property
    def filled(self):
        """Whether seed() and sample() need not run again."""
        mine = type(self)
        if mine.seed is Service.seed and mine.sample is Service.sample:
            return True
        stamp = self.state / 'filled'
        return stamp.exists() and stamp.read_text() == self._origin

    def mark_filled(self):
        """Remember that seed() and sample() ended well."""
        (self.state / 'filled').write_text(self._origin)

    @property
    def _origin(self):
        """What the data comes from: this package's code and the address."""
        digest = hashlib.sha256(self.url.encode())
        for module in sorted(pathlib.Path(__file__).parents[1].rglob('*.py')):
            digest.update(module.read_bytes())
        return digest.hexdigest()


def answers(port, *, path='/', timeout=2):
    """Whether an HTTP server on this port answers below 500."""
    connection = http.client.HTTPConnection(
        settings.HOST, port, timeout=timeout
    )
    with contextlib.closing(connection):
        try:
            connection.request('GET', path)
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False


def keystone_authtoken(user):
    """Return the [keystone_authtoken] section for a service's user."""
    return f"""
[keystone_authtoken]
www_authenticate_uri = {settings.AUTH_URL}
auth_url = {settings.AUTH_URL}
auth_type = password
username = {user}
password = {settings.PASSWORD}
project_name = service
user_domain_id = default
project_domain_id = default
region_name = {settings.REGION}
service_token_roles = service
service_token_roles_required = true
{_TOKEN_CACHE}
"""


def wal(path):
    """Switch an SQLite file to WAL: readers never wait for the writer."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute('pragma journal_mode=wal')
