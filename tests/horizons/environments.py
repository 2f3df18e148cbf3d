# SPDX-License-Identifier: Apache-2.0
"""Virtualenvs that hold the wheel, each with another release of Horizon.

A file of ``constraints`` names what differs from the constraints.txt of the
demo; a release is called as its file.
"""

import os
from pathlib import Path
import shutil
import subprocess
import sys
import textwrap
import zipfile

from django.conf import settings as demo

from cloud import settings
from cloud.supervisor.failure import Failure

STATE = settings.ROOT / '.horizons'
PACKAGE = 'protection_dashboard'
_CONSTRAINTS = Path(__file__).parent / 'constraints'
_README = settings.ROOT / 'README.rst'


def releases():
    """Names of the releases, the oldest first."""
    return sorted(path.stem for path in _CONSTRAINTS.glob('*.txt'))


def build():
    """The wheel of this checkout, made from its sdist."""
    dist = STATE / 'dist'
    shutil.rmtree(dist, ignore_errors=True)
    told = _uv('build', '--out-dir', dist, settings.ROOT).split('\n')
    warnings = [
        line
        for line in told
        if 'warning' in line.lower() and 'byte-compiling' not in line
    ]
    if warnings:
        raise Failure('\n'.join(warnings))
    (wheel,) = dist.glob('*.whl')
    _hold_all(wheel)
    return wheel


def _hold_all(wheel):
    """Fail unless a wheel holds the files of the package, and no others."""
    wanted = {
        str(path.relative_to(settings.ROOT))
        for path in (settings.ROOT / PACKAGE).rglob('*')
        if path.is_file() and path.suffix != '.pyc'
    }
    with zipfile.ZipFile(wheel) as packed:
        found = {n for n in packed.namelist() if '.dist-info/' not in n}
    if found != wanted:
        raise Failure(f'{wheel} and {PACKAGE} differ in {found ^ wanted}')


class Environment:
    """The virtualenv of one release, made anew by ``install``."""

    def __init__(self, release):
        self.release = release
        self.folder = STATE / release
        self.variables = {
            **os.environ,
            'PATH': f'{self.folder}/bin:{os.environ["PATH"]}',
            'VIRTUAL_ENV': str(self.folder),
            'DJANGO_SETTINGS_MODULE': 'openstack_dashboard.settings',
        }

    def install(self, wheel):
        """Do what an operator does by the README."""
        pip = ('-p', self.folder)
        named = f'{PACKAGE.replace("_", "-")}[horizon] @ {wheel.as_uri()}'
        _uv('venv', '-q', '--clear', '-p', sys.executable, self.folder)
        constraints = self._constraints()
        _uv('pip', 'install', *pip, '-c', constraints, named, 'gunicorn')
        _uv('pip', 'check', *pip)
        self._know_zones()
        self._configure()
        self._enable()

    def _know_zones(self):
        """Also where the system has no files of zones, as slim containers."""
        code = (
            f'from {PACKAGE}.recurrence import timezones; '
            'timezones.zone_by_name("Asia/Oral")'
        )
        variables = {**self.variables, 'PYTHONTZPATH': ''}
        _run('python', '-c', code, cwd=self.folder, env=variables)

    def styles(self):
        """All compressed styles of all themes."""
        files = (self.folder / 'static' / 'dashboard' / 'css').glob('*.css')
        return '\n'.join(path.read_text('utf-8') for path in files)

    def _constraints(self):
        """The demo's, but for what this release needs otherwise."""
        lines = (_CONSTRAINTS / f'{self.release}.txt').read_text().split()
        own = {line.partition('==')[0] for line in lines}
        for line in (settings.ROOT / 'constraints.txt').read_text().split():
            if line.partition('==')[0] not in own:
                lines.append(line)
        path = self.folder / 'constraints.txt'
        path.write_text('\n'.join(lines))
        return path

    @property
    def _site(self):
        (found,) = self.folder.glob('lib/python*/site-packages')
        return found

    def _configure(self):
        wanted = {
            'ALLOWED_HOSTS': [settings.HOST],
            'CACHES': {
                'default': {
                    'BACKEND': 'django.core.cache.backends'
                    '.filebased.FileBasedCache',
                    'LOCATION': str(self.folder / 'cache'),
                }
            },
            'COMPRESS_OFFLINE': True,
            'LOGGING': demo.LOGGING,
            'OPENSTACK_KEYSTONE_DEFAULT_DOMAIN': 'Default',
            'OPENSTACK_KEYSTONE_URL': settings.AUTH_URL,
            'SECRET_KEY': self.release,
            'STATIC_ROOT': str(self.folder / 'static'),
            **_ours(),
        }
        lines = [f'{name} = {value!r}\n' for name, value in wanted.items()]
        local = self._site / 'openstack_dashboard' / 'local'
        (local / 'local_settings.py').write_text(''.join(lines))

    def _enable(self):
        """Run the commands of the README that follow the installation."""
        _installation, *blocks = _commands('Into Horizon')
        commands = '\n'.join(blocks)
        script = commands.replace('HORIZON/', f'{self._site}/')
        _run('bash', '-ec', script, cwd=self.folder, env=self.variables)


def _ours():
    """The demo's settings of this plugin."""
    return {n: getattr(demo, n) for n in dir(demo) if n[:11] == 'PROTECTION_'}


def _commands(section):
    """The blocks of commands below a headline of the README."""
    text = _README.read_text('utf-8').partition(f'\n{section}\n')[2]
    lines = text.partition('\n---')[0].split('\n')
    blocks, block = [], []
    for line in lines:
        if line.startswith('       '):
            block.append(line)
        elif line and block:
            blocks.append(textwrap.dedent('\n'.join(block)))
            block = []
    return blocks


def _uv(*words):
    return _run(sys.executable, '-m', 'uv', *words, cwd=STATE)


def _run(*words, **options):
    """What a command says; Failure with that when it fails."""
    done = subprocess.run(
        [*map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **options,
    )
    if done.returncode:
        raise Failure(f'{" ".join(map(str, words))}\n{done.stdout}')
    return done.stdout
