# SPDX-License-Identifier: Apache-2.0
"""Emails by the operator's SMTP server."""

import contextlib
from email import message
import smtplib
import ssl

_TIMEOUT = 10  # seconds
_PORTS = {'tls': 465}
_DEAD = "The operator's mail server does not work."
_REFUSALS = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
)


def send(settings, addresses, subject, text):
    """One email to each address; ``{address: why it was not taken or ''}``."""
    answers = dict.fromkeys(addresses, _DEAD)
    # what was taken before the server failed is on its way
    with (
        contextlib.suppress(smtplib.SMTPException, OSError),
        _connection(settings) as server,
    ):
        for address in addresses:
            email = _email(settings, address, subject, text)
            answers[address] = _sent(server, email)
    return answers


def _connection(settings):
    host, _colon, port = settings.smtp_server.partition(':')
    number = int(port or _PORTS.get(settings.smtp_tls, 25))
    trusted = ssl.create_default_context()
    if settings.smtp_tls == 'tls':
        server = smtplib.SMTP_SSL(
            host, number, timeout=_TIMEOUT, context=trusted
        )
    else:
        server = smtplib.SMTP(host, number, timeout=_TIMEOUT)
    if settings.smtp_tls == 'starttls':
        server.starttls(context=trusted)
    if settings.smtp_user:
        server.login(settings.smtp_user, settings.smtp_password)
    return server


def _email(settings, address, subject, text):
    made = message.EmailMessage()
    made['From'] = settings.smtp_from
    made['To'] = address
    # a line break in a name would begin another header
    made['Subject'] = ' '.join(subject.split())
    made.set_content(text)
    return made


def _sent(server, email):
    """Why the server refused this one, or ''."""
    try:
        server.send_message(email)
    except _REFUSALS:
        return "The operator's mail server refuses this address."
    return ''
