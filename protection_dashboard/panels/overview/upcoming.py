# SPDX-License-Identifier: Apache-2.0
"""What will run next: within a day, and within a week."""

import datetime

from django.utils import formats
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import ngettext

from protection_dashboard.panels.schedules import rows as schedule_rows
from protection_dashboard.schedules import upcoming
from protection_dashboard.ui import cells

_DAY = datetime.timedelta(days=1)
_WEEK = datetime.timedelta(days=7)
#: so many lines of each
MOST = 10


def of(schedules, now):
    """Lines of the next 24 hours, and those of the days after them."""
    day = upcoming.of(schedules, now, _DAY)
    week = upcoming.of(schedules, now + _DAY, _WEEK - _DAY)
    return {'day': _part(day), 'week': _part(week)}


def _part(found):
    return {
        'lines': [_line(one) for one in found[:MOST]],
        'more': max(0, len(found) - MOST),
    }


def _line(coming):
    local = timezone.localtime(coming.at)
    return {
        'at': formats.date_format(local, 'D H:i'),
        'when': cells.when(coming.at),
        'name': coming.name,
        'address': schedule_rows.address(coming.schedule),
        'protects': _protects(coming.schedule),
        'more': _more(coming.more),
    }


def _protects(schedule):
    """How many resources; a rule tells only when it runs."""
    if schedule_rows.is_clients(schedule):
        return gettext("1 database")
    if schedule.plan.selectors:
        return gettext("resources chosen by rule")
    count = len(schedule.plan.resources)
    return ngettext("%d resource", "%d resources", count) % count


def _more(count):
    if not count:
        return ''
    return ngettext("then %d more", "then %d more", count) % count
