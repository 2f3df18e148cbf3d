# SPDX-License-Identifier: Apache-2.0
"""Several people change one plan at the same time, and nothing is lost."""

from concurrent import futures
import dataclasses
import datetime
import threading

import pytest

from protection_dashboard import exceptions
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.plans import change_lock
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.recovery_points import pins
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.schedules import service as schedule_service
from protection_dashboard.workflows import definitions
from tests.support import backdating
from tests.support import schedules

LOCK = change_lock.NAME_PREFIX


@pytest.fixture(scope='module')
def volume(module_sandbox):
    return module_sandbox.volume('changed at once')


@pytest.fixture
def plan(module_sandbox, volume):
    return module_sandbox.plan(volume, schedules.NEVER)


def at_once(*calls):
    """Results, or errors of the product, of calls that begin together."""
    barrier = threading.Barrier(len(calls))

    def one(call):
        barrier.wait(30)
        try:
            return call()
        except exceptions.ProtectionError as error:
            return error

    with futures.ThreadPoolExecutor(len(calls)) as pool:
        return [*pool.map(one, calls)]


def triggers(cloud, plan):
    """Ids of the schedules of all triggers that start the plan."""
    found = cron_triggers.triggers_of_workflow(
        mistral.cron_trigger_list(cloud), plan.workflow_id
    )
    return sorted(
        schedule_id
        for schedule_id, own in cron_triggers.triggers_by_schedule(
            found
        ).items()
        for _one in own
    )


def schedule_ids(cloud, plan):
    stored = plan_service.plan_get(cloud, plan.id)
    return sorted(schedule.id for schedule in stored.schedules)


def locks(cloud, plan):
    return mistral.workflow_list(cloud, name=LOCK + plan.id)


def test_three_schedules_are_added(demo, plan):
    """Through the gate and directly; each has one trigger."""
    added = [
        plan_document.new_schedule('0 4 1 1 *', zone)
        for zone in ('UTC', 'Asia/Kolkata', schedules.BERLIN)
    ]
    results = at_once(
        *(
            lambda one=one: schedule_service.schedule_add(demo, plan, one)
            for one in added
        )
    )
    assert not [one for one in results if isinstance(one, Exception)]
    wanted = sorted([plan.schedules[0].id, *(one.id for one in added)])
    assert schedule_ids(demo, plan) == wanted
    assert triggers(demo, plan) == wanted
    assert locks(demo, plan) == []


def test_an_edit_and_a_pin_are_both_saved(demo, module_sandbox, volume, plan):
    point = module_sandbox.point(volume, plan=plan)
    for number in range(8):
        base = plan_service.plan_get(demo, plan.id).document
        edited = {**base, 'description': f'edit {number}'}
        results = at_once(
            lambda base=base, edited=edited: plan_service.plan_update(
                demo, base, edited
            ),
            lambda number=number: pins.pin_point(demo, point, f'pin {number}'),
        )
        assert not [one for one in results if isinstance(one, Exception)]
        stored = plan_service.plan_get(demo, plan.id)
        assert stored.document['description'] == f'edit {number}'
        assert stored.pins[point.id]['note'] == f'pin {number}'


def test_of_two_edits_of_one_part_one_is_told(demo, plan):
    base = plan.document
    results = at_once(
        *(
            lambda name=name: plan_service.plan_update(
                demo, base, {**base, 'name': name}
            )
            for name in ('mine', 'theirs')
        )
    )
    (refused,) = [one for one in results if isinstance(one, Exception)]
    (saved,) = [one for one in results if one is not refused]
    assert "Somebody else has changed this plan meanwhile" in str(refused)
    assert saved.name in str(refused)
    assert plan_service.plan_get(demo, plan.id).name == saved.name


def test_two_edits_of_one_schedule_leave_one_trigger(demo, plan):
    (schedule,) = plan.schedules
    results = at_once(
        *(
            lambda pattern=pattern: schedule_service.schedule_edit(
                demo, plan, dataclasses.replace(schedule, pattern=pattern)
            )
            for pattern in ('0 5 1 1 *', '0 6 1 1 *')
        )
    )
    (refused,) = [one for one in results if isinstance(one, Exception)]
    (saved,) = [one for one in results if one is not refused]
    assert "Somebody else has changed this schedule" in str(refused)
    assert triggers(demo, plan) == [schedule.id]
    assert plan_service.plan_get(demo, plan.id).schedules == saved.schedules


def test_no_trigger_stays_of_a_plan_that_is_deleted_meanwhile(demo, plan):
    """Whichever is first; a gated one has no link that Mistral checks."""
    added = plan_document.new_schedule('0 4 1 1 *', schedules.BERLIN)
    _deleted, result = at_once(
        lambda: plan_service.plan_delete(demo, plan),
        lambda: schedule_service.schedule_add(demo, plan, added),
    )
    assert isinstance(result, (plan_document.Plan, exceptions.NotFound))
    with pytest.raises(exceptions.NotFound):
        plan_service.plan_get(demo, plan.id)
    assert triggers(demo, plan) == []
    assert locks(demo, plan) == []


def test_a_change_in_progress_is_waited_for_but_not_for_ever(demo, plan):
    with (
        change_lock.plan_lock(demo, plan.id),
        pytest.raises(exceptions.Refused, match="at this moment: try again"),
        change_lock.plan_lock(demo, plan.id, wait=0),
    ):
        pytest.fail("two changes at once")
    assert plan_service.plan_save(demo, plan, name='free').name == 'free'


def test_a_lock_of_a_process_that_died_stops_nobody_for_long(demo, plan):
    text = definitions.dump_definition(
        LOCK + plan.id, {'tasks': {'none': {'action': 'std.noop'}}}
    )
    left = mistral.workflow_create(demo, text)
    long_ago = clock.now() - datetime.timedelta(minutes=3)
    backdating.workflow_made_at(left.id, long_ago)
    names = ('mine', 'theirs')
    results = at_once(
        *(
            lambda name=name: plan_service.plan_save(demo, plan, name=name)
            for name in names
        )
    )
    assert sorted(saved.name for saved in results) == sorted(names)
    assert locks(demo, plan) == []


def test_a_refused_change_leaves_nothing_behind(demo, plan):
    late = dataclasses.replace(
        plan_document.new_schedule('0 4 * * *', 'UTC'), end='2020-01-01T00:00'
    )
    with pytest.raises(exceptions.Refused):
        schedule_service.schedule_add(demo, plan, late)
    with pytest.raises(exceptions.Refused):
        plan_service.plan_save(demo, plan, name='')
    assert plan_service.plan_get(demo, plan.id) == plan
    assert triggers(demo, plan) == schedule_ids(demo, plan)
    assert locks(demo, plan) == []


def test_other_refusals_are_not_taken_for_a_change_of_others(demo):
    """Mistral answers 409 for a name that exists, and only then."""
    text = definitions.dump_definition(
        f'{LOCK}twice', {'tasks': {'none': {'action': 'std.noop'}}}
    )
    made = mistral.workflow_create(demo, text)
    try:
        with pytest.raises(exceptions.Conflict):
            mistral.workflow_create(demo, text)
    finally:
        mistral.workflow_delete(demo, made.id)
