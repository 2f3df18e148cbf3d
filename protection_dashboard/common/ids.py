# SPDX-License-Identifier: Apache-2.0
"""Ids in places where anybody may write: metadata, a run's input."""

import re

from protection_dashboard import exceptions

_UUID = re.compile(r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')


def uuid_or_empty(value):
    """The value itself if it is a UUID, as our pages' addresses take it."""
    is_uuid = isinstance(value, str) and _UUID.fullmatch(value)
    return value if is_uuid else ''


def known(value, what):
    """The value itself if it is a UUID, as all ids of ``what`` are.

    Anything else would be another address of the service, so it is NotFound.
    """
    if not uuid_or_empty(value):
        raise exceptions.NotFound(f"{what} not found.")
    return value
