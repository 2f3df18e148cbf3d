# SPDX-License-Identifier: Apache-2.0
"""What a user does with a schedule, and what becomes of its triggers."""

import dataclasses
import datetime
import uuid

import pytest

from protection_dashboard import exceptions
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.schedules import service as schedule_service
from protection_dashboard.schedules import status as schedule_status
from protection_dashboard.workflows import definitions
from tests.support import schedules

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture(scope='module')
def volume(alt_sandbox):
    return alt_sandbox.volume('armed')


@pytest.fixture
def schedule(alt, alt_sandbox, volume):
    return schedules.schedule_of(alt, alt_sandbox, volume)


def test_pause_and_resume(alt, schedule):
    (before,) = schedules.triggers(alt, schedule)
    assert (schedule.state, schedule.by) == ('armed', 'alt')
    assert (schedule.gate, schedule.utc_pattern) == (True, '0 1,2 1 1 *')
    assert (schedule.next_run.hour, schedule.next_run.minute) == (2, 0)

    plan = schedule_service.pause(alt, schedule.plan, schedule.id)
    paused = project_status.get_schedule(alt, plan.id, schedule.id)
    assert (paused.state, paused.next_run) == ('paused', None)
    assert schedules.triggers(alt, schedule) == []

    plan = schedule_service.resume(alt, plan, schedule.id)
    resumed = project_status.get_schedule(alt, plan.id, schedule.id)
    (after,) = schedules.triggers(alt, schedule)
    assert after.id != before.id
    assert after.pattern == before.pattern
    assert after.next_execution_time == before.next_execution_time
    assert (resumed.state, resumed.schedule) == (
        'armed',
        schedule.schedule,
    )


def test_an_edit_changes_trigger_and_schedule_in_place(alt, schedule):
    (before,) = schedules.triggers(alt, schedule)
    plan = schedule.plan
    kept = dataclasses.replace(schedule.schedule, retention={'last': 7})
    plan = schedule_service.schedule_edit(alt, plan, kept)
    assert [t.id for t in schedules.triggers(alt, schedule)] == [before.id]

    edited = dataclasses.replace(kept, pattern='15 * * * *')
    schedule_service.schedule_edit(alt, plan, edited)
    (after,) = schedules.triggers(alt, schedule)
    now = project_status.get_schedule(alt, plan.id, schedule.id)
    assert (now.schedule, now.trigger_id) == (edited, after.id)
    assert (now.gate, now.utc_pattern) == (False, '15 * * * *')
    assert after.workflow_id == plan.workflow_id
    with pytest.raises(exceptions.Refused, match="Somebody else"):
        schedule_service.schedule_edit(
            alt, plan, dataclasses.replace(kept, pattern='45 * * * *')
        )
    assert [t.id for t in schedules.triggers(alt, schedule)] == [after.id]


def test_first_run_and_end(alt, schedule):
    wanted = dataclasses.replace(
        plan_document.new_schedule('30 2 * * *', schedules.BERLIN),
        first='2040-06-01T00:00',
        end='2040-06-03T12:00',
    )
    plan = schedule_service.schedule_add(alt, schedule.plan, wanted)
    added = project_status.get_schedule(alt, plan.id, wanted.id)
    (trigger,) = schedules.triggers(alt, added)
    assert trigger.next_execution_time == '2040-06-01 00:30:00'
    # 0:30, 1:00, 1:30, then 0:00 too on two days, and one that is refused
    assert trigger.remaining_executions == 3 + 4 + 4 + 1
    assert (added.state, added.gate) == ('armed', True)
    assert added.next_run == clock.parse_utc(trigger.next_execution_time)
    late = added.end + MINUTE
    assert schedule_status.state_and_reason(wanted, [], [], late) == (
        'ended',
        None,
    )
    with pytest.raises(exceptions.Refused, match="later end"):
        schedule_service.schedule_edit(
            alt, plan, dataclasses.replace(wanted, first='2041-01-01T00:00')
        )
    assert [t.id for t in schedules.triggers(alt, added)] == [trigger.id]
    left = schedule_service.schedule_delete(alt, plan, wanted.id)
    assert left.schedules == [schedule.schedule]
    assert schedules.triggers(alt, added) == []


def test_rearm_heals_a_schedule_with_two_triggers_or_none(alt, schedule):
    (first,) = schedules.triggers(alt, schedule)
    cron_triggers.arm(alt, schedule.plan, schedule.schedule)
    twice = project_status.get_schedule(alt, schedule.plan.id, schedule.id)
    assert twice.state == 'armed'
    assert str(twice.reason).startswith("Two triggers")
    schedule_service.rearm(alt, schedule.plan, schedule.id)
    (second,) = schedules.triggers(alt, schedule)
    assert second.id != first.id

    mistral.cron_trigger_delete(alt, second.id)
    gone = project_status.get_schedule(alt, schedule.plan.id, schedule.id)
    assert (gone.state, gone.next_run) == ('unarmed', None)
    assert "trigger is gone" in str(gone.reason)
    schedule_service.rearm(alt, schedule.plan, schedule.id)
    healed = project_status.get_schedule(alt, schedule.plan.id, schedule.id)
    assert (healed.state, healed.reason) == ('armed', None)


@pytest.fixture
def copy(alt, alt_sandbox, schedule):
    """A plan that somebody copied through Mistral, ids of schedules and all.

    Its schedule of the same id is armed.
    """
    document = {
        **schedule.plan.document,
        'id': str(uuid.uuid4()),
        'name': 'copied',
    }
    return plan_service.plan_create(alt, alt_sandbox.known(document))


def test_a_schedule_of_the_same_id_in_another_plan_is_another(
    alt, schedule, copy
):
    first, second = schedules.triggers(alt, schedule)
    by_plan = {
        cron_triggers.started_workflow_name(one): one
        for one in (first, second)
    }
    own = by_plan[definitions.plan_workflow_name(schedule.plan.id)]
    copied = by_plan[definitions.plan_workflow_name(copy.id)]
    for plan, trigger in ((schedule.plan, own), (copy, copied)):
        found = project_status.get_schedule(alt, plan.id, schedule.id)
        assert (found.state, found.reason) == ('armed', None)
        assert found.trigger_id == trigger.id
    schedule_service.pause(alt, copy, schedule.id)
    assert [t.id for t in schedules.triggers(alt, schedule)] == [own.id]
    states = {
        plan.id: project_status.get_schedule(alt, plan.id, schedule.id).state
        for plan in (schedule.plan, copy)
    }
    assert states == {schedule.plan.id: 'armed', copy.id: 'paused'}
    schedule_service.resume(alt, copy, schedule.id)
    schedule_service.rearm(alt, schedule.plan, schedule.id)
    schedule_service.schedule_delete(alt, schedule.plan, schedule.id)
    (left,) = schedules.triggers(alt, schedule)
    assert cron_triggers.started_workflow_name(left) == (
        definitions.plan_workflow_name(copy.id)
    )
