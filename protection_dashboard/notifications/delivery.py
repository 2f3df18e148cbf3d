# SPDX-License-Identifier: Apache-2.0
"""Sends messages to the targets that a plan names."""

from collections.abc import Callable
from collections.abc import Iterable
from typing import TypedDict

from protection_dashboard import exceptions
from protection_dashboard.api import smtp
from protection_dashboard.api import webhook
from protection_dashboard.notifications import messages
from protection_dashboard.notifications import targets
from protection_dashboard.notifications.messages import Message
from protection_dashboard.plans.schema import NotificationDocument
from protection_dashboard.settings import Settings

#: gives why the cloud lets no request out to a URL, or ''
Guard = Callable[[str], str]

SENT = 'sent'
REFUSED = 'refused'
FAILED = 'failed'


class Notice(TypedDict):
    """How a message got to one target; stored in the result of a run.

    ``target`` is what the plan names, never a channel's URL. ``state`` is
    SENT, REFUSED (not allowed) or FAILED, ``reason`` one line or ''.
    """

    event: str
    target: str
    state: str
    reason: str


def deliver_message(
    notification: NotificationDocument,
    message: Message,
    settings: Settings,
    guard: Guard,
) -> list[Notice]:
    """Send a message to each target of a plan's notification.

    Nothing is raised: a message that fails must not fail a run.
    """
    sent = []
    target = notification.get('webhook')
    if target:
        sent.append((target, *_post(target, message, settings, guard)))
    sent += _send_emails(notification.get('emails', []), message, settings)
    return [
        Notice(event=message['event'], target=one, state=state, reason=reason)
        for one, state, reason in sent
    ]


def _post(
    target: str, message: Message, settings: Settings, guard: Guard
) -> tuple[str, str]:
    """Send a message to a webhook; ``(state, reason)``."""
    problem = targets.webhook_problem(target, settings)
    url = settings.notify_channels.get(target, target)
    reason = str(problem) if problem else guard(url)
    if reason:
        return REFUSED, reason
    try:
        webhook.post_message(url, message)
    except exceptions.ProtectionError as error:
        return FAILED, str(error)
    return SENT, ''


def _send_emails(
    addresses: Iterable[str], message: Message, settings: Settings
) -> list[tuple[str, str, str]]:
    """Send a message to addresses; ``[(address, state, reason)]``."""
    problems = {a: targets.email_problem(a, settings) for a in addresses}
    refused = [
        (address, REFUSED, str(problem))
        for address, problem in problems.items()
        if problem
    ]
    allowed = [address for address, problem in problems.items() if not problem]
    return refused + (_send(allowed, message, settings) if allowed else [])


def _send(
    addresses: list[str], message: Message, settings: Settings
) -> list[tuple[str, str, str]]:
    subject, text = (
        messages.email_subject(message),
        messages.email_text(message),
    )
    answers = smtp.send_email(settings, addresses, subject, text)
    return [
        (address, FAILED if reason else SENT, reason)
        for address, reason in answers.items()
    ]


def delivery_failure(notices: list[Notice]) -> str | None:
    """Why a test message did not get to all targets, in one line, or None."""
    unsent = [notice for notice in notices if notice['state'] != SENT]
    if unsent:
        return f"{unsent[0]['target']}: {unsent[0]['reason']}"
    return None if notices else "There is no address to send a message to."
