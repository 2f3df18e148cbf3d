# SPDX-License-Identifier: Apache-2.0
"""What has lost its plan or its resource, and what only seems so."""

import json
import types

import pytest

from protection_dashboard import exceptions
from protection_dashboard.coverage import orphan_cleanup
from protection_dashboard.coverage import orphan_facts
from protection_dashboard.coverage import orphans
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections.base import Found
from protection_dashboard.workflows import definitions
from tests.support import recovery_points

SCHEDULE = '7a0b5e1c-1f0e-4d7b-9a55-1f0e4d7b9a55'


def workflow(
    plan_id=recovery_points.PLAN, *resource_ids, schedules=(SCHEDULE,)
):
    """A plan of volumes as Mistral has it."""
    resource = Resource('web', 'volume', 'web', 'available', 'available')
    document = plan_document.new_plan_document(
        'nightly', resource, 'volume_snapshot', {}
    )
    (entry,) = document['resources']
    document['id'] = plan_id
    document['resources'] = [{**entry, 'id': one} for one in resource_ids]
    document['schedules'] = [
        {'id': one, 'pattern': '0 3 * * *', 'zone': 'UTC'} for one in schedules
    ]
    return types.SimpleNamespace(
        id=f'workflow of {plan_id}',
        name=definitions.plan_workflow_name(plan_id),
        definition=plan_document.workflow_definition(document),
    )


def trigger(schedule_id, plan_id, *, gate=False):
    name = definitions.plan_workflow_name(plan_id)
    return types.SimpleNamespace(
        id=f'trigger of {schedule_id}',
        name=f'protection.schedule.{schedule_id}.0a1b',
        created_at='2026-11-20 10:00:00',
        next_execution_time='2026-11-22 03:00:00',
        workflow_id='workflow',
        workflow_name='protection.gate.p' if gate else name,
        workflow_input=json.dumps({'workflow': name} if gate else {}),
        workflow_params='{}',
        pattern='0 3 * * *',
    )


def facts(**known):
    return orphan_facts.OrphanFacts(**known)


def found(slug, **known):
    look, _parts = orphans.KINDS[slug]
    return [one.id for one in look(facts(**known))]


def points(*some):
    return {'volume_snapshot': Found(list(some))}


def test_a_point_whose_plan_is_gone():
    mine, theirs, by_hand = (
        recovery_points.point(recovery_points.NOW, id=name, plan=plan)
        for name, plan in (
            ('mine', recovery_points.PLAN),
            ('theirs', recovery_points.OTHER),
            ('by hand', ''),
        )
    )
    known = points(mine, theirs, by_hand)
    there = [workflow(recovery_points.PLAN)]
    assert found('planless', points=known, workflows=there) == [
        'volume_snapshot:theirs'
    ]
    assert found('planless', points=known, workflows=None) == []


def test_what_a_run_by_hand_made_has_lost_no_plan():
    known = {
        'points': points(
            recovery_points.point(
                recovery_points.NOW, id='mine', plan=recovery_points.OTHER
            ),
            recovery_points.point(
                recovery_points.NOW,
                id='old',
                plan=recovery_points.OTHER,
                execution=recovery_points.RUN,
            ),
        ),
        'workflows': [workflow(recovery_points.PLAN)],
    }
    runs = frozenset({recovery_points.RUN})
    assert found('planless', by_hand=runs, **known) == ['volume_snapshot:mine']
    assert len(found('planless', by_hand=frozenset(), **known)) == 2
    assert found('planless', by_hand=None, **known) == []


def test_a_plan_that_cannot_be_read_is_not_gone():
    broken = workflow(recovery_points.PLAN)
    broken.definition = 'version: "2.0"'
    known = points(recovery_points.point(recovery_points.NOW))
    assert found('planless', points=known, workflows=[broken]) == []
    triggers = [trigger(SCHEDULE, recovery_points.PLAN)]
    assert found('schedules', triggers=triggers, workflows=[broken]) == []


def test_a_point_whose_resource_is_gone():
    known = points(recovery_points.point(recovery_points.NOW, id='1'))
    gone = {'volume': {'other': 'other'}}
    assert found('sourceless', points=known, names=gone) == [
        'volume_snapshot:1'
    ]
    there = {'volume': {'web': ''}}
    assert found('sourceless', points=known, names=there) == []
    assert found('sourceless', points=known, names={}) == []


@pytest.mark.parametrize('gate', [False, True])
def test_a_trigger_whose_plan_or_schedule_is_gone(gate):
    there = [workflow(recovery_points.PLAN)]
    triggers = [
        trigger(SCHEDULE, recovery_points.PLAN, gate=gate),
        trigger(recovery_points.NIGHTLY, recovery_points.PLAN, gate=gate),
        trigger(recovery_points.MONTHLY, recovery_points.OTHER, gate=gate),
    ]
    assert found('schedules', triggers=triggers, workflows=there) == [
        f'trigger of {recovery_points.NIGHTLY}',
        f'trigger of {recovery_points.MONTHLY}',
    ]
    assert found('schedules', triggers=triggers, workflows=None) == []


def test_a_schedule_of_the_database_client_whose_instance_is_gone():
    client = trigger(SCHEDULE, recovery_points.PLAN)
    client.name, client.workflow_name = 'client', 'trove.backup_create'
    client.workflow_input = json.dumps({'instance': 'db', 'name': 'x'})
    known = {'triggers': [client], 'workflows': []}
    assert found('schedules', **known, names={'database': {}}) == [client.id]
    there = {'database': {'db': 'db'}}
    assert found('schedules', **known, names=there) == []
    assert found('schedules', **known) == []


def test_what_a_plan_picks_although_it_is_gone():
    both = workflow(recovery_points.PLAN, 'here', 'gone')
    none = workflow(recovery_points.OTHER, 'gone')
    names = {'volume': {'here': 'here'}}
    known = facts(workflows=[both, none], names=names)
    look, _parts = orphans.KINDS['resources']
    kind = orphans.OrphanKind(tuple(look(known)))
    assert [one.id for one in kind.orphans] == [
        f'{recovery_points.PLAN}:volume:gone',
        f'{recovery_points.OTHER}:volume:gone',
    ]
    (emptied,) = orphan_cleanup.emptied_plans(kind)
    assert emptied.id == recovery_points.OTHER


def test_only_the_oldest_of_many_points_go_at_once():
    every = recovery_points.daily(
        orphan_cleanup.MAX_POINTS + 3, plan=recovery_points.OTHER
    )
    pinned = workflow(recovery_points.PLAN)
    known = facts(points=points(*every), workflows=[pinned])
    look, _parts = orphans.KINDS['planless']
    deletion = orphan_cleanup.orphan_points_deletion(
        orphans.OrphanKind(tuple(look(known))), known
    )
    assert list(deletion.deletable) == every[3:]


def test_where_a_service_is_silent_it_is_not_known_what_is_the_last_copy():
    known = facts(
        points=points(*recovery_points.daily(1, plan=recovery_points.OTHER))
    )
    silent = orphans.OrphanKind((), (exceptions.Unavailable('silent'),))
    assert (
        orphan_cleanup.orphan_points_deletion(silent, known).without_good_point
        is None
    )
