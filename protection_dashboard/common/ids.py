# SPDX-License-Identifier: Apache-2.0
"""Ids from places where any user may write: metadata, executions' input."""

import re

from protection_dashboard import exceptions

_UUID = re.compile(r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')


def uuid_or_empty(value: object) -> str:
    """The value if it is a UUID in the form that our URLs take, else ''."""
    if isinstance(value, str) and _UUID.fullmatch(value):
        return value
    return ''


def uuid_or_not_found(value: object, what: str) -> str:
    """The value if it is a UUID, as all ids of ``what`` are; else NotFound.

    Anything else in the path of a request would address something else.
    """
    found = uuid_or_empty(value)
    if not found:
        raise exceptions.NotFound(f"{what} not found.")
    return found
