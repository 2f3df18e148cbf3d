# SPDX-License-Identifier: Apache-2.0
"""Whether anybody can tell when a schedule's wish is due.

The schema of a plan's document says what a wish is made of; here its
pattern, its zone and its first and last time are read. A plan whose document
came from elsewhere may have any text in their place: that costs the schedule
and nothing else, and the schedule says so.
"""

import functools

from protection_dashboard import exceptions
from protection_dashboard.common.i18n import Words
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence import local_time
from protection_dashboard.recurrence import timezones
from protection_dashboard.recurrence.cron import InvalidSchedule

#: what makes a wish another one for cron
TIMING = ('pattern', 'zone', 'first', 'end')
_READERS = {
    'pattern': cron.parse,
    'zone': timezones.named,
    'first': local_time.read,
    'end': local_time.read,
}
_TITLES = {
    'pattern': _("Its pattern cannot be read. %(why)s"),
    'zone': _("Its time zone cannot be read. %(why)s"),
    'first': _("Its first run cannot be read. %(why)s"),
    'end': _("Its last day cannot be read. %(why)s"),
}
_FAR = {
    'first': _("Its first run lies too far away. %(why)s"),
    'end': _("Its last day lies too far away. %(why)s"),
}


def unreadable(wish):
    """``{part: Words}`` of what cannot be read; {} when all can."""
    found = {part: _unreadable(part, wish[part]) for part in _given(wish)}
    return {part: why for part, why in found.items() if why}


def problems(wish):
    """``{part: Words}`` of what may not be saved; {} when all may."""
    return {**unreadable(wish), **_far(wish)}


def reason(wish):
    """Words about what cannot be read, or is too far away; None for none."""
    for titles, found in ((_TITLES, unreadable(wish)), (_FAR, _far(wish))):
        for part, why in found.items():
            return Words(titles[part], {'why': why})
    return None


def check(wish):
    """Refused, in a sentence, for a wish that may not be saved."""
    said = reason(wish)
    if said:
        raise exceptions.Refused(str(said))


def _given(wish):
    return [part for part in TIMING if part in wish]


@functools.lru_cache(maxsize=4096)
def _unreadable(part, text):
    try:
        _READERS[part](text)
    except InvalidSchedule as error:
        return error.words
    return None


def _far(wish):
    return {
        part: Words(local_time.OUT_OF_RANGE)
        for part in ('first', 'end')
        if part in wish
        and not _unreadable(part, wish[part])
        and not local_time.is_in_range(local_time.read(wish[part]))
    }
