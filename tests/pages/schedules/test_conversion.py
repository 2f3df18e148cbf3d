# SPDX-License-Identifier: Apache-2.0
"""A schedule of the database client becomes a plan, or stays."""

import dataclasses
import uuid

import pytest

from protection_dashboard import exceptions
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import trove_client_conversion
from tests.support import factories
from tests.support.trove_client_fixtures import SCHEDULES
from tests.support.trove_client_fixtures import armed


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


def test_it_becomes_a_plan(user, demo, module_sandbox, shown, ledger):
    one = shown('30 1 * * 1-5', name='moved', description='as before')
    page = user.page(one.address + 'convert/')
    assert page.values['plan_name'] == 'moved'
    facts = page.all('//dd')
    weekdays = 'Every weekday at 01:30 (UTC)'
    assert facts[:3] == ['ledger', weekdays, 'Trove backup']
    assert page.values['retention'] == 'everything'
    assert facts[3:5] == ['moved', 'as before']
    answer = user.submit(
        one.address + 'convert/', plan_name='a plan now', retention='daily=14'
    )
    (schedule,) = next(
        state.schedules
        for state in project_status.plan_states(demo)
        if state.name == 'a plan now'
    )
    module_sandbox.known(schedule.plan.document)
    assert answer['Location'] == SCHEDULES
    assert (schedule.pattern, schedule.zone) == ('30 1 * * 1-5', 'UTC')
    assert (schedule.state, schedule.next_run) == (
        'armed',
        one.schedule.next_run,
    )
    assert schedule.plan.document['retention'] == {'daily': 14}
    (entry,) = schedule.plan.resources
    assert (entry['type'], entry['id']) == ('database', ledger.id)
    assert entry['protection'] == 'database_backup'
    assert entry['options']['backup_name'] == 'moved'
    assert entry['options']['description'] == 'as before'
    assert one.schedule.id not in armed(demo)


def test_it_says_what_the_plan_would_keep(user, shown):
    address = shown('30 1 * * 1-5', name='kept').address + 'convert/'
    page = user.page(address)
    assert page.of_class('protection-keeps') == ["Keeps everything"]
    (box,) = page.root.xpath('//*[@data-protection-preview]')
    preview = box.get('data-protection-preview')
    typed = {'plan_name': 'kept', 'retention': 'daily=14'}
    page = user.page(preview, **typed)
    assert page.of_class('protection-keeps') == ["Keeps 14 daily"]
    assert "Trove backup: at most 14 backups" in page.root.text_content()
    page = user.page(preview, **{**typed, 'retention': 'custom'})
    assert page.of_class('text-danger') == [
        "Keep: Give at least one number of what to keep."
    ]


def test_what_no_plan_can_do_stays_as_it_is(user, demo, lost, shown):
    gone = shown(instance_id=str(uuid.uuid4()), name='of a gone one')
    for one, reason in ((lost, '0 0 L * *'), (gone, 'gone: delete')):
        answer = user.get(one.address + 'convert/')
        assert (answer.status_code, answer['Location']) == (302, SCHEDULES)
        (alert,) = user.page(SCHEDULES).alerts
        assert reason in alert
        assert one.schedule.id in armed(demo)


def test_nothing_is_lost_when_half_of_it_fails(demo, module_sandbox, shown):
    one = shown(name='half').schedule
    wanted = module_sandbox.known(
        trove_client_conversion.document_for_schedule(demo, one, 'half', 60)
    )
    nameless = dataclasses.replace(one.made, trigger_id='')
    stuck = dataclasses.replace(one, made=nameless)
    plan, error = trove_client_conversion.convert(demo, stuck, wanted)
    assert isinstance(error, exceptions.ProtectionError)
    (schedule,) = project_status.get_plan_state(demo, plan.id).schedules
    assert schedule.state == 'armed'
    assert one.id in armed(demo)
    # the other half: no plan can be made, so the old one stays
    wanted = plan_document.new_plan_document(
        'never',
        factories.volume(demo),
        'volume_snapshot',
        {},
        [plan_document.new_schedule('0 0 L * *', 'UTC')],
    )
    with pytest.raises(exceptions.Refused):
        trove_client_conversion.convert(demo, one, wanted)
    assert one.id in armed(demo)
    with pytest.raises(exceptions.NotFound):
        plan_service.plan_get(demo, wanted['id'])
