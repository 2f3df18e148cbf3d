# SPDX-License-Identifier: Apache-2.0
"""A share is protected, restored beside itself, and put back in place."""

import uuid

import pytest

from protection_dashboard.reports import project_status
from tests.support import factories
from tests.support import manila_shares
from tests.support.manila_shares import SHARE
from tests.support.manila_shares import SNAPSHOT

NAME = f'minutes {uuid.uuid4().hex[:6]}'
PLAN = f'journey of {NAME}'
RESTORED = f'{NAME} given back'
MONDAY, TUESDAY = 'as it was on monday', 'as it was on tuesday'


@pytest.fixture
def shares(demo):
    with manila_shares.kept(demo) as made:
        yield made
        for share in SHARE.list(demo):
            if share.name == RESTORED:
                made.ids.add(share.id)
        for state in project_status.plan_states(demo):
            if state.name == PLAN:
                factories.uproot(demo, state.plan)


@pytest.fixture
def share(shares):
    """A share with known content."""
    made = shares.share(NAME)
    shares.file(made.id).write_text(MONDAY)
    return made


def test_a_share_is_protected_and_given_back(screen, shares, share, demo):
    content = shares.file(share.id)
    screen.log_in('demo')
    schedule_backup(screen)
    run_now(screen)
    (point,) = SNAPSHOT.points(demo, share.id)
    content.write_text(TUESDAY)

    restore(screen, point, restore_name=RESTORED)
    finished(screen, RESTORED)
    restored = next(s for s in SHARE.list(demo) if s.name == RESTORED)
    assert shares.file(restored.id).read_text() == MONDAY
    assert content.read_text() == TUESDAY

    restore(screen, point, typed=NAME, share_id=share.id)
    finished(screen, NAME)
    assert content.read_text() == MONDAY


def schedule_backup(screen):
    screen.open('/project/shares/')
    screen.choose(NAME, 'Schedule Backup')
    screen.shows('.protection-preview', "First run")
    screen.fill(plan_name=PLAN, snapshot_name='journey')
    screen.confirm()
    screen.arrive('protection_schedules')
    row = screen.told(PLAN)
    assert NAME in row
    assert "Armed" in row


def run_now(screen):
    """From the Schedules panel, until the run's own page says it is done."""
    screen.choose(PLAN, 'Run Now')
    screen.shows('.alert', "Started")
    screen.open('/project/protection_executions/')
    screen.follow(PLAN)
    screen.shows('.protection-execution', "Done", limit=60)


def restore(screen, point, typed='', **options):
    """Through the wizard, opened in manila-ui's own list of snapshots."""
    screen.open('/project/share_snapshots/')
    screen.choose(point.name, 'Restore')
    screen.shows('.modal-dialog', point.name)
    screen.find('.button-next').click()
    screen.fill(**options)
    if typed:
        screen.find('[name=".confirmation"]').send_keys(typed)
    screen.find('.button-next').click()
    screen.shows('.modal-body', point.name)
    screen.find('.button-final').click()


def finished(screen, name):
    screen.arrive('protection_executions')
    screen.shows('.protection-execution', "Open " + name, limit=60)
