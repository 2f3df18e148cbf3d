# SPDX-License-Identifier: Apache-2.0
"""What a tenant may ask the agent on the central host for.

Freezer's capabilities are not enough where the agent stores files itself
(storage ``local``): a tenant names any folder of the host, names that lead
out of it, or further sections of the agent's INI file, which override what
was checked. So the file is read once more, by the same parser, before the
agent reads it.
"""

import configparser
import pathlib

from cloud import settings

FOLDER = settings.STATE / 'freezer-scheduler' / 'backups'
# the plugin's settings of the operator (protection_dashboard/settings.py)
STORAGE = 'local'
CONTAINER = f'{FOLDER}/{{project_id}}'

_OPTIONS = {
    'action',
    'backup_id',
    'backup_name',
    'cindernative_backup_id',
    'cindernative_freezer_only',
    'cindernative_vol_id',
    'container',
    'engine_name',
    'exclude',
    'hostname',
    'incremental',
    'mode',
    'nova_inst_id',
    'nova_restore_network',
    'os_trust_id',
    'project_id',
    'remove_older_than',
    'restore_from_date',
    'storage',
    'temp_resource_prefix',
}
_ONE_OF = {
    'action': ('backup', 'restore', 'admin'),
    'mode': ('cindernative', 'nova'),
    'engine_name': (None, 'nova'),
    'storage': (None, 'local', 'swift'),
}


def read(path):
    """The options of an agent's INI file; ValueError if there is more."""
    parser = configparser.ConfigParser()
    parser.read(path)
    if parser.sections() != ['action'] or parser.defaults():
        raise ValueError("the file has more sections than one")
    return dict(parser.items('action'))


def check(options, project_id):
    """ValueError unless a project may have these options."""
    unknown = set(options) - _OPTIONS
    if unknown:
        raise ValueError(f"not allowed here: {sorted(unknown)}")
    for name, values in _ONE_OF.items():
        if options.get(name) not in values:
            raise ValueError(f"not allowed here: {name}")
    for name in set(options) - {'container'}:
        if '/' in options[name] or '\n' in options[name]:
            raise ValueError(f"not allowed here: a path in {name}")
    _check_place(options, project_id)


def _check_place(options, project_id):
    if options['mode'] != 'nova':
        return
    own = pathlib.Path(FOLDER, project_id)
    container = pathlib.Path(options.get('container', '')).resolve()
    if options.get('storage') != 'local' or not (
        container == own or own in container.parents
    ):
        raise ValueError(f"the project may store its backups in {own} only")
