# SPDX-License-Identifier: Apache-2.0
"""What a job of Freezer does: the documents of its actions.

Each backup gets a place of its own, so that work on one never touches
another: Freezer's agent finds what it restores or removes by hostname, name
and container, and takes the newest, or all, of what it finds there.
"""

import datetime
import re
import uuid

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protections import base
from protection_dashboard.protections.freezer.documents import Action

HOST = 'protection'  # instead of the host on which the agent runs
CINDER_CONTAINER = 'protection'  # Cinder's drivers allow no slash in it
# an agent reads them as an INI file and as a template
_UNSAFE = re.compile(r'[^A-Za-z0-9._:-]+')
_MAX_NAME_LENGTH = 200
_MARGIN = datetime.timedelta(seconds=30)
_NOVA = {'mode': 'nova', 'engine_name': 'nova'}
#: where an agent finds a backup
PLACE = (
    'mode',
    'engine_name',
    'storage',
    'container',
    'hostname',
    'backup_name',
)
#: which key of an action names the resource, by kind of resource
RESOURCE_KEYS = {
    'volume': 'cindernative_vol_id',
    'server': 'nova_inst_id',
    'project': 'project_id',
}


def backup_action(
    cloud: Cloud, kind: str, resource_id: str, name: str = ''
) -> Action:
    """The action that backs up a volume, a server or a project's servers."""
    unique = uuid.uuid4().hex
    safe = _UNSAFE.sub('_', name)[:_MAX_NAME_LENGTH]
    return {
        'action': 'backup',
        'hostname': HOST,
        'backup_name': f'{safe}_{unique[:8]}',
        RESOURCE_KEYS[kind]: resource_id,
        **_storage(cloud, kind, unique),
    }


def _storage(cloud: Cloud, kind: str, unique: str) -> Action:
    if kind == 'volume':
        return {'mode': 'cindernative', 'container': CINDER_CONTAINER}
    storage = cloud.settings.freezer_storage
    container = cloud.settings.freezer_container.replace(
        '{project_id}', cloud.project_id
    )
    if kind == 'project':
        # the list of its servers has one fixed name in the container; a
        # slash would lead into a container of Swift, not to another one
        container += ('-' if storage == 'swift' else '/') + unique
    return {**_NOVA, 'storage': storage, 'container': container}


def volume_restore_action(
    point: base.RecoveryPoint, backup_id: str, volume_id: str
) -> Action:
    """The action that fills a new volume from a backup of Cinder."""
    return {
        'action': 'restore',
        'mode': 'cindernative',
        'backup_name': point.details['backup_name'],
        'hostname': HOST,
        'cindernative_vol_id': volume_id,
        'cindernative_backup_id': backup_id,
    }


def server_restore_action(point: base.RecoveryPoint, prefix: str) -> Action:
    """The action that makes new servers of a server's or project's backup.

    The names of their images begin with ``prefix``: with the agent's own
    names every third restore of a server would fail.
    """
    return {
        **_placed(point),
        'action': 'restore',
        'temp_resource_prefix': prefix,
        **_moment(point),
    }


def server_removal_action(point: base.RecoveryPoint) -> Action:
    """The action that removes a server's or project's backup."""
    return {**_placed(point), 'action': 'admin', 'remove_older_than': '0'}


def _placed(point: base.RecoveryPoint) -> Action:
    """The keys of an action that say where a point is, and of what."""
    place = {key: point.details[key] for key in PLACE}
    return {**place, RESOURCE_KEYS[point.resource_type]: point.resource_id}


def _moment(point: base.RecoveryPoint) -> Action:
    """The time of one backup among those of a place; none if it is alone.

    Backups that we make are alone. The agent takes the newest backup until
    that time, and stamps a backup a little after its record.
    """
    if point.details['alone']:
        return {}
    until = point.created + _MARGIN
    return {'restore_from_date': f'{until:%Y-%m-%dT%H:%M:%SZ}'}
