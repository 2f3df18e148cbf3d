# SPDX-License-Identifier: Apache-2.0
"""Emails through the operator's SMTP server."""

from collections.abc import Collection
import contextlib
from email import message
import smtplib
import ssl

from protection_dashboard.settings import Settings

_TIMEOUT = 10  # seconds
_PORTS = {'tls': 465}
_DEAD = "The operator's mail server does not work."
_REFUSALS = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
)


def send_email(
    settings: Settings, addresses: Collection[str], subject: str, text: str
) -> dict[str, str]:
    """Send an email to each address; ``{address: why it was refused, or ''}``.

    ``settings`` name the server and the sender; ``text`` is plain text.
    """
    answers = dict.fromkeys(addresses, _DEAD)
    # emails that the server accepted before it failed are sent
    with (
        contextlib.suppress(smtplib.SMTPException, OSError),
        _connection(settings) as server,
    ):
        for address in addresses:
            email = _email(settings, address, subject, text)
            answers[address] = _refusal(server, email)
    return answers


def _connection(settings: Settings) -> smtplib.SMTP:
    host, _colon, port = settings.smtp_server.partition(':')
    number = int(port or _PORTS.get(settings.smtp_tls, 25))
    trusted = ssl.create_default_context()
    if settings.smtp_tls == 'tls':
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, number, timeout=_TIMEOUT, context=trusted
        )
    else:
        server = smtplib.SMTP(host, number, timeout=_TIMEOUT)
    if settings.smtp_tls == 'starttls':
        server.starttls(context=trusted)
    if settings.smtp_user:
        server.login(settings.smtp_user, settings.smtp_password)
    return server


def _email(
    settings: Settings, address: str, subject: str, text: str
) -> message.EmailMessage:
    made = message.EmailMessage()
    made['From'] = settings.smtp_from
    made['To'] = address
    # a line break in the subject would begin another header
    made['Subject'] = ' '.join(subject.split())
    made.set_content(text)
    return made


def _refusal(server: smtplib.SMTP, email: message.EmailMessage) -> str:
    """Send an email; why the server refuses it, or ''."""
    try:
        server.send_message(email)
    except _REFUSALS:
        return "The operator's mail server refuses this address."
    return ''
