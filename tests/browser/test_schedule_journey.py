# SPDX-License-Identifier: Apache-2.0
"""A schedule is edited, paused and resumed where it stands."""

import uuid

import pytest

from protection_dashboard.plans import service as plan_service
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import service as schedule_service
from tests.browser.screen import ADDRESS
from tests.support import factories

NAME = f'clockwork {uuid.uuid4().hex[:6]}'
SCHEDULES = '/project/protection_schedules/'


@pytest.fixture
def plan(demo):
    document = factories.document(
        factories.volume(demo, 'scratch'), '0 3 1 1 *'
    )
    made = plan_service.plan_create(demo, {**document, 'name': NAME})
    yield made
    factories.uproot(demo, made)


def test_a_schedule_is_edited_paused_and_resumed(screen, plan, demo):
    screen.log_in('demo')
    screen.open(SCHEDULES)
    screen.choose(plan.name, 'Edit Schedule')
    screen.shows('.protection-preview', "Every year on 1 January")
    the_fields_stay_in_step(screen)
    screen.find('.protection-tiles [value=custom]').click()
    screen.fill(keep_daily='', keep_weekly='4')
    screen.shows('.protection-keeps', "4 weekly")
    screen.confirm()
    row = screen.wait(lambda driver: told(screen, plan, "every month"))
    assert "Armed" in row
    schedule = state(demo, plan).schedule
    assert schedule.pattern == '45 1 15 * *'
    assert schedule.retention == {'weekly': 4}
    screen.choose(plan.name, 'Pause')
    screen.wait(lambda driver: told(screen, plan, "Paused"))
    assert state(demo, plan).state == 'paused'
    screen.choose(plan.name, 'Resume')
    screen.wait(lambda driver: told(screen, plan, "Armed"))
    armed = state(demo, plan)
    assert (armed.state, armed.by, armed.last_run) == ('armed', 'demo', None)


def the_fields_stay_in_step(screen):
    """A pattern becomes a frequency, and a frequency a pattern."""
    screen.fill(pattern='45 1 15 * *')
    screen.shows('.protection-preview', "On day 15 of every month at 01:45")
    assert holds(screen, frequency='monthly', day='15', at='01:45')
    screen.fill(frequency='daily')
    screen.shows('.protection-preview', "Every day at 01:45")
    assert holds(screen, pattern='45 1 * * *')
    screen.fill(pattern='*/20 * * * *')
    screen.shows('.protection-preview', "Every 20 minutes")
    assert holds(screen, frequency='custom')
    screen.fill(pattern='45 1 15 * *')
    screen.shows('.protection-preview', "every month")


def holds(screen, **values):
    """Wait until the fields of these names hold these values."""

    def same(driver):
        return all(
            screen.find(f'[name={name}]').get_attribute('value') == value
            for name, value in values.items()
        )

    return screen.wait(same)


def told(screen, plan, text):
    row = screen.told(plan.name)
    return row if text in row else ''


def state(demo, plan):
    (schedule,) = project_status.get_plan_state(demo, plan.id).schedules
    return schedule


def test_an_administrator_agrees_before_a_schedule_is_armed(
    screen, plan, demo
):
    schedule_service.pause(demo, plan, plan.schedules[0].id)
    screen.log_in('admin')
    screen.driver.get(f'{ADDRESS}/auth/switch/{demo.project_id}/')
    screen.open(SCHEDULES)
    screen.choose(plan.name, 'Resume')
    form = f'{SCHEDULES}resume/'
    screen.wait(lambda driver: driver.current_url.startswith(ADDRESS + form))
    screen.shows('#content_body', "runs with all your roles, admin")
    screen.find('#content_body [type=submit]').click()
    screen.shows('.help-block', "admin, manager among them: confirm it")
    assert state(demo, plan).state == 'paused'
    screen.find('label[for=id_all_roles]').click()
    screen.find('#content_body [type=submit]').click()
    screen.wait(lambda driver: told(screen, plan, "Armed"))
    assert state(demo, plan).by == 'admin'
    screen.open(f'{SCHEDULES}{plan.id}/add/')
    screen.shows('#content_body', "runs with all your roles, admin")
