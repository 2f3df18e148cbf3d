# SPDX-License-Identifier: Apache-2.0
"""What Health makes of what the services tell."""

import time
import types
import uuid

import pytest

from protection_dashboard import settings
from protection_dashboard.api import cloud
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import base
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.reports import health
from protection_dashboard.reports.health import freezer
from protection_dashboard.reports.health import mistral
from protection_dashboard.workflows import definitions

VOLUME = Resource('v1', 'volume', 'web', 'available', 'available')
OPTIONS = {'backup_name': 'web', 'description': 'of web'}
LIMIT = 600


@pytest.mark.parametrize(
    ('url', 'root'),
    [
        ('http://c:8776/v3/abc', 'http://c:8776/'),
        ('http://c:5000/v3', 'http://c:5000/'),
        ('https://c/compute/v2.1/', 'https://c/compute/'),
        ('https://c/volume/v3/%(project_id)s', 'https://c/volume/'),
        ('http://c:9090', 'http://c:9090/'),
    ],
)
def test_where_a_service_tells_its_versions(url, root):
    assert cloud.endpoint_root(url) == root


def offering(**facts):
    return settings.Settings(**facts)


@pytest.mark.parametrize(
    ('ours', 'theirs', 'state', 'said'),
    [
        (offering(), ([], False), 'ok', "None are set up"),
        (offering(smtp_server='x'), ([], True), 'ok', "By email."),
        (offering(smtp_server='x'), ([], False), 'warning', "smtp_server"),
        (
            offering(notify_channels={'ops': 'u', 'on-call': 'u'}),
            (['ops'], True),
            'warning',
            "does not have: on-call.",
        ),
        (
            offering(notify_channels=('ops',), notify_hosts='a.example b'),
            (['ops', 'other'], True),
            'ok',
            "ops, a.example and b",
        ),
    ],
)
def test_horizon_offers_what_mistral_can_send(ours, theirs, state, said):
    channels, email = theirs
    told = {'channels': channels, 'email': email}
    check = mistral.check_notifications(ours, told)
    assert check.state == state
    assert said in str(check.message)


def test_domains_that_only_horizon_allows_are_told():
    ours = offering(smtp_server='x', notify_domains='a.example')
    told = {'channels': [], 'email': True, 'domains': ['a.example']}
    assert mistral.check_notifications(ours, told).state == 'ok'
    check = mistral.check_notifications(ours, {**told, 'domains': []})
    assert check.state == 'warning'
    assert 'notify_domains' in str(check.message)


def test_a_mail_server_that_does_not_work_is_a_failure():
    told = {'channels': [], 'email': True, 'mail_problem': "It is away."}
    check = mistral.check_notifications(offering(), told)
    assert check.state == 'failed'
    assert str(check.message).endswith("takes no emails: It is away.")
    sound = mistral.check_notifications(
        offering(smtp_server='x'), {**told, 'mail_problem': ''}
    )
    assert sound.state == 'ok'


def told_by_mistral(**facts):
    return {
        'scheduler_type': 'default',
        'given_up_after': 300,
        'lost_after_minutes': 10,
        **facts,
    }


@pytest.mark.parametrize('given_up', [0, 181, 300])
def test_settings_with_which_runs_go_on_are_fine(given_up):
    theirs = told_by_mistral(given_up_after=given_up)
    check = mistral.check_settings(offering(), theirs)
    assert (check.state, check.advice) == ('ok', None)


@pytest.mark.parametrize(
    ('facts', 'said'),
    [
        ({'scheduler_type': 'legacy'}, ["what a killed engine held is lost."]),
        ({'given_up_after': 60}, ["after 60 s, and one may take 180 s."]),
        ({'given_up_after': 180}, ["after 180 s"]),
        ({'lost_after_minutes': 30}, ["is 30, and 10 in Horizon"]),
        (
            {'scheduler_type': 'legacy', 'lost_after_minutes': 5},
            ["held is lost. lost_after_minutes is 5"],
        ),
    ],
)
def test_settings_by_which_runs_get_lost_are_told(facts, said):
    check = mistral.check_settings(offering(), told_by_mistral(**facts))
    assert check.state == 'warning'
    assert all(words in str(check.message) for words in said)
    assert "sample of mistral.conf" in str(check.advice)


def job(status, age=0, description=''):
    created = time.time() - age
    return {
        'client_id': 'central',
        'description': description,
        'job_schedule': {'status': status, 'time_created': created},
    }


@pytest.mark.parametrize(
    ('found', 'state'),
    [
        ([], 'ok'),
        ([('', LIMIT - 60), ('completed', 10 * LIMIT)], 'ok'),
        ([('', LIMIT + 60), ('running', 10 * LIMIT)], 'failed'),
    ],
)
def test_a_job_that_nobody_begins_tells_of_a_dead_scheduler(found, state):
    check = freezer.check_schedulers([job(*one) for one in found], LIMIT)
    assert check.state == state
    assert ('central' in str(check.advice)) == (state == 'failed')


def flow(*schedules, protection='freezer'):
    document = plan_document.new_plan_document(
        'nightly', VOLUME, protection, OPTIONS, schedules
    )
    text = plan_document.workflow_definition(document)
    name = definitions.plan_workflow_name(document['id'])
    flow = types.SimpleNamespace(definition=text, id='w1', name=name)
    return document['id'], flow


def permit(plan_id, work='permit'):
    written = base.Mark(plan=plan_id).written(
        "A job", 255, work=work, resource=VOLUME.id
    )
    return job('completed', description=written)


def test_a_scheduled_plan_of_freezer_needs_its_permit():
    schedule = plan_document.new_schedule('0 3 * * *', 'UTC')
    plan_id, scheduled = flow(schedule)
    check = freezer.check_permits([], [scheduled])
    assert check.state == 'warning'
    assert plan_id in str(check.advice)
    for work in ('permit', 'protect'):
        check = freezer.check_permits([permit(plan_id, work)], [scheduled])
        assert check.state == 'ok'
        assert str(check.message).endswith(': 1.')
    assert (
        freezer.check_permits([permit('other')], [scheduled]).state
        == 'warning'
    )


@pytest.mark.parametrize(
    'schedules',
    [
        (),
        (Schedule(str(uuid.uuid4()), '0 3 * * *', 'UTC', paused=True),),
    ],
)
def test_a_plan_that_no_schedule_runs_needs_none(schedules):
    _plan_id, unscheduled = flow(*schedules)
    assert freezer.check_permits([], [unscheduled]).state == 'ok'


def test_the_worst_check_counts():
    checks = [
        health.Check('a', state, 'told')
        for state in (health.OK, health.FAILED, health.WARNING)
    ]
    assert health.worst(checks) == 2
    assert health.worst(checks[::2]) == 1
    assert health.worst([]) == 0
