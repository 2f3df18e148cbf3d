# SPDX-License-Identifier: Apache-2.0
"""The UTC pattern of the cron trigger that starts a schedule in local time.

Mistral's cron counts in UTC. Where a zone changes its clocks, or its days
begin at another time than those of UTC, there may be no UTC pattern that
means the same as the local one. The trigger then starts a *gate*: its pattern
fires at every minute that can be due and at some that are not, and
:func:`due` decides at each firing whether a run is to start.
"""

import dataclasses
import datetime
import functools

from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence import local_cron
from protection_dashboard.recurrence import local_time
from protection_dashboard.recurrence import timezones
from protection_dashboard.recurrence import utc_cover
from protection_dashboard.recurrence import utc_shift
from protection_dashboard.recurrence.cron import InvalidSchedule
from protection_dashboard.recurrence.schedule import Schedule

UTC = datetime.UTC
MINUTE = datetime.timedelta(minutes=1)
#: days after it is made for which a pattern allows for changes of the clocks
AHEAD = 10 * 365
#: Mistral's cron fires up to 2 s before its minute
EARLY = datetime.timedelta(seconds=5)
#: minutes; a firing that is later stands for all that cron has missed
LATE = 2


@dataclasses.dataclass(frozen=True)
class TriggerPattern:
    """The pattern of a cron trigger: plain cron in UTC.

    With a ``gate`` it also fires at times that are not due.
    """

    pattern: str
    gate: bool


def trigger_pattern(
    pattern: str, zone: str, now: datetime.datetime, *, end: bool = False
) -> TriggerPattern:
    """The TriggerPattern of a local pattern, right for the next ten years.

    ``now`` is aware. A schedule that has an ``end`` always needs a gate, as
    nothing else refuses what comes after. InvalidSchedule when the pattern
    or the zone cannot be read.
    """
    parsed = cron.parse(pattern)
    offsets, gaps = _clock(zone, now.astimezone(UTC).date())
    plain = _plain(parsed, offsets)
    if plain:
        return TriggerPattern(plain, gate=end)
    return TriggerPattern(
        utc_cover.covering_pattern(parsed, offsets, gaps), gate=True
    )


def is_due(
    pattern: str,
    zone: str,
    fired: datetime.datetime,
    armed: datetime.datetime,
    last: datetime.datetime | None = None,
    end: datetime.datetime | None = None,
) -> bool:
    """Whether a firing of a schedule's gate has to start a run.

    ``fired`` and ``armed`` (when its trigger was made) are aware. ``last``
    is when the gate fired before, None if unknown: each local time since
    then counts, for cron catches up one firing for all that it missed.
    ``end`` is a naive local time after which nothing is due.
    """
    minute = _minute(fired + EARLY)
    if end and minute > utc_moment(end, zone):
        return False
    if last:
        since = max(_minute(last + EARLY), _minute(armed))
    else:
        since = _since(pattern, zone, minute, armed)
    (following,) = local_cron.next_occurrences(pattern, zone, since, count=1)
    return following <= minute


def utc_moment(wall: datetime.datetime, zone: str) -> datetime.datetime:
    """The aware moment in UTC of a naive local time.

    As timezones.first_moment has it; what lies beyond local_time.EARLIEST
    and LATEST counts as these. InvalidSchedule for no zone.
    """
    within = local_time.clamped(wall)
    return timezones.first_moment(within, timezones.zone_by_name(zone))


def limit_moment(schedule: Schedule, part: str) -> datetime.datetime | None:
    """The moment in UTC of a schedule's ``first`` or ``end``, or None.

    ``part`` names which of the two. InvalidSchedule when the schedule's text
    or zone cannot be read.
    """
    text = getattr(schedule, part)
    if text is None:
        return None
    return utc_moment(local_time.parse_local_time(text), schedule.zone)


def _since(
    pattern: str,
    zone: str,
    minute: datetime.datetime,
    armed: datetime.datetime,
) -> datetime.datetime:
    """After which moment a firing's local times count.

    For a firing in ``minute`` of which no earlier one is known.
    """
    gate = cron.parse(trigger_pattern(pattern, zone, armed).pattern)
    for late in range(LATE + 1):
        planned = minute - late * MINUTE
        naive = planned.replace(tzinfo=None)
        if next(gate.local_times_from(naive)) == naive:
            return planned - MINUTE
    return _minute(armed)


def _minute(at: datetime.datetime) -> datetime.datetime:
    return at.astimezone(UTC).replace(second=0, microsecond=0)


@functools.lru_cache(maxsize=64)
def _clock(
    zone_name: str, date: datetime.date
) -> tuple[list[int], list[utc_cover.Gap]]:
    """``(offsets, gaps)`` of a zone from a date on, for utc_cover."""
    zone = timezones.zone_by_name(zone_name)
    low = datetime.datetime.combine(date, datetime.time(), UTC)
    before = _offset(zone, low)
    offsets, gaps = {before}, list[utc_cover.Gap]()
    for _day in range(AHEAD):
        high = low + datetime.timedelta(days=1)
        after = _offset(zone, high)
        if after > before:
            gaps.append(
                (timezones.change_between(zone, low, high), before, after)
            )
        low, before = high, after
        offsets.add(after)
    return sorted(offsets), gaps


def _offset(zone: datetime.tzinfo, at: datetime.datetime) -> int:
    """The offset of a zone in minutes."""
    return timezones.offset_at(zone, at) // MINUTE


def _plain(parsed: cron.Cron, offsets: list[int]) -> str:
    """The UTC pattern that means the same at all offsets, '' for none."""
    # other patterns run once in an hour that is skipped or comes twice
    if len(offsets) > 1 and not parsed.every_hour:
        return ''
    try:
        found = {
            utc_shift.shifted_pattern(parsed, o * MINUTE) for o in offsets
        }
    except InvalidSchedule:
        return ''
    return found.pop() if len(found) == 1 else ''
