# SPDX-License-Identifier: Apache-2.0
"""How a recovery point of Freezer becomes a new volume, or new servers.

The agent cannot have Cinder make a volume, and would otherwise write into the
original. So the new volume is made first, with a name that calls it
incomplete, and the job fills it. Servers are made by the agent
(server_restores.py).
"""

import dataclasses

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api import cinder
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import base
from protection_dashboard.protections.freezer import actions
from protection_dashboard.protections.freezer import jobs
from protection_dashboard.protections.freezer import records
from protection_dashboard.protections.freezer import server_restores

KEY = 'protection_restore'
_NAME = 'protection_name'
_MAX_NAME_LENGTH = 255
_INCOMPLETE = ' (not restored yet)'


def start_restore(cloud: Cloud, point: base.RecoveryPoint, name: str) -> str:
    """Begin to restore a point; returns a token for ``restored_resource``.

    The token is the id of the new volume, or of the job for servers.
    """
    if point.resource_type == 'volume':
        return _start_volume(cloud, point, name)
    return server_restores.start_server_restore(cloud, point, name)


def volume_of_execution(cloud: Cloud, point: base.RecoveryPoint) -> str | None:
    """The id of the volume that ``start_restore`` made in this execution."""
    mark = base.Mark(execution=cloud.execution).metadata()
    if point.resource_type != 'volume' or not mark:
        return None
    found = cinder.volume_list(cloud, metadata=mark)
    return next((one.id for one in found), None)


def restored_resource(
    cloud: Cloud, token: str, resource_type: str
) -> Resource:
    """The resource that ``start_restore`` began to make, in its present state.

    jobs.Failed if it could not be made.
    """
    if resource_type == 'volume':
        return _restored_volume(cloud, token)
    return server_restores.restored_servers(cloud, token, resource_type)


def _start_volume(cloud: Cloud, point: base.RecoveryPoint, name: str) -> str:
    title = name[: _MAX_NAME_LENGTH - len(_INCOMPLETE)] + _INCOMPLETE
    metadata = {
        KEY: point.id,
        _NAME: name[:_MAX_NAME_LENGTH],
        **base.Mark(execution=cloud.execution).metadata(),
    }
    made = cinder.volume_create(
        cloud, point.size, name=title, metadata=metadata
    )
    volume_id: str = made.id
    return volume_id


def _restored_volume(cloud: Cloud, volume_id: str) -> Resource:
    volume: Resource = plugins.protectable('volume').show(cloud, volume_id)
    facts = cinder.volume_get(cloud, volume_id).metadata
    if KEY not in facts or volume.state != base.AVAILABLE:
        return volume
    job = jobs.find_job(cloud, _hexadecimal(volume_id), volume_id)
    waiting = dataclasses.replace(volume, state=base.PENDING)
    if not job:
        _fill(cloud, volume, facts[KEY])
        return waiting
    try:
        if not jobs.has_succeeded(cloud, job):
            return waiting
    except jobs.Failed:
        jobs.remove_job(cloud, job)
        cinder.volume_delete(cloud, volume_id)
        raise
    cinder.volume_update(cloud, volume_id, name=facts[_NAME])
    cinder.volume_metadata_delete(cloud, volume_id, KEY, _NAME)
    jobs.remove_job(cloud, job)
    return dataclasses.replace(volume, name=facts[_NAME])


def _fill(cloud: Cloud, volume: Resource, point_id: str) -> None:
    point = records.get_point(cloud, point_id)
    if not point.details['backups']:
        raise exceptions.Refused("The recovery point no longer exists.")
    jobs.start_job(
        cloud,
        actions.volume_restore_action(
            point, point.details['backups'][0], volume.id
        ),
        f"Restore to {volume.label}",
        job_id=_hexadecimal(volume.id),
        work='volume',
        token=volume.id,
    )


def _hexadecimal(volume_id: str) -> str:
    return volume_id.replace('-', '')
