# SPDX-License-Identifier: Apache-2.0
"""Schedule Backup: what the form refuses, and that nothing typed is lost."""

from django.test import override_settings
import pytest

from protection_dashboard.plans import service as plan_service
from tests.pages.page import Page

FIELDS = {
    'plan_name',
    'snapshot_name',
    'description',
    'frequency',
    'weekday',
    'day',
    'at',
    'minute',
    'pattern',
    'zone',
    'first',
    'end',
    'retention',
    'keep_daily',
}
REQUIRED = "This field is required."


@pytest.fixture(scope='module')
def address(executed_plan):
    volume_id = executed_plan.volume.id
    return f'/project/protection_plans/schedule/volume/{volume_id}/'


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def proposed(user, address):
    """What a browser would send of the form as it is shown first."""
    return user.page(address).values


def custom(pattern):
    return {'frequency': 'custom', 'pattern': pattern}


FIVE = (
    "A pattern has exactly five fields: minute, hour, day of the month, "
    "month and weekday."
)
REFUSALS = [
    (custom('* * * *'), 'pattern', FIVE),
    (custom('<b>daily</b>'), 'pattern', FIVE),
    (custom(''), 'pattern', REQUIRED),
    (
        custom('61 * * * *'),
        'pattern',
        "The first field, the minute, takes 0 to 59, for example 5, 0,30, "
        "10-20 or */15.",
    ),
    (
        custom('0 0 31 2 *'),
        'pattern',
        "This pattern never runs: no chosen month has such a day.",
    ),
    (
        custom('*/2 * * * *'),
        'pattern',
        "Two runs would be only 2 min apart: choose a pattern with at least "
        "5 min between two runs.",
    ),
    ({'frequency': 'hourly', 'minute': ''}, 'minute', REQUIRED),
    (
        {'frequency': 'hourly', 'minute': '60'},
        'minute',
        "Ensure this value is less than or equal to 59.",
    ),
    ({'frequency': 'daily', 'at': ''}, 'at', REQUIRED),
    ({'frequency': 'weekly', 'at': '25:00'}, 'at', "Enter a valid time."),
    ({'frequency': 'monthly', 'day': ''}, 'day', REQUIRED),
    (
        {'frequency': 'monthly', 'day': '32'},
        'day',
        "Ensure this value is less than or equal to 31.",
    ),
    (
        {'first': '2031-02-01T03:00', 'end': '2031-01-31'},
        'end',
        "The last day lies before the first run.",
    ),
    (
        {'retention': 'custom', 'keep_daily': ''},
        'retention',
        "Give at least one number of what to keep.",
    ),
    (
        {'retention': 'custom', 'keep_daily': '0'},
        'keep_daily',
        "Ensure this value is greater than or equal to 1.",
    ),
    ({'plan_name': ''}, 'plan_name', REQUIRED),
    (
        {'plan_name': 'Plan THAT ran'},
        'plan_name',
        "A plan of this name exists: choose another one.",
    ),
    ({'snapshot_name': ''}, 'snapshot_name', REQUIRED),
    (
        {'zone': 'Mars/Olympus'},
        'zone',
        "Select a valid choice. Mars/Olympus is not one of the available "
        "choices.",
    ),
]


@pytest.mark.parametrize(('changes', 'field', 'sentence'), REFUSALS)
def test_it_refuses_in_one_sentence_at_the_field(
    user, demo, address, proposed, changes, field, sentence
):
    typed = {'description': 'typed "with" <care> & é', **changes}
    with override_settings(PROTECTION_MINIMUM_INTERVAL=300):
        answer = user.post(address, {**proposed, **typed})
    assert answer.status_code == 200
    page = Page(answer.content.decode())
    errors = {name: page.errors(name) for name in FIELDS}
    assert {name: e for name, e in errors.items() if e} == {field: [sentence]}
    kept = {name: page.values.get(name, '') for name in typed}
    assert kept | {'zone': ''} == typed | {'zone': ''}
    names = {plan.name for plan in plan_service.plan_list(demo)}
    assert not names & {typed.get('plan_name'), proposed['plan_name']}


def test_all_that_is_wrong_is_said_at_once(user, address, proposed):
    wrong = {'plan_name': '', 'snapshot_name': '', **custom('hourly')}
    answer = user.post(address, {**proposed, **wrong})
    page = Page(answer.content.decode())
    for field in ('plan_name', 'snapshot_name', 'pattern'):
        assert page.errors(field), field
