# SPDX-License-Identifier: Apache-2.0
"""When schedules are due, beside a clock that is read minute by minute."""

import datetime
import itertools
import zoneinfo

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
import pytest

from protection_dashboard.recurrence import occurrences
from protection_dashboard.recurrence.schedule import Schedule
from tests.support import wall_clock

UTC = datetime.UTC
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)
#: a zone and a day on which its clocks change, by an hour or less, at
#: night, at midnight, or at noon of UTC
CHANGES = [
    ('Europe/Berlin', (2027, 3, 28)),
    ('Europe/Berlin', (2027, 10, 31)),
    ('Australia/Lord_Howe', (2027, 4, 4)),
    ('Australia/Lord_Howe', (2027, 10, 3)),
    ('America/Santiago', (2027, 9, 5)),
    ('America/Havana', (2027, 3, 14)),
    ('Africa/Casablanca', (2027, 3, 7)),
    ('Asia/Kathmandu', (2027, 7, 1)),
    ('UTC', (2027, 2, 28)),
]
PATTERNS = [
    '30 2 * * *',
    '0 0 * * *',
    '59 23 * * *',
    '15 * * * *',
    '*/20 1-3 * * *',
    '0,30 0,2,12 * * 0,1',
    '5 0 28 * 0',
    '10 4 1 * *',
]


@pytest.mark.parametrize('change', CHANGES)
def test_they_are_what_the_wall_shows(change):
    zone, day = change
    middle = datetime.datetime(*day, 12, tzinfo=UTC)
    since, until = middle - 4 * DAY, middle + 4 * DAY
    for pattern in PATTERNS:
        found = occurrences.last_occurrences(
            Schedule('x', pattern, zone), since, until
        )
        told = wall_clock.runs(pattern, zone, since, until + MINUTE)
        assert list(found) == told, pattern


@settings(max_examples=30, deadline=None)
@given(
    change=st.sampled_from(CHANGES),
    pattern=st.sampled_from(PATTERNS),
    start=st.integers(-3000, 3000),
    length=st.integers(0, 3000),
)
def test_a_span_holds_what_lies_in_it(change, pattern, start, length):
    zone, day = change
    middle = datetime.datetime(*day, 12, tzinfo=UTC)
    since = middle + start * MINUTE
    until = since + length * MINUTE
    whole = occurrences.last_occurrences(
        Schedule('x', pattern, zone), middle - 5 * DAY, middle + 5 * DAY
    )
    found = occurrences.last_occurrences(
        Schedule('x', pattern, zone), since, until
    )
    assert list(found) == [time for time in whole if since < time <= until]


def test_first_is_due_and_so_is_the_end():
    start = datetime.datetime(2027, 7, 1, tzinfo=UTC)
    span = {'first': '2027-07-02T04:00', 'end': '2027-07-04T04:00'}
    found = occurrences.last_occurrences(
        Schedule('x', '0 4 * * *', 'UTC', **span), start, start + 9 * DAY
    )
    assert [time.day for time in found] == [2, 3, 4]


def test_of_too_many_the_last_are_kept():
    until = datetime.datetime(2027, 7, 1, tzinfo=UTC)
    every = Schedule('x', '* * * * *', 'UTC')
    found = occurrences.last_occurrences(every, until - 42 * DAY, until)
    assert len(found) == occurrences.MAX_PAST
    assert found[-1] == until


def test_of_too_many_to_come_the_first_are_kept():
    now = datetime.datetime(2027, 1, 1, tzinfo=UTC)
    found = occurrences.first_occurrences(
        Schedule('x', '* * * * *', 'UTC'), now, now + 30 * DAY
    )
    assert found[0] == now + MINUTE
    assert len(found) == occurrences.MAX_FUTURE
    six = occurrences.first_occurrences(
        Schedule('x', '* * * * *', 'UTC'), now, now + 6 * DAY
    )
    assert len(six) == 6 * 24 * 60


def test_what_is_not_plain_cron_is_never_due():
    now = datetime.datetime(2027, 7, 1, tzinfo=UTC)
    assert not occurrences.last_occurrences(
        Schedule('x', '0 0 L * *', 'UTC'), now, now + 40 * DAY
    )
    assert not occurrences.last_occurrences(
        Schedule('x', '0 0 * * *', 'Mars/Base'), now, now + 40 * DAY
    )


@pytest.mark.parametrize(
    ('pattern', 'last', 'following'),
    [
        ('0 2 * * 1-5', '2027-07-02 02:00', '2027-07-05 02:00'),
        ('0 3 * * *', '2027-07-02 03:00', '2027-07-03 03:00'),
        ('0 0 1 * *', '2027-07-01 00:00', '2027-08-01 00:00'),
        ('0 0 28 2 *', '2027-02-28 00:00', '2028-02-28 00:00'),
        ('0 0 29 2 *', '2024-02-29 00:00', '2028-02-29 00:00'),
        ('* * * * *', '2027-07-02 12:00', '2027-07-02 12:01'),
    ],
)
def test_around_a_moment(pattern, last, following):
    # a Friday; cron may be a little early
    moment = datetime.datetime(2027, 7, 2, 11, 59, 58, tzinfo=UTC)
    found = occurrences.occurrences_around(pattern, 'UTC', moment)
    assert [f'{time:%Y-%m-%d %H:%M}' for time in found] == [last, following]


@pytest.mark.parametrize(
    ('pattern', 'span', 'due'),
    [
        ('0 2 * * *', {}, '2027-07-03 02:00'),
        ('0 0 29 2 *', {}, '2028-02-29 00:00'),
        ('0 2 * * *', {'first': '2040-01-01T02:00'}, '2040-01-01 02:00'),
        ('0 2 * * *', {'end': '2027-07-03T02:00'}, '2027-07-03 02:00'),
        ('0 2 * * *', {'end': '2027-07-03T01:59'}, ''),
        ('0 2 * * *', {'end': '2027-07-01T00:00'}, ''),
        ('0 2 1 1 *', {'end': '2027-08-01T00:00'}, ''),
    ],
)
def test_the_next_one_is_found_however_far(pattern, span, due):
    moment = datetime.datetime(2027, 7, 2, 12, tzinfo=UTC)
    found = occurrences.next_occurrence(
        Schedule('x', pattern, 'UTC', **span), moment
    )
    assert (f'{found:%Y-%m-%d %H:%M}' if found else '') == due


@pytest.mark.parametrize(
    ('pattern', 'span', 'due'),
    [
        # the run of 02:30 begins when the clocks go forward, at 01:00 UTC
        ('30 2 * * *', {'first': '2027-03-28T02:30'}, '2027-03-28 01:00'),
        ('15 3 * * *', {'end': '2027-03-28T02:30'}, ''),
        ('30 2 * * *', {'end': '2027-03-28T02:30'}, '2027-03-28 01:00'),
    ],
)
def test_a_first_and_an_end_that_the_clocks_skip(pattern, span, due):
    moment = datetime.datetime(2027, 3, 27, 12, tzinfo=UTC)
    one = Schedule('x', pattern, 'Europe/Berlin', **span)
    found = occurrences.next_occurrence(one, moment)
    assert (f'{found:%Y-%m-%d %H:%M}' if found else '') == due


@settings(max_examples=30, deadline=None)
@given(
    change=st.sampled_from(CHANGES),
    pattern=st.sampled_from(PATTERNS),
    start=st.integers(-3000, 3000),
    first=st.integers(-3000, 3000),
    length=st.integers(0, 4000),
)
def test_the_occurrences_are_what_the_wall_shows_from_first_to_end(
    change, pattern, start, first, length
):
    """``first`` and ``end`` are shown by the wall, and due themselves."""
    zone, day = change
    noon = datetime.datetime(*day, 12, tzinfo=UTC)
    moment = noon + start * MINUTE
    first, end = (
        _local(noon + minutes * MINUTE, zone)
        for minutes in (first, first + length)
    )
    span = {
        key: f'{t:%Y-%m-%dT%H:%M}'
        for key, t in (('first', first), ('end', end))
    }
    one = Schedule('x', pattern, zone, **span)
    shown = wall_clock.runs(pattern, zone, noon - 4 * DAY, noon + 7 * DAY)
    expected = [t for t in shown if moment < t and first <= t <= end]
    assert list(occurrences.occurrences(one, moment)) == expected
    assert occurrences.next_occurrence(one, moment) == next(
        iter(expected), None
    )


def _local(moment, zone):
    """The local time of a moment; the first of two."""
    return moment.astimezone(zoneinfo.ZoneInfo(zone)).replace(fold=0)


def test_occurrences_without_an_end_go_on():
    start = datetime.datetime(2027, 7, 1, tzinfo=UTC)
    one = Schedule('x', '0 0 29 2 *', 'UTC', first='2032-02-29T00:00')
    found = itertools.islice(occurrences.occurrences(one, start), 3)
    assert [time.year for time in found] == [2032, 2036, 2040]
