# SPDX-License-Identifier: Apache-2.0
"""Time zones by their names, and when their clocks change."""

import bisect
import datetime
import math
import zoneinfo

from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.recurrence.cron import InvalidSchedule


def zone_by_name(name: str) -> zoneinfo.ZoneInfo:
    """The zone of a name such as Europe/Berlin; InvalidSchedule for none."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidSchedule(
            _("This time zone is not known: choose one of the list.")
        ) from error


def first_moment(
    wall: datetime.datetime, zone: datetime.tzinfo
) -> datetime.datetime:
    """The moment in UTC at which a wall clock first shows a time, or skips it.

    ``wall`` is naive. Of a time that comes twice it is the first; a time
    that the clocks skip is the moment at which they go forward.
    """
    moment = wall.replace(tzinfo=zone, fold=0).astimezone(datetime.UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    # PEP 495: in a gap fold=1 is read with the later, greater offset
    before = wall.replace(tzinfo=zone, fold=1).astimezone(datetime.UTC)
    return change_between(zone, before, moment)


def offset_at(
    zone: datetime.tzinfo, moment: datetime.datetime
) -> datetime.timedelta:
    """The offset of a zone from UTC at an aware moment."""
    return moment.astimezone(zone).utcoffset() or datetime.timedelta()


def next_change(
    zone: datetime.tzinfo, start: datetime.datetime, days: int = 400
) -> datetime.datetime:
    """When the offset changes next, or ``days`` later when it does not.

    ``start`` and what is returned are aware.
    """
    for day in range(days):
        low = start + datetime.timedelta(days=day)
        high = low + datetime.timedelta(days=1)
        if offset_at(zone, low) != offset_at(zone, high):
            return change_between(zone, low, high)
    return start + datetime.timedelta(days=days)


def change_between(
    zone: datetime.tzinfo, low: datetime.datetime, high: datetime.datetime
) -> datetime.datetime:
    """The whole second until ``high`` at which the offset of ``low`` ends.

    All three are aware.
    """
    low = low.replace(microsecond=0)
    offset = offset_at(zone, low)

    def changed(seconds: int) -> bool:
        later = low + datetime.timedelta(seconds=seconds)
        return offset_at(zone, later) != offset

    seconds = range(math.ceil((high - low).total_seconds()))
    after = bisect.bisect_left(seconds, 1, key=changed)
    return low + datetime.timedelta(seconds=after)
