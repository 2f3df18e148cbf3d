# SPDX-License-Identifier: Apache-2.0
"""The operator's settings that Horizon and Mistral's executors both have.

In Horizon's ``local_settings.py`` as ``PROTECTION_<NAME>``, in Mistral's
``mistral.conf`` in the section ``[protection]`` as ``<name>``.
"""

from collections.abc import Callable
import dataclasses
import logging
from typing import Any

LOG = logging.getLogger(__name__)


def number_range(least: int, most: int) -> dict[str, int]:
    """Metadata of a field whose number lies between two numbers."""
    return {'least': least, 'most': most}


def is_texts(value: object) -> bool:
    """Whether a value is a list or a tuple of texts."""
    return isinstance(value, list | tuple) and all(
        isinstance(one, str) for one in value
    )


def checked_by(check: Callable[[Any], bool], what: str) -> dict[str, Any]:
    """Metadata of a field whose value passes a check.

    ``what`` says in a log what it must be.
    """
    return {'check': check, 'what': what}


def usable_settings(
    cls: type, get: Callable[['dataclasses.Field[Any]'], Any]
) -> dict[str, Any]:
    """``{name: value}`` of the fields of a dataclass that are set.

    ``get(field)`` gives None for what is not set. What is of a wrong type, or
    out of the range that its field has, is logged and left out.
    """
    found = {field: get(field) for field in dataclasses.fields(cls)}
    return {
        field.name: value
        for field, value in found.items()
        if value is not None and _is_usable(field, value)
    }


def _is_usable(field: 'dataclasses.Field[Any]', value: object) -> bool:
    """Whether a setting has the type and the range that its field asks for."""
    if _fits(field, value):
        return True
    LOG.warning(
        "The setting %s of protection_dashboard must be %s, and is %r: its "
        "default is used.",
        field.name,
        _wanted(field),
        value,
    )
    return False


#: types that are checked by themselves, as the log calls them
_KINDS: dict[type, str] = {str: "a text", bool: "True or False"}


def _fits(field: 'dataclasses.Field[Any]', value: Any) -> bool:
    if 'check' in field.metadata:
        return bool(field.metadata['check'](value))
    if 'least' in field.metadata:
        least, most = field.metadata['least'], field.metadata['most']
        return type(value) is int and least <= value <= most
    kind = type(field.default)
    return kind not in _KINDS or isinstance(value, kind)


def _wanted(field: 'dataclasses.Field[Any]') -> str:
    """What a setting must be, for the log."""
    if 'least' in field.metadata:
        least, most = field.metadata['least'], field.metadata['most']
        return f"a number from {least} to {most}"
    return str(field.metadata.get('what') or _KINDS[type(field.default)])


ASK, FORBID, ALLOW = 'ask', 'forbid', 'allow'


@dataclasses.dataclass(frozen=True)
class RoleSettings:
    """With which roles schedules may run: settings of Horizon alone.

    ``schedule_roles`` are roles that a schedule may have beside reader and
    member without a question. ``schedule_more_roles`` is what becomes of a
    person who has others: 'ask' whether they know it, 'forbid' to arm a
    schedule, or 'allow' it without a question.
    """

    schedule_roles: tuple[str, ...] = dataclasses.field(
        default=(), metadata=checked_by(is_texts, "a list of texts")
    )
    schedule_more_roles: str = dataclasses.field(
        default=ASK,
        metadata=checked_by(
            lambda value: value in (ASK, FORBID, ALLOW),
            f"one of {ASK}, {FORBID}, {ALLOW}",
        ),
    )

    @classmethod
    def from_settings(
        cls, get: Callable[['dataclasses.Field[Any]'], Any]
    ) -> 'RoleSettings':
        """RoleSettings of ``get(field)``, which gives None for unset ones."""
        return cls(**usable_settings(cls, get))


def _names(given: tuple[str, ...] | str) -> tuple[str, ...]:
    """The names of a setting, which may be one string."""
    if isinstance(given, str):
        return tuple(given.replace(',', ' ').split())
    return tuple(given)


_TEXTS_OR_TEXT = checked_by(
    lambda value: isinstance(value, str) or is_texts(value),
    "a list of texts, or a text",
)


@dataclasses.dataclass(frozen=True)
class Settings:
    """The operator's settings, with their defaults.

    ``freezer_client`` is the id of the central client that runs Freezer's
    jobs; if empty, the only central client that can do what a job needs.
    ``freezer_start_limit`` is how long a job may wait for a scheduler, in
    seconds. ``freezer_storage`` and ``freezer_container`` are where Freezer
    stores what Cinder does not store itself.

    ``notify_hosts`` are the hosts that webhooks may have: ``host`` (ports 80
    and 443), ``host:port``, ``host:*`` or ``*.example.org``.
    ``notify_domains`` are the domains that email addresses may have:
    ``example.org`` or ``*.example.org``. If empty, only the addresses that
    Keystone knows of the project's users.
    ``notify_channels`` is ``{name: url}``; Horizon needs only the names.
    ``smtp_server`` is ``host:port``; in Horizon any text says that there is
    one. ``smtp_tls`` is empty, ``starttls`` or ``tls``.

    ``lost_after_minutes`` is after how many minutes without any change of its
    tasks a run counts as lost: more than a step may take without a word.
    ``calls_at_once`` is how many resources of one run are worked on at the
    same time, ``calls_at_once_per_service`` how many calls of all runs one
    executor makes to one service at the same time.
    """

    freezer_client: str = ''
    freezer_start_limit: int = dataclasses.field(
        default=600, metadata=number_range(0, 604_800)
    )
    freezer_storage: str = 'swift'
    freezer_container: str = 'protection'
    notify_hosts: tuple[str, ...] | str = dataclasses.field(
        default=(), metadata=_TEXTS_OR_TEXT
    )
    notify_domains: tuple[str, ...] | str = dataclasses.field(
        default=(), metadata=_TEXTS_OR_TEXT
    )
    notify_channels: dict[str, str] = dataclasses.field(
        default_factory=dict,
        repr=False,
        metadata=checked_by(
            lambda value: (
                is_texts([*value, *value.values()])
                if isinstance(value, dict)
                else is_texts(value)
            ),
            "a dictionary of texts, or a list of texts",
        ),
    )
    smtp_server: str = ''
    smtp_from: str = ''
    smtp_user: str = ''
    smtp_password: str = dataclasses.field(default='', repr=False)
    smtp_tls: str = ''
    lost_after_minutes: int = dataclasses.field(
        default=10, metadata=number_range(5, 10_080)
    )
    calls_at_once: int = dataclasses.field(
        default=8, metadata=number_range(1, 64)
    )
    calls_at_once_per_service: int = dataclasses.field(
        default=32, metadata=number_range(1, 1024)
    )

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the operator's channels."""
        return tuple(self.notify_channels)

    def channel_url(self, name: str) -> str:
        """The URL of a channel; '' if it is not known, as in Horizon."""
        known = self.notify_channels
        return known.get(name, '') if isinstance(known, dict) else ''

    @property
    def hosts(self) -> tuple[str, ...]:
        """``notify_hosts`` as a tuple, also if it is one string.

        Then spaces or commas are between the hosts.
        """
        return _names(self.notify_hosts)

    @property
    def domains(self) -> tuple[str, ...]:
        """``notify_domains`` in the same way."""
        return _names(self.notify_domains)

    @property
    def sends_email(self) -> bool:
        """Whether the operator has set up a mail server."""
        return bool(self.smtp_server)

    @classmethod
    def from_settings(
        cls, get: Callable[['dataclasses.Field[Any]'], Any]
    ) -> 'Settings':
        """Settings of ``get(field)``, which gives None for what is not set.

        What is of a wrong type or out of its range is logged, and its default
        is used.
        """
        return cls(**usable_settings(cls, get))
