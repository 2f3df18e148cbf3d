# SPDX-License-Identifier: Apache-2.0
"""Each event that a plan can name is known wherever one is shown or sent."""

import dataclasses

import pytest

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.forms import notification_fields
from protection_dashboard.notifications import execution_report
from protection_dashboard.panels.executions import outcomes
from protection_dashboard.plans import phrases
from protection_dashboard.plans.schema import NOTIFICATION_EVENTS
from protection_dashboard.settings import Settings

CLOUD = Cloud(token='t', project_id='p1', catalog=[])


@pytest.mark.parametrize('event', NOTIFICATION_EVENTS)
def test_an_event_has_a_choice_a_phrase_and_a_message(event):
    assert event in dict(notification_fields.EVENT_CHOICES)
    assert event in outcomes.EVENTS
    said = str(phrases.notification_phrase({'on': [event], 'emails': ['a@b']}))
    assert said.endswith(', by email')
    message = execution_report.new_message(event, CLOUD, 'p', 'nightly')
    assert message['state']
    subject = execution_report.email_subject(message)
    assert subject.startswith('[Protection] nightly: ')


def test_a_plan_without_notification_starts_with_all_that_goes_wrong():
    assert {*notification_fields.NEW_EVENTS} == {*NOTIFICATION_EVENTS} - {
        execution_report.SUCCESS
    }


def test_an_email_names_the_project_and_the_person():
    message = execution_report.new_message('failure', CLOUD, 'p', 'nightly')
    sender = execution_report.Sender(project='web shop', user='ann')
    text = execution_report.email_text(message, sender)
    assert 'Project: web shop (p1)\n' in text
    assert 'In the name of: ann\n' in text


@pytest.mark.parametrize(
    ('notification', 'said'),
    [
        ({'on': [], 'emails': [f'a{n}@b.c' for n in range(21)]}, '$.emails: '),
        ({'on': [], 'emails': 'a@b.c'}, '$.emails: '),
        ({'on': [], 'emails': [{'a': 1}]}, '$.emails[0]: '),
        ({'on': ['tomorrow']}, '$.on[0]: '),
        ({'on': [], 'webhook': 5}, '$.webhook: '),
        ({'on': [], 'subject': 'x'}, '$.subject: '),
        ({}, '$.on: '),
        ('a@b.c', '$: '),
        (None, '$: '),
    ],
)
def test_what_is_no_notification_is_sent_to_nobody(notification, said):
    """The mail server that this cloud has is on no port that is open."""
    settings = Settings(smtp_server='127.0.0.1:9', notify_domains='b.c')
    cloud = dataclasses.replace(CLOUD, settings=settings)
    told = execution_report.send_test_message(
        cloud, notification, 'nightly', lambda url: ''
    )
    (notice,) = told['notices']
    assert (notice['target'], notice['state']) == ('notification', 'refused')
    assert notice['reason'].startswith(said)
    assert told['failure'] == f"notification: {notice['reason']}"
