# SPDX-License-Identifier: Apache-2.0
"""A schedule: when a plan runs, in its time zone.

A plan's document holds its schedules as JSON objects. The texts in one may
be anything when the document comes from elsewhere:
:mod:`protection_dashboard.schedules.validation` tells which cannot be read.
"""

import dataclasses
import typing


class RetentionDocument(typing.TypedDict, total=False):
    """How many recovery points of a resource each retention rule keeps.

    ``days`` is for how many days all of them are kept. No rule at all keeps
    everything.
    """

    last: int
    days: int
    hourly: int
    daily: int
    weekly: int
    monthly: int
    yearly: int


class ScheduleDocument(typing.TypedDict):
    """A schedule as the document of a plan stores it.

    In the YAML file of a plan it has no ``id``. ``first`` and ``end`` are
    local times of its zone such as ``2026-10-25T02:30``.
    """

    id: typing.NotRequired[str]
    pattern: str
    zone: str
    first: typing.NotRequired[str]
    end: typing.NotRequired[str]
    paused: typing.NotRequired[bool]
    retention: typing.NotRequired[RetentionDocument]


@dataclasses.dataclass(frozen=True)
class Schedule:
    """When a plan runs: a cron pattern in the local time of a zone.

    ``id`` is a UUID, empty as long as the schedule is in no plan. Nothing
    runs before ``first`` and after ``end``, which are local times of the
    zone as text (see :mod:`.local_time`); None: no such limit. ``retention``
    is a rule of its own for the points it makes, None: that of the plan.
    """

    id: str
    pattern: str
    zone: str
    first: str | None = None
    end: str | None = None
    paused: bool = False
    retention: RetentionDocument | None = dataclasses.field(
        default=None, hash=False
    )

    @classmethod
    def from_document(cls, document: ScheduleDocument) -> typing.Self:
        """The schedule that a plan's document stores as JSON."""
        return cls(
            id=document.get('id', ''),
            pattern=document['pattern'],
            zone=document['zone'],
            first=document.get('first'),
            end=document.get('end'),
            paused=document.get('paused', False),
            retention=document.get('retention'),
        )

    def document(self) -> ScheduleDocument:
        """What a plan's document stores; parts that are not set are absent."""
        found: ScheduleDocument = {'pattern': self.pattern, 'zone': self.zone}
        if self.id:
            found = {'id': self.id, **found}
        if self.first is not None:
            found['first'] = self.first
        if self.end is not None:
            found['end'] = self.end
        if self.paused:
            found['paused'] = True
        if self.retention is not None:
            found['retention'] = self.retention
        return found
