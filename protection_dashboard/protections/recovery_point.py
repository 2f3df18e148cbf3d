# SPDX-License-Identifier: Apache-2.0
"""Recovery points, whichever service has them."""

import dataclasses
import datetime
from typing import Any

from protection_dashboard.common import clock
from protection_dashboard.protections.mark import Mark

#: stands for a time that the service does not tell, so that points can be
#: sorted; retention never counts or removes such a point
UNKNOWN_TIME = datetime.datetime.fromtimestamp(0, datetime.UTC)
#: stands for all later times, so that they can be converted to any zone
LATEST_TIME = datetime.datetime(2200, 1, 1, tzinfo=datetime.UTC)


def created(text: str | None) -> datetime.datetime:
    """The time of creation that a service tells, for a RecoveryPoint.

    ``text`` is ISO 8601, in UTC if it names no zone. UNKNOWN_TIME for what is
    no time or before 1970.
    """
    try:
        found = clock.parse_utc(text)
    except (AttributeError, ValueError):
        return UNKNOWN_TIME
    return min(max(found or UNKNOWN_TIME, UNKNOWN_TIME), LATEST_TIME)


@dataclasses.dataclass(frozen=True)
class RecoveryPoint:
    """What a run made, as its service describes it.

    ``created`` is an aware datetime in UTC, or UNKNOWN_TIME. ``size`` is in
    GiB, ``status`` the service's own word, ``state`` PENDING, AVAILABLE or
    ERROR. ``parent`` is the id of the point that it is an increment of, empty
    for a full one.
    """

    id: str
    protection: str
    resource_type: str
    resource_id: str
    name: str
    description: str
    status: str
    state: str
    created: datetime.datetime
    size: int | None = None
    mark: Mark = Mark()  # noqa: RUF009  frozen
    parent: str = ''
    details: dict[str, Any] = dataclasses.field(default_factory=dict)

    def recency(
        self, now: datetime.datetime
    ) -> tuple[bool, datetime.datetime]:
        """A key to sort by, greatest for the newest point; ``now`` is aware.

        Points that are dated later than now, by a clock that was ahead, come
        before all others.
        """
        return self.created <= now, self.created

    @property
    def label(self) -> str:
        """What a person calls it: the name, else the id."""
        return self.name or self.id
