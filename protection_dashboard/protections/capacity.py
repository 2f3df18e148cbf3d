# SPDX-License-Identifier: Apache-2.0
"""How much room a service gives a project."""

import dataclasses

from protection_dashboard.common.i18n import gettext_noop as _

#: how one and more are said
SNAPSHOTS = (_("1 snapshot"), _("%(count)s snapshots"))
BACKUPS = (_("1 backup"), _("%(count)s backups"))


@dataclasses.dataclass(frozen=True)
class Capacity:
    """How many points a project may have in a service, and has now.

    ``used`` counts what anybody made, ``most`` is -1 where there is no
    limit; ``gib_used`` and ``gib_most`` are their sizes in GiB, None where
    the service does not count them. ``counted`` is how one point and more
    are said. Only points of ``types`` (slugs of protectables) count; empty:
    all of the protection.
    """

    used: int
    most: int
    gib_used: int | None = None
    gib_most: int | None = None
    counted: tuple = (_("1 recovery point"), _("%(count)s recovery points"))
    types: tuple = ()

    @classmethod
    def read(cls, limits, points, size=None, **more):
        """Of ``{name: number}``: names of what is used, and of its limit."""
        numbers = [limits[name] for name in (*points, *(size or ()))]
        return cls(*numbers, **more)

    @property
    def left(self):
        """How many more there can be; None: as many as one likes."""
        return _left(self.used, self.most)

    @property
    def gib_left(self):
        """How many more GiB there can be; None: no limit of sizes."""
        return _left(self.gib_used, self.gib_most)


def _left(used, most):
    return None if most is None or most < 0 else max(0, most - used)
