# SPDX-License-Identifier: Apache-2.0
"""Recovery points, whichever service has them."""

import dataclasses
import datetime
from typing import Any
from typing import TypedDict

from protection_dashboard.common import clock
from protection_dashboard.protections.mark import Mark

#: stands for a time that the service does not tell, so that points can be
#: sorted; retention never counts or removes such a point
UNKNOWN_TIME = datetime.datetime.fromtimestamp(0, datetime.UTC)
#: stands for all later times, so that they can be converted to any zone
LATEST_TIME = datetime.datetime(2200, 1, 1, tzinfo=datetime.UTC)
# a service dates a point when it has the request; clocks may differ a little
_CLOCKS_DIFFER = datetime.timedelta(minutes=5)


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


class Times(TypedDict):
    """When a point was made: fields of RecoveryPoint."""

    created: datetime.datetime
    wrongly_dated: datetime.datetime | None


def times(text: str | None, mark: Mark) -> Times:
    """When a point was made, by its service or by its run.

    ``text`` is what the service tells, see ``created``. The run that asked
    for the point knows as well, by its ``mark``. Where the two differ by more
    than five minutes one of the clocks was wrong, and the run's time counts;
    not if that is still to come, as then the run's clock was the wrong one.
    """
    told, requested = created(text), mark.requested
    latest = clock.now() + _CLOCKS_DIFFER
    if (
        requested is None
        or not UNKNOWN_TIME < requested <= latest
        or told == UNKNOWN_TIME
        or abs(told - requested) <= _CLOCKS_DIFFER
    ):
        return {'created': told, 'wrongly_dated': None}
    return {'created': requested, 'wrongly_dated': told}


@dataclasses.dataclass(frozen=True)
class RecoveryPoint:
    """What a run made, as its service describes it.

    ``created`` is an aware datetime in UTC, or UNKNOWN_TIME. If it is the
    time at which the run asked for the point, as the clock of the service
    disagrees, ``wrongly_dated`` is the service's time. ``size`` is in
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
    wrongly_dated: datetime.datetime | None = None

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
