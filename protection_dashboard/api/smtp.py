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
_FINE = 250
#: why an email is not sent when the server is at fault
DEAD = "The operator's mail server does not work."
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
    answers = dict.fromkeys(addresses, DEAD)
    # emails that the server accepted before it failed are sent
    with (
        contextlib.suppress(smtplib.SMTPException, OSError),
        _connection(settings) as server,
    ):
        for address in addresses:
            email = _email(settings, address, subject, text)
            answers[address] = _refusal(server, email)
    return answers


def mail_server_problem(settings: Settings, timeout: float) -> str:
    """Why the mail server takes no emails now, in one sentence, or ''.

    It connects, logs in and sends NOOP (RFC 5321). The sentence names no
    address; ``timeout``, in seconds, is for each step.
    """
    try:
        with _connection(settings, timeout) as server:
            server.ehlo_or_helo_if_needed()
            code, _text = server.noop()
    except ssl.SSLError:
        return "Its certificate, or its TLS, does not work."
    except smtplib.SMTPAuthenticationError:
        return "It refuses the login."
    except smtplib.SMTPException:
        return "It does not answer as a mail server does."
    except (OSError, ValueError):
        return "It does not answer."
    return '' if code == _FINE else f"It answers NOOP with {code}."


def _connection(settings: Settings, timeout: float = _TIMEOUT) -> smtplib.SMTP:
    host, _colon, port = settings.smtp_server.partition(':')
    number = int(port or _PORTS.get(settings.smtp_tls, 25))
    trusted = ssl.create_default_context()
    if settings.smtp_tls == 'tls':
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, number, timeout=timeout, context=trusted
        )
    else:
        server = smtplib.SMTP(host, number, timeout=timeout)
    with contextlib.ExitStack() as refused:
        refused.callback(server.close)
        if settings.smtp_tls == 'starttls':
            server.starttls(context=trusted)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        refused.pop_all()
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
