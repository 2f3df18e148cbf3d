# SPDX-License-Identifier: Apache-2.0
"""Trove: database instances and their backups.

Database API v1.0, https://docs.openstack.org/api-ref/database/. Everything
comes back as Trove's JSON: reading an attribute that one of troveclient's
objects lacks would be another request.
"""

import contextlib
import dataclasses

from troveclient import exceptions as trove
from troveclient.v1 import client

from protection_dashboard import exceptions
from protection_dashboard.api import error_answers
from protection_dashboard.api import errors
from protection_dashboard.common import ids

TYPE = 'database'
_PAGE = 100
_INSTANCE = "Trove: database instance"
# Trove asks the guest of an instance that it shows, and waits for one that
# does not answer: 15 seconds unless agent_call_low_timeout says otherwise.
_PATIENCE = 30


def _client(cloud):
    return client.Client(session=cloud.session(TYPE))


def _patient(cloud):
    return dataclasses.replace(cloud, timeout=max(cloud.timeout, _PATIENCE))


@contextlib.contextmanager
def _trove(cloud):
    """Turns Trove's errors into ours.

    Trove also answers 401 when the object storage refuses it. The sure
    difference to a token that is no longer good: another request works.
    """
    with errors.of('Trove', trove.ClientException):
        try:
            yield
        except error_answers.ErrorAnswer as error:
            if error.http_status != 401:
                raise
            _client(cloud).backups.list(limit=1)
            raise _storage_refuses(error) from error


def _storage_refuses(error):
    return exceptions.Refused(
        f"Trove: object storage refuses: {errors.one_line(error.message)} "
        "Ask your administrator."
    )


def _every(page_after):
    """The rows of all pages; one that moved on meanwhile is there once."""
    found, marker = {}, None
    while True:
        page = page_after(marker)
        found.update((row.id, row._info) for row in page)
        if page.next is None:
            return list(found.values())
        marker = page.next


def instance_list(cloud, page_size=_PAGE):
    """All instances of the project; Trove gives no more than 20 at once."""
    with _trove(cloud):
        instances = _client(cloud).instances
        return _every(lambda marker: instances.list(page_size, marker))


def instance_walk(cloud, page_size=_PAGE):
    """All instances of all projects, for an administrator."""
    with _trove(cloud):
        instances = _client(cloud).mgmt_instances
        return _every(lambda marker: instances.list(page_size, marker))


def instance_get(cloud, instance_id):
    """One instance of the project; NotFound otherwise."""
    ids.known(instance_id, _INSTANCE)
    with _trove(cloud):
        found = _client(_patient(cloud)).instances.get(instance_id).to_dict()
    # only an administrator's token is told whose it is, and sees others'
    if found.get('tenant_id', cloud.project_id) != cloud.project_id:
        raise exceptions.NotFound(f"{_INSTANCE} not found.")
    return found


def instance_create(cloud, name, **options):
    """A new instance; ``options`` are those of troveclient."""
    with _trove(cloud):
        return _client(cloud).instances.create(name, **options).to_dict()


def backup_list(cloud, instance_id=None, limit=None, offset=0):
    """Backups of the project, the last changed first; all without limit."""
    if instance_id:
        ids.known(instance_id, _INSTANCE)
    with _trove(cloud):
        backups = _client(cloud).backups

        def page(marker, size=_PAGE):
            return backups.list(size, marker, instance_id=instance_id)

        if limit is None:
            return _every(page)[offset:]
        return [row._info for row in page(offset, limit)]


def backup_get(cloud, backup_id):
    ids.known(backup_id, "Trove: backup")
    with _trove(cloud):
        return _client(cloud).backups.get(backup_id).to_dict()


def backup_create(cloud, name, instance_id, **options):
    """A new backup; ``options`` are those of troveclient."""
    with _trove(cloud):
        made = _client(cloud).backups.create(name, instance_id, **options)
        return made.to_dict()


def backup_delete(cloud, backup_id):
    """Delete a backup, and with it every increment of it."""
    ids.known(backup_id, "Trove: backup")
    with _trove(cloud):
        _client(cloud).backups.delete(backup_id)


def limits_get(cloud):
    """``{name: number}`` of what the project may have; -1: any."""
    with _trove(cloud):
        limits = [row.to_dict() for row in _client(cloud).limits.list()]
    return next((row for row in limits if row['verb'] == 'ABSOLUTE'), {})


def flavor_list(cloud):
    """The flavors for databases, with an ``id`` each."""
    with _trove(cloud):
        return _flavors(_client(cloud).flavors.list())


def datastore_flavor_list(cloud, datastore, version_id):
    """The flavors that a version of a datastore can run on."""
    with _trove(cloud):
        flavors = _client(cloud).flavors
        return _flavors(
            flavors.list_datastore_version_associated_flavors(
                datastore, version_id
            )
        )


def _flavors(found):
    # Trove's own id is a number, and null when Nova's is none
    rows = [flavor.to_dict() for flavor in found]
    return [{**row, 'id': row.get('str_id') or str(row['id'])} for row in rows]
