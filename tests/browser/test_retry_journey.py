# SPDX-License-Identifier: Apache-2.0
"""From the calendar to what failed that day, and again only what failed."""

import uuid

import pytest

from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import service as plan_service
from tests.support.sandboxes import with_resources

NAME = f'ailing {uuid.uuid4().hex[:6]}'
FAULT = 'fault_create_snapshot'
OVERVIEW = '/project/protection_overview/'


@pytest.fixture
def plan(module_sandbox, demo):
    """It ran: one volume of two could not be protected, and now it can."""
    ailing = module_sandbox.volume('ailing', metadata={FAULT: 'fail'})
    document = with_resources(
        module_sandbox.document(module_sandbox.volume('sound')),
        module_sandbox.document(ailing),
    )
    made = plan_service.plan_create(demo, {**document, 'name': NAME})
    module_sandbox.ended(execution_service.execute_plan(demo, made))
    module_sandbox.cinder.volumes.delete_metadata(ailing.id, [FAULT])
    return made


def test_what_failed_today_is_found_and_retried(screen, plan):
    screen.log_in('demo')
    screen.open(OVERVIEW)
    today = screen.find('.protection-calendar [aria-current=date] a')
    assert "failed" in today.get_attribute('aria-label')
    today.click()
    screen.arrive('from=')
    screen.fill(plan=plan.id, state='failed')
    screen.find('.protection-filters [type=submit]').click()
    screen.arrive('state=failed')
    assert "1 ok, 1 failed" in screen.told(NAME)
    screen.choose(NAME, 'Retry Failed Only')
    screen.shows('.h1', f'Retry of {NAME}', limit=40)
    screen.shows('.dl-horizontal', "Success", limit=40)
    told = screen.text('.protection-outcomes tbody')
    assert told.startswith('ailing Volume Done')
    assert 'sound' not in told
    screen.find('.dl-horizontal a[href*=executions]').click()
    screen.wait(lambda driver: screen.find('.h1').text == NAME)
    screen.shows('.dl-horizontal', "Retried")
