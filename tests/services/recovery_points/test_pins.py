# SPDX-License-Identifier: Apache-2.0
"""Pins stand in the plan's document, and go with their points."""

import datetime

import pytest

from protection_dashboard import exceptions
from protection_dashboard.plans import service as plan_service
from protection_dashboard.recovery_points import pins
from protection_dashboard.retention import policy as retention_policy
from tests.support import factories

GONE = '00000000-0000-4000-8000-000000000000'


@pytest.fixture(scope='module')
def volume(module_sandbox):
    return module_sandbox.volume('pinboard')


@pytest.fixture(scope='module')
def plan(module_sandbox, demo, volume):
    """A plan that keeps only the newest point of each resource."""
    document = {**module_sandbox.document(volume), 'retention': {'last': 1}}
    return plan_service.plan_create(demo, document)


@pytest.fixture(scope='module')
def points(module_sandbox, volume, plan):
    """Two points of the plan, the older first."""
    return [module_sandbox.point(volume, plan=plan) for _number in range(2)]


def stored(cloud, plan):
    """``{point id: note}`` as the plan's workflow has it."""
    found = plan_service.plan_get(cloud, plan.id).pins
    return {id_: pin['note'] for id_, pin in found.items()}


def kept(cloud, plan):
    """``{point id: whether it stays}``, by the very function of the prune."""
    document = plan_service.plan_get(cloud, plan.id).document
    (entry,) = document['resources']
    points = factories.SNAPSHOT.points(cloud, entry['id'])
    now = datetime.datetime.now(datetime.UTC)
    policy = retention_policy.Policy.from_document(document)
    found = retention_policy.retention_verdicts(points, policy, now)
    return {one.point.id: one.keep for one in found}


def test_a_pinned_point_is_kept_until_it_is_unpinned(demo, plan, points):
    old, new = points
    assert kept(demo, plan) == {old.id: False, new.id: True}
    pins.pin_point(demo, old, "before the <% upgrade %>")
    pin = plan_service.plan_get(demo, plan.id).pins[old.id]
    age = datetime.datetime.now(datetime.UTC) - (
        datetime.datetime.fromisoformat(pin['at'])
    )
    assert age < datetime.timedelta(minutes=5)
    assert (pin['protection'], pin['by']) == ('volume_snapshot', 'demo')
    assert stored(demo, plan) == {old.id: "before the <% upgrade %>"}
    assert kept(demo, plan) == {old.id: True, new.id: True}
    pins.unpin_point(demo, old)
    pins.unpin_point(demo, old)
    assert plan_service.plan_get(demo, plan.id).document == plan.document
    assert kept(demo, plan) == {old.id: False, new.id: True}


def test_another_pin_drops_what_is_surely_gone(demo, plan, points):
    """Nobody can tell of a protection that is not installed any more."""
    first, second = points
    pinned = [
        {'protection': first.protection, 'id': first.id, 'note': "a note"},
        {'protection': first.protection, 'id': GONE, 'note': "gone"},
        {'protection': 'uninstalled', 'id': 'elsewhere', 'note': "lost"},
    ]
    plan_service.plan_save(demo, plan, pins=pinned)
    pins.pin_point(demo, second, "")
    assert stored(demo, plan) == {
        first.id: "a note",
        'elsewhere': "lost",
        second.id: "",
    }
    plan_service.plan_save(demo, plan, pins=None)


@pytest.mark.parametrize(
    ('made', 'reason'),
    [('by hand', "No plan made"), ('orphan', "plan that made")],
)
def test_what_no_plan_prunes_is_not_pinned(
    module_sandbox, demo, volume, made, reason
):
    point = module_sandbox.point(volume)  # its plan was never kept
    if made == 'by hand':
        found = module_sandbox.cinder.volume_snapshots.create(
            volume.id, name=made
        )
        point = factories.SNAPSHOT.show(demo, found.id)
    with pytest.raises(exceptions.Refused, match=reason):
        pins.pin_point(demo, point, '')
    with pytest.raises(exceptions.Refused, match=reason):
        pins.unpin_point(demo, point)


def test_nobody_else_pins_it(demo, alt, plan, points):
    with pytest.raises(exceptions.Refused):
        pins.pin_point(alt, points[0], "mine")
    assert stored(demo, plan) == {}
