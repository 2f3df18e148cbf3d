# SPDX-License-Identifier: Apache-2.0
"""Where a plan tells of its runs, and whether it may.

A plan's ``notification`` is ``{"on": [event], "webhook": address or name of
an operator's channel, "emails": [address]}``. Everybody in a project can
read a plan, so an address that may hold a secret is refused: that is what
channels are for.
"""

import re
from urllib import parse

from protection_dashboard.common.i18n import Words
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.plans.schema import LONGEST_EMAIL

TEST = 'test'
_PORTS = {'http': '80', 'https': '443'}
# narrow on purpose: no two readers of an address may find another host in it
_URL = re.compile(
    r'(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+)(:(?P<port>\d{1,5}))?'
    r"(/[A-Za-z0-9._~!$&'()*+,;=:%/-]*)?"
)
_EMAIL = re.compile(r'[^\s@<>,;:"()\[\]\\]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+')
_SECRET = Words(
    _(
        "An address with a password or a query string is refused, as "
        "everybody in the project can read a plan: ask your operator for a "
        "channel."
    )
)


def problem(notification, settings):
    """``Words`` why a plan's notification cannot be sent so, or None.

    ``settings`` are the operator's (``cloud.settings``).
    """
    found = [
        webhook_problem(notification.get('webhook') or '', settings),
        *(email_problem(e, settings) for e in notification.get('emails', [])),
    ]
    return next(filter(None, found), None)


def webhook_problem(text, settings):
    """``Words`` why there may be no message to an address, or None.

    ``text`` is a URL or the name of a channel; empty is no problem.
    """
    if not text or text in settings.channels:
        return None
    if '://' not in text:
        return _no_channel(text, settings)
    if _may_hold_a_secret(text):
        return _SECRET
    found = _URL.fullmatch(text)
    if not found:
        return Words(_("This is no address that a webhook can have."))
    if not _allows(settings.hosts, found):
        return _not_allowed(found['host'], settings)
    return None


def _may_hold_a_secret(text):
    try:
        parts = parse.urlsplit(text)
    except ValueError:
        return False
    return '@' in parts.netloc or '?' in text or '#' in text


def _no_channel(name, settings):
    if not settings.channels:
        message = _(
            "%(name)s is neither an address with https:// nor a channel: "
            "your operator has made none."
        )
        return Words(message, {'name': name})
    message = _(
        "%(name)s is neither an address with https:// nor one of your "
        "operator's channels: %(channels)s."
    )
    names = ', '.join(settings.channels)
    return Words(message, {'name': name, 'channels': names})


def _not_allowed(host, settings):
    if not settings.hosts:
        return Words(
            _(
                "Your operator allows no addresses of your own: choose a "
                "channel."
            )
        )
    message = _(
        "Your operator does not allow messages to %(host)s, only to %(hosts)s."
    )
    return Words(message, {'host': host, 'hosts': ', '.join(settings.hosts)})


def _allows(hosts, found):
    port = found['port'] or _PORTS[found['scheme']]
    wanted = found['host'].lower()
    return any(_fits(host.lower(), wanted, port) for host in hosts)


def _fits(allowed, host, port):
    """``*.example.org`` is any host below, ``:*`` any port."""
    name, _colon, ports = allowed.partition(':')
    below = name.startswith('*.') and host.endswith(name[1:])
    open_ports = (ports,) if ports else _PORTS.values()
    return (below or host == name) and (ports == '*' or port in open_ports)


def email_problem(text, settings):
    """``Words`` why there may be no email to an address, or None."""
    if not settings.sends_email:
        return Words(_("Your operator has not set up email here."))
    if not _is_email(text):
        message = _("%(text)s is no email address.")
        return Words(message, {'text': text})
    return None


def _is_email(text):
    """Whether it is one that a reader sees as it is, marks of order too."""
    is_short = len(text) <= LONGEST_EMAIL
    return is_short and text.isprintable() and bool(_EMAIL.fullmatch(text))
