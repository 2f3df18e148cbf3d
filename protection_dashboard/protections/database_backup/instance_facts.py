# SPDX-License-Identifier: Apache-2.0
"""What a restore has to know of a database instance besides its backup.

It is taken from the original. The mark in the backup's description keeps it
for the case that the original is gone.
"""

from typing import Any

from protection_dashboard.common import ids
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import base
from protection_dashboard.protections import mark as marks

# The Database API's limit; it does not take a line break either.
MAX_DESCRIPTION_LENGTH = 255


def backup_description(text: str, resource: Resource, mark: base.Mark) -> str:
    """A backup's description: the text, the mark and the facts."""
    kept = resource.details
    return mark.written(
        ' '.join(text.split()),
        MAX_DESCRIPTION_LENGTH,
        flavor=_short(kept['flavor']),
        size=resource.size,
        network=_short(kept['network']),
        **{marks.SHORT_TIME: marks.short_now()},
    )


def point_details(
    backup: dict[str, Any], facts: dict[str, str]
) -> dict[str, Any]:
    """The details of a RecoveryPoint.

    ``backup`` is Trove's JSON of it, ``facts`` are those of its mark.
    """
    datastore = backup.get('datastore', {})
    size = facts.get('size', '')
    found = {
        'datastore': datastore.get('type'),
        'datastore_version': datastore.get('version'),
        'datastore_version_id': datastore.get('version_id'),
        'size_gb': backup['size'],
        'flavor': _long(facts.get('flavor', '')),
        'volume_size': int(size) if size.isdecimal() else None,
        'network': _long(facts.get('network', '')),
    }
    return {key: value for key, value in found.items() if value}


def restore_options(
    point: base.RecoveryPoint, original: Resource | None
) -> base.Options:
    """Options of restore for an instance like the original.

    They come from the original or, if it is gone, from the point.
    """
    kept = point.details
    if original:
        kept = {**original.details, 'volume_size': original.size}
    sizes = (kept.get('volume_size'), point.size)
    found = {
        'flavor': kept.get('flavor'),
        'volume_size': max(filter(None, sizes), default=None),
        'network': kept.get('network'),
    }
    return {key: value for key, value in found.items() if value}


def _short(name: str) -> str:
    """An id in few characters, so that all ids of a mark have room.

    '' for an id that is neither a UUID nor short.
    """
    short = ids.short_uuid(name)
    if short:
        return short
    is_word = len(name) < ids.SHORT_LENGTH and not set(name) & set('[] \t\n')
    return name if is_word else ''


def _long(short: str) -> str:
    """The id that ``_short`` shortened."""
    if len(short) != ids.SHORT_LENGTH:
        return short
    return ids.uuid_of_short(short)
