# SPDX-License-Identifier: Apache-2.0
"""Freezer: clients, jobs, actions and records of backups.

Backup API v2, https://docs.openstack.org/api-ref/backup/v2/. Requests go
through the cloud's own session: freezerclient sends them without a timeout
and knows nothing of the session's CA.
"""

import re

from protection_dashboard import exceptions
from protection_dashboard.api import error_answers
from protection_dashboard.api import errors

TYPE = 'backup'
PAGE = 500
_ID = re.compile(r'[\w-]{1,36}', re.ASCII)


_freezer = errors.of('Freezer')


def _request(cloud, method, path, **options):
    base = cloud.url(TYPE)
    if '/v2' not in base:
        base += f'/v2/{cloud.project_id}'
    answer = cloud.session(TYPE).request(f'{base}/{path}', method, **options)
    if method == 'GET' or answer.content:
        return error_answers.mapping(answer)
    return None


def _path(collection, one_id):
    """The address of one; NotFound for what would be another address."""
    if not _ID.fullmatch(one_id):
        raise exceptions.NotFound("Freezer: not found.")
    return f'{collection}/{one_id}'


def _all(cloud, collection, **match):
    """Every page of a list, in no order that Freezer would promise.

    ``match`` are exact values; Freezer finds them at any depth.
    """
    body = {'match': [{key: value} for key, value in match.items()]}
    options = {'json': body} if match else {}
    found = []
    while True:
        query = {'limit': PAGE, 'offset': len(found)}
        page = _request(cloud, 'GET', collection, params=query, **options)
        found += page[collection]
        if len(page[collection]) < PAGE:
            # whoever may list all projects gets their jobs unasked
            return [x for x in found if x['project_id'] == cloud.project_id]


@_freezer
def client_list(cloud):
    """The project's clients and the central ones, what each can do."""
    query = {'limit': PAGE}
    rows = _request(cloud, 'GET', 'clients', params=query)['clients']
    return [row['client'] for row in rows]


@_freezer
def job_list(cloud, **match):
    return _all(cloud, 'jobs', **match)


@_freezer
def job_get(cloud, job_id):
    return _request(cloud, 'GET', _path('jobs', job_id))


@_freezer
def job_create(cloud, job):
    return _request(cloud, 'POST', 'jobs', json=job)['job_id']


@_freezer
def job_update(cloud, job_id, **changes):
    """Change a job; without ``job_schedule`` Freezer empties the schedule."""
    _request(cloud, 'PATCH', _path('jobs', job_id), json=changes)


@_freezer
def job_delete(cloud, job_id):
    """Delete a job; its actions stay. No error if there is none."""
    _request(cloud, 'DELETE', _path('jobs', job_id))


@_freezer
def action_list(cloud):
    return _all(cloud, 'actions')


@_freezer
def action_create(cloud, action):
    """A new action, which a job can name; its id."""
    document = {'freezer_action': action, 'max_retries': 0}
    return _request(cloud, 'POST', 'actions', json=document)['action_id']


@_freezer
def action_delete(cloud, action_id):
    _request(cloud, 'DELETE', _path('actions', action_id))


@_freezer
def backup_list(cloud, **match):
    """Records of backups; what is backed up is not in them."""
    return _all(cloud, 'backups', **match)


@_freezer
def backup_get(cloud, backup_id):
    return _request(cloud, 'GET', _path('backups', backup_id))


@_freezer
def backup_create(cloud, facts):
    """A new record; its id."""
    return _request(cloud, 'POST', 'backups', json=facts)['backup_id']


@_freezer
def backup_update(cloud, backup_id, status, **facts):
    """Change a record; facts that are not named stay."""
    change = {'status': status, 'backup_metadata': facts}
    _request(cloud, 'PATCH', _path('backups', backup_id), json=change)


@_freezer
def backup_delete(cloud, backup_id):
    """Delete a record; what it tells of stays. No error if there is none."""
    _request(cloud, 'DELETE', _path('backups', backup_id))


@_freezer
def job_walk(cloud, most):
    """Jobs of all projects, at most ``most``; for an administrator."""
    found = []
    while len(found) < most:
        query = {'limit': PAGE, 'offset': len(found)}
        page = _request(cloud, 'GET', 'jobs', params=query)['jobs']
        found += page
        if len(page) < PAGE:
            break
    return found
