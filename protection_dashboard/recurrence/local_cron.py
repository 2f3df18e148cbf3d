# SPDX-License-Identifier: Apache-2.0
"""When a schedule runs: a cron pattern in the local time of a zone.

A pattern that names hours runs once for every local time it names: a time
that the clocks skip runs at the moment they go forward, a time that comes
twice runs the first time. A pattern of every hour (``15 * * * *``) follows
the clock on the wall: it runs whenever the wall shows such a minute, so 24
times on most days, 23 and 25 times on the days of a change by one hour.
"""

import datetime
import itertools
import math

from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence import timezones
from protection_dashboard.recurrence.cron import InvalidSchedule

UTC = datetime.UTC


def check(pattern, zone, minimum=300):
    """The pattern with single blanks and without aliases.

    InvalidSchedule when plain cron does not know it, it never runs, or two
    runs on days of 24 hours are less than ``minimum`` seconds apart.
    """
    timezones.named(zone)
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


def next_runs(pattern, zone, start, count=5):
    """Aware UTC times of the first ``count`` runs after ``start`` (aware)."""
    return list(itertools.islice(runs(pattern, zone, start), count))


def runs(pattern, zone, start):
    """As ``next_runs``, all of them; beyond the year 9999 it fails."""
    parsed = cron.parse(pattern)
    local = start.astimezone(timezones.named(zone))
    found = _on_the_wall if parsed.every_hour else _once_each
    return found(parsed, local)


def _once_each(parsed, start):
    zone, last = start.tzinfo, start.astimezone(UTC)
    for wall in parsed.walk(start.replace(tzinfo=None, fold=0)):
        run = timezones.first_moment(wall, zone)
        if run > last:
            yield run
            last = run


def _on_the_wall(parsed, start):
    zone, since = start.tzinfo, start.astimezone(UTC)
    while True:
        offset = timezones.offset_at(zone, since)
        until = timezones.next_change(zone, since)
        for wall in parsed.walk((since + offset).replace(tzinfo=None)):
            run = (wall - offset).replace(tzinfo=UTC)
            if run >= until:
                break
            if run > start:
                yield run
        since = until


def _span(minutes):
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, 'h'), (minutes, 'min'))
    return ' '.join(f'{n} {unit}' for n, unit in parts if n)
