# SPDX-License-Identifier: Apache-2.0
"""How much room a service gives a project."""

from collections.abc import Mapping
import dataclasses
from typing import Any
from typing import Self

from protection_dashboard.common.i18n import gettext_noop as _

#: texts for one and for more of what is counted
SNAPSHOTS = (_("1 snapshot"), _("%(count)s snapshots"))
BACKUPS = (_("1 backup"), _("%(count)s backups"))


@dataclasses.dataclass(frozen=True)
class Capacity:
    """How many points a project may have in a service, and has now.

    ``used`` counts all of the project, whoever made them; ``most`` is -1
    where there is no limit. ``gib_used`` and ``gib_most`` are their sizes in
    GiB, None where the service does not count them. ``counted`` are the
    texts for one point and for more. Only points of ``types`` (slugs of
    protectables) count; empty: all points of the protection.
    """

    used: int
    most: int
    gib_used: int | None = None
    gib_most: int | None = None
    counted: tuple[str, str] = (
        _("1 recovery point"),
        _("%(count)s recovery points"),
    )
    types: tuple[str, ...] = ()

    @classmethod
    def read(
        cls,
        limits: Mapping[str, int],
        points: tuple[str, str],
        size: tuple[str, str] | None = None,
        **more: Any,
    ) -> Self:
        """A capacity of a service's limits, ``{name: number}``.

        ``points`` and ``size`` are pairs of names in it, of what is used and
        of its limit; ``more`` are further fields.
        """
        used, most = points
        gib_used, gib_most = size or (None, None)
        return cls(
            used=limits[used],
            most=limits[most],
            gib_used=limits[gib_used] if gib_used else None,
            gib_most=limits[gib_most] if gib_most else None,
            **more,
        )

    @property
    def left(self) -> int | None:
        """How many more points there can be; None: no limit."""
        return _left(self.used, self.most)

    @property
    def gib_left(self) -> int | None:
        """How many more GiB the points can take; None: no limit."""
        return _left(self.gib_used, self.gib_most)


def _left(used: int | None, most: int | None) -> int | None:
    if used is None or most is None or most < 0:
        return None
    return max(0, most - used)
