# SPDX-License-Identifier: Apache-2.0
"""Whether anybody can tell when a schedule is due, whatever stands there."""

import dataclasses
import datetime

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
import pytest

from protection_dashboard import exceptions
from protection_dashboard.forms import timing_fields
from protection_dashboard.plans import document as plan_document
from protection_dashboard.recurrence import gate_pattern
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.schedules import expected_runs
from protection_dashboard.schedules import status as schedule_status
from protection_dashboard.schedules import validation as schedule_validation

ID = '11111111-1111-4111-8111-111111111111'
NOW = datetime.datetime(2026, 11, 28, 12, tzinfo=datetime.UTC)
LOOK = expected_runs.RunWindow(NOW, NOW - 42 * datetime.timedelta(days=1))
GOOD = Schedule(ID, '0 2 * * *', 'America/New_York')
TIME = "Must be a time such as 2026-10-25T02:30."
NO_FIELDS = (
    "A pattern has exactly five fields: minute, hour, day of the month, month "
    "and weekday."
)
STATES = {'armed', 'paused', 'ended', 'late', 'unarmed', 'unreadable'}


def status_of(schedule):
    documents = [schedule.document()]
    plan = plan_document.Plan({'id': ID, 'name': 'p', 'schedules': documents})
    return schedule_status.status_of_schedule(plan, schedule, [], [], LOOK)


@pytest.mark.parametrize(
    ('part', 'text', 'sentence'),
    [
        ('pattern', 'foo', NO_FIELDS),
        ('pattern', '* * * * * *', NO_FIELDS),
        ('pattern', '', NO_FIELDS),
        (
            'pattern',
            '99 99 * * *',
            "The first field, the minute, takes 0 to 59, for example 5, 0,30, "
            "10-20 or */15.",
        ),
        (
            'pattern',
            '0 0 30 2 *',
            "This pattern never runs: no chosen month has such a day.",
        ),
        ('zone', 'Mars/Phobos', "This time zone is not known: choose one of "
         "the list."),
        ('zone', '', "This time zone is not known: choose one of the list."),
        ('first', '2026-02-31T00:00', TIME),
        ('first', '2026-11-28T25:00', TIME),
        ('first', '２０２６-11-28T00:00', TIME),
        ('first', '2026-11-28T00:00\n', TIME),
        ('first', '0000-00-00T00:00', TIME),
        ('end', '9999-99-99T99:99', TIME),
        ('end', '2026-11-28', TIME),
        ('end', '', TIME),
    ],
)  # fmt: skip
def test_what_cannot_be_read_costs_the_schedule_and_says_why(
    part, text, sentence
):
    schedule = dataclasses.replace(GOOD, **{part: text})
    found = schedule_validation.unreadable_parts(schedule)
    assert {part: str(words) for part, words in found.items()} == {
        part: sentence
    }
    status = status_of(schedule)
    assert status.state == 'unreadable'
    said = f'cannot be read. {sentence} Choose Edit Schedule.'
    assert str(status.reason).endswith(said)
    assert (status.first, status.end) == (None, None)
    for paused in (False, True):
        with pytest.raises(exceptions.Refused, match="cannot be read"):
            cron_triggers.check_can_run(
                dataclasses.replace(schedule, paused=paused)
            )


@pytest.mark.parametrize('zone', ['America/New_York', 'Asia/Tokyo', 'UTC'])
@pytest.mark.parametrize(
    ('part', 'text', 'words'),
    [
        ('end', '9999-12-31T23:59', "Its last day lies too far away."),
        ('end', '2201-01-01T00:00', "Its last day lies too far away."),
        ('first', '0001-01-01T00:00', "Its first run lies too far away."),
        ('first', '1969-12-31T23:59', "Its first run lies too far away."),
    ],
)
def test_what_is_too_far_away_stands_as_it_does_and_is_not_saved_again(
    zone, part, text, words
):
    schedule = dataclasses.replace(
        GOOD, zone=zone, paused=True, **{part: text}
    )
    status = status_of(schedule)
    said = f'{words} Must be from 1970 to 2200. Choose Edit Schedule.'
    assert (status.state, str(status.reason)) == ('paused', said)
    moment = status.end if part == 'end' else status.first
    assert moment.year in (1969, 1970, 2200, 2201)
    assert not status.can_rearm
    with pytest.raises(exceptions.Refused, match="from 1970 to 2200"):
        cron_triggers.check_can_run(schedule)


def test_one_that_never_ends_goes_on():
    """Up to version 0.1.0 people typed 9999-12-31 for that."""
    night = datetime.datetime(2026, 11, 28, 7, tzinfo=datetime.UTC)
    end = datetime.datetime(9999, 12, 31, 23, 59)
    for zone in ('America/New_York', 'Asia/Tokyo'):
        assert gate_pattern.utc_moment(end, zone).year in (2200, 2201)
    assert gate_pattern.is_due(
        '0 2 * * *',
        'America/New_York',
        night,
        night - datetime.timedelta(days=3),
        end=end,
    )


@pytest.mark.parametrize(
    'span',
    [
        {},
        {'first': '1970-01-01T00:00'},
        {'first': '2028-02-29T23:59', 'end': '2200-12-31T23:59'},
    ],
)
def test_what_is_right_may_be_saved(span):
    schedule = dataclasses.replace(GOOD, **span)
    assert schedule_validation.invalid_parts(schedule) == {}
    assert schedule_validation.first_problem(schedule) is None
    cron_triggers.check_can_run(schedule)


_DIGITS = st.text(alphabet='0123456789０-T:+Z.\n ', max_size=20)
_ANY = st.one_of(
    st.text(max_size=100),
    _DIGITS,
    st.datetimes().map(lambda at: at.strftime('%Y-%m-%dT%H:%M')),
    st.datetimes().map(lambda at: at.isoformat(timespec='minutes')),
)
_PATTERNS = st.one_of(
    st.text(max_size=100),
    st.text(alphabet='0123456789*/,- lwrh#?@a\n', max_size=30),
    st.sampled_from(['0 2 * * *', '*/5 * * * *', '0 0 29 2 *']),
)
_ZONES = st.one_of(
    st.text(max_size=64),
    st.sampled_from(
        ['UTC', 'Asia/Tokyo', 'Europe', '../UTC', 'Pacific/Apia', 'posixrules']
    ),
)


@settings(deadline=None, max_examples=300)
@given(
    st.fixed_dictionaries(
        {'id': st.just(ID), 'pattern': _PATTERNS, 'zone': _ZONES},
        optional={'first': _ANY, 'end': _ANY, 'paused': st.booleans()},
    )
)
def test_whatever_a_schedule_says_it_has_a_status(document):
    schedule = Schedule.from_document(document)
    status = status_of(schedule)
    wrong = schedule_validation.unreadable_parts(schedule)
    assert status.state in STATES
    assert (status.state == 'unreadable') == bool(wrong)
    assert bool(status.reason) or status.state in ('paused', 'ended')
    form = timing_fields.TimingForm(schedule=schedule)
    assert form['pattern'].value() == document['pattern']
    values = timing_fields.initial_timing(schedule)
    assert values.get('first') or 'first' not in {*document} - {*wrong}
    try:
        cron_triggers.check_can_run(schedule)
    except exceptions.Refused:
        return
    assert schedule_validation.invalid_parts(schedule) == {}
