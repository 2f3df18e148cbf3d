# SPDX-License-Identifier: Apache-2.0
"""The targets of a plan's messages, and whether they are allowed.

A plan's ``notification`` (plans/schema.py) names a webhook, as a URL or as
one of the operator's channels, and email addresses. Everybody in a project
can read a plan, so a URL that may hold a secret is refused: channels are for
these.
"""

from collections.abc import Collection
from collections.abc import Iterable
import contextlib
import re
from urllib import parse

from protection_dashboard import exceptions
from protection_dashboard.api import keystone
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.plans.schema import MAX_EMAIL_LENGTH
from protection_dashboard.plans.schema import NotificationDocument
from protection_dashboard.settings import Settings

_PORTS = {'http': '80', 'https': '443'}
# narrow on purpose: all libraries must find the same host in a URL
_URL = re.compile(
    r'(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+)(:(?P<port>\d{1,5}))?'
    r"(/[A-Za-z0-9._~!$&'()*+,;=:%/-]*)?"
)
_EMAIL = re.compile(r'[^\s@<>,;:"()\[\]\\]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+')
_SECRET = TranslatableText(
    _(
        "An address with a password or a query string is refused, as "
        "everybody in the project can read a plan: ask your operator for a "
        "channel."
    )
)


def notification_problem(
    notification: NotificationDocument, cloud: Cloud
) -> TranslatableText | None:
    """Why messages cannot be sent as a plan wants it, or None.

    The operator's settings are those of ``cloud``.
    """
    settings, emails = cloud.settings, notification.get('emails', [])
    known = known_addresses(cloud) if emails else ()
    found = [
        webhook_problem(notification.get('webhook') or '', settings),
        *(email_problem(email, settings, known) for email in emails),
    ]
    return next(filter(None, found), None)


def webhook_problem(text: str, settings: Settings) -> TranslatableText | None:
    """Why a webhook is not allowed, or None.

    ``text`` is a URL or the name of a channel; empty is no problem.
    """
    if not text or text in settings.channels:
        return None
    if '://' not in text:
        return _unknown_channel(text, settings)
    if _may_hold_a_secret(text):
        return _SECRET
    url = _URL.fullmatch(text)
    if not url:
        return TranslatableText(
            _("This is no address that a webhook can have.")
        )
    if not _is_allowed(settings.hosts, url):
        return _host_not_allowed(url['host'], settings)
    return None


def _may_hold_a_secret(text: str) -> bool:
    try:
        parts = parse.urlsplit(text)
    except ValueError:
        return False
    return '@' in parts.netloc or '?' in text or '#' in text


def _unknown_channel(name: str, settings: Settings) -> TranslatableText:
    if not settings.channels:
        message = _(
            "%(name)s is neither an address with https:// nor a channel: "
            "your operator has made none."
        )
        return TranslatableText(message, {'name': name})
    message = _(
        "%(name)s is neither an address with https:// nor one of your "
        "operator's channels: %(channels)s."
    )
    names = ', '.join(settings.channels)
    return TranslatableText(message, {'name': name, 'channels': names})


def _host_not_allowed(host: str, settings: Settings) -> TranslatableText:
    if not settings.hosts:
        return TranslatableText(
            _(
                "Your operator allows no addresses of your own: choose a "
                "channel."
            )
        )
    message = _(
        "Your operator does not allow messages to %(host)s, only to %(hosts)s."
    )
    return TranslatableText(
        message, {'host': host, 'hosts': ', '.join(settings.hosts)}
    )


def _is_allowed(hosts: Iterable[str], url: re.Match[str]) -> bool:
    """Whether one of the allowed hosts is that of a URL (a match of _URL)."""
    port = url['port'] or _PORTS[url['scheme']]
    host = url['host'].lower()
    return any(_fits(allowed.lower(), host, port) for allowed in hosts)


def _fits(allowed: str, host: str, port: str) -> bool:
    """Whether an allowed host fits; see ``Settings.notify_hosts``.

    ``*.example.org`` is any host below that domain, ``:*`` any port.
    """
    name, _colon, ports = allowed.partition(':')
    open_ports = (ports,) if ports else _PORTS.values()
    return _fits_name(name, host) and (ports == '*' or port in open_ports)


def _fits_name(allowed: str, name: str) -> bool:
    """Whether a name is an allowed one, or below ``*.example.org``."""
    below = allowed.startswith('*.') and name.endswith(allowed[1:])
    return below or name == allowed


def known_addresses(cloud: Cloud) -> frozenset[str]:
    """The addresses of the project's users that Keystone tells, in lower case.

    They are asked for only where they matter: where emails are sent and the
    operator allows no domains. Keystone tells everybody of themselves, and an
    administrator of everybody. None while it does not answer.
    """
    if not cloud.settings.sends_email or cloud.settings.domains:
        return frozenset()
    with contextlib.suppress(exceptions.ProtectionError):
        return keystone.project_email_addresses(cloud)
    return frozenset()


def email_problem(
    text: str, settings: Settings, known: Collection[str]
) -> TranslatableText | None:
    """Why no email can be sent to an address, or None.

    ``known`` are the :func:`known_addresses`.
    """
    if not settings.sends_email:
        return TranslatableText(_("Your operator has not set up email here."))
    if not _is_email(text):
        message = _("%(text)s is no email address.")
        return TranslatableText(message, {'text': text})
    if not settings.domains:
        return None if text.lower() in known else _unknown_address(text)
    domain = text.rpartition('@')[2].lower()
    if any(_fits_name(one.lower(), domain) for one in settings.domains):
        return None
    message = _(
        "Your operator does not allow emails to %(domain)s, only to "
        "%(domains)s."
    )
    domains = ', '.join(settings.domains)
    return TranslatableText(message, {'domain': domain, 'domains': domains})


def _unknown_address(text: str) -> TranslatableText:
    message = _(
        "Emails go only to the users of this project, and Keystone does not "
        "tell %(text)s as the address of one."
    )
    return TranslatableText(message, {'text': text})


def _is_email(text: str) -> bool:
    """Whether it is an address, without characters that cannot be seen."""
    is_short = len(text) <= MAX_EMAIL_LENGTH
    return is_short and text.isprintable() and bool(_EMAIL.fullmatch(text))
