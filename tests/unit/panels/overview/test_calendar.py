# SPDX-License-Identifier: Apache-2.0
"""The calendar says what its colours say, and leads to the day."""

import datetime
import types

from lxml import html
import pytest

from protection_dashboard.executions.records import PURPOSES
from protection_dashboard.panels.overview import calendar as overview_calendar
from protection_dashboard.reports.execution_calendar import DAY
from protection_dashboard.reports.execution_calendar import CalendarDay

TODAY = datetime.date(2026, 11, 20)  # a Friday


def cell(**facts):
    """The cell of one day, today unless told otherwise."""
    date = facts.pop('date', TODAY)
    found = {date: CalendarDay(**facts)}
    (week,) = overview_calendar.calendar_table(found, TODAY)['weeks']
    return html.fragment_fromstring(week['cells'][date.weekday()])


@pytest.mark.parametrize(
    ('facts', 'label', 'colour'),
    [
        ({'ok': 3}, "3 ok", 'success'),
        ({'ok': 3, 'failed': 1}, "3 ok, 1 failed", 'danger'),
        ({'missed': 2, 'planned': 1}, "2 missed, 1 planned", 'danger'),
        ({'skipped': 1}, "1 skipped", 'warning'),
        ({'planned': 2}, "2 planned", ''),
        ({'client_ok': 1}, "1 ok by the database client", 'success'),
        ({'client_failed': 1}, "1 failed by the database client", 'danger'),
        ({'ok': 1, 'known': False}, "1 ok, not all is known", 'success'),
    ],
)
def test_a_day_is_told_in_words_and_in_a_colour(facts, label, colour):
    found = cell(**facts)
    (link,) = found.findall('a')
    assert link.get('aria-label') == f'Friday 20 November: {label}'
    assert link.get('title') == link.get('aria-label')
    assert found.get('class') == f'{colour} protection-today'
    numbers = [n for n in label.replace(',', '').split() if n.isdigit()]
    assert link.text_content().split()[1:][: len(numbers)] == numbers


def test_a_day_leads_to_its_executions():
    (link,) = cell(ok=1, date=TODAY - DAY).findall('a')
    assert link.get('href').endswith(
        '/protection_executions/?kind=backup&from=2026-11-19&to=2026-11-19'
    )


@pytest.mark.parametrize(
    'facts', [{'missed': 1}, {'planned': 1}, {'client_ok': 1}]
)
def test_where_nothing_began_it_leads_to_the_schedules(facts):
    (link,) = cell(**facts).findall('a')
    assert link.get('href').endswith('/protection_schedules/')


def test_a_day_without_runs_is_a_number():
    assert cell().text_content().strip() == '20'
    assert cell(known=False).text_content().split() == ['20', '?']
    assert cell().findall('a') == cell(known=False).findall('a') == []


def test_weeks_begin_on_monday_and_have_seven_days():
    days = {TODAY + n * DAY: CalendarDay() for n in range(-42, 15)}
    weeks = overview_calendar.calendar_table(days, TODAY)['weeks']
    assert {len(week['cells']) for week in weeks} == {7}
    assert [w['monday'] for w in weeks][:2] == ['5 Oct', '12 Oct']
    assert len(weeks) == 9


def test_the_week_counts_seven_days_and_links_to_them():
    days = {
        TODAY - n * DAY: CalendarDay(ok=1, failed=n == 7) for n in range(9)
    }
    week = overview_calendar.week_counts(days, TODAY)
    assert (week['ok'], week['failed'], week['missed']) == (7, 0, 0)
    assert week['address'].endswith(
        '?kind=backup&from=2026-11-14&to=2026-11-20'
    )


def other_run(kind, state='ERROR', days=0):
    at = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC) - days * DAY
    return types.SimpleNamespace(
        purpose=PURPOSES[kind], state=state, started=at
    )


def test_the_week_counts_other_failures_apart_from_backups():
    others = [
        other_run('restore'),
        other_run('delete'),
        other_run('delete', days=6),
        other_run('delete', days=7),
        other_run('restore', 'SUCCESS'),
        other_run('once'),
        other_run('notify'),
    ]
    days = {TODAY - n * DAY: CalendarDay() for n in range(9)}
    week = overview_calendar.week_counts(days, TODAY, others)
    assert [
        (part['text'], part['address'].partition('?')[2])
        for part in week['parts']
        if 'kind=backup' not in part['address']
    ] == [
        ('0 missed', 'state=missed'),
        (
            '1 restore failed',
            'kind=restore&from=2026-11-14&to=2026-11-20&state=failed',
        ),
        (
            '2 deletions failed',
            'kind=deletion&from=2026-11-14&to=2026-11-20&state=failed',
        ),
    ]
