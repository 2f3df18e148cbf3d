# SPDX-License-Identifier: Apache-2.0
"""RPO: how old the newest good copy of what a plan protects may be.

All times are aware.
"""

from collections.abc import Iterable
from collections.abc import Mapping
import dataclasses
import datetime
from typing import Any
from typing import Protocol

from protection_dashboard.recurrence import occurrences

#: without an RPO of its own, a copy may be as old as so many intervals
INTERVAL_FACTOR = 1.5
_SILENT = ('paused', 'ended', 'unreadable')


class _Schedule(Protocol):
    """What is read here of a schedule (``schedules.status.Schedule``)."""

    @property
    def pattern(self) -> str: ...

    @property
    def zone(self) -> str: ...

    @property
    def state(self) -> str: ...


@dataclasses.dataclass(frozen=True)
class Rpo:
    """The RPO that a plan's document sets, else that of its schedules.

    ``hours`` is what the document sets, None or 0: nothing. ``timings`` are
    ``(cron pattern, name of a time zone)`` of the schedules that are to run.
    Without hours a copy is fresh for 1.5 times the interval in which it was
    made: from the last occurrence of any schedule to the next one.
    """

    hours: int | None = None
    timings: tuple[tuple[str, str], ...] = ()

    def until(self, moment: datetime.datetime) -> datetime.datetime | None:
        """Until when a copy made at a moment is fresh; None: no RPO."""
        if self.hours:
            return moment + datetime.timedelta(hours=self.hours)
        found = self._around(moment)
        if not found:
            return None
        last, following = found
        return last + INTERVAL_FACTOR * (following - last)

    def due(self, moment: datetime.datetime) -> datetime.datetime | None:
        """The first occurrence of any schedule after a moment, or None."""
        found = self._around(moment)
        return found[1] if found else None

    def _around(
        self, moment: datetime.datetime
    ) -> tuple[datetime.datetime, datetime.datetime] | None:
        """The last occurrence up to a moment and the first one after it."""
        pairs = (
            occurrences.occurrences_around(*timing, moment)
            for timing in self.timings
        )
        found = [pair for pair in pairs if pair]
        if not found:
            return None
        return max(p[0] for p in found), min(p[1] for p in found)


def rpo_of_plan(
    document: Mapping[str, Any], schedules: Iterable[_Schedule]
) -> Rpo:
    """The RPO of a plan, by its document and its schedules."""
    timings = {
        (one.pattern, one.zone)
        for one in schedules
        if one.state not in _SILENT
    }
    return Rpo(document.get('promise'), tuple(sorted(timings)))
