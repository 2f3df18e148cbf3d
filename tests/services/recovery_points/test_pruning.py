# SPDX-License-Identifier: Apache-2.0
"""Runs that remove what retention does not keep, and nothing else."""

import dataclasses
import datetime
import uuid

import pytest

from protection_dashboard.common import clock
from protection_dashboard.executions import dry_run
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.protections.base import Mark
from protection_dashboard.protections.base import RecoveryPoint
from protection_dashboard.recovery_points import fetch as point_fetch
from protection_dashboard.recovery_points import newest as newest_points
from protection_dashboard.recovery_points import pruning
from protection_dashboard.recovery_points import removals
from tests.support import backdating
from tests.support import factories
from tests.support import freezer_service
from tests.support.sandboxes import with_resources

KEEP_ONE = {'last': 1}


@dataclasses.dataclass(frozen=True)
class Past:
    """A plan that keeps one point of ``good`` and ``bad``, and has two.

    ``runs`` are its two runs; in the second one ``bad`` failed. ``pinned``
    is an older point of good, ``foreign`` one that another plan made.
    """

    plan: plan_document.Plan
    good: str
    bad: str
    runs: list
    pinned: RecoveryPoint
    foreign: RecoveryPoint


@pytest.fixture(scope='module')
def past(module_sandbox, demo):
    good, bad = module_sandbox.volume('kept'), module_sandbox.volume('unlucky')
    document = with_resources(
        module_sandbox.document(good), module_sandbox.document(bad)
    )
    plan = plan_service.plan_create(demo, document)
    pinned, foreign = (
        module_sandbox.point(good, plan=_only(plan, good)),
        module_sandbox.point(good),
    )
    first = module_sandbox.ended(execution_service.execute_plan(demo, plan))
    pin = {'protection': pinned.protection, 'id': pinned.id, 'note': 'why'}
    fault = {'fault_create_snapshot': 'fail'}
    module_sandbox.cinder.volumes.set_metadata(bad.id, fault)
    # the run reads these anew
    plan = plan_service.plan_save(demo, plan, retention=KEEP_ONE, pins=[pin])
    runs = [
        first,
        module_sandbox.ended(execution_service.execute_plan(demo, plan)),
    ]
    return Past(plan, good.id, bad.id, runs, pinned, foreign)


def _only(plan, volume):
    """The plan with one of its resources."""
    entries = [e for e in plan.document['resources'] if e['id'] == volume.id]
    return plan_document.Plan({**plan.document, 'resources': entries})


def made(run):
    return {wait['resource_id']: wait['id'] for wait in run.results}


def points_of(volume_id, demo):
    found = factories.SNAPSHOT.points(demo, volume_id)
    return {point.id for point in found}


def test_a_run_removes_what_no_rule_keeps(demo, past):
    first, second = past.runs
    (removal,) = second.removed
    assert removal['id'] == made(first)[past.good]
    assert (removal['state'], removal['why']) == ('removed', '')
    assert removal['resource'] == 'kept'
    assert removal['reason'] == 'removed: no rule keeps it'
    assert second.summary['removed'] == 1
    assert points_of(past.good, demo) == {
        past.pinned.id,
        past.foreign.id,
        made(second)[past.good],
    }


def test_after_a_failure_of_a_resource_its_points_stay(demo, past):
    first, second = past.runs
    assert second.state == 'ERROR'
    assert second.summary['failed'] == 1
    left = points_of(past.bad, demo)
    assert left == {made(first)[past.bad], made(second)[past.bad]}


def test_a_page_shows_what_the_next_run_would_do(demo, past):
    now = datetime.datetime.now(datetime.UTC)
    resources = {('volume', past.good)}
    found, errors = pruning.planned_verdicts(
        demo, past.plan.document, resources, now
    )
    assert errors == []
    words = {one.point.id: str(one.words) for one in found if one.keep}
    assert words == {
        made(past.runs[1])[past.good]: 'kept: the last one',
        past.pinned.id: 'kept: pinned (why)',
        past.foreign.id: 'kept: not made by this plan',
    }


def test_a_mark_is_read_again_right_before_the_delete(demo, sandbox):
    volume = factories.volume(demo, 'scratch')
    plan = sandbox.plan(volume)
    old, _new = (sandbox.point(volume, plan=plan) for _number in range(2))
    plan_service.plan_save(demo, plan, retention=KEEP_ONE)
    wait = {'type': 'volume', 'resource_id': volume.id, 'name': 'scratch'}
    found, _errors = pruning.planned_verdicts(
        demo,
        {**plan.document, 'retention': KEEP_ONE},
        {('volume', volume.id)},
        datetime.datetime.now(datetime.UTC),
    )
    assert [one.point.id for one in found if not one.keep] == [old.id]
    (removal,) = pruning.removals_of_verdicts(
        found, {('volume', volume.id): 'scratch'}
    )
    snapshots = sandbox.cinder.volume_snapshots
    snapshots.set_metadata(old.id, Mark(plan=str(uuid.uuid4())).metadata())
    begun = removals.begin_removal(demo, plan.id, removal)
    assert begun['state'] == 'failed'
    assert begun['why'] == "It does not carry this plan's mark any more."
    snapshots.set_metadata(old.id, old.mark.metadata())
    ended = [{**wait, 'state': 'ok'}]
    first, again = (
        pruning.start_pruning(demo, plan.id, ended) for _ in range(2)
    )
    assert [one['id'] for one in first['removals']] == [old.id]
    # delivered twice: it is on its way, or gone
    assert again['removals'] == []


def test_nothing_is_removed_for_a_plan_that_is_gone(demo, sandbox):
    document = sandbox.document(factories.volume(demo, 'scratch'))
    wait = {'type': 'volume', 'resource_id': 'x', 'name': 'x', 'state': 'ok'}
    assert (
        pruning.start_pruning(demo, document['id'], [wait])['removals'] == []
    )


@pytest.fixture
def future(demo, sandbox):
    """``(Plan, id of its point)``: Freezer's clock was an hour ahead."""
    volume = sandbox.volume('of tomorrow')
    plan = sandbox.plan(volume)
    plan_service.plan_save(demo, plan, retention=KEEP_ONE)
    at = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
    mark = Mark(plan=plan.id, execution=str(uuid.uuid4()))
    point_id = freezer_service.record(
        demo,
        volume.id,
        time_stamp=int(at.timestamp()),
        description=mark.written('early', 255),
    )
    freezer_service.backed_up(sandbox.cinder, volume.id, point_id)
    yield plan_service.plan_get(demo, plan.id), point_id
    freezer_service.clear(demo, [volume.id])


def test_a_run_keeps_what_it_made_after_a_clock_was_ahead(
    demo, sandbox, future
):
    plan, point_id = future
    (early,) = point_fetch.fetch_points_of_resources(demo, {_key(plan)})[0]
    assert (early.id, early.state) == (point_id, 'available')
    first = sandbox.ended(execution_service.execute_plan(demo, plan))
    now = datetime.datetime.now(datetime.UTC)
    planned = dry_run.plan_dry_run(demo, plan.document, now)
    words = {one.point.id: str(one.words) for one in planned.kept}
    assert words[point_id].startswith("kept: its service's clock was ahead")
    (dry,) = planned.removed
    second = sandbox.ended(execution_service.execute_plan(demo, plan))
    assert [first.removed, second.state] == [(), 'SUCCESS']
    (removal,) = second.removed
    assert removal['id'] == dry.point.id == made(first)[_key(plan)[1]]
    last = made(second)[_key(plan)[1]]
    found, _errors = point_fetch.fetch_points_of_resources(demo, {_key(plan)})
    assert {one.id for one in found} == {point_id, last}
    good = newest_points.newest_good_points(
        demo, {_key(plan)}, {'volume_snapshot', 'freezer'}
    )
    assert good.points[_key(plan)].id == last


def test_a_retention_never_touches_what_protect_now_made(demo, sandbox):
    volume = sandbox.volume('by hand')
    plan = sandbox.plan(volume)
    plan_service.plan_save(demo, plan, retention=KEEP_ONE)
    document = sandbox.document(volume)
    (by_hand,) = sandbox.ended(sandbox.start(document)).results
    runs = [
        sandbox.ended(execution_service.execute_plan(demo, plan))
        for _n in range(2)
    ]
    assert [len(run.removed) for run in runs] == [0, 1]
    assert points_of(volume.id, demo) == {
        by_hand['id'],
        runs[1].results[0]['id'],
    }


def _key(plan):
    (entry,) = plan.resources
    return entry['type'], entry['id']


def test_a_run_removes_nothing_of_its_own_though_a_clock_was_set_back(
    demo, sandbox
):
    volume = factories.volume(demo, 'scratch')
    plan = sandbox.plan(volume)
    mine, _other = (sandbox.point(volume, plan=plan) for _number in range(2))
    plan_service.plan_save(demo, plan, retention=KEEP_ONE)
    wait = {'type': 'volume', 'resource_id': volume.id, 'name': 'scratch'}
    run = dataclasses.replace(demo, execution=mine.mark.execution)
    stand = pruning.start_pruning(run, plan.id, [{**wait, 'state': 'ok'}])
    assert stand['removals'] == []
    removal = removals.new_removal(
        mine, resource='scratch', reason='x', after=[]
    )
    assert removals.begin_removal(run, plan.id, removal)['why'] == (
        "This run has made it."
    )
    assert mine.id in points_of(volume.id, demo)


@pytest.mark.parametrize('minutes', [50, -50])
def test_runs_count_in_their_order_whatever_cinders_clock_showed(
    module_sandbox, demo, minutes
):
    """A clock that is 50 minutes fast, or slow, while two runs are made."""
    document = module_sandbox.document(module_sandbox.volume('timely'))
    document['retention'] = {'last': 2}
    plan = plan_service.plan_create(demo, document)
    points = []
    for _number in range(3):
        run = module_sandbox.ended(execution_service.execute_plan(demo, plan))
        assert run.state == 'SUCCESS'
        (point_id,) = made(run).values()
        points.append(point_id)
        if len(points) < 3:
            wrong = clock.now() + datetime.timedelta(minutes=minutes)
            backdating.snapshot_dated(point_id, wrong)
    left = {one.id: one for one in module_sandbox.points(plan.document)}
    assert {*left} == {*points[1:]}
    wrongly_dated, newest = (left[one] for one in points[1:])
    assert newest.wrongly_dated is None
    shift = wrongly_dated.wrongly_dated - wrongly_dated.created
    assert abs(shift.total_seconds() / 60 - minutes) < 5
