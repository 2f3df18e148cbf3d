# SPDX-License-Identifier: Apache-2.0
"""Freezer: clients, jobs, actions and records of backups.

Backup API v2, https://docs.openstack.org/api-ref/backup/v2/. Everything is
its JSON. Requests go through the cloud's own session, as freezerclient sends
them without a timeout and ignores the session's CA bundle.
"""

from collections.abc import Mapping
import re
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api import error_answers
from protection_dashboard.api import errors
from protection_dashboard.api.cloud import Cloud

#: a JSON object of Freezer's; anybody in the project may have written it
Document = Any
SERVICE_TYPE = 'backup'
PAGE = 500
_ID = re.compile(r'[\w-]{1,36}', re.ASCII)


_convert_errors = errors.convert_errors('Freezer')


def _request(
    cloud: Cloud, method: str, path: str, **options: Any
) -> dict[str, Any]:
    """The JSON object that Freezer answers; {} if it has no content."""
    base = cloud.url(SERVICE_TYPE)
    if '/v2' not in base:
        base += f'/v2/{cloud.project_id}'
    answer = cloud.session(SERVICE_TYPE).request(
        f'{base}/{path}', method, **options
    )
    if method == 'GET' or answer.content:
        return error_answers.json_object(answer)
    return {}


def _path(collection: str, member_id: str) -> str:
    """The path of an object; NotFound for an id that is another path."""
    if not _ID.fullmatch(member_id):
        raise exceptions.NotFound("Freezer: not found.")
    return f'{collection}/{member_id}'


def _all(cloud: Cloud, collection: str, **match: str) -> list[Document]:
    """All pages of a list of the project, in no particular order.

    ``match`` are exact values of keys, which Freezer finds at any depth.
    """
    body = {'match': [{key: value} for key, value in match.items()]}
    options = {'json': body} if match else {}
    found: list[Document] = []
    while True:
        query = {'limit': PAGE, 'offset': len(found)}
        page = _request(cloud, 'GET', collection, params=query, **options)
        found += page[collection]
        if len(page[collection]) < PAGE:
            # a user who may list the jobs of all projects always gets them all
            return [x for x in found if x['project_id'] == cloud.project_id]


@_convert_errors
def client_list(cloud: Cloud) -> list[Document]:
    """The project's clients and the central ones, with what each can do."""
    query = {'limit': PAGE}
    rows = _request(cloud, 'GET', 'clients', params=query)['clients']
    return [row['client'] for row in rows]


@_convert_errors
def job_list(cloud: Cloud, **match: str) -> list[Document]:
    """The project's jobs whose keys have these values."""
    return _all(cloud, 'jobs', **match)


@_convert_errors
def job_get(cloud: Cloud, job_id: str) -> Document:
    """A job; NotFound if there is none."""
    return _request(cloud, 'GET', _path('jobs', job_id))


@_convert_errors
def job_create(cloud: Cloud, job: Mapping[str, Any]) -> str:
    """Create a job; its id."""
    job_id: str = _request(cloud, 'POST', 'jobs', json=job)['job_id']
    return job_id


@_convert_errors
def job_update(cloud: Cloud, job_id: str, **changes: Any) -> None:
    """Change a job; Freezer empties a ``job_schedule`` that is not given."""
    _request(cloud, 'PATCH', _path('jobs', job_id), json=changes)


@_convert_errors
def job_delete(cloud: Cloud, job_id: str) -> None:
    """Delete a job; its actions stay. No error if there is none."""
    _request(cloud, 'DELETE', _path('jobs', job_id))


@_convert_errors
def action_list(cloud: Cloud) -> list[Document]:
    """The project's actions."""
    return _all(cloud, 'actions')


@_convert_errors
def action_create(cloud: Cloud, action: Mapping[str, Any]) -> str:
    """Create an action, which a job can refer to; its id."""
    document = {'freezer_action': action, 'max_retries': 0}
    made = _request(cloud, 'POST', 'actions', json=document)
    action_id: str = made['action_id']
    return action_id


@_convert_errors
def action_delete(cloud: Cloud, action_id: str) -> None:
    """Delete an action. No error if there is none."""
    _request(cloud, 'DELETE', _path('actions', action_id))


@_convert_errors
def backup_list(cloud: Cloud, **match: str) -> list[Document]:
    """The project's records of backups; the backed up data is elsewhere."""
    return _all(cloud, 'backups', **match)


@_convert_errors
def backup_get(cloud: Cloud, backup_id: str) -> Document:
    """A record; NotFound if there is none."""
    return _request(cloud, 'GET', _path('backups', backup_id))


@_convert_errors
def backup_create(cloud: Cloud, facts: Mapping[str, Any]) -> str:
    """Create a record; its id."""
    made = _request(cloud, 'POST', 'backups', json=facts)
    backup_id: str = made['backup_id']
    return backup_id


@_convert_errors
def backup_update(
    cloud: Cloud, backup_id: str, status: str, **facts: Any
) -> None:
    """Change a record's status and metadata; other keys stay."""
    change = {'status': status, 'backup_metadata': facts}
    _request(cloud, 'PATCH', _path('backups', backup_id), json=change)


@_convert_errors
def backup_delete(cloud: Cloud, backup_id: str) -> None:
    """Delete a record, not the backup itself. No error if there is none."""
    _request(cloud, 'DELETE', _path('backups', backup_id))


@_convert_errors
def job_list_all_projects(cloud: Cloud, most: int) -> list[Document]:
    """Jobs of all projects, about ``most``; for an administrator.

    The last page of 500 may exceed ``most``.
    """
    found: list[Document] = []
    while len(found) < most:
        query = {'limit': PAGE, 'offset': len(found)}
        page = _request(cloud, 'GET', 'jobs', params=query)['jobs']
        found += page
        if len(page) < PAGE:
            break
    return found
