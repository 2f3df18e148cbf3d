# SPDX-License-Identifier: Apache-2.0
"""The four numbers on top of the Overview."""

import datetime

from django import urls
from django.utils.translation import gettext

from protection_dashboard.coverage import freshness
from protection_dashboard.panels.overview import calendar as overview_calendar
from protection_dashboard.panels.overview import tables
from protection_dashboard.panels.schedules import rows as schedule_rows

_SECONDS = datetime.timedelta(seconds=1)


def overview_numbers(found, known, calendar, today):
    """The context of ``_numbers.html``: a dict for each of the four."""
    return {
        'protected': _protected_number(found),
        'fresh': _fresh_number(known),
        'week': overview_calendar.week_counts(
            calendar, today, found.status.other_runs
        ),
        'next': _next_schedule(found.status),
    }


def _protected_number(found):
    done, rest = len(found.protected), len(found.unprotected)
    return {
        'done': done,
        'open': rest,
        'all': done + rest,
        'percent': round(100 * done / (done + rest)) if done else 0,
        'unneeded': len(found.exempt),
        'impossible': len(found.impossible),
    }


def _fresh_number(known):
    count = freshness.count_by_state(known)
    return {
        'done': count['fresh'] + count['idle'],
        'all': len(known),
        'problems': sum(count[state] for state in freshness.PROBLEM_STATES),
        'never': count['never'],
        'unknown': count['unknown'],
        'address': urls.reverse(tables.PANEL + 'freshness'),
    }


def _next_schedule(planned):
    """The schedule whose next run comes first; None if none will run."""
    coming = [one for one in planned.schedules if one.next_run]
    if not coming:
        return None
    first = min(coming, key=lambda one: one.next_run)
    return {
        'name': first.name,
        'address': schedule_rows.schedule_address(first),
        'at': first.next_run,
        'left': countdown(first.next_run - planned.window.now),
    }


def countdown(delta):
    """A timedelta as a clock: '03:12:40', '2 d 03:12:40'."""
    if delta < _SECONDS:
        return gettext("now")
    hours, seconds = divmod(int(delta / _SECONDS) % 86400, 3600)
    clock = f'{hours:02}:{seconds // 60:02}:{seconds % 60:02}'
    if not delta.days:
        return clock
    days, template = delta.days, gettext("%(days)d d %(clock)s")
    return template % {'days': days, 'clock': clock}
