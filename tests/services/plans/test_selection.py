# SPDX-License-Identifier: Apache-2.0
"""What a plan protects is found anew at every run."""

import uuid

import pytest

from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import selection
from protection_dashboard.plans import service as plan_service
from tests.support import factories

METHOD = {
    'protection': 'volume_snapshot',
    'options': {'snapshot_name': 'all', 'description': '', 'force': False},
}


@pytest.fixture(scope='module')
def gold(module_sandbox):
    """Two volumes of a tier of their own, and the tier's selector."""
    tier = {'tier': uuid.uuid4().hex}
    volumes = [
        module_sandbox.volume(name, metadata=tier) for name in ('one', 'two')
    ]
    return volumes, {'type': 'volume', 'metadata': tier}


@pytest.fixture
def document(module_sandbox, demo, gold):
    """A plan of the tier without its second volume, and of scratch."""
    (_one, two), selector = gold
    return {
        **module_sandbox.document(factories.volume(demo, 'scratch')),
        'methods': {'volume': METHOD},
        'selectors': [selector],
        'exclusions': [{'type': 'volume', 'id': two.id}],
    }


def told(found):
    return {one.entry['name']: (one.state, one.reason) for one in found}


def test_a_run_protects_what_matches_today(
    module_sandbox, demo, document, gold
):
    plan = plan_service.plan_create(demo, document)
    runs = [execution_service.execute_plan(demo, plan)]
    module_sandbox.ended(runs[0])
    module_sandbox.volume('three', metadata=gold[1]['metadata'])
    runs.append(execution_service.execute_plan(demo, plan))
    first, second = (module_sandbox.ended(run) for run in runs)
    assert {w['name'] for w in first.results} == {'scratch', 'one'}
    assert {w['name'] for w in second.results} == {'scratch', 'one', 'three'}
    assert {w['state'] for w in second.results} == {'ok'}
    assert len(module_sandbox.points(document)) == 5


def test_an_exclusion_wins_over_what_was_picked(
    module_sandbox, demo, document, gold
):
    (one, two), _selector = gold
    picked = [*document['resources']]
    for volume in (one, two):
        picked += module_sandbox.document(volume)['resources']
    found = selection.resolve_resources(
        demo, {**document, 'resources': picked}
    )
    names = [s.entry['name'] for s in found]
    assert names[:3] == ['scratch', 'one', 'two']
    assert len(set(names)) == len(names)
    sentence = 'The plan picks it and excludes it: the exclusion wins.'
    assert told(found)['two'] == ('skipped', sentence)


def test_what_cannot_be_protected_is_skipped_or_fails(demo, document):
    nobody = str(uuid.uuid4())
    entry = document['resources'][0]
    document['exclusions'] = [{'type': 'volume', 'name': '[ot]*'}]
    document['resources'] = [
        {**entry, 'id': nobody, 'name': 'gone'},
        {**entry, 'protection': 'shields'},
        {**entry, 'type': 'moon', 'id': nobody, 'name': 'luna'},
    ]
    document['methods']['ship'] = METHOD
    document['selectors'] += [{'type': 'ship', 'name': 'b*'}]
    found = told(selection.resolve_resources(demo, document))
    absent = 'is not installed here: ask your administrator for it.'
    assert found == {
        'gone': ('skipped', 'The volume no longer exists.'),
        'scratch': ('failed', f'The protection shields {absent}'),
        'luna': ('failed', f'The resource type moon {absent}'),
        'ship b*': ('failed', f'The resource type ship {absent}'),
    }
