# SPDX-License-Identifier: Apache-2.0
"""How servers come back from a recovery point of Freezer.

The agent uploads an image and makes a server of it, NAME~TIME. The names of
the images begin with what the job says, so what a job made is found for sure,
also when it is gone. The images stay: Nova may need them, for a rebuild or to
move the server.
"""

import dataclasses
import re
import uuid

from protection_dashboard import plugins
from protection_dashboard.api import glance
from protection_dashboard.api import nova
from protection_dashboard.protectables import base as protectables
from protection_dashboard.protections import base
from protection_dashboard.protections.freezer import actions
from protection_dashboard.protections.freezer import jobs

_RESTORED = re.compile(r'(.*)~\d+')
_WORST = (base.ERROR, base.PENDING, base.AVAILABLE)
_NOTHING = "Freezer reports success, but it made no server."


def start(cloud, point, name):
    """Begin to restore servers; the job's id."""
    job_id = uuid.uuid4().hex
    jobs.start(
        cloud,
        actions.restore_servers(point, _prefix(job_id)),
        name,
        job_id=job_id,
        work=point.resource_type,
        token=job_id,
    )
    return job_id


def _prefix(job_id):
    return f'freezer_{job_id}_'


def look(cloud, job_id, kind):
    """The new server, or the project for all its new servers.

    Until it is ready its id is that of the job: a run asks again with it.
    """
    job = jobs.find(cloud, job_id, job_id)
    if not job:
        return _standing(cloud, job_id, kind, _made(cloud, job_id))
    name = jobs.told(job)[0]
    try:
        done = jobs.done(cloud, job)
    except jobs.Failed:
        jobs.end(cloud, job)
        raise
    if not done:
        return protectables.Resource(
            job_id, kind, name, 'restoring', base.PENDING
        )
    servers = _made(cloud, job_id)
    for server in servers:
        _rename(cloud, server, name, kind)
    jobs.end(cloud, job)
    return _standing(cloud, job_id, kind, servers)


def _made(cloud, job_id):
    """Servers, as Nova has them, of the images that a job uploaded."""
    names = glance.image_names(cloud)
    prefix = _prefix(job_id)
    images = {i for i, name in names.items() if name.startswith(prefix)}
    return [
        server
        for server in nova.server_list(cloud)
        if server.image and server.image['id'] in images
    ]


def _rename(cloud, server, name, kind):
    original = _RESTORED.fullmatch(server.name)
    if original:
        name = name if kind == 'server' else f'{name} {original[1]}'
        nova.server_update(cloud, server.id, name=name)


def _standing(cloud, job_id, kind, made):
    servers = [plugins.protectable('server').show(cloud, s.id) for s in made]
    if not servers:
        raise jobs.Failed(_NOTHING)
    worst = min(servers, key=lambda server: _WORST.index(server.state))
    if worst.state == base.PENDING:
        return dataclasses.replace(worst, id=job_id)
    if kind == 'server':
        return worst
    project = plugins.protectable('project').show(cloud, cloud.project_id)
    return dataclasses.replace(project, state=worst.state, status=worst.status)
