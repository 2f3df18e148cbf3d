# SPDX-License-Identifier: Apache-2.0
"""What a search for recovery points takes and gives.

A :class:`Wanted` is the filter, a :class:`Found` the result. A :class:`Sight`
is a row of a service's list that is looked at without making a RecoveryPoint
of it. ``Protection.search`` and ``Protection.sights`` use them, so their names
are part of the contract.
"""

from collections.abc import Callable
import dataclasses
import datetime
import typing

from protection_dashboard.protections.mark import Mark
from protection_dashboard.protections.recovery_point import RecoveryPoint


@dataclasses.dataclass(frozen=True)
class Wanted:
    """A filter of recovery points; empty fields do not filter.

    ``type`` and ``resource`` are a protectable's slug and a resource's id,
    ``plan``, ``schedule`` and ``execution`` ids of the mark, ``state`` that
    of a RecoveryPoint. ``since`` and ``until`` are aware datetimes, or None:
    points fit that are younger than ``since`` and not younger than
    ``until``.
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
    def mark(self) -> Mark:
        """The ids that the mark of a point has to have.

        Its ``schedule`` may be among those that the mark names besides.
        """
        return Mark(self.plan, self.schedule, self.execution)

    @property
    def metadata_filters(self) -> list[dict[str, str]]:
        """Metadata that points have: all of one of these dicts.

        Two of them if a schedule is wanted: the point is from a run that it
        has started, or the point counts for it as well.
        """
        started = self.mark.metadata()
        if not self.schedule:
            return [started]
        mark = Mark(self.plan, '', self.execution, also=(self.schedule,))
        return [started, mark.metadata()]

    @property
    def beyond_resource(self) -> bool:
        """Whether it filters by more than the resource and its type."""
        known = (self.type, self.resource)
        return self != Wanted(*known)

    def fits(self, point: RecoveryPoint) -> bool:
        """Whether a RecoveryPoint passes the filter."""
        return all(
            (
                self.type in ('', point.resource_type),
                self.resource in ('', point.resource_id),
                self._fits_mark(point.mark),
                self.state in ('', point.state),
                self.since is None or point.created > self.since,
                self.until is None or point.created <= self.until,
            )
        )

    def _fits_mark(self, mark: Mark) -> bool:
        return (
            self.plan in ('', mark.plan)
            and self.schedule in ('', *mark.schedules)
            and self.execution in ('', mark.execution)
        )

    def past(self, point: RecoveryPoint) -> bool:
        """Whether no point that is older than this one can pass."""
        return self.since is not None and point.created <= self.since


@dataclasses.dataclass(frozen=True)
class Found:
    """The result of a search: RecoveryPoints, the newest first.

    ``looked`` is 0 if all points were examined. Otherwise it is how many of
    the newest ones were examined before the search ended at its bounds.
    """

    points: list[RecoveryPoint]
    looked: int = 0


class Sight(typing.NamedTuple):
    """A row of a service's list, before a RecoveryPoint is made of it.

    ``state`` is that of the point; ``make()`` gives the RecoveryPoint.
    """

    resource_type: str
    resource_id: str
    state: str
    make: Callable[[], RecoveryPoint]


def sight_of_point(point: RecoveryPoint) -> Sight:
    """The Sight of a RecoveryPoint that exists already."""
    return Sight(
        point.resource_type, point.resource_id, point.state, lambda: point
    )
