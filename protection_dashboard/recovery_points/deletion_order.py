# SPDX-License-Identifier: Apache-2.0
"""The order in which points go: increments before what they build on."""

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import TypeVar

Record = TypeVar('Record', bound=Mapping[str, Any])


def deletion_groups(
    found: Sequence[Record], key: str
) -> Iterator[list[Record]]:
    """Divide records of points into lists to work through one by one.

    ``key`` names the field with the id of a record's own point. A record's
    field ``after``, if it has one, is a list of ids of points that go before
    it: their records come in an earlier list.
    """
    remaining = list(found)
    while remaining:
        ids = {record.get(key) for record in remaining}
        ready = [
            record
            for record in remaining
            if ids.isdisjoint(record.get('after', ()))
        ]
        # never empty, unless a service reports increments in a circle
        ready = ready or remaining
        yield ready
        remaining = [record for record in remaining if record not in ready]
