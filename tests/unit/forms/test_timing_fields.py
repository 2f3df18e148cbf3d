# SPDX-License-Identifier: Apache-2.0
"""The fields of a timing, and the schedule that they stand for."""

import dataclasses

from django.utils import timezone
import pytest

from protection_dashboard.forms import timing_fields
from protection_dashboard.forms.timing_fields import TimingForm
from protection_dashboard.recurrence.schedule import Schedule

DAILY = {'frequency': 'daily', 'at': '02:30', 'zone': 'Europe/Berlin'}
SCHEDULE = Schedule('', '30 2 * * *', 'Europe/Berlin')
END = '2031-12-31T07:00'


def typed_schedule(data, opened=None):
    form = TimingForm(data, schedule=opened)
    with timezone.override('Europe/Berlin'):
        assert form.is_valid(), form.errors
    return form.cleaned_data['schedule']


@pytest.mark.parametrize(
    ('pattern', 'values'),
    [
        ('7 * * * *', {'frequency': 'hourly', 'minute': '7'}),
        ('5 2 * * *', {'frequency': 'daily', 'at': '02:05'}),
        (
            '5 2 * * 0',
            {'frequency': 'weekly', 'at': '02:05', 'weekday': '0'},
        ),
        ('5 2 9 * *', {'frequency': 'monthly', 'at': '02:05', 'day': '9'}),
        ('5 2,3 * * *', {'frequency': 'custom'}),
    ],
)
def test_a_pattern_and_its_fields_mean_the_same(pattern, values):
    found = timing_fields.pattern_values(pattern)
    assert found == {'pattern': pattern, **values}
    assert typed_schedule({**found, 'zone': 'UTC'}).pattern == pattern


def test_a_pattern_counts_only_as_custom():
    assert typed_schedule({**DAILY, 'pattern': '1 1 1 1 1'}) == SCHEDULE


@pytest.mark.parametrize(
    ('typed', 'span'),
    [
        ({'first': '2031-02-01T03:00'}, {'first': '2031-02-01T03:00'}),
        # the clocks of the zone skip it, which is no error
        ({'first': '2031-03-30T02:30'}, {'first': '2031-03-30T02:30'}),
        ({'end': '2031-02-01'}, {'end': '2031-02-01T23:59'}),
        # the time that a file gave stays while the day does
        ({'end': '2031-12-31'}, {'end': '2031-12-31T07:00'}),
    ],
)
def test_first_and_end_are_local_times(typed, span):
    opened = dataclasses.replace(SCHEDULE, end=END)
    wanted = dataclasses.replace(SCHEDULE, **span)
    assert typed_schedule({**DAILY, **typed}, opened) == wanted


@pytest.mark.parametrize('field', ['first', 'end'])
@pytest.mark.parametrize('day', ['9999-12-31', '2201-01-01', '1969-12-31'])
@pytest.mark.parametrize('zone', ['America/New_York', 'Asia/Tokyo'])
def test_a_day_that_nobody_plans_for_is_refused_at_its_field(field, day, zone):
    typed = f'{day}T12:00' if field == 'first' else day
    form = TimingForm({**DAILY, 'zone': zone, field: typed})
    assert not form.is_valid()
    assert form.errors == {field: ["Must be from 1970 to 2200."]}


@pytest.mark.parametrize(
    'day', ['2031-02-31', '２０３１-02-01x', '10000-01-01']
)
def test_a_day_that_there_is_not_is_refused_at_its_field(day):
    form = TimingForm({**DAILY, 'end': day})
    assert form.errors == {'end': ["Enter a valid date."]}


def test_what_cannot_be_read_leaves_its_field_as_in_a_new_form():
    schedule = Schedule(
        '',
        'foo',
        'Mars/Phobos',
        first='2026-02-31T00:00',
        end='9999-99-99T99:99',
    )
    form = TimingForm(schedule=schedule)
    shown = {bound.name: bound.value() for bound in form}
    assert (shown['frequency'], shown['pattern']) == ('custom', 'foo')
    assert (shown['zone'], shown['first'], shown['end']) == ('UTC', None, '')


def test_a_schedule_comes_back_as_it_was():
    schedule = dataclasses.replace(SCHEDULE, first='2031-02-01T03:00', end=END)
    form = TimingForm(schedule=schedule)
    shown = {bound.name: bound.value() for bound in form}
    assert typed_schedule(shown, schedule) == schedule


@pytest.mark.parametrize(
    ('typed', 'opened', 'errors'),
    [
        (
            {'end': '2020-12-31'},
            None,
            ["It does not run before its last day."],
        ),
        (
            {'frequency': 'monthly', 'day': '31', 'end': '2031-11-30'}
            | {'first': '2031-11-01T00:00'},
            None,
            ["It does not run before its last day."],
        ),
        (
            {'first': '2031-02-02T03:00', 'end': '2031-02-01'},
            None,
            ["The last day lies before the first run."],
        ),
        # one that has ended may keep its end
        ({'end': '2020-12-31'}, '2020-12-31T07:00', None),
        (
            {'end': '2020-12-30'},
            '2020-12-31T07:00',
            ["It does not run before its last day."],
        ),
    ],
)
def test_a_last_day_without_a_run_is_refused_at_its_field(
    typed, opened, errors
):
    known = dataclasses.replace(SCHEDULE, end=opened) if opened else None
    form = TimingForm({**DAILY, **typed}, schedule=known)
    assert form.errors.get('end') == errors
    assert form.errors.keys() == ({'end'} if errors else set())
