# SPDX-License-Identifier: Apache-2.0
"""The states of a stored result, and the part of it that names a resource.

Mistral stores both in the results of executions: they keep their names.
"""

from collections.abc import Mapping
from typing import Any
from typing import TypedDict

PENDING = 'pending'
OK = 'ok'
FAILED = 'failed'
SKIPPED = 'skipped'


class ResourceFacts(TypedDict):
    """The part of a result that names its resource.

    ``protection`` and ``type`` are slugs.
    """

    protection: str
    type: str
    resource_id: str
    name: str


def resource_facts(entry: Mapping[str, Any]) -> ResourceFacts:
    """The facts of a plan's ``ResourceEntry`` (plans/schema.py)."""
    return {
        'protection': entry['protection'],
        'type': entry['type'],
        'resource_id': entry['id'],
        'name': entry['name'],
    }
