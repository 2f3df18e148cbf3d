# SPDX-License-Identifier: Apache-2.0
"""Schedule Backup: what the form proposes and makes."""

import datetime

from django.test import override_settings
import pytest

from protection_dashboard.executions import service as execution_service
from protection_dashboard.forms import timing_fields
from protection_dashboard.plans import service as plan_service
from protection_dashboard.recurrence import phrases as recurrence_phrases
from protection_dashboard.reports import project_status
from tests.pages.page import Page
from tests.support import factories

SCHEDULES = '/project/protection_schedules/'


@pytest.fixture(scope='module')
def volume(module_sandbox):
    return module_sandbox.volume('letters')


@pytest.fixture(scope='module')
def address(volume):
    return f'/project/protection_plans/schedule/volume/{volume.id}/'


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


def custom(pattern):
    return {'frequency': 'custom', 'pattern': pattern}


def test_it_proposes_readable_values(user, address):
    values = user.page(address).values
    assert values['plan_name'] == 'letters backup'
    assert values['snapshot_name'] == 'letters'
    assert values['description'] == 'Snapshot of volume letters'
    assert 'force' not in values
    assert (values['frequency'], values['zone']) == ('daily', 'UTC')
    assert values['retention'] == 'daily=7'
    assert 'run_now' not in values


def test_it_proposes_a_quiet_moment_which_is_not_everybodys(user, address):
    at = [user.page(address).values['at'] for _ in range(4)]
    assert len(set(at)) > 1
    for time in map(datetime.time.fromisoformat, at):
        assert time.hour in (22, 23, 0, 1, 2, 3, 4, 5)
        assert 5 <= time.minute % 30 <= 25


def test_the_time_it_proposes_is_that_of_the_plan_to_be(
    user, module_sandbox, demo, address
):
    """So it stays while the form is shown again, and is spread by plans."""
    opened = user.page(address).values
    sent = {name: value for name, value in opened.items() if value}
    again = Page(
        user.post(address, {**sent, 'plan_name': ''}).content.decode()
    )
    assert (again.values['at'], again.values['opened']) == (
        opened['at'],
        opened['opened'],
    )
    assert (
        user.post(address, {**sent, 'plan_name': 'timely'}).status_code == 302
    )
    plan = found(module_sandbox, demo, 'timely')
    seed = timing_fields.time_seed(plan.id)
    hour, minute = recurrence_phrases.off_peak_time(seed)
    assert opened['at'] == f'{hour:02}:{minute:02}'
    assert plan.schedules[0].pattern == f'{minute} {hour} * * *'


def test_another_ones_plan_id_is_refused(user, address):
    page = Page(
        user.submit(
            address, plan_name='forged', opened='e30:forged'
        ).content.decode()
    )
    assert "Open the form again" in page.alerts[0]


def test_the_operator_says_where_proposed_times_lie(user, address):
    with override_settings(
        PROTECTION_SPREAD_FIRST_HOUR=2, PROTECTION_SPREAD_MINUTES=1
    ):
        assert user.page(address).values['at'] == '02:00'
    with override_settings(
        PROTECTION_SPREAD_FIRST_HOUR='two', PROTECTION_SPREAD_MINUTES=0
    ):
        assert user.page(address).values['at']


def test_an_attached_volume_is_to_be_forced(user, demo):
    attached = factories.volume(demo, 'orders-db')
    page = user.page(
        f'/project/protection_plans/schedule/volume/{attached.id}/'
    )
    assert page.values['force'] == 'on'


def found(sandbox, cloud, name):
    """The plan of a name, which goes with the sandbox."""
    named = [p for p in plan_service.plan_list(cloud) if p.name == name]
    for plan in named:
        sandbox.known(plan.document)
    (plan,) = named
    return plan


def test_it_protects_often_if_allowed_to_and_at_once_if_asked_to(
    user, module_sandbox, demo, address
):
    keep = {'retention': 'custom', 'keep_last': '3', 'keep_daily': ''}
    typed = {'plan_name': 'eager', **custom('*/2 * * * *'), **keep}
    with override_settings(PROTECTION_MINIMUM_INTERVAL=60):
        answer = user.submit(address, run_now='on', **typed)
    assert answer.status_code == 302
    plan = found(module_sandbox, demo, 'eager')
    assert plan.schedules[0].pattern == '*/2 * * * *'
    (run,) = execution_service.list_executions(
        demo, 10, workflow_name=f'protection.plan.{plan.id}'
    )
    assert (run.by, run.schedule_id) == ('demo', '')
    # it would run every other minute as long as the other tests take
    factories.uproot(demo, plan)


def test_it_makes_a_plan_with_an_armed_schedule(user, sandbox, demo, address):
    answer = user.submit(
        address,
        **custom(' 30  4 * * 1-5 '),
        zone='Asia/Kolkata',
        snapshot_name='nightly letters',
        retention='custom',
        keep_daily='5',
        first='2031-02-01T03:00',
        end='2031-12-31',
    )
    plan = found(sandbox, demo, 'letters backup')
    assert (answer.status_code, answer['Location']) == (302, SCHEDULES)
    assert answer['X-Horizon-Location'] == SCHEDULES
    (entry,) = plan.resources
    assert entry['options'] == {
        'snapshot_name': 'nightly letters',
        'description': 'Snapshot of volume letters',
        'force': False,
    }
    (schedule,) = project_status.get_plan_state(demo, plan.id).schedules
    assert (schedule.pattern, schedule.zone) == (
        '30 4 * * 1-5',
        'Asia/Kolkata',
    )
    assert plan.document['retention'] == {'daily': 5}
    assert schedule.schedule.first == '2031-02-01T03:00'
    assert schedule.schedule.end == '2031-12-31T23:59'
    row = user.page(SCHEDULES).row(f'{plan.id}:{schedule.id}')
    assert row['Plan'] == 'letters backup'
    assert row['Protects'] == 'letters'
    assert row['Schedule'] == 'Every weekday at 04:30'
    assert (row['Zone'], row['Runs As']) == ('Asia/Kolkata', 'demo')
    assert (row['Last Run'], row['State']) == ('None yet', 'Armed')
    assert row['Next Run'].startswith('2 Feb 2031 23:00, in ')
    assert user.page(address).values['plan_name'] == 'letters backup 2'


def test_in_a_dialog_it_comes_without_the_page_around(user, address):
    ajax = {'HTTP_X_REQUESTED_WITH': 'XMLHttpRequest'}
    for answer in (
        user.get(address, **ajax),
        user.post(address, {'plan_name': ''}, **ajax),
    ):
        content = answer.content.decode()
        assert answer.status_code == 200
        assert '<form' in content
        assert '<body' not in content
