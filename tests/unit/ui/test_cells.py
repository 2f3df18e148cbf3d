# SPDX-License-Identifier: Apache-2.0
"""What stands in cells: each state of the domain has an icon and a word."""

import datetime

from django.utils import timezone
from lxml import html
import pytest

from protection_dashboard.executions import cancellation
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import waits
from protection_dashboard.protections import base
from protection_dashboard.ui import cells
from protection_dashboard.workflows import result_states

WAITS = (*waits.WAIT_STATES.values(), result_states.SKIPPED)


@pytest.mark.parametrize(
    'states',
    [
        (*execution_records.FINAL, *execution_records.UNFINISHED),
        (execution_records.LOST,),
        (base.PENDING, base.AVAILABLE, base.ERROR),
        (*WAITS, cancellation.BEGUN, cancellation.NOT_STARTED),
        (cancellation.NOT_RECORDED,),
    ],
)
def test_each_state_has_an_icon_and_a_word(states):
    for state in states:
        icon, colour, word = cells.STATES[state]
        assert f'fa-{icon} text-{colour}' in cells.state_label(state)
        assert str(word) in cells.state_label(state)


def test_a_run_either_goes_on_or_has_ended():
    assert not set(execution_records.UNFINISHED) & set(execution_records.FINAL)
    assert set(execution_records.ATTEMPTED) < set(execution_records.FINAL)
    assert [
        execution_records.execution_outcome(state)
        for state in execution_records.FINAL
    ] == [
        'ok',
        'failed',
        'cancelled',
        'skipped',
    ]
    assert {
        execution_records.execution_outcome(state)
        for state in execution_records.UNFINISHED
    } == {'running'}


D = datetime.timedelta(days=1)
H = datetime.timedelta(hours=1)
M = datetime.timedelta(minutes=1)
S = datetime.timedelta(seconds=1)


@pytest.mark.parametrize(
    ('span', 'words'),
    [
        (0.9 * S, ""),
        (1 * S, "1 s"),
        (59.9 * S, "59 s"),
        (M, "1 min"),
        (59 * M + 59 * S, "59 min"),
        (H, "1 h"),
        (H + 59 * M, "1 h 59 min"),
        (23 * H + 59 * M, "23 h 59 min"),
        (D, "1 day"),
        (D + 59 * M, "1 day"),
        (3 * D + 4 * H, "3 days 4 h"),
        (6 * D + 23 * H, "6 days 23 h"),
        (7 * D, "7 days"),
        (8 * D + 13 * H, "9 days"),
        (843 * D, "843 days"),
    ],
)
def test_a_span_has_two_units_at_most(span, words):
    assert cells.span_text(span) == words


def shown_time(text):
    """``(text, tooltip)`` of a time element."""
    element = html.fragment_fromstring(text)
    assert element.tag == 'time'
    return element.text, element.get('title')


def test_the_time_from_now_is_not_rounded_down_to_an_hour():
    now = timezone.now()
    text, _tooltip = shown_time(cells.relative_time(now + 2 * H - S))
    assert text == "in 1 h 59 min"
    text, _tooltip = shown_time(cells.relative_time(now - 2 * H - 5 * M))
    assert text == "2 h 5 min ago"
    assert shown_time(cells.relative_time(now))[0] == "now"


def test_in_utc_the_tooltip_says_the_time_once():
    at = datetime.datetime(2026, 11, 28, 21, 0, 35, tzinfo=datetime.UTC)
    with timezone.override('UTC'):
        _text, tooltip = shown_time(cells.relative_time(at))
        assert tooltip == "Sat 28 Nov 2026 21:00:35 UTC"
    with timezone.override('Europe/Berlin'):
        _text, tooltip = shown_time(cells.relative_time(at))
    assert tooltip == (
        "Sat 28 Nov 2026 22:00:35 Europe/Berlin = Sat 28 Nov 2026 21:00:35 UTC"
    )


@pytest.mark.parametrize('zone', ['UTC', 'Asia/Kolkata', 'America/New_York'])
def test_a_run_to_come_has_its_time_on_the_clock(zone):
    with timezone.override(zone):
        local = timezone.localtime() + 2 * M
        midnight = local.replace(hour=0, minute=0) + D
        for days, word in ((0, "tomorrow"), (2, f"{midnight + 2 * D:%a}")):
            at = midnight + days * D + 7 * H + 5 * M
            text, _tooltip = shown_time(cells.coming_time(at))
            assert text.startswith(f"{word} 07:05, in ")
        far = local.replace(year=local.year + 2, month=2, day=3)
        text, _tooltip = shown_time(cells.coming_time(far))
        assert text.startswith(f"3 Feb {far.year} {local:%H:%M}, in ")


def test_a_run_of_today_says_so():
    with timezone.override('UTC'):
        noon = timezone.localtime().replace(hour=12, minute=30)
        text, _tooltip = shown_time(cells.coming_time(noon))
        assert text.startswith("today 12:30, ")


def test_no_run_to_come_is_a_dash():
    assert cells.coming_time(None) == cells.relative_time(None) == '-'
    assert cells.coming_time(base.UNKNOWN_TIME) == "Unknown"
