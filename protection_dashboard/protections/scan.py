# SPDX-License-Identifier: Apache-2.0
"""Searches the sorted list of a service that cannot filter it by itself.

The list is read page by page, the newest first, ``MAX_POINTS`` at most.
"""

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
import functools
import heapq
import time
from typing import TypeAlias

from protection_dashboard.common import concurrency
from protection_dashboard.protections.query import Found
from protection_dashboard.protections.query import Wanted
from protection_dashboard.protections.recovery_point import RecoveryPoint

MAX_POINTS = 5000
PAGE = 1000
# most searches end soon
_FIRST = 100
# Trove takes 10 ms for each row: seconds for one page, and for all of them
_PAGE_SECONDS = 2
_SECONDS = 6

#: ``(*, limit, offset)``, and ``status`` if it is given, gives points
Fetch: TypeAlias = Callable[..., list[RecoveryPoint]]


def search_by_metadata(
    fetch: Fetch,
    statuses: Mapping[str, Sequence[str]],
    wanted: Wanted,
    limit: int | None = None,
    offset: int = 0,
) -> Found:
    """As ``search_by_status``, of a service whose points have metadata.

    ``fetch`` takes the ``metadata`` to filter by, too. A search by schedule
    asks for two lists and merges them.
    """
    fetches = [
        functools.partial(fetch, metadata=one)
        for one in wanted.metadata_filters
    ]
    if len(fetches) == 1:
        return search_by_status(fetches[0], statuses, wanted, limit, offset)
    most = None if limit is None else offset + limit
    calls = {
        number: functools.partial(
            search_by_status, one, statuses, wanted, most
        )
        for number, one in enumerate(fetches)
    }
    found, _none = concurrency.gather(calls)
    merged = heapq.merge(
        *(one.points for one in found.values()),
        key=lambda point: point.created,
        reverse=True,
    )
    different = list({point.id: point for point in merged}.values())
    looked = max(one.looked for one in found.values())
    return Found(different[offset:most], looked)


def search_by_status(
    fetch: Fetch,
    statuses: Mapping[str, Sequence[str]],
    wanted: Wanted,
    limit: int | None = None,
    offset: int = 0,
) -> Found:
    """The Found of a service that filters by resource, mark and status.

    ``fetch(status=, limit=, offset=)`` gives points that the service has
    filtered by resource and mark, the newest first. ``statuses`` are the
    service's words for the states that few points have.
    """
    if wanted.state in statuses:
        return search_statuses(
            fetch, statuses[wanted.state], wanted, limit, offset
        )
    if wanted.state or wanted.since or wanted.until:
        return search_pages(fetch, wanted, limit, offset)
    return Found(fetch(limit=limit, offset=offset))


def search_pages(
    fetch: Fetch,
    wanted: Wanted,
    limit: int | None = None,
    offset: int = 0,
    *,
    by_age: bool = True,
) -> Found:
    """The Found with a window of the points that fit.

    ``fetch(limit=, offset=)`` gives points, fewer than ``limit`` only at the
    end of the list; with ``by_age`` they are sorted by their time of
    creation, so that a search with ``since`` ends early.
    """
    found, seen, size = [], 0, _FIRST
    most = None if limit is None else offset + limit
    begin = time.monotonic()
    while True:
        rows = fetch(limit=size, offset=seen)
        seen += len(rows)
        found += [point for point in rows if wanted.fits(point)]
        enough = most is not None and len(found) >= most
        if enough or len(rows) < size or (by_age and wanted.past(rows[-1])):
            return Found(found[offset:most])
        spent = time.monotonic() - begin
        if seen >= MAX_POINTS or spent > _SECONDS:
            return Found(found[offset:most], looked=seen)
        size = min(MAX_POINTS - seen, _next_size(seen, spent))


def _next_size(seen: int, spent: float) -> int:
    """The number of rows that the service gives in ``_PAGE_SECONDS``."""
    in_time = int(seen / spent * _PAGE_SECONDS) if spent else PAGE
    return min(PAGE, max(_FIRST, in_time))


def search_statuses(
    fetch: Fetch,
    statuses: Sequence[str],
    wanted: Wanted,
    limit: int | None = None,
    offset: int = 0,
) -> Found:
    """As ``search_pages``, for points in some statuses that few points have.

    ``fetch(status=, limit=, offset=)`` gives the points of one status; each
    list is fetched once.
    """
    calls = {
        status: lambda status=status: fetch(
            status=status, limit=PAGE, offset=0
        )
        for status in statuses
    }
    lists, _none = concurrency.gather(calls)
    rows = [p for some in lists.values() for p in some if wanted.fits(p)]
    rows.sort(key=lambda point: point.created, reverse=True)
    most = None if limit is None else offset + limit
    full = any(len(some) >= PAGE for some in lists.values())
    return Found(rows[offset:most], looked=PAGE if full else 0)
