# SPDX-License-Identifier: Apache-2.0
"""How old the newest copy of what a plan protects may be."""

import dataclasses
import datetime

from protection_dashboard.recurrence import occurrences

#: a copy may be older than the interval of its schedules by so much
FACTOR = 1.5
_SILENT = ('paused', 'ended', 'unreadable')


@dataclasses.dataclass(frozen=True)
class Promise:
    """What a plan's document says in ``hours``, else what its schedules do.

    ``timings`` are ``(pattern, zone)`` of those that are to run. Without
    hours a copy is fresh for 1.5 times the interval in which it was made:
    from the last time that any of them was due to the first one after it.
    """

    hours: int | None = None
    timings: tuple = ()

    def until(self, moment):
        """How long a copy of a moment is fresh; None: nothing is promised."""
        if self.hours:
            return moment + datetime.timedelta(hours=self.hours)
        found = self._around(moment)
        if not found:
            return None
        last, following = found
        return last + FACTOR * (following - last)

    def due(self, moment):
        """When a copy was due first after a moment, or None."""
        found = self._around(moment)
        return found[1] if found else None

    def _around(self, moment):
        found = [
            occurrences.around(*timing, moment) for timing in self.timings
        ]
        found = [pair for pair in found if pair]
        if not found:
            return None
        return max(p[0] for p in found), min(p[1] for p in found)


def of(document, schedules):
    """The Promise of a plan's document and its Schedules."""
    timings = {
        (one.pattern, one.zone)
        for one in schedules
        if one.state not in _SILENT
    }
    return Promise(document.get('promise'), tuple(sorted(timings)))
