# SPDX-License-Identifier: Apache-2.0
"""Swift's stand-in under Trove: an object is a file, its etag the MD5.

The methods are those of swiftclient.Connection that Trove and its guest call.
"""

import hashlib

from oslo_config import cfg
from swiftclient.exceptions import ClientException

from cloud.services.trove.dataplane import OBJECTS
from cloud.services.trove.dataplane import SWIFT_DOWN


def swift_client(context, region_name=None):
    """Return what Trove's option remote_swift_client asks for."""
    return Account(context.project_id)


class Account:
    """A project's objects."""

    def __init__(self, project_id):
        self.url = cfg.CONF.swift_url + project_id
        self._folder = OBJECTS / project_id

    def _path(self, container, name):
        if SWIFT_DOWN.exists():
            raise ClientException('Swift is down', http_status=503)
        return self._folder / container / name

    def get_account(self):
        self._path('', '')
        return {}, []

    def put_object(self, container, name, data):
        path = self._path(container, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return _etag(data)

    def head_object(self, container, name):
        return {'etag': f'"{_etag(self.get_object(container, name)[1])}"'}

    def get_object(self, container, name):
        try:
            return {}, self._path(container, name).read_bytes()
        except FileNotFoundError:
            raise _missing(container, name) from None

    def delete_object(self, container, name, query_string=None):
        try:
            self._path(container, name).unlink()
        except FileNotFoundError:
            raise _missing(container, name) from None


def _etag(data):
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _missing(container, name):
    return ClientException(f'no {container}/{name}', http_status=404)
