# SPDX-License-Identifier: Apache-2.0
"""What needs attention: the most urgent first, and what to do about it."""

import dataclasses
import datetime
import types

from lxml import html
import pytest

from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.coverage import coverage
from protection_dashboard.coverage import freshness
from protection_dashboard.coverage.freshness import PlanFreshness
from protection_dashboard.executions import records as execution_records
from protection_dashboard.panels.overview import (
    attention as overview_attention,
)
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protectables.base import Resource
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import status as schedule_status
from protection_dashboard.workflows import definitions

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)
ID = '11111111-1111-4111-8111-111111111111'
PLAN = plan_document.Plan({'id': ID, 'name': '<Nightly>'})
SCHEDULE = Schedule(ID, '0 3 * * *', 'UTC')
POINT = types.SimpleNamespace(
    protection='volume_snapshot', id=ID, created=NOW - 3 * DAY
)


def schedule(state, reason=None, **facts):
    said = TranslatableText(reason) if reason else None
    made = dataclasses.replace(SCHEDULE, **facts)
    return schedule_status.ScheduleStatus(PLAN, made, state, said)


def run(state, **facts):
    given = {
        'id': ID,
        'kind': 'plan',
        'plan_id': ID,
        'schedule_id': '',
        'name': '',
        'by': '',
        'state': state,
        'reason': "Quota <exceeded>",
        'started': NOW - DAY,
        'updated': NOW,
        **facts,
    }
    return execution_records.Execution(**given)


def other(state, kind='once', days=1.0, name='<orders-db>', **facts):
    started = NOW - days * DAY
    return run(
        state, kind=kind, plan_id='', name=name, started=started, **facts
    )


FRESH = PlanFreshness('fresh')


@dataclasses.dataclass(frozen=True)
class State:
    """What is read here of a ``reports.plan_status.PlanState``."""

    last_run: execution_records.Execution | None
    id: str = ID
    name: str = '<Nightly>'
    freshness: PlanFreshness = FRESH


def copy(state, point=None, failures=0):
    resource = Resource(ID, 'volume', '<web>', 'available', 'available')
    cover = coverage.ResourceCoverage(resource, 'protected', ('volume', ID))
    until = NOW - DAY if point else None
    known = freshness.Freshness(point, failures, state, until)
    return freshness.NewestCopy(cover, known, state)


def items(schedules=(), known=(), runs=(), unreadable=(), other_runs=()):
    planned = types.SimpleNamespace(
        schedules=schedules,
        states=[State(one) for one in runs],
        unreadable=unreadable,
        other_runs=other_runs,
    )
    return list(overview_attention.attention_items(planned, known))


def said(item):
    """``(name, state, why)`` as a reader sees them."""
    return tuple(
        ' '.join(html.fromstring(f'<p>{part}</p>').text_content().split())
        for part in (item.name, item.state, item.explanation)
    )


def test_nothing_is_said_while_all_is_well():
    fresh, new = copy('fresh', POINT), copy('never')
    assert not items(
        [schedule('armed'), schedule('paused')], [fresh, new], [run('SUCCESS')]
    )


def test_a_schedule_that_is_not_armed_can_be_armed_here():
    (found,) = items([schedule('unarmed', "Its trigger is gone.")])
    assert said(found) == ('<Nightly>', "Not armed", "Its trigger is gone.")
    assert found.rearm == f'schedules__rearm__{ID}:{ID}'


def test_what_arming_does_not_help_has_no_button():
    late, paused = items(
        [
            schedule('late', "Cron does not run."),
            schedule('armed', "It is to be paused.", paused=True),
        ]
    )
    assert (late.rearm, paused.rearm) == ('', '')


def test_a_plan_that_cannot_be_read_comes_first():
    found = items(
        [schedule('unreadable', "Its pattern cannot be read.")],
        unreadable=[
            plan_document.UnreadablePlan(ID, 'a workflow', "It is odd.")
        ],
    )
    name = definitions.plan_workflow_name(ID)
    assert said(found[0]) == (name, "Cannot be read", "It is odd.")
    assert said(found[1])[1:] == (
        "Cannot be read",
        "Its pattern cannot be read.",
    )
    assert [one.rearm for one in found] == ['', '']


def test_a_stale_copy_says_how_old_it_is_and_what_failed_since():
    (found,) = items(known=[copy('stale', POINT, failures=2)])
    assert said(found) == (
        '<web>',
        "Stale",
        "The last good copy was made 3 days ago; a newer one was due "
        "1 day ago. 2 failures since.",
    )
    (lost,) = items(known=[copy('overdue')])
    assert said(lost)[1:] == (
        "No good copy",
        "It has no good copy, and the last run made none.",
    )


def test_a_failed_run_comes_last_and_says_that_the_copies_are_fresh():
    found = items(
        [schedule('unarmed', "Gone.")], [copy('stale', POINT)], [run('ERROR')]
    )
    states = [said(item)[1] for item in found]
    assert states == ["Not armed", "Stale", "Last run failed"]
    assert said(found[-1])[2] == (
        "1 day ago: Quota <exceeded> Its copies are still fresh."
    )


@pytest.mark.parametrize(
    ('kind', 'title'),
    [
        ('once', 'Protect <orders-db>'),
        ('restore', 'Restore <orders-db>'),
        ('delete', 'Delete <orders-db>'),
    ],
)
def test_what_a_person_started_and_failed_is_told_with_its_reason(kind, title):
    (found,) = items(other_runs=[other('ERROR', kind)])
    assert said(found) == (title, "Failed", "1 day ago: Quota <exceeded>")


@pytest.mark.parametrize(
    ('runs', 'left'),
    [
        # done again, and it went well
        ([other('SUCCESS'), other('ERROR', id='2', days=2)], []),
        # a retry in its place, whatever its name
        (
            [
                other('ERROR', id='3', name='again', retry_of='2'),
                other('ERROR', id='2', days=2),
            ],
            ['3'],
        ),
        # a retry that has not ended says nothing yet
        (
            [other('RUNNING', retry_of='2'), other('ERROR', id='2', days=2)],
            ['2'],
        ),
        ([other('CANCELLED'), other('ERROR', id='2', days=2)], ['2']),
        # a restore that went well mends no backup
        (
            [other('SUCCESS', 'restore'), other('ERROR', id='2', days=2)],
            ['2'],
        ),
        ([other('ERROR', days=7.1)], []),
        ([other('ERROR', days=6.9)], [ID]),
    ],
)
def test_a_failure_stands_until_it_is_mended_or_a_week_old(runs, left):
    found = overview_attention.failures_that_stand(runs)
    assert [one.id for one in found] == left
