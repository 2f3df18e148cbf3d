# SPDX-License-Identifier: Apache-2.0
"""What became of each day, and what comes next."""

import dataclasses
import datetime

import pytest

from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import records as execution_records
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.reports import execution_calendar
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import expected_runs
from protection_dashboard.schedules import upcoming

UTC = datetime.UTC
HOUR = datetime.timedelta(hours=1)
NOW = datetime.datetime(2027, 7, 10, 12, tzinfo=UTC)


@dataclasses.dataclass(frozen=True)
class Status:
    """Of a ScheduleStatus what counts here."""

    pattern: str = '0 23 * * *'
    next_run: datetime.datetime | None = NOW + 11 * HOUR
    expected: tuple = ()
    name: str = 'nightly'
    state: str = 'armed'
    zone: str = 'UTC'

    @property
    def schedule(self):
        return Schedule('', self.pattern, self.zone)


def run(hours, state='SUCCESS'):
    at = NOW + hours * HOUR
    return execution_log.LogEntry('', '', '', '', state, at, at)


def told(runs=(), schedules=(), known_from=None):
    window = expected_runs.RunWindow(
        NOW, NOW - project_status.LOOK_BACK, known_from
    )
    return project_status.ProjectStatus(
        [], list(schedules), runs, (), window, []
    )


def test_each_run_counts_on_the_local_day_it_began():
    # 10 July ends in Berlin at 22:00 UTC
    runs = (
        run(-2),
        run(-14, 'ERROR'),
        run(-15, 'SKIPPED'),
        run(-38.1),
        run(-1, 'RUNNING'),
        run(-3000),
    )
    found = execution_calendar.calendar_days(
        told(runs), 'Europe/Berlin', back=2, ahead=0
    )
    assert {f'{date:%d}': day for date, day in found.items()} == {
        '08': execution_calendar.CalendarDay(ok=1),
        '09': execution_calendar.CalendarDay(skipped=1),
        '10': execution_calendar.CalendarDay(ok=1, failed=1, running=1),
    }


def test_a_lost_run_is_one_that_failed():
    lost = run(1, 'ERROR')._replace(state_info='Lost: it did not move.')
    found = execution_calendar.calendar_days(
        told((lost,)), 'UTC', back=0, ahead=0
    )
    (day,) = found.values()
    assert (day.failed, day.lost) == (1, 1)


def test_missed_and_planned_runs_stand_on_their_days():
    missed = expected_runs.ExpectedRun(NOW - 37 * HOUR, 'missed')
    fine = expected_runs.ExpectedRun(NOW - 13 * HOUR, 'ok')
    schedule = Status(expected=(fine, missed))
    found = execution_calendar.calendar_days(
        told(schedules=[schedule]), 'UTC', back=2, ahead=2
    )
    assert list(found.values()) == [
        execution_calendar.CalendarDay(missed=1),
        execution_calendar.CalendarDay(),
        execution_calendar.CalendarDay(planned=1),
        execution_calendar.CalendarDay(planned=1),
        execution_calendar.CalendarDay(planned=1),
    ]


def test_what_is_not_known_is_said():
    found = execution_calendar.calendar_days(
        told(known_from=NOW - 30 * HOUR), 'UTC', back=2, ahead=1
    )
    assert [day.known for day in found.values()] == [False, False, True, True]


def test_all_days_are_there_when_the_clocks_change():
    autumn = datetime.datetime(2027, 11, 1, 12, tzinfo=UTC)
    window = expected_runs.RunWindow(autumn, autumn)
    runs = tuple(run(hours) for hours in range(24 * 140))
    found = execution_calendar.calendar_days(
        project_status.ProjectStatus([], [], runs, (), window, []),
        'Europe/Berlin',
        ahead=2,
    )
    counts = [day.ok for day in found.values()]
    assert len(counts) == 45
    assert sorted(set(counts)) == [24, 25]


@pytest.mark.parametrize(
    ('schedule', 'hours', 'more'),
    [
        (Status(), [11, 35], [0, 0]),
        (Status(pattern='0 * * * *', next_run=NOW + HOUR), [1], [47]),
        # one that is late is due at once
        (Status('0 12 * * *', NOW - HOUR), [0, 24, 48], [0] * 3),
        (Status(next_run=None), [], []),
        # what Mistral will begin first, not what the pattern says
        (Status(next_run=NOW + 35 * HOUR), [35], [0]),
        (Status(pattern='0 0 L * *'), [], []),
    ],
)
def test_what_comes_in_two_days(schedule, hours, more):
    found = upcoming.upcoming_runs([schedule], NOW, 48 * HOUR)
    assert [one.starts for one in found] == [NOW + h * HOUR for h in hours]
    assert [one.more for one in found] == more


def test_the_next_comes_first():
    late, soon = Status(), Status('0 13 * * *', NOW + HOUR, name='noon')
    found = upcoming.upcoming_runs([late, soon], NOW, 24 * HOUR)
    assert [one.name for one in found] == ['noon', 'nightly']


def other_run(kind, state):
    return execution_records.Execution(
        id=kind,
        kind=kind,
        plan_id='',
        schedule_id='',
        name='web',
        by='demo',
        state=state,
        reason='',
        started=NOW,
        updated=NOW,
    )


def test_protect_now_counts_as_a_backup_and_nothing_else_does():
    others = tuple(
        other_run(kind, 'ERROR')
        for kind in ('once', 'restore', 'delete', 'notify')
    )
    status = dataclasses.replace(
        told((run(0),)), other_runs=others, client_runs=(run(0, 'ERROR'),)
    )
    (day,) = execution_calendar.calendar_days(
        status, 'UTC', back=0, ahead=0
    ).values()
    assert day == execution_calendar.CalendarDay(
        ok=1, failed=1, client_failed=1
    )


def test_days_before_the_oldest_known_run_of_protect_now_are_unknown():
    status = dataclasses.replace(told(), others_from=NOW - 24 * HOUR)
    found = execution_calendar.calendar_days(status, 'UTC', back=2, ahead=0)
    assert [day.known for day in found.values()] == [False, False, True]
