# SPDX-License-Identifier: Apache-2.0
"""Ids in places where anybody may write: metadata, a run's input."""

import re

_UUID = re.compile(r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')


def uuid_or_empty(value):
    """The value itself if it is a UUID, as our pages' addresses take it."""
    is_uuid = isinstance(value, str) and _UUID.fullmatch(value)
    return value if is_uuid else ''
