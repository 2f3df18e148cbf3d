# SPDX-License-Identifier: Apache-2.0
"""A plan of a volume, a share and a rule: made, protected, and edited."""

import uuid

import pytest
from selenium.webdriver.common.keys import Keys

from protection_dashboard.plans import service as plan_service
from tests.browser import plan_wizard
from tests.support import factories
from tests.support import manila_shares
from tests.support.manila_shares import SNAPSHOT

NAME = f'wizard {uuid.uuid4().hex[:6]}'


@pytest.fixture
def shares(demo):
    with manila_shares.kept(demo) as made:
        yield made


@pytest.fixture
def share(shares):
    return shares.share(f'share of {NAME}')


@pytest.fixture
def volume(sandbox):
    return sandbox.volume(f'picked of {NAME}')


@pytest.fixture
def selected(sandbox):
    return sandbox.volume(f'selected of {NAME}', metadata={'tier': NAME})


@pytest.fixture
def plan(demo, sandbox):
    """``plan()``: what the form has made; gone after the test."""

    def made():
        found = plan_service.plan_list(demo)
        return next((one for one in found if one.name == NAME), None)

    yield made
    if made():
        sandbox.known(made().document)


def test_a_mixed_plan_is_made_protected_and_edited(
    screen, demo, share, volume, selected, plan
):
    screen.log_in('demo')
    screen.open('/project/protection_plans/create/')
    screen.find('[name=name]').send_keys(NAME, Keys.ENTER)
    plan_wizard.tick(screen, volume)
    plan_wizard.tick(screen, share)
    typed = {'type': 'volume', 'metadata': f'tier={NAME}'}
    rule = {f'selectors-0-{name}': value for name, value in typed.items()}
    plan_wizard.fill(screen, 'resources', rule)
    screen.shows('[data-wizard-fragment=matches]', selected.name)
    plan_wizard.step(screen, 'options')
    assert blocks(screen) == ['share', 'volume']
    plan_wizard.fill(screen, 'schedule', {'frequency': 'none'})
    plan_wizard.step(screen, 'review')
    said = screen.shows('[data-wizard-fragment=review]', "Protects today")
    assert '2 × Volume' in said
    assert '1 × Share' in said
    plan_wizard.button(screen, "Create and Protect Now")
    screen.shows('.protection-execution', "Success", limit=60)
    points = factories.SNAPSHOT.points(demo) + SNAPSHOT.points(demo)
    mine = {p.resource_id for p in points if p.mark.plan == plan().id}
    assert mine == {share.id, volume.id, selected.id}
    edit(screen, plan(), share)
    changed = plan().document
    assert [entry['id'] for entry in changed['resources']] == [volume.id]
    assert changed['retention'] == {'last': 2}
    assert changed['selectors'] == [
        {'type': 'volume', 'metadata': {'tier': NAME}}
    ]


def edit(screen, plan, share):
    """Take the share out, and keep the last two."""
    screen.open(f'/project/protection_plans/{plan.id}/edit/')
    plan_wizard.step(screen, 'resources')
    plan_wizard.tick(screen, share)
    plan_wizard.step(screen, 'retention')
    screen.find('[name=retention][value=custom]').click()
    screen.fill(keep_last='2', keep_daily='')
    plan_wizard.step(screen, 'review')
    screen.shows('[data-wizard-fragment=review]', "Keeps the last 2")
    plan_wizard.button(screen, "Save")
    screen.shows('.alert', "Saved")


def blocks(screen):
    """Types whose options are asked for."""
    found = screen.driver.find_elements('css selector', '[data-wizard-type]')
    shown = [block for block in found if block.is_displayed()]
    return sorted(one.get_attribute('data-wizard-type') for one in shown)
