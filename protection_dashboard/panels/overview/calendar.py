# SPDX-License-Identifier: Apache-2.0
"""The calendar of what ran, was missed and is planned: rows of weeks.

A cell holds icons and numbers, and its label the same in full: it can be read
without colours, and by a screen reader.
"""

import collections

from django import urls
from django.utils import dates as names
from django.utils import formats
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard.executions.records import ERROR
from protection_dashboard.executions.records import Purpose
from protection_dashboard.reports.execution_calendar import DAY
from protection_dashboard.ui import cells
from protection_dashboard.ui.markup import format_html
from protection_dashboard.ui.markup import format_html_join
from protection_dashboard.ui.markup import ngettext_lazy

_WEEK = 7
_NO_DAY = mark_safe('<td></td>')
_UNKNOWN = mark_safe('<span class="text-muted">?</span>')
_TODAY = mark_safe(' aria-current="date"')
#: field of a CalendarDay -> (icon, Bootstrap's colour, sentence)
DAY_STATES = {
    'ok': ('check', 'success', _("%d ok")),
    'failed': ('times', 'danger', _("%d failed")),
    'lost': ('chain-broken', 'danger', _("%d lost (among the failed)")),
    'missed': ('exclamation', 'danger', _("%d missed")),
    'skipped': ('forward', 'warning', _("%d skipped")),
    'cancelled': ('ban', 'warning', _("%d cancelled")),
    'running': ('spinner', 'info', _("%d running")),
    'planned': (cells.CLOCK, 'muted', _("%d planned")),
    'client_ok': ('database', 'success', _("%d ok by the database client")),
    'client_failed': (
        'database',
        'danger',
        _("%d failed by the database client"),
    ),
}
_RAN = ('ok', 'failed', 'skipped', 'cancelled', 'running')
#: fields that colour a cell, the worst first
_COLOURS = (
    ('danger', ('failed', 'missed', 'client_failed')),
    ('warning', ('skipped', 'cancelled')),
    ('success', ('ok', 'running', 'client_ok')),
)


def calendar_table(found, today):
    """The context of the table; ``found`` is ``{date: CalendarDay}``."""
    return {
        'days': [str(names.WEEKDAYS_ABBR[day]) for day in range(_WEEK)],
        'weeks': list(_week_rows(found, today)),
        'legend': _legend(found.values()),
    }


def _week_rows(found, today):
    """The rows of the table: a Monday and the seven cells of its week."""
    dates = list(found)
    monday = dates[0] - dates[0].weekday() * DAY
    while monday <= dates[-1]:
        week = [monday + day * DAY for day in range(_WEEK)]
        yield {
            'monday': formats.date_format(monday, 'j M'),
            'cells': [
                _day_cell(date, found.get(date), today) for date in week
            ],
        }
        monday += _WEEK * DAY


def _day_cell(date, day, today):
    if day is None:
        return _NO_DAY
    counted = [(f, n) for f in DAY_STATES if (n := getattr(day, f))]
    return format_html(
        '<td class="{}"{}>{}</td>',
        _day_classes(day, date, today),
        _TODAY if date == today else '',
        _day_text(date, day, counted, today),
    )


def _day_classes(day, date, today):
    fields = next(
        (c for c, some in _COLOURS if any(getattr(day, f) for f in some)), ''
    )
    return f'{fields} protection-today' if date == today else fields


def _day_text(date, day, counted, today):
    number = format_html('<b>{}</b>', date.day)
    unknown = not day.known and date <= today
    if not counted:
        return format_html('{} {}', number, _UNKNOWN) if unknown else number
    counts = [str(DAY_STATES[field][2]) % n for field, n in counted]
    if unknown:
        counts.append(gettext("not all is known"))
    tooltip = f'{formats.date_format(date, "l j F")}: {", ".join(counts)}'
    signs = format_html_join(
        ' ',
        '<span class="text-nowrap"><span class="fa fa-{} text-{}" '
        'aria-hidden="true"></span>{}</span>',
        ((*DAY_STATES[field][:2], n) for field, n in counted),
    )
    return format_html(
        '<a href="{}" title="{}" aria-label="{}">{} {} {}</a>',
        _day_address(date, day),
        tooltip,
        tooltip,
        number,
        signs,
        _UNKNOWN if unknown else '',
    )


def _day_address(date, day):
    """The URL of the backups of a day; if none began, of the schedules."""
    if any(getattr(day, field) for field in _RAN) or not day.known:
        return executions_address(date, date)
    return urls.reverse('horizon:project:protection_schedules:index')


def executions_address(first, last, state='', kind=Purpose.BACKUP):
    """The URL of the executions of a kind from one local date to another.

    ``state`` is a word of the list's filter, '' for all of them; ``kind`` is
    a Purpose.
    """
    address = urls.reverse('horizon:project:protection_executions:index')
    query = {'kind': kind, 'from': first, 'to': last}
    query |= {'state': state} if state else {}
    return f'{address}?{urlencode(query)}'


def _legend(found):
    """``(icon, colour, word)`` of each icon that the table contains."""
    return [
        (icon, colour, (str(text) % 0).replace('0', '').strip())
        for field, (icon, colour, text) in DAY_STATES.items()
        if any(getattr(day, field) for day in found)
    ]


def first_known_date(status, back):
    """The date before which runs may be missing, '' if before the table."""
    known_from = status.known_from
    if known_from is None or known_from <= status.window.now - back:
        return ''
    local = timezone.localtime(known_from)
    return formats.date_format(local, 'MONTH_DAY_FORMAT')


#: field of a CalendarDay -> the state that the list of executions filters by
_FILTERED = {
    'ok': 'success',
    'failed': 'failed',
    'lost': 'lost',
    'skipped': 'skipped',
}
_GOOD = ('ok', 'client_ok')
_ALWAYS = ('ok', 'failed', 'missed')
_WEEK_FIELDS = (
    'ok',
    'failed',
    'lost',
    'skipped',
    'missed',
    'client_ok',
    'client_failed',
)


#: what fails besides backups -> its number in words
_OTHERS = {
    Purpose.RESTORE: ngettext_lazy("%d restore failed", "%d restores failed"),
    Purpose.DELETION: ngettext_lazy(
        "%d deletion failed", "%d deletions failed"
    ),
}


def week_counts(found, today, others=()):
    """What became of the backups of the last 7 days, and what else failed.

    ``others`` are executions of no plan. ``parts`` are dicts of the counts
    that are shown, with the address of the list of what they count: ok,
    failed and missed always, the others if there are any.
    """
    last = [found[today - day * DAY] for day in range(_WEEK)]
    first = today - (_WEEK - 1) * DAY
    counts = {f: sum(getattr(day, f) for day in last) for f in DAY_STATES}
    parts = [
        _week_part(field, counts[field], first, today)
        for field in _WEEK_FIELDS
        if counts[field] or field in _ALWAYS
    ]
    parts += _other_failures(others, first, today)
    return {
        **counts,
        'parts': parts,
        'address': executions_address(first, today),
    }


def _other_failures(others, first, last):
    """The parts that count failed executions of other kinds than backups."""
    failed = collections.Counter(
        run.purpose
        for run in others
        if run.state == ERROR
        and first <= timezone.localdate(run.started) <= last
    )
    for kind, words in _OTHERS.items():
        if count := failed[kind]:
            yield {
                'text': words % count,
                'icon': 'times',
                'colour': 'danger',
                'address': executions_address(first, last, 'failed', kind),
            }


def _week_part(field, count, first, last):
    icon, colour, text = DAY_STATES[field]
    schedules = urls.reverse('horizon:project:protection_schedules:index')
    lists = {'missed': f'{schedules}?state=missed'}
    return {
        'text': str(text) % count,
        'icon': icon if count and field not in _GOOD else '',
        'colour': colour,
        'address': executions_address(first, last, _FILTERED[field])
        if field in _FILTERED
        else lists.get(field, schedules),
    }
