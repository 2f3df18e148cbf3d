# SPDX-License-Identifier: Apache-2.0
"""Looks through the sorted list of a service that cannot filter it itself.

Page by page, the newest first, and never further than ``MOST``.
"""

import time

from protection_dashboard.common import concurrency
from protection_dashboard.protections.query import Found

MOST = 5000
PAGE = 1000
# most looks end soon
_FIRST = 100
# its operator may let a service give less than it was asked for
_LEAST = 100
# Trove takes 10 ms for each row: a page may last so long, and all of them
_PAGE_SECONDS = 2
_SECONDS = 6


def filtered(fetch, statuses, wanted, limit=None, offset=0):
    """A Found of a service that filters by resource, mark and status.

    ``fetch(status=, limit=, offset=)`` gives what is left, sorted by age;
    ``statuses`` are the service's words for the rarer states.
    """
    if wanted.state in statuses:
        return of_statuses(
            fetch, statuses[wanted.state], wanted, limit, offset
        )
    if wanted.state or wanted.since or wanted.until:
        return through(fetch, wanted, limit, offset)
    return Found(fetch(limit=limit, offset=offset))


def through(fetch, wanted, limit=None, offset=0, *, by_age=True):
    """The Found of a window among the points that fit.

    ``fetch(limit=, offset=)`` gives points; with ``by_age`` it is sorted by
    when they were made, so that a look for the newest ends early.
    """
    found, seen, size = [], 0, _FIRST
    most = None if limit is None else offset + limit
    begin = time.monotonic()
    while True:
        rows = fetch(limit=size, offset=seen)
        seen += len(rows)
        found += [point for point in rows if wanted.fits(point)]
        enough = most is not None and len(found) >= most
        if enough or len(rows) < _LEAST or _is_past(wanted, rows, by_age):
            return Found(found[offset:most])
        spent = time.monotonic() - begin
        if seen >= MOST or spent > _SECONDS:
            return Found(found[offset:most], looked=seen)
        size = min(MOST - seen, _next_size(seen, spent))


def _next_size(seen, spent):
    """As many rows as the service gives in good time."""
    in_time = int(seen / spent * _PAGE_SECONDS) if spent else PAGE
    return min(PAGE, max(_FIRST, in_time))


def _is_past(wanted, rows, by_age):
    return by_age and wanted.past(rows[-1])


def of_statuses(fetch, statuses, wanted, limit=None, offset=0):
    """As ``through``, of points in some of a service's rarer statuses.

    ``fetch(status=, limit=, offset=)`` gives those of one status; each list
    is asked for once.
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
