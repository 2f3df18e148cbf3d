# SPDX-License-Identifier: Apache-2.0
"""Messages on their way to where a plan wants them.

A *notice* tells of one, in plain JSON, and never an address of the
operator's: ``{"event": ..., "target": what the plan names, "state": "sent" |
"refused" | "failed", "reason": one line or ""}``.
"""

from protection_dashboard import exceptions
from protection_dashboard.api import smtp
from protection_dashboard.api import webhook
from protection_dashboard.notifications import messages
from protection_dashboard.notifications import targets

SENT = 'sent'
REFUSED = 'refused'
FAILED = 'failed'


def deliver(notification, message, settings, guard):
    """A notice for each target of a plan's notification.

    ``guard(url)`` gives why the cloud lets nothing out to a URL, or ''.
    Nothing is raised: a message that fails must not fail a run.
    """
    found = []
    target = notification.get('webhook')
    if target:
        found.append((target, *_posted(target, message, settings, guard)))
    found += _mailed(notification.get('emails', []), message, settings)
    event = message['event']
    return [
        {'event': event, 'target': one, 'state': state, 'reason': reason}
        for one, state, reason in found
    ]


def _posted(target, message, settings, guard):
    """``(state, reason)`` of a webhook."""
    problem = targets.webhook_problem(target, settings)
    url = settings.notify_channels.get(target, target)
    reason = str(problem) if problem else guard(url)
    if reason:
        return REFUSED, reason
    try:
        webhook.post(url, message)
    except exceptions.ProtectionError as error:
        return FAILED, str(error)
    return SENT, ''


def _mailed(addresses, message, settings):
    """``[(address, state, reason)]``."""
    problems = {a: targets.email_problem(a, settings) for a in addresses}
    found = [
        (address, REFUSED, str(problem))
        for address, problem in problems.items()
        if problem
    ]
    good = [address for address, problem in problems.items() if not problem]
    return found + (_sent(good, message, settings) if good else [])


def _sent(addresses, message, settings):
    subject, text = messages.subject(message), messages.text(message)
    answers = smtp.send(settings, addresses, subject, text)
    return [
        (address, FAILED if reason else SENT, reason)
        for address, reason in answers.items()
    ]


def failure(found):
    """Why a test message did not arrive everywhere, in one line, or None."""
    bad = [notice for notice in found if notice['state'] != SENT]
    if bad:
        return f"{bad[0]['target']}: {bad[0]['reason']}"
    return None if found else "There is no address to send a message to."
