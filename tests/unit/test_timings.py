# SPDX-License-Identifier: Apache-2.0
"""The fields of a timing, and the wish that they stand for."""

from django.utils import timezone
import pytest

from protection_dashboard import timing_values
from protection_dashboard.timings import TimingForm

DAILY = {'frequency': 'daily', 'at': '02:30', 'zone': 'Europe/Berlin'}
WISH = {'pattern': '30 2 * * *', 'zone': 'Europe/Berlin'}
END = {'end': '2031-12-31T07:00'}


def wished(data, opened=None):
    form = TimingForm(data, wish=opened)
    with timezone.override('Europe/Berlin'):
        assert form.is_valid(), form.errors
    return form.cleaned_data['wish']


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
    found = timing_values.of_pattern(pattern)
    assert found == {'pattern': pattern, **values}
    assert wished({**found, 'zone': 'UTC'})['pattern'] == pattern


def test_a_pattern_counts_only_as_custom():
    assert wished({**DAILY, 'pattern': '1 1 1 1 1'}) == WISH


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
    opened = {**WISH, **END}
    assert wished({**DAILY, **typed}, opened) == {**WISH, **span}


def test_a_wish_comes_back_as_it_was():
    wish = {**WISH, 'first': '2031-02-01T03:00', **END}
    form = TimingForm(wish=wish)
    shown = {bound.name: bound.value() for bound in form}
    assert wished(shown, wish) == wish
