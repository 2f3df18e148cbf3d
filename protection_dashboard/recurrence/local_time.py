# SPDX-License-Identifier: Apache-2.0
"""The local times in a schedule, such as ``2026-10-25T02:30``.

Python knows the years 1 to 9999, and not all of these in every zone. So a
time before EARLIEST counts as EARLIEST, and one after LATEST as LATEST.
"""

import datetime
import re

from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.recurrence.cron import InvalidSchedule

EARLIEST = datetime.datetime(1970, 1, 1)
LATEST = datetime.datetime(2200, 12, 31, 23, 59)
#: the same in UTC: every zone has them in its calendar
EARLIEST_MOMENT = EARLIEST.replace(tzinfo=datetime.UTC)
LATEST_MOMENT = LATEST.replace(tzinfo=datetime.UTC)
#: what a form and a page say of a day that is out of these
OUT_OF_RANGE = _("Must be from 1970 to 2200.")
NO_TIME = _("Must be a time such as 2026-10-25T02:30.")
_FORM = re.compile(r'[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}')


def parse_local_time(text: str) -> datetime.datetime:
    """The naive time of a text; InvalidSchedule when it is none."""
    if not _FORM.fullmatch(text):
        raise InvalidSchedule(NO_TIME)
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidSchedule(NO_TIME) from error


def is_in_range(local: datetime.datetime) -> bool:
    """Whether a local time may stand in a schedule that is saved.

    It may be aware; its own clock counts.
    """
    return EARLIEST <= local.replace(tzinfo=None) <= LATEST


def clamped(local: datetime.datetime) -> datetime.datetime:
    """A naive time, or EARLIEST or LATEST when it lies beyond them."""
    return min(max(local, EARLIEST), LATEST)
