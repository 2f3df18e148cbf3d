# SPDX-License-Identifier: Apache-2.0
"""Add and edit a schedule of a plan; pause, resume and re-arm in the list."""

import dataclasses
import datetime

from django.test import override_settings
import pytest

from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.forms import timing_fields
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.recurrence import phrases as recurrence_phrases
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import service as schedule_service
from tests.pages.page import Page
from tests.support import factories

SCHEDULES = '/project/protection_schedules/'
NEVER = '0 3 1 1 *'


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture
def plan(sandbox, demo):
    return sandbox.plan(factories.volume(demo, 'scratch'), NEVER)


@pytest.fixture
def schedule(demo, plan):
    return project_status.get_schedule(demo, plan.id, plan.schedules[0].id)


@pytest.fixture
def edit(schedule):
    return f'{SCHEDULES}{schedule.plan.id}/{schedule.id}/edit/'


def again(demo, schedule):
    return project_status.get_schedule(demo, schedule.plan.id, schedule.id)


def page_of(answer):
    return Page(answer.content.decode())


def test_a_schedule_is_added_to_a_plan(user, demo, plan):
    address = f'{SCHEDULES}{plan.id}/add/'
    assert user.page(address).values['retention'] == 'plan'
    answer = user.submit(
        address,
        frequency='monthly',
        day='1',
        at='02:30',
        zone='Europe/Berlin',
        retention='daily=7,weekly=4,monthly=12',
    )
    assert (answer.status_code, answer['Location']) == (302, SCHEDULES)
    first, second = project_status.get_plan_state(demo, plan.id).schedules
    assert (first.state, first.pattern) == ('armed', NEVER)
    assert second.schedule.document() == {
        'id': second.id,
        'pattern': '30 2 1 * *',
        'zone': 'Europe/Berlin',
        'retention': {'daily': 7, 'weekly': 4, 'monthly': 12},
    }
    assert (second.state, second.by) == ('armed', 'demo')


def test_the_next_schedule_of_a_plan_gets_a_time_of_its_own(user, plan):
    address = f'{SCHEDULES}{plan.id}/add/'
    (at,) = {user.page(address).values['at'] for _ in range(3)}
    seed = timing_fields.time_seed(plan.id, plan.schedules)
    assert seed != timing_fields.time_seed(plan.id)
    hour, minute = recurrence_phrases.off_peak_time(seed)
    assert at == f'{hour:02}:{minute:02}'


def test_an_edit_is_prefilled_and_changes_what_was_changed(
    user, demo, schedule, edit
):
    edited = dataclasses.replace(
        schedule.schedule, end='2031-12-31T07:00', paused=True
    )
    schedule_service.schedule_edit(demo, schedule.plan, edited)
    values = user.page(edit).values
    assert (values['frequency'], values['pattern']) == ('custom', NEVER)
    assert (values['end'], values['retention']) == ('2031-12-31', 'plan')
    answer = user.submit(edit, pattern='30 4 * * 1', first='2031-01-01T00:00')
    assert answer.status_code == 302
    assert again(demo, schedule).schedule.document() == {
        'id': schedule.id,
        'pattern': '30 4 * * 1',
        'zone': 'UTC',
        'first': '2031-01-01T00:00',
        'end': '2031-12-31T07:00',
    }
    values = user.page(edit).values
    assert (values['frequency'], values['weekday']) == ('weekly', '1')
    assert (values['at'], values['first']) == ('04:30', '2031-01-01T00:00')


def test_the_second_of_two_editors_is_told_what_changed(
    user, demo, schedule, edit
):
    opened = user.page(edit).values
    sent = {name: value for name, value in opened.items() if value}
    assert user.submit(edit, retention='daily=14').status_code == 302
    page = page_of(user.post(edit, {**sent, 'pattern': '0 4 1 1 *'}))
    (alert, *_more) = page.alerts
    assert "keeps: as the plan -> 14 daily" in alert
    assert page.values['pattern'] == '0 4 1 1 *'
    assert again(demo, schedule).pattern == NEVER
    forged = {**sent, 'opened': 'e30:forged'}
    assert "Open the form again" in page_of(user.post(edit, forged)).alerts[0]


def test_an_operators_limits_are_refused_and_said(user, plan, schedule, edit):
    with override_settings(PROTECTION_MAX_SCHEDULES=1):
        page = page_of(user.submit(f'{SCHEDULES}{plan.id}/add/'))
    assert "at most 1 are allowed" in page.alerts[0]
    custom = {'retention': 'custom', 'keep_daily': '20'}
    with override_settings(PROTECTION_MAX_POINTS=10):
        assert "At most 10 recovery points" in user.text(edit)
        page = page_of(user.submit(edit, **custom))
    assert "more than 10 recovery points" in page.alerts[0]
    with override_settings(PROTECTION_MINIMUM_INTERVAL=31_622_400):
        # what was allowed before may stay
        assert user.submit(edit).status_code == 302
        page = page_of(user.submit(edit, pattern='0 4 1 1 *'))
    (sentence,) = page.errors('pattern')
    assert sentence.startswith("Two runs would be only")
    with override_settings(PROTECTION_KEEP_EVERYTHING=False):
        assert 'value="everything"' not in user.text(edit)


def test_the_preview_promises_and_counts_who_else_starts_then(
    user, sandbox, demo, schedule, edit
):
    other = sandbox.plan(factories.volume(demo, 'scratch'), '17 3 1 1 *')
    typed = {'frequency': 'custom', 'zone': 'UTC', 'retention': 'daily=14'}
    page = user.page(f'{edit}preview/', pattern='17 3 1 1 *', **typed)
    assert page.of_class('protection-busy') == [
        "1 schedule of this project already starts at 03:17 UTC."
    ]
    assert page.of_class('protection-keeps') == [
        "Every year on 1 January at 03:17: keeps 14 daily"
    ]
    # its own trigger is no other one
    page = user.page(f'{edit}preview/', pattern=NEVER, **typed)
    assert "03:17" not in ' '.join(page.of_class('protection-busy'))
    mine = project_status.get_plan_state(demo, other.id).schedules[0]
    own = f'{SCHEDULES}{other.id}/{mine.id}/edit/preview/'
    page = user.page(own, pattern='17 3 1 1 *', **typed)
    assert page.of_class('protection-busy') == []


def test_the_preview_says_when_schedules_of_the_plan_meet(user, plan, edit):
    typed = {'frequency': 'custom', 'zone': 'UTC', 'retention': 'daily=14'}
    page = user.page(
        f'{SCHEDULES}{plan.id}/add/preview/', pattern='0 3 * 1 *', **typed
    )
    (said,) = page.of_class('protection-meeting')
    year = datetime.datetime.now(datetime.UTC).year + 1
    assert said.startswith("Meets Every year on 1 January at 03:00")
    assert said.endswith(
        f"01 Jan {year} 03:00 (UTC): one copy counts for both."
    )
    page = user.page(
        f'{SCHEDULES}{plan.id}/add/preview/', pattern='5 3 * 1 *', **typed
    )
    assert page.of_class('protection-meeting') == []
    # it does not meet itself
    page = user.page(f'{edit}preview/', pattern=NEVER, **typed)
    assert page.of_class('protection-meeting') == []


def test_a_schedules_page_says_when_it_meets_another(user, sandbox, demo):
    volume = factories.volume(demo, 'scratch')
    plan = sandbox.plan(volume, NEVER)
    second = plan_document.new_schedule('0 3 * 1 *', 'UTC')
    schedule_service.schedule_add(demo, plan, second)
    plan = plan_service.plan_get(demo, plan.id)
    for one in plan.schedules:
        page = user.page(f'{SCHEDULES}{plan.id}/{one.id}/')
        (said,) = page.of_class('protection-meeting')
        assert "03:00 (UTC): one copy counts for both." in said


def test_rows_are_paused_and_resumed_together(user, sandbox, demo, schedule):
    other = sandbox.plan(factories.volume(demo, 'scratch'), NEVER)
    second = project_status.get_plan_state(demo, other.id).schedules[0]
    keys = [f'{s.plan.id}:{s.id}' for s in (schedule, second)]

    def press(action):
        data = {'action': f'schedules__{action}', 'object_ids': keys}
        assert user.post(SCHEDULES, data).status_code == 302
        return user.page(SCHEDULES)

    row = press('pause_rows').row(keys[0])
    assert (row['State'], row['Next Run'], row['Runs As']) == (
        'Paused',
        '-',
        '-',
    )
    assert 'Resume' in row.actions
    assert not {'Pause', 'Re-arm Under My Name'} & set(row.actions)
    assert again(demo, second).state == 'paused'
    # once more says nothing is wrong
    assert press('pause_rows').alerts == []
    row = press('resume_rows').row(keys[1])
    assert (row['State'], row['Runs As']) == ('Armed', 'demo')
    assert again(demo, schedule).state == 'armed'


def test_a_lost_trigger_is_armed_again(user, demo, schedule):
    mistral.cron_trigger_delete(demo, schedule.trigger_id)
    key = f'{schedule.plan.id}:{schedule.id}'
    row = user.page(SCHEDULES).row(key)
    assert "Its cron trigger is gone" in row['State']
    button = row.actions['Re-arm Under My Name']
    assert user.press(SCHEDULES, button).status_code == 302
    found = again(demo, schedule)
    assert (found.state, found.by) == ('armed', 'demo')
    row = user.page(SCHEDULES).row(key)
    assert 'Re-arm Under My Name' not in row.actions


def test_others_find_nothing_and_readers_change_nothing(
    visitor, demo, plan, schedule, edit
):
    for address in (edit, f'{edit}preview/', f'{SCHEDULES}{plan.id}/add/'):
        assert visitor('alt').get(address).status_code == 404
        assert visitor('viewer').get(address).status_code == 403
    for action in ('pause', 'resume', 'rearm'):
        button = f'schedules__{action}__{plan.id}:{schedule.id}'
        visitor('viewer').press(SCHEDULES, button)
        visitor('alt').press(SCHEDULES, button)
    found = again(demo, schedule)
    assert found.trigger_id == schedule.trigger_id
    assert found.next_run > datetime.datetime.now(datetime.UTC)
