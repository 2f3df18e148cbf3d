# SPDX-License-Identifier: Apache-2.0
"""Which targets a plan's messages may have."""

import pytest

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.notifications import targets as notification_targets
from protection_dashboard.settings import Settings

CHOOSY = Settings(
    notify_hosts=('hooks.example.org', 'ops:8443', 'lab:*', '*.good.example'),
    notify_channels={'operators': 'https://elsewhere/secret'},
    smtp_server='mail:25',
    notify_domains=('example.org', '*.example'),
)
SILENT = Settings()
ONLY_USERS = Settings(smtp_server='mail:25')


def cloud_with(settings):
    return Cloud(token='t', project_id='p', catalog=[], settings=settings)


@pytest.mark.parametrize(
    'text',
    [
        '',
        'operators',
        'https://hooks.example.org/a/b',
        'http://HOOKS.example.org',
        'https://ops:8443/',
        'http://lab:1234/x',
        'https://deep.good.example/x',
    ],
)
def test_it_takes_what_the_operator_allows(text):
    assert notification_targets.webhook_problem(text, CHOOSY) is None


@pytest.mark.parametrize(
    ('text', 'words'),
    [
        ('friends', 'nor one of your operator\'s channels: operators.'),
        ('https://user:secret@hooks.example.org/', 'with a password'),
        ('https://hooks.example.org/?key=1', 'query string'),
        ('https://hooks.example.org/#key', 'query string'),
        ('https://hooks.example.org:8080/', 'does not allow'),
        ('https://ops/', 'does not allow messages to ops'),
        ('https://good.example/', 'does not allow'),
        ('https://evil-good.example/', 'does not allow'),
        ('http://169.254.169.254/latest', 'does not allow'),
        ('https://hooks.example.org.evil.example/', 'does not allow'),
        ('ftp://hooks.example.org/', 'no address'),
        ('https://hooks.example.org\\@evil.example/', 'with a password'),
        ('https://hooks.example.org\\.evil.example/', 'no address'),
        ('https://[::1]/', 'no address'),
        ('https://hooks.example.org/a b', 'no address'),
        ('https://hooks.example.org/\n', 'no address'),
        ('https://[', 'no address'),
        # what names this machine, or a cloud's own services, in other forms
        ('http://127.0.0.1/', 'does not allow'),
        ('http://127.1/', 'does not allow'),
        ('http://2130706433/', 'does not allow'),
        ('http://0x7f000001/', 'does not allow'),
        ('http://0177.0.0.1/', 'does not allow'),
        ('http://0/', 'does not allow'),
        ('http://localhost/', 'does not allow'),
        ('http://[::ffff:127.0.0.1]/', 'no address'),
        ('http://[fe80::1%25eth0]/', 'no address'),
        ('http://169.254.169.254./', 'does not allow'),
        ('http://①②⑦.0.0.1/', 'no address'),
        ('https://hooks.example.org./', 'does not allow'),
        ('https://xhooks.example.org/', 'does not allow'),
        ('https://hooks.example.org:443@evil.example/', 'with a password'),
        ('https://hooks.example.org%2eevil.example/', 'no address'),
        ('https://hooks.example.org\tx', 'no address'),
        ('https://hooks.example.org/\r\nHost: evil.example', 'no address'),
        ('https://hooks.example.org:080/', 'does not allow'),
        ('https://hooks.example.org:0/', 'does not allow'),
        ('https://hooks.example.org:99999/', 'does not allow'),
        ('https://ops:84430/', 'does not allow'),
        ('https://ops:8443:80/', 'no address'),
        ('https:hooks.example.org/', 'neither an address'),
        ('https:///hooks.example.org/', 'no address'),
        ('HTTPS://hooks.example.org/', 'no address'),
        ('gopher://hooks.example.org/', 'no address'),
        ('file:///etc/passwd', 'no address'),
        ('https://*.good.example/', 'no address'),
        ('https://deep.good.example.evil.example/', 'does not allow'),
        ('http://.example.org/', 'does not allow'),
    ],
)
def test_it_refuses_everything_else(text, words):
    assert words in str(notification_targets.webhook_problem(text, CHOOSY))


def test_without_hosts_there_are_only_channels():
    problem = notification_targets.webhook_problem(
        'https://hooks.example.org/', SILENT
    )
    assert 'choose a channel' in str(problem)
    assert 'has made none' in str(
        notification_targets.webhook_problem('x', SILENT)
    )


def test_hosts_may_be_one_string():
    settings = Settings(notify_hosts='a.example, b.example')
    assert (
        notification_targets.webhook_problem('https://b.example/', settings)
        is None
    )


@pytest.mark.parametrize('text', ['a@example.org', "o'neil+x@a-b.example"])
def test_an_email_address_is_taken(text):
    assert notification_targets.email_problem(text, CHOOSY, ()) is None
    assert 'not set up' in str(
        notification_targets.email_problem(text, SILENT, ())
    )


@pytest.mark.parametrize(
    'text',
    [
        'ceo@victim.test',
        'a@example.org.victim.test',
        'a@sub.example.org',
        'a@evilexample.org',
        'a@example',
        'a@evil-b.example.victim.test',
    ],
)
def test_an_email_to_a_domain_that_the_operator_does_not_name_is_refused(text):
    problem = notification_targets.email_problem(text, CHOOSY, {text})
    domain = text.rpartition('@')[2]
    assert str(problem) in (
        f"Your operator does not allow emails to {domain}, only to "
        "example.org, *.example.",
        f"{text} is no email address.",
    )


@pytest.mark.parametrize(
    ('text', 'is_taken'),
    [
        ('a@example.org', True),
        ('A@Example.ORG', True),
        ('b@example.org', False),
        ('a@example.com', False),
    ],
)
def test_without_domains_only_known_users_get_emails(text, is_taken):
    known = frozenset({'a@example.org'})
    problem = notification_targets.email_problem(text, ONLY_USERS, known)
    assert (problem is None) == is_taken
    assert is_taken or f'does not tell {text} as' in str(problem)


def test_domains_may_be_one_string():
    settings = Settings(smtp_server='m', notify_domains='a.example, B.example')
    for text in ('x@a.example', 'x@b.example'):
        assert notification_targets.email_problem(text, settings, ()) is None


def test_keystone_is_asked_only_where_its_users_matter():
    """This cloud has no Keystone: a question would be Absent, so nobody."""
    for settings in (CHOOSY, SILENT, ONLY_USERS):
        cloud = cloud_with(settings)
        assert notification_targets.known_addresses(cloud) == frozenset()


@pytest.mark.parametrize(
    'text',
    [
        '',
        'a',
        'a@b',
        'a@b.c\nBcc: d@e.f',
        'a b@c.d',
        'a@b.c, d@e.f',
        '<a@b.c>',
        # read from right to left it is another one
        '\u202ea@b.c',
        f'{"a" * 252}@b.c',
    ],
)
def test_anything_else_is_no_email_address(text):
    assert 'no email address' in str(
        notification_targets.email_problem(text, CHOOSY, ())
    )


def test_a_notification_gives_its_first_problem():
    choosy, silent = map(cloud_with, (CHOOSY, SILENT))
    wanted = {
        'on': ['failure'],
        'webhook': 'operators',
        'emails': ['a@b.example'],
    }
    assert notification_targets.notification_problem(wanted, choosy) is None
    assert (
        notification_targets.notification_problem({'on': []}, silent) is None
    )
    wanted['emails'].append('nobody')
    problem = notification_targets.notification_problem(wanted, choosy)
    assert str(problem) == 'nobody is no email address.'


def test_settings_hide_what_is_secret():
    shown = repr(
        Settings(notify_channels={'a': 'SECRET'}, smtp_password='SECRET')
    )
    assert 'SECRET' not in shown
