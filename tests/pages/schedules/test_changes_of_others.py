# SPDX-License-Identifier: Apache-2.0
"""A schedule tells whose changes it runs, and a plan who has changed it."""

import dataclasses
import datetime

import pytest

from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.plans import service as plan_service
from protection_dashboard.plans import up_to_date
from protection_dashboard.recovery_points import pins
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import service as schedule_service
from tests.support import schedules
from tests.support.waiting import until

SCHEDULES = '/project/protection_schedules/'
PLANS = '/project/protection_plans/'
NEVER = '0 3 1 1 *'
NOTE = (
    "It runs with the roles of demo what admin has changed since, at {}. "
    "Choose Re-arm to run it with yours."
)


@pytest.fixture
def demo_user(visitor):
    return visitor('demo')


@pytest.fixture
def admin(cloud_of):
    """Somebody else who may change the plans of demo's project."""
    return cloud_of('admin', project='demo')


@pytest.fixture(scope='module')
def volume(module_sandbox):
    return module_sandbox.volume('changed by others')


@pytest.fixture
def plan(sandbox, volume):
    return sandbox.plan(volume, NEVER)


def change(cloud, plan, **parts):
    stored = plan_service.plan_get(cloud, plan.id).document
    return plan_service.plan_update(cloud, stored, {**stored, **parts})


def only_schedule(cloud, plan):
    (found,) = project_status.get_plan_state(cloud, plan.id).schedules
    return found


def overview(user, plan):
    return user.page(f'{PLANS}{plan.id}/?tab=plan__overview')


def test_a_change_by_who_armed_it_is_told_on_the_plan_only(
    demo_user, demo, plan
):
    change(demo, plan, description='by the same')
    found = only_schedule(demo, plan)
    assert (found.note, found.can_rearm) == (None, False)
    page = overview(demo_user, plan)
    assert [one.by for one in found.plan.changes] == ['demo']
    assert "demo, " in ' '.join(page.all('//dd'))
    assert not page.of_class('alert-warning')


def test_a_change_by_somebody_else_is_told_until_it_is_armed_anew(
    demo_user, demo, admin, plan
):
    change(admin, plan, retention={'last': 1})
    found = only_schedule(demo, plan)
    (made,) = found.plan.changes
    note = NOTE.format(f'{made.at:%Y-%m-%d %H:%M} (UTC)')
    key = f'{plan.id}:{found.id}'
    row = demo_user.page(SCHEDULES).row(key)
    assert row['State'] == f'Armed{note}'
    assert "Re-arm Under My Name" in row.actions
    assert note in demo_user.text(f'{SCHEDULES}{plan.id}/{found.id}/')
    assert overview(demo_user, plan).of_class('alert-warning') == [note]
    # it is no fault of the schedule
    assert found.reason is None
    # times are whole seconds
    until(lambda: clock.now() > made.at + datetime.timedelta(seconds=1))
    demo_user.press(SCHEDULES, f'schedules__rearm__{key}')
    armed = only_schedule(demo, plan)
    assert armed.trigger_id != found.trigger_id
    assert (armed.note, armed.can_rearm) == (None, False)


def test_whose_change_it_is_survives_the_owner_s_next_one(demo, admin, plan):
    change(admin, plan, retention={'last': 1})
    change(demo, plan, description='by demo')
    found = only_schedule(demo, plan)
    assert [one.by for one in found.plan.changes] == ['demo', 'admin']
    assert "what admin has changed" in str(found.note)
    # so it does the work of the first action of a run, and a pin
    up_to_date.up_to_date_plan(dataclasses.replace(admin, user=''), plan.id)
    again = only_schedule(demo, plan)
    assert again.plan.changes == found.plan.changes
    assert not again.plan.is_foreign


def test_what_changes_nothing_of_its_runs_is_no_change(demo, admin, plan):
    change(admin, plan)
    other = dataclasses.replace(
        plan.schedules[0], id=f'{plan.id[:-1]}0', paused=True
    )
    schedule_service.schedule_add(admin, plan, other)
    schedule_service.schedule_delete(admin, plan, other.id)
    assert only_schedule(demo, plan).plan.changes == ()


def test_what_a_schedule_keeps_is_a_change(demo, admin, plan):
    """The times stay, so it is not armed anew."""
    (one,) = plan.schedules
    kept = dataclasses.replace(one, retention={'last': 1})
    schedule_service.schedule_edit(admin, plan, kept)
    assert "what admin has changed" in str(only_schedule(demo, plan).note)


def test_a_workflow_of_somebody_else_s_making_is_told(demo_user, demo, plan):
    text = schedules.workflow_of(demo, plan).definition
    evil = text.replace('action: protection.resolve', 'action: std.noop', 1)
    assert evil != text
    mistral.workflow_update(demo, plan.workflow_id, evil)
    found = only_schedule(demo, plan)
    assert found.state == 'armed'
    assert "changed outside of Horizon" in str(found.reason)
    assert not found.can_rearm
    (alert,) = overview(demo_user, plan).of_class('alert-warning')
    assert "changed outside of Horizon" in alert
    row = demo_user.page(PLANS).row(plan.id)
    assert "Changed outside of Horizon" in row['Schedules']
    row = demo_user.page(SCHEDULES).row(f'{plan.id}:{found.id}')
    assert "changed outside of Horizon" in row['State']
    change(demo, plan)
    assert schedules.workflow_of(demo, plan).definition == text
    assert only_schedule(demo, plan).reason is None


def test_names_and_times_are_escaped_and_bounded(demo_user, demo, plan):
    """A member writes them past Horizon."""
    odd = '<img src=x onerror=alert(1)>' + 'x' * 10_000
    liar = dataclasses.replace(demo, user=odd)
    change(liar, plan, description='by whom')
    html = demo_user.text(f'{SCHEDULES}{plan.id}/{plan.schedules[0].id}/')
    assert '<img src=x' not in html
    assert '&lt;img src=x' in html
    assert 'x' * 300 not in html


def test_a_pin_is_no_change(demo, admin, plan, executed_plan):
    document = executed_plan.plan.document
    pins.pin_point(admin, executed_plan.point, 'kept')
    try:
        stored = plan_service.plan_get(demo, document['id'])
        assert stored.changes == ()
    finally:
        pins.unpin_point(admin, executed_plan.point)
