# SPDX-License-Identifier: Apache-2.0
"""How old the newest copy may be."""

import datetime

import pytest

from protection_dashboard.coverage.freshness import Rpo
from protection_dashboard.coverage.freshness import Timing


def at(text):
    return datetime.datetime.fromisoformat(f'2027-{text}+00:00')


NIGHTLY = Timing('0 0 * * *', 'UTC')
WEEKDAYS = Timing('0 0 * * 1-5', 'UTC')
MONTHLY = Timing('0 0 1 * *', 'UTC')


@pytest.mark.parametrize(
    ('promise', 'made', 'due', 'until'),
    [
        # a Wednesday, some minutes late; and by hand, in the afternoon
        (Rpo(None, (NIGHTLY,)), '07-07 00:07', '07-08 00:00', '07-08 12'),
        (Rpo(None, (NIGHTLY,)), '07-07 15:00', '07-08 00:00', '07-08 12'),
        # Mistral's cron was a little early
        (Rpo(None, (NIGHTLY,)), '07-06 23:59', '07-07 00:00', '07-07 12'),
        # Friday's copy is promised until Tuesday noon
        (Rpo(None, (WEEKDAYS,)), '07-02 00:01', '07-05 00:00', '07-06 12'),
        (
            Rpo(None, (MONTHLY, WEEKDAYS)),
            '07-02 00:01',
            '07-05 00:00',
            '07-06 12',
        ),
        (Rpo(None, (MONTHLY,)), '07-02 00:01', '08-01 00:00', '08-16 12'),
        (Rpo(30, (NIGHTLY,)), '07-07 00:00', '07-08 00:00', '07-08 06'),
    ],
)
def test_a_copy_is_good_until(promise, made, due, until):
    assert promise.next_due(at(made)) == at(due)
    assert promise.fresh_until(at(made)) == at(f'{until}:00')


def test_a_little_early_counts_as_on_time():
    promise = Rpo(None, (NIGHTLY,))
    assert promise.fresh_until(at('07-06 23:59:57')) == at('07-08 12:00')


def test_without_hours_and_schedules_nothing_is_promised():
    assert Rpo().fresh_until(at('07-07 00:00')) is None
    assert Rpo().next_due(at('07-07 00:00')) is None
    lunar = Rpo(None, (Timing('0 0 L * *', 'UTC'),))
    assert lunar.fresh_until(at('07-07 00:00')) is None


LATER = NIGHTLY._replace(first=at('08-01 00:00'))
BRIEF = NIGHTLY._replace(end=at('07-09 00:00'))


@pytest.mark.parametrize(
    ('timings', 'made', 'due', 'until'),
    [
        # before it begins: half an interval after its first run
        ((LATER,), '07-07 15:00', '08-01 00:00', '08-01 12'),
        ((LATER,), '08-01 00:07', '08-02 00:00', '08-02 12'),
        ((LATER, MONTHLY), '07-07 15:00', '08-01 00:00', '08-16 12'),
        ((LATER, WEEKDAYS), '07-07 15:00', '07-08 00:00', '07-08 12'),
        ((BRIEF,), '07-08 15:00', '07-09 00:00', '07-09 12'),
    ],
)
def test_nothing_is_due_before_the_first_or_after_the_end(
    timings, made, due, until
):
    promise = Rpo(None, timings)
    assert promise.next_due(at(made)) == at(due)
    assert promise.fresh_until(at(made)) == at(f'{until}:00')


def test_after_the_end_nothing_is_promised():
    promise = Rpo(None, (BRIEF,))
    assert promise.next_due(at('07-09 00:01')) is None
    assert promise.fresh_until(at('07-09 00:01')) is None


def test_hours_count_from_the_first_run_on():
    promise = Rpo(24, (LATER,))
    assert promise.fresh_until(at('07-07 15:00')) == at('08-01 12:00')
    assert promise.fresh_until(at('07-31 15:00')) == at('08-01 15:00')
    assert promise.fresh_until(at('08-01 00:07')) == at('08-02 00:07')
