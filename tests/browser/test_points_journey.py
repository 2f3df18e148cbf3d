# SPDX-License-Identifier: Apache-2.0
"""A recovery point is pinned with a note, kept for it, and unpinned."""

import uuid

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from protection_dashboard.plans import service as plan_service
from tests.support import sandboxes

NAME = f'ledger {uuid.uuid4().hex[:6]}'
LIST = '/project/protection_points/'


@pytest.fixture
def points(demo):
    """Two points of a plan that keeps only the newest, the older first."""
    with sandboxes.kept(demo) as sandbox:
        volume = sandbox.volume(NAME)
        document = {**sandbox.document(volume), 'retention': {'last': 1}}
        plan = plan_service.plan_create(demo, document)
        yield [sandbox.point(volume, plan=plan) for _number in range(2)]


def test_a_point_is_pinned_kept_and_unpinned(screen, points):
    old, _new = points
    screen.log_in('demo')
    assert "Removed" in retention_verdict(screen, old)
    screen.open(LIST)
    pin_by_keyboard(screen, old, "before the upgrade")
    assert "Pinned" in screen.told(old.name)
    assert "Kept: pinned (before the upgrade)" in retention_verdict(
        screen, old
    )
    screen.find('.detail-actions .dropdown-toggle').click()
    named(screen, 'Unpin').click()
    screen.shows('.alert', "Unpinned")
    assert "Removed" in screen.text('.protection-retention-verdict')


def retention_verdict(screen, point):
    """What the point's own page says of retention."""
    screen.open(LIST)
    screen.follow(point.name)
    return screen.text('.protection-retention-verdict')


def pin_by_keyboard(screen, point, note):
    screen.choose(point.name, 'Pin...')
    screen.find('[name=note]').send_keys(note, Keys.ENTER)
    screen.shows('.alert', "Pinned")


def named(screen, text):
    """The visible action of a page that has this label."""

    def found(driver):
        actions = driver.find_elements(
            By.CSS_SELECTOR, '.detail-actions a, .detail-actions button'
        )
        return next((a for a in actions if a.text.strip() == text), None)

    return screen.wait(found)
