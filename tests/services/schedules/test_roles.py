# SPDX-License-Identifier: Apache-2.0
"""Nobody gives a schedule more roles than member without agreeing to it."""

import dataclasses

import pytest

from protection_dashboard import exceptions
from protection_dashboard import settings
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.plans.schedule_roles import RolesNotConfirmed
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.schedules import replacement
from protection_dashboard.schedules import service as schedule_service
from tests.support import schedules

NEVER = '0 3 1 1 *'
OTHER = '0 4 1 1 *'


@pytest.fixture(scope='module')
def admin(cloud_of):
    """An administrator who works in alt's project."""
    return cloud_of('admin', project='alt')


@pytest.fixture(scope='module')
def volume(alt_sandbox):
    return alt_sandbox.volume('armed by whom')


@pytest.fixture
def schedule(alt, alt_sandbox, volume):
    plan = alt_sandbox.plan(volume, NEVER)
    return project_status.get_schedule(alt, plan.id, plan.schedules[0].id)


def edited(schedule):
    return dataclasses.replace(schedule.schedule, pattern=OTHER)


def added():
    return plan_document.new_schedule(OTHER, 'UTC')


def replaced(schedule):
    old = schedule.plan.document
    return {**old, 'schedules': [added().document()]}


#: what arms a schedule: ``(cloud, schedule, more arguments)``
WAYS = {
    'arm': lambda cloud, one, **more: cron_triggers.arm(
        cloud, one.plan, one.schedule, **more
    ),
    'add': lambda cloud, one, **more: schedule_service.schedule_add(
        cloud, one.plan, added(), **more
    ),
    'edit': lambda cloud, one, **more: schedule_service.schedule_edit(
        cloud, one.plan, edited(one), **more
    ),
    'rearm': lambda cloud, one, **more: schedule_service.rearm(
        cloud, one.plan, one.id, **more
    ),
    'import': lambda cloud, one, **more: replacement.replace_plan(
        cloud, one.plan.document, replaced(one), **more
    ),
}


def armed_by(cloud, plan_id):
    found = project_status.get_plan_state(cloud, plan_id).schedules
    return [one.by for one in found]


def triggers_and_text(cloud, schedule):
    workflow = schedules.workflow_of(cloud, schedule.plan)
    found = [one.id for one in mistral.cron_trigger_list(cloud)]
    return found, workflow.definition


@pytest.mark.parametrize('way', WAYS)
def test_an_administrator_is_refused_and_nothing_has_changed(
    alt, admin, schedule, way
):
    before = triggers_and_text(alt, schedule)
    with pytest.raises(RolesNotConfirmed, match="admin"):
        WAYS[way](admin, schedule)
    assert triggers_and_text(alt, schedule) == before


@pytest.mark.parametrize('way', WAYS)
def test_an_administrator_who_agrees_arms_it(alt, admin, schedule, way):
    WAYS[way](admin, schedule, all_roles=True)
    assert 'admin' in armed_by(alt, schedule.plan.id)


@pytest.mark.parametrize('way', WAYS)
def test_the_operator_forbids_it(alt, admin, schedule, way):
    rule = settings.RoleSettings(schedule_more_roles='forbid')
    strict = dataclasses.replace(admin, role_settings=rule)
    before = triggers_and_text(alt, schedule)
    with pytest.raises(exceptions.Refused, match="operator"):
        WAYS[way](strict, schedule, all_roles=True)
    assert triggers_and_text(alt, schedule) == before


def test_a_paused_schedule_is_resumed_only_by_who_agrees(alt, admin, schedule):
    plan = schedule_service.pause(alt, schedule.plan, schedule.id)
    with pytest.raises(RolesNotConfirmed):
        schedule_service.resume(admin, plan, schedule.id)
    assert schedules.triggers(alt, schedule) == []
    (still,) = project_status.get_plan_state(alt, plan.id).schedules
    assert still.state == 'paused'
    schedule_service.resume(admin, plan, schedule.id, all_roles=True)
    assert armed_by(alt, plan.id) == ['admin']


def test_a_plan_with_a_schedule_is_made_only_by_who_agrees(
    admin, alt_sandbox, volume
):
    document = alt_sandbox.document(volume, NEVER)
    with pytest.raises(RolesNotConfirmed):
        plan_service.plan_create(admin, document)
    with pytest.raises(exceptions.NotFound):
        plan_service.plan_get(admin, document['id'])
    plan_service.plan_create(admin, document, all_roles=True)
    assert armed_by(admin, document['id']) == ['admin']


def test_what_arms_nothing_takes_no_word(admin, alt_sandbox, volume, schedule):
    """A paused schedule, and an edit that leaves the times as they are."""
    plan_service.plan_create(admin, alt_sandbox.document(volume))
    kept = dataclasses.replace(schedule.schedule, retention={'last': 7})
    schedule_service.schedule_edit(admin, schedule.plan, kept)
    paused = dataclasses.replace(added(), paused=True)
    schedule_service.schedule_add(admin, schedule.plan, paused)
    assert armed_by(admin, schedule.plan.id) == ['alt', '']
