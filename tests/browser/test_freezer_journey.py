# SPDX-License-Identifier: Apache-2.0
"""A volume is protected by the method Freezer and given back."""

import uuid

import pytest

from cloud.services.cinder import volume_bytes
from tests.support import factories
from tests.support import freezer_service
from tests.support import sandboxes
from tests.support.freezer_service import FREEZER

NAME = f'ledger {uuid.uuid4().hex[:6]}'
RESTORED = f'{NAME} given back'
LIMIT = 90  # seconds: Freezer's scheduler polls, its agent starts slowly
AT, BEFORE, AFTER = 4096, b'as it was on monday', b'overwritten on tuesday'


@pytest.fixture
def volume(demo):
    """A volume with known bytes, gone afterwards with all made of it."""
    with sandboxes.kept(demo) as sandbox:
        made = sandbox.volume(NAME)
        volume_bytes.volume(made.id).write(AT, BEFORE)
        yield made
        freezer_service.clear(demo, [made.id])
        found = factories.VOLUME.list(demo)
        sandbox.volumes += [v.id for v in found if v.name == RESTORED]


def test_a_volume_is_backed_up_by_freezer_and_given_back(screen, volume, demo):
    screen.log_in('demo')
    protect_now(screen)
    (point,) = FREEZER.points(demo, volume.id)
    volume_bytes.volume(volume.id).write(AT, AFTER)
    restore(screen, point)
    restored = next(
        v for v in factories.VOLUME.list(demo) if v.name == RESTORED
    )
    content = volume_bytes.volume(restored.id)
    assert content.read(AT, len(BEFORE)) == BEFORE


def protect_now(screen):
    screen.open('/project/volumes/')
    screen.choose(NAME, 'Protect Now')
    screen.shows('.modal-dialog', NAME)
    screen.fill(method=FREEZER.slug)
    name = screen.find('[name="freezer.backup_name"]')
    assert name.get_attribute('value') == NAME
    screen.confirm()
    screen.shows('.protection-execution', "Done", limit=LIMIT)


def restore(screen, point):
    screen.open('/project/protection_points/')
    row = screen.told(NAME)
    assert point.name in row
    assert "Available" in row
    screen.choose(NAME, 'Restore')
    screen.shows('.modal-dialog', point.name)
    screen.find('.button-next').click()
    screen.fill(restore_name=RESTORED)
    screen.find('.button-next').click()
    screen.shows('.modal-body', RESTORED)
    screen.find('.button-final').click()
    screen.arrive('protection_executions')
    screen.shows('.protection-execution', "Open " + RESTORED, limit=LIMIT)
