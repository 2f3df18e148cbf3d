# SPDX-License-Identifier: Apache-2.0
"""Recovery points of all protections in one list, page by page.

Each service sorts and pages its own list. A cursor says for each protection
how many of its wanted points come before the page: ``{slug: offset}``. It has
offsets because not every service honours a marker.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
import dataclasses
import functools
import heapq

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import concurrency
from protection_dashboard.protections.query import Found
from protection_dashboard.protections.query import Wanted
from protection_dashboard.protections.recovery_point import RecoveryPoint

#: ``{slug of a protection: number of its points before a page}``
Cursor = dict[str, int]
#: ``{slug: (offset, limit, None without)}``: what to read of each protection
_Windows = Mapping[str, tuple[int, int | None]]
#: points that ``all_points`` fetches from each service at once
_CHUNK = 200
_ANY = Wanted()


@dataclasses.dataclass(frozen=True)
class PointPage:
    """One page of points, newest first, and the cursors of the pages beside.

    ``previous`` and ``next`` are None where there is no such page.
    ``errors`` are those of services whose points are missing. ``looked`` is
    ``{slug: count}`` of the protections of which only so many of the newest
    points were looked through, although there are more.
    """

    points: list[RecoveryPoint]
    previous: Cursor | None
    next: Cursor | None
    errors: list[exceptions.ProtectionError]
    looked: dict[str, int] = dataclasses.field(default_factory=dict)

    @property
    def is_all(self) -> bool:
        """Whether there is no other page, and nothing is missing."""
        is_only = self.previous is None and self.next is None
        return is_only and not self.errors and not self.looked


def point_page(
    cloud: Cloud,
    limit: int,
    cursor: Mapping[str, int] | None = None,
    wanted: Wanted = _ANY,
    method: str = '',
) -> PointPage:
    """One page of at most ``limit`` points after a cursor.

    Without a cursor it is the page with the newest points. ``method`` is the
    slug of the only protection that is asked, '' for all.
    """
    start = {
        slug: (cursor or {}).get(slug, 0)
        for slug in _slugs(cloud, wanted, method)
    }
    windows: _Windows = {
        slug: (offset, limit + 1) for slug, offset in start.items()
    }
    found, looked, errors = _fetch(cloud, windows, wanted)
    shown = found[:limit]
    following = _cursor_after(start, shown) if len(found) > limit else None
    previous = None
    if any(start.values()):
        previous = _cursor_before(cloud, limit, start, wanted)
    return PointPage(shown, previous, following, errors, looked)


def all_points(
    cloud: Cloud, wanted: Wanted, method: str = ''
) -> Iterator[RecoveryPoint]:
    """Yield all points that are wanted, newest first.

    When points are missing, an error is raised at the end: that of a service,
    or Refused where only the newest points were looked through.
    """
    size = None if wanted.beyond_resource else _CHUNK
    cursor: Cursor | None = dict.fromkeys(_slugs(cloud, wanted, method), 0)
    while cursor is not None:
        windows = {slug: (offset, size) for slug, offset in cursor.items()}
        found, looked, errors = _fetch(cloud, windows, wanted)
        shown = found[:size]
        yield from shown
        for error in (*errors, *map(_looked_error, looked.values())):
            raise error
        is_last = size is None or len(found) < size
        cursor = None if is_last else _cursor_after(cursor, shown)


def _looked_error(count: int) -> exceptions.Refused:
    return exceptions.Refused(
        f"Only the newest {count} recovery points of a service were looked "
        "through."
    )


def _slugs(cloud: Cloud, wanted: Wanted, method: str) -> list[str]:
    """Slugs of the protections to ask: their services are in the cloud."""
    installed = (
        plugins.protections_for_type(wanted.type)
        if wanted.type
        else plugins.protections().values()
    )
    return [
        protection.slug
        for protection in installed
        if method in ('', protection.slug)
        and not plugins.missing_service_reason(
            cloud, protection.service_type, protection.service
        )
    ]


def _fetch(
    cloud: Cloud, windows: _Windows, wanted: Wanted
) -> tuple[
    list[RecoveryPoint], dict[str, int], list[exceptions.ProtectionError]
]:
    """``(points, looked, errors)`` of ``{slug: (offset, limit)}``.

    The points of all protections are merged, newest first. ``looked`` is
    that of :class:`PointPage`.
    """
    calls = {
        slug: functools.partial(_search, cloud, slug, wanted, limit, offset)
        for slug, (offset, limit) in windows.items()
    }
    found, errors = concurrency.gather(calls, dict.fromkeys(calls, Found([])))
    # this keeps each service's own order, which the offsets refer to
    merged = heapq.merge(
        *(one.points for one in found.values()),
        key=lambda point: point.created,
        reverse=True,
    )
    looked = {slug: one.looked for slug, one in found.items() if one.looked}
    return list(merged), looked, errors


def _search(
    cloud: Cloud, slug: str, wanted: Wanted, limit: int | None, offset: int
) -> Found:
    """What one protection finds; nothing if the id cannot be one of its."""
    try:
        found: Found = plugins.protection(slug).search(
            cloud, wanted, limit, offset
        )
    except exceptions.NotFound:
        return Found([])
    return found


def _cursor_after(start: Cursor, points: Iterable[RecoveryPoint]) -> Cursor:
    """The cursor of the page after one with these points."""
    after = dict(start)
    for point in points:
        after[point.protection] += 1
    return after


def _cursor_before(
    cloud: Cloud, limit: int, start: Cursor, wanted: Wanted
) -> Cursor:
    """The cursor of the page that ends where the one at ``start`` begins."""
    windows: _Windows = {
        slug: (max(0, offset - limit), min(limit, offset))
        for slug, offset in start.items()
        if offset
    }
    if len(windows) == 1:
        return {slug: offset for slug, (offset, _limit) in windows.items()}
    found, _looked, _errors = _fetch(cloud, windows, wanted)
    before = dict(start)
    for point in found[-limit:]:
        before[point.protection] -= 1
    return before
