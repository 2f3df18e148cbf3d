# SPDX-License-Identifier: Apache-2.0
"""Whom to tell: only what the operator has configured, nothing lost."""

import pytest

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.forms.notification_fields import NotificationMixin
from protection_dashboard.settings import Settings

HOOK = 'https://hooks.example.org/backup'
NOTHING = Settings()
ALL = Settings(
    notify_hosts=('hooks.example.org',),
    notify_channels={'ops': 'https://secret.example.net/T0K3N'},
    smtp_server='mail.example.org:25',
    notify_domains=('example.org',),
)


class Form(NotificationMixin):
    def __init__(self, settings, told=None, data=None):
        super().__init__(data)
        self.prepare_notification(
            told,
            Cloud(token='t', project_id='p', catalog=[], settings=settings),
        )

    def clean(self):
        self.found = self.checked_notification(super().clean())


def filled(settings, told=None, **changes):
    """The form as it comes back when a user changes some of it."""
    form = Form(settings, told)
    start = {name: form[name].value() for name in form.fields}
    return Form(settings, told, {**start, **changes})


@pytest.mark.parametrize(
    ('settings', 'offered'),
    [
        (NOTHING, set()),
        (Settings(smtp_server='mail'), {'notify_on', 'notify_emails'}),
        (
            Settings(notify_channels={'ops': ''}),
            {'notify_on', 'notify_webhook'},
        ),
        (ALL, set(NotificationMixin.base_fields)),
    ],
)
def test_it_offers_what_is_configured(settings, offered):
    assert set(Form(settings).fields) == offered


@pytest.mark.parametrize('settings', [NOTHING, ALL])
def test_what_is_not_configured_is_said(settings):
    notes = ' '.join(Form(settings).notify_notes)
    assert ('not configured' in notes) == (settings is NOTHING)
    assert ('Everybody in the project can read' in notes) == (settings is ALL)


def test_a_channel_stands_by_its_name_alone():
    form = Form(ALL)
    choices = dict(form.fields['notify_webhook'].choices)
    assert choices['channel:ops'] == 'ops'
    assert 'T0K3N' not in form.as_p()


@pytest.mark.parametrize(
    'told',
    [
        None,
        {'on': ['failure'], 'webhook': HOOK},
        {'on': ['success', 'missed'], 'webhook': 'ops'},
        {'on': ['failure'], 'emails': ['a@example.org', 'b@example.org']},
    ],
)
def test_what_a_plan_has_comes_back_as_it_was(told):
    form = filled(ALL, told)
    assert form.is_valid(), form.errors
    assert form.found == told


def test_what_cannot_be_edited_here_is_kept():
    told = {'on': ['failure']}
    assert filled(NOTHING, told).is_valid()
    form = filled(NOTHING, told)
    form.full_clean()
    assert form.found == told


def test_addresses_may_stand_in_lines_or_behind_commas():
    form = filled(
        ALL, notify_emails='a@example.org, b@example.org\na@example.org'
    )
    assert form.is_valid(), form.errors
    assert form.found['emails'] == ['a@example.org', 'b@example.org']
    assert form.found['on'] == ['failure', 'missed', 'skipped']


@pytest.mark.parametrize(
    ('changes', 'field', 'reason'),
    [
        (
            {'notify_on': [], 'notify_emails': 'a@example.org'},
            'notify_on',
            'at least one event',
        ),
        ({'notify_webhook': 'address'}, 'notify_url', 'required'),
        (
            {
                'notify_webhook': 'address',
                'notify_url': 'http://169.254.169.254/latest',
            },
            'notify_url',
            'does not allow messages to 169.254.169.254',
        ),
        (
            {
                'notify_webhook': 'address',
                'notify_url': 'https://me:pw@hooks.example.org/',
            },
            'notify_url',
            'password',
        ),
        ({'notify_emails': 'nonsense'}, 'notify_emails', 'no email address'),
        (
            {'notify_emails': f'{"a" * 243}@example.org'},
            'notify_emails',
            'no email address',
        ),
        (
            {
                'notify_emails': ' '.join(
                    f'a{n}@example.org' for n in range(21)
                )
            },
            'notify_emails',
            'at most 20 addresses',
        ),
        ({'notify_webhook': 'channel:none'}, 'notify_webhook', 'valid choice'),
    ],
)
def test_what_is_wrong_stands_at_its_field(changes, field, reason):
    form = filled(ALL, **changes)
    assert not form.is_valid()
    assert set(form.errors) == {field}
    assert reason in str(form.errors[field])


def test_a_channel_that_is_gone_is_shown_and_refused():
    form = filled(ALL, {'on': ['failure'], 'webhook': 'old'})
    assert form['notify_webhook'].value() == 'channel:old'
    assert not form.is_valid()
    assert "old" in str(form.errors['notify_webhook'])


@pytest.mark.parametrize(
    ('settings', 'said'),
    [
        (ALL, 'The operator allows emails to these domains: example.org.'),
        (Settings(smtp_server='mail'), 'tells you no address of one'),
    ],
)
def test_who_can_get_an_email_is_said(settings, said):
    assert any(said in note for note in Form(settings).notify_notes)


def test_an_address_that_others_have_chosen_stays_where_only_users_count():
    """A run asks Keystone again; here it cannot be known whose it is."""
    told = {'on': ['failure'], 'emails': ['ann@example.org']}
    settings = Settings(smtp_server='mail')
    form = filled(settings, told)
    assert form.is_valid()
    assert form.found == told
    form = filled(settings, told, notify_emails='eve@example.org')
    assert 'does not tell eve@example.org' in str(form.errors)
