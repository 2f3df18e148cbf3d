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
    """

    freezer_client: str = ''
    freezer_start_limit: int = 600
    freezer_storage: str = 'swift'
    freezer_container: str = 'protection'

    @classmethod
    def read(cls, get):
        """Settings of ``get(field)``, which gives None for what is unset."""
        found = {f.name: get(f) for f in dataclasses.fields(cls)}
        return cls(**{k: v for k, v in found.items() if v is not None})
