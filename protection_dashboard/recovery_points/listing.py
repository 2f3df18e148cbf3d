# SPDX-License-Identifier: Apache-2.0
"""Recovery points of all protections in one list, page by page.

Each service sorts and cuts its own list; a cursor holds how many points of
each protection stand before the page: ``{slug: offset}``. An offset, because
not every service honours a marker. It counts those that are wanted.
"""

import dataclasses
import functools
import heapq

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.common import concurrency
from protection_dashboard.protections.query import Found
from protection_dashboard.protections.query import Wanted

#: points of each service that a file fetches at once
_MANY = 200
_ANY = Wanted()


@dataclasses.dataclass(frozen=True)
class Page:
    """Points, newest first, and the cursors of the pages beside it.

    ``previous`` and ``following`` are None where there is no such page.
    ``errors`` are of the services whose points are missing. ``looked`` is
    ``{slug: count}`` of the protections only whose newest points were looked
    through, although there are more.
    """

    points: list
    previous: dict | None
    following: dict | None
    errors: list
    looked: dict = dataclasses.field(default_factory=dict)

    @property
    def is_all(self):
        """Whether there is no other page, and nothing is missing."""
        alone = self.previous is None and self.following is None
        return alone and not self.errors and not self.looked


def page(cloud, limit, cursor=None, wanted=_ANY, method=''):
    """One Page of ``limit`` points after a cursor; from the newest without.

    ``method`` is the slug of the only protection of interest.
    """
    start = {
        slug: (cursor or {}).get(slug, 0)
        for slug in _slugs(cloud, wanted, method)
    }
    windows = {slug: (at, limit + 1) for slug, at in start.items()}
    found, looked, errors = _fetch(cloud, windows, wanted)
    shown = found[:limit]
    following = _count(start, shown) if len(found) > limit else None
    previous = None
    if any(start.values()):
        previous = _before(cloud, limit, start, wanted)
    return Page(shown, previous, following, errors, looked)


def every(cloud, wanted, method=''):
    """All points that are wanted, newest first: a generator.

    What is missing is raised at the end: the error of a service, or Refused
    where only the newest points were looked through.
    """
    size = None if wanted.beyond_resource else _MANY
    cursor = dict.fromkeys(_slugs(cloud, wanted, method), 0)
    while cursor is not None:
        windows = {slug: (at, size) for slug, at in cursor.items()}
        found, looked, errors = _fetch(cloud, windows, wanted)
        shown = found[:size]
        yield from shown
        for error in (*errors, *map(_only, looked.values())):
            raise error
        is_last = size is None or len(found) < size
        cursor = None if is_last else _count(cursor, shown)


def _only(count):
    return exceptions.Refused(
        f"Only the newest {count} recovery points of a service were looked "
        "through."
    )


def _slugs(cloud, wanted, method):
    """Of the protections whose services are part of the cloud."""
    installed = (
        plugins.for_type(wanted.type)
        if wanted.type
        else plugins.protections().values()
    )
    return [
        protection.slug
        for protection in installed
        if method in ('', protection.slug)
        and not plugins.missing(
            cloud, protection.service_type, protection.service
        )
    ]


def _fetch(cloud, windows, wanted):
    """Of ``{slug: (offset, limit)}``: points, merged, newest first.

    With ``{slug: count}`` of what was looked through in part, and errors.
    """
    calls = {
        slug: functools.partial(_search, cloud, slug, wanted, limit, offset)
        for slug, (offset, limit) in windows.items()
    }
    found, errors = concurrency.gather(calls, dict.fromkeys(calls, Found([])))
    # each service's own order is kept, whatever it sorts by: offsets count it
    merged = heapq.merge(
        *(one.points for one in found.values()),
        key=lambda point: point.created,
        reverse=True,
    )
    looked = {slug: one.looked for slug, one in found.items() if one.looked}
    return list(merged), looked, errors


def _search(cloud, slug, wanted, limit, offset):
    """The Found of one protection; an id that cannot be its has no points."""
    try:
        return plugins.protection(slug).search(cloud, wanted, limit, offset)
    except exceptions.NotFound:
        return Found([])


def _count(start, points):
    after = dict(start)
    for point in points:
        after[point.protection] += 1
    return after


def _before(cloud, limit, start, wanted):
    """The cursor of the page that ends where this one begins."""
    windows = {
        slug: (max(0, at - limit), min(limit, at))
        for slug, at in start.items()
        if at
    }
    if len(windows) == 1:
        return {slug: offset for slug, (offset, _limit) in windows.items()}
    found, _looked, _errors = _fetch(cloud, windows, wanted)
    before = dict(start)
    for point in found[-limit:]:
        before[point.protection] -= 1
    return before
