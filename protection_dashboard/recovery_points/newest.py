# SPDX-License-Identifier: Apache-2.0
"""The newest good recovery point of each resource, from the services.

Each service is read newest first, until every resource has been seen, and
not beyond a bound: what stays unseen then is not known. A point that is dated
later than now, by a clock that was ahead, counts where there is no other.
"""

import dataclasses
import functools
import time

from protection_dashboard import plugins
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.protections import base

#: rows of a page: at least, at most, and by how many are wanted; Trove
#: takes 10 ms for each
_LEAST, _MOST, _FACTOR = 50, 1000, 1.5
_MOST_PAGES = 2
_SECONDS = 3


@dataclasses.dataclass(frozen=True)
class Newest:
    """``points`` is ``{ResourceRef: RecoveryPoint}``, good ones only.

    Of the ``unknown``, ResourceRefs too, none was found, but not all
    points were read. ``errors`` are of services that did not answer.
    """

    points: dict = dataclasses.field(default_factory=dict)
    unknown: frozenset = frozenset()
    errors: tuple = ()


def good(cloud, wanted, slugs):
    """The :class:`Newest` of some ResourceRefs: a page walk per service.

    ``slugs`` are those of the protections that make their points.
    """
    wanted = frozenset(wanted)
    readers = {
        protection.slug: _mine(protection, wanted)
        for protection in plugins.protections().values()
        if protection.slug in slugs
        and _mine(protection, wanted)
        and not plugins.missing(
            cloud, protection.service_type, protection.service
        )
    }
    calls = {
        slug: functools.partial(_walk, cloud, plugins.protection(slug), keys)
        for slug, keys in readers.items()
    }
    found, errors = concurrency.gather(calls, dict.fromkeys(calls))
    points = _merged(one[0] for one in found.values() if one)
    unseen = [
        readers[slug] for slug, one in found.items() if not (one and one[1])
    ]
    return Newest(
        points=points,
        unknown=frozenset().union(*unseen) - points.keys(),
        errors=tuple(errors),
    )


def _mine(protection, wanted):
    return frozenset(k for k in wanted if k[0] in protection.protectables)


def _walk(cloud, protection, keys):
    """``({key: point}, whether all that matters was read)``.

    A service that takes long is not asked for a further page.
    """
    found, offset, begin, now = {}, 0, time.monotonic(), clock.now()
    size = int(min(_MOST, max(_LEAST, _FACTOR * len(keys))))
    for _page in range(_MOST_PAGES):
        seen = list(protection.sights(cloud, size, offset))
        for one in seen:
            key = ResourceRef.of_point(one)
            if one.state == base.AVAILABLE and key in keys:
                found[key] = _newer(found.get(key), one, now)
        if len(seen) < size or len(found) == len(keys):
            return found, True
        if time.monotonic() - begin > _SECONDS:
            break
        offset, size = offset + size, _MOST
    return found, False


def _newer(known, older, now):
    """A point, or what a Sight of an older one makes if that counts more."""
    if known and base.UNKNOWN_TIME < known.created <= now:
        return known
    point = older.make()
    is_better = not known or point.recency(now) > known.recency(now)
    return point if is_better else known


def _merged(walks):
    merged, now = {}, clock.now()
    for found in walks:
        for key, point in found.items():
            known = merged.get(key, point)
            merged[key] = max(known, point, key=lambda p: p.recency(now))
    return merged
