# SPDX-License-Identifier: Apache-2.0
"""Points whose resource left their plan, and those that only seem so."""

import dataclasses
import types

import pytest

from protection_dashboard.coverage import left_points
from protection_dashboard.coverage import orphan_facts
from protection_dashboard.coverage import orphans
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections.base import Found
from protection_dashboard.workflows import definitions
from tests.support import recovery_points

NAMED = {'type': 'volume', 'id': 'web', 'name': 'web'}
TAGGED = {'type': 'volume', 'metadata': {'tier': 'gold'}}
TMP = {'type': 'volume', 'name': 'tmp-*'}


def volume(id_='web', name='web', **metadata):
    return Resource(
        id_, 'volume', name, 'available', 'available', metadata=metadata
    )


def document(resources=(), **parts):
    method = {'protection': 'volume_snapshot', 'options': {}}
    return {
        'version': 1,
        'id': recovery_points.PLAN,
        'name': 'nightly',
        'resources': [*resources],
        'methods': {'volume': method},
        'schedules': [],
        **parts,
    }


def found(point, plan, *volumes):
    """The reasons of the orphans, as the page of orphans finds them."""
    workflow = types.SimpleNamespace(
        id='w',
        name=definitions.plan_workflow_name(plan['id']),
        definition=plan_document.workflow_definition(plan),
    )
    facts = orphan_facts.OrphanFacts(
        points={'volume_snapshot': Found([point])},
        resources={'volume': [*volumes]},
        workflows=[workflow],
    )
    search, _parts = orphans.KINDS['left']
    return [str(one.reason) for one in search(facts)]


POINT = recovery_points.point(recovery_points.NOW, id='p')
REASON = ["no longer protected by nightly"]


@pytest.mark.parametrize(
    ('plan', 'resource', 'reasons'),
    [
        (document([NAMED]), volume(), []),
        (document(), volume(), REASON),
        (document(selectors=[TAGGED]), volume(tier='gold'), []),
        (document(selectors=[TAGGED]), volume(tier='silver'), REASON),
        (
            document([NAMED], exclusions=[TMP]),
            volume(name='tmp-1'),
            REASON,
        ),
        (document([NAMED], exclusions=[TMP]), volume(), []),
        (document([NAMED], exclusions=[NAMED]), volume(), REASON),
        # somebody wants to keep it
        (
            document(
                pins=[{'protection': 'volume_snapshot', 'id': 'p', 'note': ''}]
            ),
            volume(),
            [],
        ),
        # its resource is gone: another kind
        (document(), volume('other'), []),
    ],
)
def test_it_is_left_if_its_plan_leaves_its_resource_out(
    plan, resource, reasons
):
    assert found(POINT, plan, resource) == reasons


def test_nothing_is_left_while_its_service_is_silent():
    """A rule may match it: nobody knows."""
    assert found(POINT, document(selectors=[TAGGED])) == []


def test_a_point_of_no_plan_or_another_one_is_not_left():
    mark = dataclasses.replace(POINT.mark, plan=recovery_points.OTHER)
    for other in (mark, dataclasses.replace(mark, plan='')):
        point = dataclasses.replace(POINT, mark=other)
        assert found(point, document(), volume()) == []


def test_what_leaves_by_a_change():
    web, tagged, new = (
        volume(),
        volume('t', 'tagged', tier='gold'),
        volume('n', 'new'),
    )
    listed = {'volume': [web, tagged, new]}
    old = document([NAMED], selectors=[TAGGED])
    entry = {'type': 'volume', 'id': 'n', 'name': 'new'}

    def leaving(changed):
        return left_points.leaving_resources(old, changed, listed)

    assert leaving(old) == []
    assert leaving(document([NAMED, entry], selectors=[TAGGED])) == []
    assert leaving(document([entry], selectors=[TAGGED])) == [web]
    assert leaving(document([NAMED])) == [tagged]
    # it is picked by hand instead
    picked = {'type': 'volume', 'id': 't', 'name': 'tagged'}
    assert leaving(document([NAMED, picked])) == []
    out = {'type': 'volume', 'id': 'web', 'name': 'web'}
    assert leaving({**old, 'exclusions': [out]}) == [web]
