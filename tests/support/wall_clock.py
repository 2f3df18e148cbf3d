# SPDX-License-Identifier: Apache-2.0
"""A clock on the wall, read minute by minute: the oracle of schedules.

It shares nothing with the code under test: zoneinfo tells what the wall
shows in each minute of UTC, and the fields are read by a few lines here.
"""

import datetime
import functools
import zoneinfo

MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def members(text, lowest, highest):
    """The numbers that a field of numbers stands for."""
    found = set()
    for item in text.split(','):
        span, _, step = item.partition('/')
        first, _, last = span.partition('-')
        if first == '*':
            first, last = lowest, highest
        found.update(range(int(first), int(last or first) + 1, int(step or 1)))
    return found


class Reading:
    """What a pattern of numbers says about one minute on the wall."""

    def __init__(self, pattern):
        texts = pattern.split()
        self.fields = [
            members(text, *bounds)
            for text, bounds in zip(texts, RANGES, strict=True)
        ]
        self.either = texts[2] != '*' and texts[4] != '*'
        self.every_hour = len(self.fields[1]) == 24
        self.repeats = '*' in texts[0] or '/' in texts[0]

    def due(self, wall):
        minutes, hours, days, months, weekdays = self.fields
        if wall.minute not in minutes or wall.hour not in hours:
            return False
        day = wall.day in days
        weekday = bool({wall.isoweekday() % 7, wall.isoweekday()} & weekdays)
        right_day = (day or weekday) if self.either else (day and weekday)
        return right_day and wall.month in months


@functools.cache
def shown(zone, start, end):
    """``[(minute of UTC, on the wall, for the first time)]`` of a stretch.

    The last are the minutes that the wall passes for the first time: none
    in an hour that comes twice, many where it skips some.
    """
    zone, minute, found = zoneinfo.ZoneInfo(zone), start, []
    furthest = start.astimezone(zone).replace(tzinfo=None)
    while minute < end:
        wall = minute.astimezone(zone).replace(tzinfo=None)
        now = first = (wall,)
        if wall - furthest != MINUTE:
            first = _passed(furthest, wall)
        found.append((minute, now, first))
        furthest = max(furthest, wall)
        minute += MINUTE
    return found


def _passed(furthest, wall):
    passed = []
    while furthest < wall:
        furthest += MINUTE
        passed.append(furthest)
    return passed


def runs(pattern, zone, start, end):
    """Every minute of UTC in which the schedule has to run.

    An hourly pattern runs whenever the wall shows a due minute. Any other
    runs when the wall passes a due minute for the first time, be it that it
    skips it; and again when the wall shows it again, if its minute is a star
    or a step.
    """
    reading = Reading(pattern)
    return [
        minute
        for minute, now, first in shown(zone, start - DAY, end)
        if any(map(reading.due, _counted(reading, now, first)))
        and minute > start
    ]


def _counted(reading, now, first):
    if reading.every_hour:
        return now
    return {*now, *first} if reading.repeats else first
