# SPDX-License-Identifier: Apache-2.0
"""Ids from places where any user may write: metadata, executions' input."""

import base64
import re
import uuid

from protection_dashboard import exceptions

_UUID = re.compile(r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')
#: characters of a UUID in base64, without padding
SHORT_LENGTH = 22


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


def short_uuid(value: str) -> str:
    """A UUID in 22 characters, for texts with little room; '' for others."""
    if not uuid_or_empty(value):
        return ''
    packed = base64.urlsafe_b64encode(uuid.UUID(value).bytes)
    return packed.decode().rstrip('=')


def uuid_of_short(short: str) -> str:
    """The UUID that ``short_uuid`` made short, else ''."""
    if len(short) != SHORT_LENGTH:
        return ''
    try:
        return str(uuid.UUID(bytes=base64.urlsafe_b64decode(f'{short}==')))
    except ValueError:
        return ''


def uuid_of_either(text: str) -> str:
    """The UUID that a text is, as it is or made short; else ''."""
    return uuid_or_empty(text) or uuid_of_short(text)
