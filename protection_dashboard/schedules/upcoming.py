# SPDX-License-Identifier: Apache-2.0
"""The next runs of schedules."""

from collections.abc import Iterable
from collections.abc import Sequence
import dataclasses
import datetime
import typing

from protection_dashboard.recurrence import occurrences
from protection_dashboard.recurrence.schedule import Schedule

#: a schedule with more runs than that in a span is listed once, with a count
FOLDED = 3


class Status(typing.Protocol):
    """What is read of a ScheduleStatus or a TroveScheduleStatus."""

    @property
    def name(self) -> str: ...
    @property
    def schedule(self) -> Schedule: ...
    @property
    def next_run(self) -> datetime.datetime | None: ...


@dataclasses.dataclass(frozen=True)
class UpcomingRun:
    """A run that will begin; ``starts`` is when, an aware time.

    ``schedule`` is a ScheduleStatus or a TroveScheduleStatus; ``more`` is how
    many runs of it follow within the span that are not listed themselves.
    """

    starts: datetime.datetime
    schedule: Status
    more: int = 0

    @property
    def name(self) -> str:
        """The name of the plan, or of the client's schedule."""
        return self.schedule.name


def upcoming_runs(
    statuses: Iterable[Status],
    now: datetime.datetime,
    span: datetime.timedelta,
) -> list[UpcomingRun]:
    """The UpcomingRuns within a span from ``now`` (aware), the next first.

    A schedule without a ``next_run`` has none.
    """
    found: list[UpcomingRun] = []
    for status in statuses:
        found += _of_one(status, now, now + span)
    return sorted(found, key=lambda coming: coming.starts)


def _of_one(
    status: Status, now: datetime.datetime, until: datetime.datetime
) -> list[UpcomingRun]:
    times = upcoming_times(status, now, until)
    if len(times) <= FOLDED:
        return [UpcomingRun(time, status) for time in times]
    return [UpcomingRun(times[0], status, len(times) - 1)]


def upcoming_times(
    status: Status, now: datetime.datetime, until: datetime.datetime
) -> Sequence[datetime.datetime]:
    """When a schedule will run after ``now`` until a moment, all aware."""
    if status.next_run is None:
        return ()
    # a late one is due at once
    since = max(now, status.next_run) - occurrences.EARLY
    return occurrences.first_occurrences(status.schedule, since, until)
