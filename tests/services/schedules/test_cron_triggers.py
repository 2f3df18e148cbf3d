# SPDX-License-Identifier: Apache-2.0
"""Schedules as cron triggers of the real Mistral, under their trusts."""

import datetime

import pytest

from cloud import settings
from cloud import users as cloud_users
from protection_dashboard import exceptions
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.executions import search as execution_search
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import service as schedule_service
from protection_dashboard.workflows import definitions
from tests.support import factories
from tests.support import schedules
from tests.support.waiting import until

NEVER = '0 3 1 1 *'
CRON_LIMIT = 130  # seconds: two minutes, and the cron's tick


@pytest.fixture(scope='module')
def volume(alt):
    return factories.volume(alt, 'alt-data')


def trusts():
    """Ids of the trusts that alt has given, through Keystone."""
    session = cloud_users.open_session('alt')
    answer = session.get(
        f'{settings.AUTH_URL}/OS-TRUST/trusts',
        params={'trustor_user_id': session.get_user_id()},
    )
    return {trust['id'] for trust in answer.json()['trusts']}


def triggers(cloud, plan):
    return mistral.cron_trigger_list(cloud, workflow_id=plan.workflow_id)


def test_a_deleted_schedule_leaves_the_others_armed(alt, alt_sandbox, volume):
    before = trusts()
    document = alt_sandbox.document(volume, NEVER)
    added = plan_document.new_schedule('30 4 * * *', 'Asia/Kolkata')
    document['schedules'].append(added.document())
    plan = plan_service.plan_create(alt, document)
    never, daily = project_status.get_plan_state(alt, plan.id).schedules
    assert (never.state, never.utc_pattern) == ('armed', NEVER)
    assert (never.next_run.month, never.next_run.hour) == (1, 3)
    assert (daily.state, daily.utc_pattern) == ('armed', '0 23 * * *')
    assert daily.next_run.hour == 23
    assert len(trusts() - before) == 2
    schedule_service.schedule_delete(alt, never.plan, never.id)
    assert [t.id for t in triggers(alt, plan)] == [daily.trigger_id]
    assert len(trusts() - before) == 1
    (left,) = project_status.get_plan_state(alt, plan.id).schedules
    assert left.trigger_id == daily.trigger_id
    plan_service.plan_delete(alt, left.plan)
    assert triggers(alt, plan) == []
    assert trusts() == before
    with pytest.raises(exceptions.NotFound):
        mistral.workflow_get(alt, definitions.plan_workflow_name(plan.id))


def same_id(document):
    return {**document['schedules'][0], 'pattern': '0 5 1 1 *'}


def made_of(pattern, zone):
    made = plan_document.new_schedule(pattern, zone)
    return lambda _document: made.document()


WRONG = {
    'no cron at all': made_of('whenever', 'UTC'),
    'no such zone': made_of(NEVER, 'Mars/Olympus'),
    'another schedule has its id': same_id,
}


@pytest.mark.parametrize('wrong', WRONG.values(), ids=WRONG)
def test_a_plan_is_made_whole_or_not_at_all(alt, alt_sandbox, volume, wrong):
    before = trusts()
    document = alt_sandbox.document(volume, NEVER)
    document['schedules'].append(wrong(document))
    with pytest.raises(exceptions.Refused):
        plan_service.plan_create(alt, document)
    with pytest.raises(exceptions.NotFound):
        plan_service.plan_get(alt, document['id'])
    names = [t.workflow_name for t in mistral.cron_trigger_list(alt)]
    assert definitions.plan_workflow_name(document['id']) not in names
    assert trusts() == before


def test_a_schedule_without_its_trigger_is_not_armed(alt, alt_sandbox, volume):
    plan = alt_sandbox.plan(volume, NEVER)
    (armed,) = project_status.get_plan_state(alt, plan.id).schedules
    mistral.cron_trigger_delete(alt, armed.trigger_id)
    first = project_status.status_of_project(alt).schedules[0]
    assert (first.id, first.state) == (armed.id, 'unarmed')
    assert first.next_run is None
    schedule_service.schedule_delete(alt, first.plan, first.id)
    assert project_status.get_plan_state(alt, plan.id).schedules == ()


def test_a_schedule_fires_under_its_trust(demo, ticking):
    def runs():
        of_it = execution_search.schedule_search(ticking)
        return execution_search.search_page(demo, of_it, limit=50, order='asc')

    first = until(runs, CRON_LIMIT)[0]
    run = factories.ended(demo, first.id)
    assert run.state == 'SUCCESS', run.reason
    assert (run.schedule_id, run.plan_id) == (ticking.id, ticking.plan.id)
    assert (run.by, run.name) == ('', ticking.plan.name)
    off = abs(run.started - ticking.next_run)
    assert off < datetime.timedelta(seconds=30)
    now = project_status.get_schedule(demo, ticking.plan.id, ticking.id)
    assert now.next_run > ticking.next_run
    assert now.trigger_id == ticking.trigger_id
    assert now.last_run.started >= run.started
    (wait,) = run.results
    point = factories.SNAPSHOT.show(demo, wait['id'])
    assert point.mark.schedule == ticking.id
    assert point.mark.execution == run.id
    schedules.between_runs(
        lambda: schedule_service.schedule_delete(demo, now.plan, now.id)
    )
    assert triggers(demo, ticking.plan) == []
