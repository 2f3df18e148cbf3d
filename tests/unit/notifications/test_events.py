# SPDX-License-Identifier: Apache-2.0
"""Each event that a plan can name is known wherever one is shown or sent."""

import pytest

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.forms import notification_fields
from protection_dashboard.notifications import execution_report
from protection_dashboard.panels.executions import outcomes
from protection_dashboard.plans import phrases
from protection_dashboard.plans.schema import NOTIFICATION_EVENTS

CLOUD = Cloud(token='t', project_id='p1', catalog=[])


@pytest.mark.parametrize('event', NOTIFICATION_EVENTS)
def test_an_event_has_a_choice_a_phrase_and_a_message(event):
    assert event in dict(notification_fields.EVENT_CHOICES)
    assert event in outcomes.EVENTS
    said = str(phrases.notification_phrase({'on': [event], 'emails': ['a@b']}))
    assert said.endswith(', by email')
    message = execution_report.new_message(event, CLOUD, 'p', 'nightly')
    assert message['state']
    assert execution_report.email_subject(message).startswith('nightly: ')


def test_a_plan_without_notification_starts_with_all_that_goes_wrong():
    assert {*notification_fields.NEW_EVENTS} == {*NOTIFICATION_EVENTS} - {
        execution_report.SUCCESS
    }
