# SPDX-License-Identifier: Apache-2.0
"""What an operator may set for the core, in both of its processes.

In Horizon's ``local_settings.py`` as ``PROTECTION_<NAME>``, in Mistral's
``mistral.conf`` in the section ``[protection]`` as ``<name>``.
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Settings:
    """The operator's settings, with their defaults.

    ``freezer_client`` is the id of the central client that runs Freezer's
    jobs; empty: the one central client that can do what a job needs.
    ``freezer_start_limit`` is how long a job may wait for a scheduler, in
    seconds. ``freezer_storage`` and ``freezer_container`` are where Freezer
    stores what Cinder does not store itself.

    Where messages of runs may go: ``notify_hosts`` are hosts of webhooks as
    ``host`` (ports 80 and 443), ``host:port``, ``host:*`` or
    ``*.example.org``. ``notify_channels`` is ``{name: url}``; the names are
    all that Horizon needs. ``smtp_server`` is ``host:port`` (in Horizon any
    text: that there is one), ``smtp_tls`` is empty, ``starttls`` or ``tls``.
    """

    freezer_client: str = ''
    freezer_start_limit: int = 600
    freezer_storage: str = 'swift'
    freezer_container: str = 'protection'
    notify_hosts: tuple = ()
    notify_channels: dict = dataclasses.field(default_factory=dict, repr=False)
    smtp_server: str = ''
    smtp_from: str = ''
    smtp_user: str = ''
    smtp_password: str = dataclasses.field(default='', repr=False)
    smtp_tls: str = ''

    @property
    def channels(self):
        """Names of the operator's channels."""
        return tuple(self.notify_channels)

    @property
    def hosts(self):
        """``notify_hosts``, also when the operator wrote them as one text."""
        if isinstance(self.notify_hosts, str):
            return tuple(self.notify_hosts.replace(',', ' ').split())
        return tuple(self.notify_hosts)

    @property
    def sends_email(self):
        """Whether the operator has told where emails go out."""
        return bool(self.smtp_server)

    @classmethod
    def read(cls, get):
        """Settings of ``get(field)``, which gives None for what is unset."""
        found = {f.name: get(f) for f in dataclasses.fields(cls)}
        return cls(**{k: v for k, v in found.items() if v is not None})
