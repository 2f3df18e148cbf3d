# SPDX-License-Identifier: Apache-2.0
"""Horizon with its plugins, served by gunicorn."""

import hashlib
import importlib.metadata
import os
import pathlib
import shutil
import sys
import sysconfig

from cloud import settings
from cloud.patches import policies
from cloud.services.base import Service
from cloud.services.base import answers
from cloud.supervisor import process

SITE = pathlib.Path(__file__).parent / 'site'
PLUGIN = settings.ROOT / 'protection_dashboard'


class Horizon(Service):
    name = 'horizon'
    after = ()
    preparation = 'static files'

    def __init__(self):
        super().__init__()
        self.port = settings.DASHBOARD_PORT
        self.url = f'http://{settings.HOST}:{self.port}'
        self._static = self.state / 'static'
        self._stamp = self.state / 'static.sha256'

    def configure(self):
        """Let this process read Horizon's settings as this cloud has them."""
        process.read_yaml_by_libyaml()
        policies.install()
        sys.path.insert(0, str(SITE))
        os.environ['DJANGO_SETTINGS_MODULE'] = 'openstack_dashboard.settings'

    def clear(self):
        """Sessions and the secret key stay."""
        for folder in ('static', 'cache'):
            shutil.rmtree(self.state / folder, ignore_errors=True)

    def create_database(self):
        """Collect and compress the static files."""
        import django
        from django.core.management import call_command

        django.setup()
        call_command('collectstatic', interactive=False, link=True)
        call_command('compress', force=True)

    @property
    def prepared(self):
        return self._stamp.exists() and self._stamp.read_text() == _origin()

    def mark_prepared(self):
        self._stamp.write_text(_origin())

    def serve(self):
        from cloud.services.horizon import server

        server.serve(f'{settings.HOST}:{self.port}', self._static)

    def healthy(self):
        return answers(self.port, path='/auth/login/', timeout=10)


def _origin():
    """Return a digest of all that the static files are made from."""
    digest = hashlib.sha256()
    site_packages = [sysconfig.get_path('purelib')]
    packages = importlib.metadata.distributions(path=site_packages)
    for name in sorted(f'{p.name}={p.version}' for p in packages):
        digest.update(name.encode())
    for folder in (PLUGIN / 'enabled', PLUGIN / 'static', SITE):
        for path in _files(folder):
            digest.update(str(path).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(folder):
    return sorted(
        path
        for path in pathlib.Path(folder).rglob('*')
        if path.is_file() and path.suffix != '.pyc'
    )
