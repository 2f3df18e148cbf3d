# SPDX-License-Identifier: Apache-2.0
"""Schedules of a plan that meet: they are due in the same minute.

One run makes one copy, which counts for all of them. Whichever trigger fires
first starts it: :func:`coincidence_of_run` tells from the run's schedule and
start which schedules it is for, and :func:`is_covered` tells the run of
another trigger that an earlier run has been for its schedule as well.

Schedules meet by the moments at which they are due, whatever their zones:
02:00 in Berlin and 01:00 in UTC meet in winter. Both functions are for runs
that a trigger has started: a run by hand belongs to no occurrence.
"""

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
import datetime
import itertools
import typing

from protection_dashboard.recurrence import occurrences
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.recurrence.schedule import ScheduleDocument
from protection_dashboard.schedules import validation

#: how far ahead a meeting is looked for: yearly schedules have one
HORIZON = datetime.timedelta(days=400)
#: of a frequent schedule only the first occurrences are listed; beyond them,
#: so many of the other one are looked at
_MOST_CHECKED = 50
_MOMENT = datetime.timedelta(microseconds=1)


class Coincidence(typing.NamedTuple):
    """What a run is for: an occurrence, and the schedules that meet there.

    ``occurrence`` is aware, in UTC; None if nobody can tell it, as of a
    schedule that is no longer in the plan. ``schedules`` are ids, the first
    one is that of the schedule that started the run.
    """

    occurrence: datetime.datetime | None
    schedules: tuple[str, ...]


def coincidence_of_run(
    document: Mapping[str, typing.Any],
    schedule_id: str,
    armed: Collection[str],
    began: datetime.datetime,
) -> Coincidence:
    """The Coincidence of a run that a trigger started.

    ``document`` is the plan's, ``schedule_id`` the schedule whose trigger
    started the run, ``armed`` the ids of the schedules that have a trigger,
    and ``began`` (aware) when the run began. That may be some seconds before
    its occurrence, and long after it if cron has caught it up.
    """
    schedules = _readable_schedules(document)
    occurrence = _occurrence(schedules.get(schedule_id), began)
    if occurrence is None:
        return Coincidence(None, (schedule_id,))
    others = [
        one.id
        for one in schedules.values()
        if one.id != schedule_id
        and one.id in armed
        and _is_due(one, occurrence)
    ]
    return Coincidence(occurrence, (schedule_id, *others))


def is_covered(
    document: Mapping[str, typing.Any],
    schedule_id: str,
    occurrence: datetime.datetime | None,
    earlier_began: datetime.datetime,
    earlier_schedules: Collection[str],
) -> bool:
    """Whether an earlier run was for an occurrence of a schedule as well.

    ``schedule_id`` and ``occurrence`` are those of the later run, from
    ``coincidence_of_run``. ``earlier_began`` (aware) is when the earlier run
    began, ``earlier_schedules`` are the ids of all schedules that it was for.
    """
    if occurrence is None or schedule_id not in earlier_schedules:
        return False
    schedule = _readable_schedules(document).get(schedule_id)
    return _occurrence(schedule, earlier_began) == occurrence


def _readable_schedules(
    document: Mapping[str, typing.Any],
) -> dict[str, Schedule]:
    """``{id: Schedule}`` of those of which anybody can tell when to run."""
    return {
        one.id: one
        for one in map(_schedule, document['schedules'])
        if not validation.unreadable_parts(one)
    }


def _schedule(document: ScheduleDocument) -> Schedule:
    return Schedule.from_document(document)


def _occurrence(
    schedule: Schedule | None, began: datetime.datetime
) -> datetime.datetime | None:
    """The occurrence that a run of a schedule is for, by its start."""
    if schedule is None:
        return None
    return occurrences.previous_occurrence(schedule, began + occurrences.EARLY)


def _is_due(schedule: Schedule, moment: datetime.datetime) -> bool:
    """Whether an occurrence of a readable schedule is at a moment."""
    return bool(
        occurrences.last_occurrences(schedule, moment - _MOMENT, moment)
    )


class Meeting(typing.NamedTuple):
    """Another schedule, and when (aware, UTC) it meets one the next time."""

    schedule: Schedule
    moment: datetime.datetime


def next_meetings(
    schedule: Schedule, others: Iterable[Schedule], now: datetime.datetime
) -> list[Meeting]:
    """The schedules among others that meet one, each the next time.

    Sorted by moment. Paused and unreadable ones meet nothing, nor does one
    with the same id. ``now`` is aware; it looks HORIZON ahead.
    """
    if validation.unreadable_parts(schedule):
        return []
    found = [
        Meeting(other, moment)
        for other in others
        if other.id != schedule.id
        and not other.paused
        and not validation.unreadable_parts(other)
        and (moment := _next_common(schedule, other, now))
    ]
    return sorted(found, key=lambda meeting: meeting.moment)


def _next_common(
    one: Schedule, other: Schedule, now: datetime.datetime
) -> datetime.datetime | None:
    """The first moment within HORIZON at which both are due, or None."""
    times = {
        schedule: occurrences.first_occurrences(schedule, now, now + HORIZON)
        for schedule in (one, other)
    }
    common = set(times[one]).intersection(times[other])
    if common or not all(times.values()):
        return min(common, default=None)
    frequent, rare = sorted(times, key=lambda each: times[each][-1])
    beyond = (time for time in times[rare] if time > times[frequent][-1])
    checked = itertools.islice(beyond, _MOST_CHECKED)
    return next((time for time in checked if _is_due(frequent, time)), None)
