# SPDX-License-Identifier: Apache-2.0
"""When a cron pattern in the local time of a zone is due.

A pattern of fixed times (``30 2 * * *``) is due once for every local time it
names: for a time that comes twice the first time, for a time that the clocks
skip at the moment they go forward. A pattern of every hour (``15 * * * *``) or
with a star or a step as its minute (``*/30 1-6 * * *``) means that it is due
again and again: it is due whenever the clocks show such a time, so both times
at one that comes twice, as cron itself has it. Of these a pattern of every
hour is not due for times that the clocks skip, and any other is due once when
they go forward, lest it names no other times on that day.
"""

from collections.abc import Iterator
import datetime
import itertools
import math

from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence import timezones
from protection_dashboard.recurrence.cron import InvalidSchedule

UTC = datetime.UTC


def checked_pattern(pattern: str, zone: str, minimum: int = 300) -> str:
    """The pattern with single blanks and without aliases.

    InvalidSchedule when plain cron does not know it, it never runs, or two
    runs on days of 24 hours are less than ``minimum`` seconds apart.
    """
    timezones.zone_by_name(zone)
    parsed = cron.parse(pattern)
    gap = parsed.least_gap()
    if 60 * gap < minimum:
        raise InvalidSchedule(
            _(
                "Two runs would be only %(gap)s apart: choose a pattern with "
                "at least %(minimum)s between two runs."
            ),
            gap=_span(gap),
            minimum=_span(math.ceil(minimum / 60)),
        )
    return str(parsed)


def next_occurrences(
    pattern: str, zone: str, start: datetime.datetime, count: int = 5
) -> list[datetime.datetime]:
    """The first ``count`` occurrences after ``start``, all aware, in UTC.

    InvalidSchedule when the pattern or the zone cannot be read.
    """
    return list(
        itertools.islice(occurrences_after(pattern, zone, start), count)
    )


def occurrences_after(
    pattern: str, zone: str, start: datetime.datetime
) -> Iterator[datetime.datetime]:
    """All occurrences from ``start`` (aware) on, until the year 9999."""
    parsed = cron.parse(pattern)
    found = _as_clocks_show if parsed.due_twice else _once_each
    return found(parsed, timezones.zone_by_name(zone), start)


def _once_each(
    parsed: cron.Cron, zone: datetime.tzinfo, start: datetime.datetime
) -> Iterator[datetime.datetime]:
    """Occurrences of a pattern of fixed times: one for each local time."""
    local, last = start.astimezone(zone), start.astimezone(UTC)
    for wall in parsed.local_times_from(local.replace(tzinfo=None, fold=0)):
        run = timezones.first_moment(wall, zone)
        if run > last:
            yield run
            last = run


def _as_clocks_show(
    parsed: cron.Cron, zone: datetime.tzinfo, start: datetime.datetime
) -> Iterator[datetime.datetime]:
    """Occurrences of a pattern that is due twice where a time comes twice."""
    since = start.astimezone(UTC)
    before = timezones.offset_at(zone, since)
    while True:
        offset = timezones.offset_at(zone, since)
        until = timezones.next_change(zone, since)
        last = start
        if _skips_due_time(parsed, since, before, offset):
            yield since
            last = since
        for run in _runs_from(parsed, since, offset):
            if run >= until:
                break
            if run > last:
                yield run
        since, before = until, offset


def _runs_from(
    parsed: cron.Cron, since: datetime.datetime, offset: datetime.timedelta
) -> Iterator[datetime.datetime]:
    """The moments from one on at which clocks at an offset show its times."""
    for wall in parsed.local_times_from((since + offset).replace(tzinfo=None)):
        yield (wall - offset).replace(tzinfo=UTC)


def _skips_due_time(
    parsed: cron.Cron,
    change: datetime.datetime,
    before: datetime.timedelta,
    after: datetime.timedelta,
) -> bool:
    """Whether clocks that go forward skip a time that is due all the same.

    ``before`` and ``after`` are the offsets at the ``change`` (UTC).
    """
    if after <= before or parsed.every_hour:
        return False
    return next(_runs_from(parsed, change, before)) < change + after - before


def _span(minutes: int) -> str:
    """A number of minutes for people, such as ``1 h 30 min``."""
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, 'h'), (minutes, 'min'))
    return ' '.join(f'{n} {unit}' for n, unit in parts if n)
