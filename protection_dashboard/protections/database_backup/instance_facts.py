# SPDX-License-Identifier: Apache-2.0
"""What a restore has to know of a database instance besides its backup.

It is read from the original; the mark in the backup's description keeps it
for the day when the original is gone.
"""

import base64
import uuid

from protection_dashboard.common import ids

# What the Database API takes; it takes no line break either.
LONGEST_DESCRIPTION = 255
_SHORT = 22  # characters of a UUID in base64, without padding


def description(text, resource, mark):
    """A backup's description: the text, the mark and the facts."""
    kept = resource.details
    return mark.written(
        ' '.join(text.split()),
        LONGEST_DESCRIPTION,
        flavor=_short(kept['flavor']),
        size=resource.size,
        network=_short(kept['network']),
    )


def details(backup, facts):
    """A RecoveryPoint's details, of Trove's JSON and the mark's facts."""
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


def wanted(point, original):
    """Restore's options for an instance like the original, or like it was."""
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


def _short(name):
    """An id in few characters: all ids of a mark have to fit.

    One that neither is a UUID nor fits is left out.
    """
    if ids.uuid_or_empty(name):
        packed = base64.urlsafe_b64encode(uuid.UUID(name).bytes)
        return packed.decode().rstrip('=')
    is_word = len(name) < _SHORT and not set(name) & set('[] \t\n')
    return name if is_word else ''


def _long(short):
    """The id that ``_short`` made short."""
    if len(short) != _SHORT:
        return short
    try:
        return str(uuid.UUID(bytes=base64.urlsafe_b64decode(f'{short}==')))
    except ValueError:
        return ''
