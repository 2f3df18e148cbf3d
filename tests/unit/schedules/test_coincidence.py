# SPDX-License-Identifier: Apache-2.0
"""Two schedules that are due in the same minute: one run is for both."""

import datetime

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
import pytest

from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import coincidence
from protection_dashboard.schedules.coincidence import Coincidence
from tests.support import wall_clock

UTC = datetime.UTC
SECOND = datetime.timedelta(seconds=1)
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)
BERLIN = 'Europe/Berlin'
# a Sunday
SUNDAY = datetime.datetime(2026, 11, 29, 1, tzinfo=UTC)


def document(*schedules):
    """A plan's document with schedules that are called a, b, c..."""
    return {
        'schedules': [
            {'id': id_, 'pattern': pattern, 'zone': zone, **more}
            for id_, (pattern, zone, more) in zip(
                'abcd', schedules, strict=False
            )
        ]
    }


DAILY = ('0 2 * * *', BERLIN, {})
WEEKLY = ('0 2 * * 0', BERLIN, {})
IN_UTC = ('0 1 * * *', 'UTC', {})


@pytest.mark.parametrize('late', [-3 * SECOND, 0 * SECOND, 40 * MINUTE])
def test_a_run_is_for_all_schedules_that_are_due_with_its_own(late):
    plan = document(DAILY, WEEKLY, IN_UTC, ('30 2 * * *', BERLIN, {}))
    began = SUNDAY + late
    found = coincidence.coincidence_of_run(plan, 'b', 'abcd', began)
    assert found == Coincidence(SUNDAY, ('b', 'a', 'c'))
    monday = coincidence.coincidence_of_run(plan, 'a', 'abcd', began + DAY)
    assert monday == Coincidence(SUNDAY + DAY, ('a', 'c'))


def test_zones_meet_in_winter_and_not_in_summer():
    plan = document(DAILY, IN_UTC)
    winter = datetime.datetime(2026, 1, 15, 1, 0, 1, tzinfo=UTC)
    summer = datetime.datetime(2026, 7, 15, 0, 0, 1, tzinfo=UTC)
    assert coincidence.coincidence_of_run(
        plan, 'a', 'ab', winter
    ).schedules == ('a', 'b')
    assert coincidence.coincidence_of_run(
        plan, 'a', 'ab', summer
    ) == Coincidence(summer - SECOND, ('a',))


@pytest.mark.parametrize(
    ('other', 'meets'),
    [
        (('0 2 * * *', BERLIN, {'first': '2026-11-29T02:00'}), True),
        (('0 2 * * *', BERLIN, {'first': '2026-11-29T02:01'}), False),
        (('0 2 * * *', BERLIN, {'end': '2026-11-29T02:00'}), True),
        (('0 2 * * *', BERLIN, {'end': '2026-11-28T23:59'}), False),
        (('nonsense', BERLIN, {}), False),
        (('0 2 * * *', 'Mars/Olympus', {}), False),
        (('0 2 * * *', BERLIN, {'end': 'tomorrow'}), False),
    ],
)
def test_only_schedules_that_are_due_count(other, meets):
    plan = document(DAILY, other)
    found = coincidence.coincidence_of_run(plan, 'a', 'ab', SUNDAY)
    assert found == Coincidence(SUNDAY, ('a', 'b') if meets else ('a',))


def test_a_schedule_without_a_trigger_does_not_count():
    plan = document(DAILY, WEEKLY)
    found = coincidence.coincidence_of_run(plan, 'a', ['a'], SUNDAY)
    assert found.schedules == ('a',)


@pytest.mark.parametrize(
    'plan',
    [
        document(),
        document(('nonsense', BERLIN, {})),
        document(('0 2 * * *', BERLIN, {'first': '2027-01-01T00:00'})),
    ],
)
def test_a_run_without_a_known_occurrence_is_for_its_schedule_alone(plan):
    found = coincidence.coincidence_of_run(plan, 'a', 'ab', SUNDAY)
    assert found == Coincidence(None, ('a',))
    assert not coincidence.is_covered(
        plan, 'a', found.occurrence, SUNDAY, ['a']
    )


@pytest.mark.parametrize(
    ('began', 'schedules', 'covered'),
    [
        (SUNDAY, 'ab', True),
        (SUNDAY - 2 * SECOND, 'ab', True),
        (SUNDAY + 5 * MINUTE, 'ab', True),
        (SUNDAY, 'b', False),
        (SUNDAY, '', False),
        (SUNDAY - MINUTE, 'ab', False),
        (SUNDAY - DAY, 'ab', False),
    ],
)
def test_an_earlier_run_covers_what_it_was_for(began, schedules, covered):
    plan = document(DAILY, WEEKLY)
    assert (
        coincidence.is_covered(plan, 'a', SUNDAY, began, schedules) is covered
    )


TIMES = st.sampled_from(('0', '0,30', '*/30', '*/20', '15'))
HOURS = st.sampled_from(('*', '1', '2', '1-3', '*/2'))
WEEKDAYS = st.sampled_from(('*', '0', '1-5'))
ZONES = st.sampled_from(('UTC', BERLIN, 'Australia/Lord_Howe'))
TIMINGS = st.tuples(
    st.tuples(TIMES, HOURS, WEEKDAYS).map(
        lambda texts: '{} {} * * {}'.format(*texts)
    ),
    ZONES,
    st.just({}),
)
#: clocks go back in Berlin at 1:00 UTC on the last day
START, END = (datetime.datetime(2026, 10, d, tzinfo=UTC) for d in (22, 26))


@settings(max_examples=60, deadline=None)
@given(st.lists(TIMINGS, min_size=2, max_size=4))
def test_it_agrees_with_the_wall_clock_whichever_run_is_first(timings):
    plan = document(*timings)
    due = {
        one['id']: {*wall_clock.runs(one['pattern'], one['zone'], START, END)}
        for one in plan['schedules']
    }
    for own, moments in due.items():
        for moment in moments:
            meeting = {one for one, times in due.items() if moment in times}
            found = coincidence.coincidence_of_run(plan, own, due, moment)
            assert found.occurrence == moment
            assert found.schedules[0] == own
            assert {*found.schedules} == meeting
            for other in meeting - {own}:
                assert coincidence.is_covered(
                    plan, other, moment, moment + SECOND, found.schedules
                )


def schedule(id_, pattern, zone='UTC', **more):
    return Schedule(id_, pattern, zone, **more)


@pytest.mark.parametrize(
    ('one', 'other', 'moment'),
    [
        ('0 2 * * *', '0 2 * * 0', '2026-11-29T02:00+00:00'),
        ('0 2 * * *', '0 3 * * *', None),
        ('*/5 * * * *', '0 4 1 1 *', '2027-01-01T04:00+00:00'),
        ('5 * * * *', '10 * * * *', None),
        ('0 0 13 * *', '0 0 * * 5', '2027-08-13T00:00+00:00'),
        ('0 0 29 2 *', '0 0 * * *', None),
    ],
)
def test_the_next_meeting_is_told(one, other, moment):
    now = datetime.datetime(2026, 11, 28, 12, tzinfo=UTC)
    found = coincidence.next_meetings(
        schedule('a', one), [schedule('b', other)], now
    )
    expected = moment and datetime.datetime.fromisoformat(moment)
    assert [meeting.moment for meeting in found] == (
        [expected] if expected else []
    )
    turned = coincidence.next_meetings(
        schedule('b', other), [schedule('a', one)], now
    )
    assert [meeting.moment for meeting in turned] == [
        meeting.moment for meeting in found
    ]


def test_meetings_are_told_by_moment_and_none_of_what_does_not_run():
    now = datetime.datetime(2026, 11, 28, 12, tzinfo=UTC)
    daily = schedule('a', '0 2 * * *', BERLIN)
    others = [
        daily,
        schedule('b', '0 2 1 * *', BERLIN),
        schedule('c', '0 1 * * *'),
        schedule('d', '0 2 * * *', BERLIN, paused=True),
        schedule('e', 'nonsense', BERLIN),
    ]
    found = coincidence.next_meetings(daily, others, now)
    assert [meeting.schedule.id for meeting in found] == ['c', 'b']
    assert coincidence.next_meetings(others[-1], others, now) == []
