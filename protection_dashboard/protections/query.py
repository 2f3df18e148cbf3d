# SPDX-License-Identifier: Apache-2.0
"""Which recovery points somebody looks for, and what was found."""

import dataclasses
import datetime
import typing

from protection_dashboard.protections.mark import Mark


@dataclasses.dataclass(frozen=True)
class Wanted:
    """Which recovery points a list is to hold; what is empty does not count.

    ``type`` and ``resource`` are a protectable's slug and an id, ``plan``,
    ``schedule`` and ``execution`` ids of the mark, ``state`` that of a
    RecoveryPoint.
    Points that are younger than ``until`` are left out, and those that are
    not younger than ``since``: aware datetimes, or None.
    """

    type: str = ''
    resource: str = ''
    plan: str = ''
    schedule: str = ''
    execution: str = ''
    state: str = ''
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None

    @property
    def mark(self):
        """What the mark of a point has to say."""
        return Mark(self.plan, self.schedule, self.execution)

    @property
    def beyond_resource(self):
        """Whether more is asked than of which resource the points are."""
        known = (self.type, self.resource)
        return self != Wanted(*known)

    def fits(self, point):
        """Whether a RecoveryPoint is wanted."""
        return all(
            (
                self.type in ('', point.resource_type),
                self.resource in ('', point.resource_id),
                self.mark.ids.items() <= point.mark.ids.items(),
                self.state in ('', point.state),
                self.since is None or point.created > self.since,
                self.until is None or point.created <= self.until,
            )
        )

    def past(self, point):
        """Whether no point that is older than this one can be wanted."""
        return self.since is not None and point.created <= self.since


@dataclasses.dataclass(frozen=True)
class Found:
    """RecoveryPoints, the newest first.

    ``looked`` is how many of the newest were looked through, when there are
    more that nobody looked at; else 0.
    """

    points: list
    looked: int = 0


class Sight(typing.NamedTuple):
    """``state`` is that of the point; ``make()`` gives the RecoveryPoint."""

    resource_type: str
    resource_id: str
    state: str
    make: typing.Callable


def of(point):
    """The Sight of a RecoveryPoint that is made already."""
    return Sight(
        point.resource_type, point.resource_id, point.state, lambda: point
    )
