# SPDX-License-Identifier: Apache-2.0
"""The states of a stored result, and the part of it that names a resource."""

PENDING = 'pending'


OK = 'ok'


FAILED = 'failed'


SKIPPED = 'skipped'


def of_entry(entry):
    """The part of a wait that tells of its resource."""
    return {
        'protection': entry['protection'],
        'type': entry['type'],
        'resource_id': entry['id'],
        'name': entry['name'],
    }
