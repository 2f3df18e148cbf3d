# SPDX-License-Identifier: Apache-2.0
"""What the fields of a timing start with, and what stands for a pattern."""

import datetime
import random

from protection_dashboard.recurrence import local_time
from protection_dashboard.recurrence import phrases as recurrence_phrases
from protection_dashboard.schedules import validation as schedule_validation

#: a local time in a schedule's wish and in a form
LOCAL = '%Y-%m-%dT%H:%M'


def of_pattern(pattern):
    """``{field: text}`` of the fields that stand for a pattern."""
    frequency, values = recurrence_phrases.frequency_of(pattern)
    found = {'frequency': frequency, 'pattern': pattern}
    if 'hour' in values:
        found['at'] = f'{values["hour"]:02}:{values["minute"]:02}'
    elif 'minute' in values:
        found['minute'] = str(values['minute'])
    days = {k: str(values[k]) for k in ('weekday', 'day') if k in values}
    return {**found, **days}


def of_wish(wish):
    """What the fields start with for a schedule's wish; {} for None.

    A field stays empty, or as proposed, where the wish cannot be read.
    """
    if not wish:
        return {}
    unreadable = schedule_validation.unreadable(wish)
    given = {k: v for k, v in wish.items() if k not in unreadable}
    found = of_pattern(wish['pattern'])
    if 'zone' in given:
        found['zone'] = given['zone']
    if 'first' in given:
        found['first'] = local_time.read(given['first'])
    return {**found, 'end': given.get('end', '')[:10]}


def proposal(zone):
    """An off-peak moment, another one for each form."""
    hour, minute = recurrence_phrases.off_peak(random.SystemRandom())
    return {
        'frequency': 'daily',
        'weekday': 0,
        'day': 1,
        'at': datetime.time(hour, minute),
        'minute': minute,
        'pattern': f'{minute} {hour} * * *',
        'zone': zone,
    }
