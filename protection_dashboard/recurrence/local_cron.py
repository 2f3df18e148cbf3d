# SPDX-License-Identifier: Apache-2.0
"""When a cron pattern in the local time of a zone is due.

A pattern that names hours is due once for every local time it names: for a
time that the clocks skip at the moment they go forward, for a time that
comes twice the first time. A pattern of every hour (``15 * * * *``) follows
the wall clock: it is due whenever the clock shows such a minute, so 24 times
on most days, 23 or 25 times on a day whose clocks change by one hour.
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
    found = _every_hour if parsed.every_hour else _once_each
    return found(parsed, timezones.zone_by_name(zone), start)


def _once_each(
    parsed: cron.Cron, zone: datetime.tzinfo, start: datetime.datetime
) -> Iterator[datetime.datetime]:
    """Occurrences of a pattern that names hours: one for each local time."""
    local, last = start.astimezone(zone), start.astimezone(UTC)
    for wall in parsed.local_times_from(local.replace(tzinfo=None, fold=0)):
        run = timezones.first_moment(wall, zone)
        if run > last:
            yield run
            last = run


def _every_hour(
    parsed: cron.Cron, zone: datetime.tzinfo, start: datetime.datetime
) -> Iterator[datetime.datetime]:
    """Occurrences of a pattern of every hour: as the wall clock shows them."""
    since = start.astimezone(UTC)
    while True:
        offset = timezones.offset_at(zone, since)
        until = timezones.next_change(zone, since)
        for wall in parsed.local_times_from(
            (since + offset).replace(tzinfo=None)
        ):
            run = (wall - offset).replace(tzinfo=UTC)
            if run >= until:
                break
            if run > start:
                yield run
        since = until


def _span(minutes: int) -> str:
    """A number of minutes for people, such as ``1 h 30 min``."""
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, 'h'), (minutes, 'min'))
    return ' '.join(f'{n} {unit}' for n, unit in parts if n)
