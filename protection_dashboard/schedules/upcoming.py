# SPDX-License-Identifier: Apache-2.0
"""What schedules will start next."""

import dataclasses
import datetime

from protection_dashboard.recurrence import occurrences

#: of a schedule that runs more often than that in a span, only the first
FOLDED = 3


@dataclasses.dataclass(frozen=True)
class Coming:
    """A run that will begin ``at`` an aware time.

    ``schedule`` is one of a plan or of the database client; ``more`` is how
    many runs of it follow within the span that are not listed themselves.
    """

    at: datetime.datetime
    schedule: object
    more: int = 0

    @property
    def name(self):
        """The name of the plan, or of the client's schedule."""
        return self.schedule.name


def of(schedules, now, span):
    """``[Coming]`` within a timedelta, the next first.

    A schedule without a ``next_run`` has none.
    """
    found = []
    for one in schedules:
        found += _of_one(one, now, now + span)
    return sorted(found, key=lambda coming: coming.at)


def _of_one(schedule, now, until):
    times = planned(schedule, now, until)
    if len(times) <= FOLDED:
        return [Coming(time, schedule) for time in times]
    return [Coming(times[0], schedule, len(times) - 1)]


def planned(schedule, now, until):
    """When a schedule will run until a moment: aware times."""
    if schedule.next_run is None:
        return ()
    # a late one is due at once
    since = max(now, schedule.next_run) - occurrences.EARLY
    return occurrences.ahead(schedule.schedule, since, until)
