# SPDX-License-Identifier: Apache-2.0
"""A volume is protected on a schedule and given back."""

import uuid

from mistralclient.api import client as mistral
import pytest

from cloud import settings
from cloud import users as cloud_users
from cloud.services.cinder import volume_bytes
from protection_dashboard.reports import project_status
from tests.support import factories

PLAN = f'journey {uuid.uuid4().hex[:6]} of web-data'
RESTORED = 'web-data given back'
CRON_LIMIT = 130  # seconds: two minutes of cron, and its tick
AT, BEFORE, AFTER = 4096, b'as it was at snapshot time', b'overwritten later'


@pytest.fixture
def web_data(demo):
    """The volume web-data with known bytes; all is as before afterwards."""
    before = factories.point_ids(demo)
    volume = factories.volume(demo)
    content = volume_bytes.volume(volume.id)
    kept = content.read(AT, 64)
    content.write(AT, BEFORE)
    yield volume
    content.write(AT, kept)
    for state in project_status.plan_states(demo):
        if state.name == PLAN:
            factories.uproot(demo, state.plan)
    for one in factories.VOLUME.list(demo):
        if one.name == RESTORED:
            factories.delete_volume(demo, one)
    factories.clear_points(demo, before)


@pytest.fixture
def triggers():
    """Cron triggers of demo, through python-mistralclient itself."""
    session = cloud_users.open_session('demo')
    client = mistral.client(
        mistral_url=session.get_endpoint(service_type='workflowv2'),
        auth_token=session.get_token(),
    )
    return client.cron_triggers


def trusts():
    """Ids of the trusts that demo has given, through Keystone."""
    session = cloud_users.open_session('demo')
    answer = session.get(
        f'{settings.AUTH_URL}/OS-TRUST/trusts',
        params={'trustor_user_id': session.get_user_id()},
    )
    return {trust['id'] for trust in answer.json()['trusts']}


def test_a_volume_is_protected_on_a_schedule_and_given_back(
    screen, web_data, triggers, demo
):
    trusted = trusts()
    screen.log_in('demo')
    schedule_backup(screen)
    execution_of_the_cron(screen)
    point = recovery_point(screen, demo, web_data)
    digest = volume_bytes.snapshot(point.id).digest
    volume_bytes.volume(web_data.id).write(AT, AFTER)
    restored = restore(screen, point)
    content = volume_bytes.volume(restored)
    assert content.read(AT, len(BEFORE)) == BEFORE
    assert content.digest == digest
    assert volume_bytes.volume(web_data.id).digest != digest
    assert [t for t in triggers.list() if trigger_is_ours(t)]
    assert trusts() - trusted
    delete_schedule(screen)
    assert not [t for t in triggers.list() if trigger_is_ours(t)]
    assert trusts() == trusted
    assert PLAN not in [
        state.name for state in project_status.plan_states(demo)
    ]


def trigger_is_ours(trigger):
    return PLAN in trigger.workflow_input


def schedule_backup(screen):
    screen.open('/project/volumes/')
    screen.choose('web-data', 'Schedule Backup')
    screen.shows('.protection-preview', "First run")
    screen.fill(plan_name=PLAN, snapshot_name='journey', frequency='custom')
    screen.fill(pattern='0 0 31 2 *')
    screen.shows('.protection-preview', "never runs")
    screen.fill(pattern='* * * * *')
    screen.find('[name=retention][value=custom]').click()
    screen.fill(keep_last='3', keep_daily='')
    preview = screen.shows('.protection-preview', "Every minute")
    assert len(preview.splitlines()) >= 6
    screen.confirm()
    screen.arrive('protection_schedules')
    row = screen.told(PLAN)
    assert "web-data" in row
    assert "Every minute" in row
    assert "Armed" in row


def execution_of_the_cron(screen):
    def succeeded(driver):
        screen.open('/project/protection_executions/')
        rows = screen.text('tbody')
        return PLAN in rows and screen.told(PLAN).count("Success")

    screen.wait(succeeded, CRON_LIMIT, pause=2)
    assert "Schedule" in screen.told(PLAN)
    screen.follow(PLAN)
    details = screen.text('.protection-execution')
    assert "web-data" in details
    assert "Done" in details


def recovery_point(screen, demo, volume):
    screen.open('/project/protection_points/')
    row = screen.told('journey 2')
    assert "web-data" in row
    assert "1 GiB" in row
    assert PLAN in row
    assert "Available" in row
    points = factories.SNAPSHOT.points(demo, volume.id)
    return next(p for p in reversed(points) if p.name.startswith('journey'))


def restore(screen, point):
    """Through the wizard; the new volume's id."""
    screen.open('/project/protection_points/')
    screen.choose(point.name, 'Restore')
    screen.shows('.modal-dialog', point.name)
    screen.find('.button-next').click()
    screen.fill(restore_name=RESTORED)
    screen.find('.button-next').click()
    review = screen.shows('.modal-body', RESTORED)
    assert point.name in review
    screen.find('.button-final').click()
    screen.arrive('protection_executions')
    screen.shows('.protection-execution', "Open " + RESTORED, limit=60)
    screen.follow("Open " + RESTORED)
    assert RESTORED in screen.text('.page-header')
    return screen.path().strip('/').split('/')[-1]


def delete_schedule(screen):
    screen.open('/project/protection_schedules/')
    screen.choose(PLAN, 'Delete Schedule')
    screen.shows('.modal-dialog', "trust")
    screen.confirm()
    screen.no_row(PLAN)
