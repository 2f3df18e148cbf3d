# SPDX-License-Identifier: Apache-2.0
"""How servers come back from a recovery point of Freezer.

The agent uploads an image and makes a server of it, named NAME~TIME. The names
of the images begin with a prefix that the job gives, so that what a job made
is always found, even when the job is gone. The images stay: Nova may need them
to rebuild or to move the server.
"""

import dataclasses
import re
from typing import Any
import uuid

from protection_dashboard import plugins
from protection_dashboard.api import glance
from protection_dashboard.api import nova
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protectables import base as protectables
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import base
from protection_dashboard.protections.freezer import actions
from protection_dashboard.protections.freezer import jobs

_RESTORED = re.compile(r'(.*)~\d+')
_WORST = (base.ERROR, base.PENDING, base.AVAILABLE)
_NOTHING = "Freezer reports success, but it made no server."


def start_server_restore(
    cloud: Cloud, point: base.RecoveryPoint, name: str
) -> str:
    """Begin to restore servers; returns the id of the job."""
    job_id = uuid.uuid4().hex
    jobs.start_job(
        cloud,
        actions.server_restore_action(point, _prefix(job_id)),
        name,
        job_id=job_id,
        work=point.resource_type,
        token=job_id,
    )
    return job_id


def _prefix(job_id: str) -> str:
    return f'freezer_{job_id}_'


def restored_servers(cloud: Cloud, job_id: str, kind: str) -> Resource:
    """The new server, or the project for all its new servers.

    Until it is ready its id is that of the job, as a run calls this again
    with the id that it gets. jobs.Failed if no server was made.
    """
    job = jobs.find_job(cloud, job_id, job_id)
    if not job:
        return _present_state(cloud, job_id, kind, _made(cloud, job_id))
    name = jobs.parse_job_description(job)[0]
    try:
        done = jobs.has_succeeded(cloud, job)
    except jobs.Failed:
        jobs.remove_job(cloud, job)
        raise
    if not done:
        return protectables.Resource(
            job_id, kind, name, 'restoring', base.PENDING
        )
    servers = _made(cloud, job_id)
    for server in servers:
        _rename(cloud, server, name, kind)
    jobs.remove_job(cloud, job)
    return _present_state(cloud, job_id, kind, servers)


def _made(cloud: Cloud, job_id: str) -> list[Any]:
    """Nova's servers that were made of the images of a job."""
    names = glance.image_names(cloud)
    prefix = _prefix(job_id)
    images = {i for i, name in names.items() if name.startswith(prefix)}
    return [
        server
        for server in nova.server_list(cloud)
        if server.image and server.image['id'] in images
    ]


def _rename(cloud: Cloud, server: Any, name: str, kind: str) -> None:
    original = _RESTORED.fullmatch(server.name)
    if original:
        name = name if kind == 'server' else f'{name} {original[1]}'
        nova.server_update(cloud, server.id, name=name)


def _present_state(
    cloud: Cloud, job_id: str, kind: str, made: list[Any]
) -> Resource:
    """The Resource for the servers that a job made, by the worst state."""
    servers: list[Resource] = [
        plugins.protectable('server').show(cloud, s.id) for s in made
    ]
    if not servers:
        raise jobs.Failed(_NOTHING)
    worst = min(servers, key=lambda server: _WORST.index(server.state))
    if worst.state == base.PENDING:
        return dataclasses.replace(worst, id=job_id)
    if kind == 'server':
        return worst
    project: Resource = plugins.protectable('project').show(
        cloud, cloud.project_id
    )
    return dataclasses.replace(project, state=worst.state, status=worst.status)
