# SPDX-License-Identifier: Apache-2.0
"""Trove: database instances and their backups.

Database API v1.0, https://docs.openstack.org/api-ref/database/. Everything is
Trove's JSON, because reading an attribute that one of troveclient's objects
does not have is another request.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
import contextlib
import dataclasses
from typing import Any

from troveclient import exceptions as trove
from troveclient.v1 import client

from protection_dashboard import exceptions
from protection_dashboard.api import error_answers
from protection_dashboard.api import errors
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import ids

SERVICE_TYPE = 'database'
_PAGE = 100
_INSTANCE = "Trove: database instance"
# To show an instance Trove asks its guest agent, and waits for an answer: 15
# seconds, unless agent_call_low_timeout is set otherwise.
_SHOW_TIMEOUT = 30


def _client(cloud: Cloud) -> Any:
    return client.Client(session=cloud.session(SERVICE_TYPE))


def _with_show_timeout(cloud: Cloud) -> Cloud:
    timeout = max(cloud.timeout, _SHOW_TIMEOUT)
    return dataclasses.replace(cloud, timeout=timeout)


@contextlib.contextmanager
def _convert_errors(cloud: Cloud) -> Iterator[None]:
    """Turn Trove's errors into ProtectionErrors.

    Trove also answers 401 when the object storage refuses its request. This
    differs from an expired token in that another request works.
    """
    with errors.convert_errors('Trove', trove.ClientException):
        try:
            yield
        except error_answers.ErrorAnswer as error:
            if error.http_status != 401:
                raise
            _client(cloud).backups.list(limit=1)
            raise _storage_refuses(error) from error


def _storage_refuses(
    error: error_answers.ErrorAnswer,
) -> exceptions.Refused:
    return exceptions.Refused(
        f"Trove: object storage refuses: {errors.one_line(error.message)} "
        "Ask your administrator."
    )


def _all_pages(page_after: Callable[[Any], Any]) -> list[dict[str, Any]]:
    """The rows of all pages.

    A row that moves to a later page in the meantime is in the list once.
    """
    found: dict[str, dict[str, Any]] = {}
    marker = None
    while True:
        page = page_after(marker)
        found.update((row.id, row._info) for row in page)
        if page.next is None:
            return list(found.values())
        marker = page.next


def instance_list(
    cloud: Cloud, page_size: int = _PAGE
) -> list[dict[str, Any]]:
    """All instances of the project; Trove's pages have 20 at most."""
    with _convert_errors(cloud):
        instances = _client(cloud).instances
        return _all_pages(lambda marker: instances.list(page_size, marker))


def instance_list_all_projects(
    cloud: Cloud, page_size: int = _PAGE
) -> list[dict[str, Any]]:
    """All instances of all projects, for an administrator."""
    with _convert_errors(cloud):
        instances = _client(cloud).mgmt_instances
        return _all_pages(lambda marker: instances.list(page_size, marker))


def instance_get(cloud: Cloud, instance_id: str) -> dict[str, Any]:
    """An instance; NotFound if the project has none such."""
    ids.uuid_or_not_found(instance_id, _INSTANCE)
    with _convert_errors(cloud):
        instances = _client(_with_show_timeout(cloud)).instances
        found = _to_dict(instances.get(instance_id))
    # only an administrator gets instances of other projects, and tenant_id
    if found.get('tenant_id', cloud.project_id) != cloud.project_id:
        raise exceptions.NotFound(f"{_INSTANCE} not found.")
    return found


def instance_create(cloud: Cloud, name: str, **options: Any) -> dict[str, Any]:
    """Create an instance; ``options`` are those of troveclient."""
    with _convert_errors(cloud):
        made = _client(cloud).instances.create(name, **options)
        return _to_dict(made)


def backup_list(
    cloud: Cloud,
    instance_id: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """Backups of the project, or of one of its instances.

    The one that changed last comes first. All of them without ``limit``.
    """
    if instance_id:
        ids.uuid_or_not_found(instance_id, _INSTANCE)
    with _convert_errors(cloud):
        backups = _client(cloud).backups

        def page(marker: Any, size: int = _PAGE) -> Any:
            return backups.list(size, marker, instance_id=instance_id)

        if limit is None:
            return _all_pages(page)[offset:]
        return [row._info for row in page(offset, limit)]


def backup_get(cloud: Cloud, backup_id: str) -> dict[str, Any]:
    """A backup; NotFound if there is none."""
    ids.uuid_or_not_found(backup_id, "Trove: backup")
    with _convert_errors(cloud):
        return _to_dict(_client(cloud).backups.get(backup_id))


def backup_create(
    cloud: Cloud, name: str, instance_id: str, **options: Any
) -> dict[str, Any]:
    """Begin to make a backup; ``options`` are those of troveclient."""
    with _convert_errors(cloud):
        made = _client(cloud).backups.create(name, instance_id, **options)
        return _to_dict(made)


def backup_delete(cloud: Cloud, backup_id: str) -> None:
    """Begin to delete a backup and all backups that are increments of it."""
    ids.uuid_or_not_found(backup_id, "Trove: backup")
    with _convert_errors(cloud):
        _client(cloud).backups.delete(backup_id)


def limits_get(cloud: Cloud) -> dict[str, Any]:
    """``{name: number}`` of the project's quotas, -1: no limit.

    Also ``'verb': 'ABSOLUTE'``; {} if Trove tells no quotas.
    """
    with _convert_errors(cloud):
        limits = [row.to_dict() for row in _client(cloud).limits.list()]
    return next((row for row in limits if row['verb'] == 'ABSOLUTE'), {})


def flavor_list(cloud: Cloud) -> list[dict[str, Any]]:
    """The flavors for databases; ``id`` is text."""
    with _convert_errors(cloud):
        return _flavors(_client(cloud).flavors.list())


def datastore_flavor_list(
    cloud: Cloud, datastore: str, version_id: str
) -> list[dict[str, Any]]:
    """The flavors that a version of a datastore can run on."""
    with _convert_errors(cloud):
        flavors = _client(cloud).flavors
        return _flavors(
            flavors.list_datastore_version_associated_flavors(
                datastore, version_id
            )
        )


def _to_dict(resource: Any) -> dict[str, Any]:
    """The JSON of one of troveclient's objects."""
    document: dict[str, Any] = resource.to_dict()
    return document


def _flavors(found: Iterable[Any]) -> list[dict[str, Any]]:
    # Trove's own id is a number, or null if the id in Nova is no number
    rows = [_to_dict(flavor) for flavor in found]
    return [{**row, 'id': row.get('str_id') or str(row['id'])} for row in rows]
