# SPDX-License-Identifier: Apache-2.0
"""The operator's settings that Horizon and Mistral's executors both have.

In Horizon's ``local_settings.py`` as ``PROTECTION_<NAME>``, in Mistral's
``mistral.conf`` in the section ``[protection]`` as ``<name>``.
"""

from collections.abc import Callable
import dataclasses
from typing import Any


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
    ``notify_channels`` is ``{name: url}``; Horizon needs only the names.
    ``smtp_server`` is ``host:port``; in Horizon any text says that there is
    one. ``smtp_tls`` is empty, ``starttls`` or ``tls``.
    """

    freezer_client: str = ''
    freezer_start_limit: int = 600
    freezer_storage: str = 'swift'
    freezer_container: str = 'protection'
    notify_hosts: tuple[str, ...] | str = ()
    notify_channels: dict[str, str] = dataclasses.field(
        default_factory=dict, repr=False
    )
    smtp_server: str = ''
    smtp_from: str = ''
    smtp_user: str = ''
    smtp_password: str = dataclasses.field(default='', repr=False)
    smtp_tls: str = ''

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the operator's channels."""
        return tuple(self.notify_channels)

    @property
    def hosts(self) -> tuple[str, ...]:
        """``notify_hosts`` as a tuple, also if it is one string.

        Then spaces or commas are between the hosts.
        """
        if isinstance(self.notify_hosts, str):
            return tuple(self.notify_hosts.replace(',', ' ').split())
        return tuple(self.notify_hosts)

    @property
    def sends_email(self) -> bool:
        """Whether the operator has set up a mail server."""
        return bool(self.smtp_server)

    @classmethod
    def from_settings(
        cls, get: Callable[['dataclasses.Field[Any]'], Any]
    ) -> 'Settings':
        """Settings of ``get(field)``, which gives None for what is not set."""
        found = {f.name: get(f) for f in dataclasses.fields(cls)}
        return cls(**{k: v for k, v in found.items() if v is not None})
