# SPDX-License-Identifier: Apache-2.0
"""Whether anybody can tell when a schedule is due.

The schema of a plan's document says which parts a schedule has; here the
texts of its pattern, zone, first and end are read. In a plan that came from
elsewhere they may be anything: then only that schedule does not run, and its
status says why.
"""

from collections.abc import Callable
import functools

from protection_dashboard import exceptions
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence import local_time
from protection_dashboard.recurrence import timezones
from protection_dashboard.recurrence.cron import InvalidSchedule
from protection_dashboard.recurrence.schedule import Schedule

#: the parts of a schedule that its cron trigger depends on
TIMING = ('pattern', 'zone', 'first', 'end')
_READERS: dict[str, Callable[[str], object]] = {
    'pattern': cron.parse,
    'zone': timezones.zone_by_name,
    'first': local_time.parse_local_time,
    'end': local_time.parse_local_time,
}
_UNREADABLE_TITLES = {
    'pattern': _("Its pattern cannot be read. %(why)s"),
    'zone': _("Its time zone cannot be read. %(why)s"),
    'first': _("Its first run cannot be read. %(why)s"),
    'end': _("Its last day cannot be read. %(why)s"),
}
_OUT_OF_RANGE_TITLES = {
    'first': _("Its first run lies too far away. %(why)s"),
    'end': _("Its last day lies too far away. %(why)s"),
}


def unreadable_parts(schedule: Schedule) -> dict[str, TranslatableText]:
    """``{part: why it cannot be read}``; {} when all parts can.

    The parts are those of TIMING.
    """
    found = {
        part: unreadable_reason(part, text)
        for part, text in _parts_with_text(schedule)
    }
    return {part: why for part, why in found.items() if why}


def invalid_parts(schedule: Schedule) -> dict[str, TranslatableText]:
    """``{part: why it may not be saved}``; {} when all parts may."""
    return {**unreadable_parts(schedule), **_out_of_range(schedule)}


def first_problem(schedule: Schedule) -> TranslatableText | None:
    """The first problem as a whole sentence; None when there is none."""
    for titles, found in (
        (_UNREADABLE_TITLES, unreadable_parts(schedule)),
        (_OUT_OF_RANGE_TITLES, _out_of_range(schedule)),
    ):
        for part, why in found.items():
            return TranslatableText(titles[part], {'why': why})
    return None


def check_schedule(schedule: Schedule) -> None:
    """Raise Refused, with a sentence, for one that may not be saved."""
    said = first_problem(schedule)
    if said:
        raise exceptions.Refused(str(said))


def _parts_with_text(schedule: Schedule) -> list[tuple[str, str]]:
    """``(part, text)`` of the parts that the schedule has."""
    parts = ((part, getattr(schedule, part)) for part in TIMING)
    return [(part, text) for part, text in parts if text is not None]


@functools.lru_cache(maxsize=4096)
def unreadable_reason(part: str, text: str) -> TranslatableText | None:
    """Why the text of a part of a schedule cannot be read; None: it can.

    ``part`` is one of TIMING.
    """
    try:
        _READERS[part](text)
    except InvalidSchedule as error:
        return error.words
    return None


def _out_of_range(schedule: Schedule) -> dict[str, TranslatableText]:
    """``{part: TranslatableText}`` of a first or end outside of the range."""
    return {
        part: TranslatableText(local_time.OUT_OF_RANGE)
        for part, text in _parts_with_text(schedule)
        if part in _OUT_OF_RANGE_TITLES
        and not unreadable_reason(part, text)
        and not local_time.is_in_range(local_time.parse_local_time(text))
    }
