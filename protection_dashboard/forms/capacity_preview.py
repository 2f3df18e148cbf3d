# SPDX-License-Identifier: Apache-2.0
"""A forecast for each method of a plan, in the room that its service has."""

import collections
import dataclasses
import functools

from django.utils.functional import lazy
from django.utils.translation import gettext

from protection_dashboard import plugins
from protection_dashboard.common import concurrency
from protection_dashboard.common.i18n import Words
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.plans import document as plan_document
from protection_dashboard.retention import capacity_forecast

#: the text of Words in the language of whoever reads it: a promise may be
#: made in a thread that knows no language
told = lazy(lambda words: words.text(gettext), str)


@dataclasses.dataclass(frozen=True)
class Line:
    """A forecast; ``fits`` is False when there is too little room."""

    text: str
    fits: bool


def calls(cloud, document):
    """``{slug: function}`` of the protections that a document uses.

    Each gives a Capacity, None, or the error of a service that is down or of
    a protection that is not installed.
    """
    return {
        slug: functools.partial(
            concurrency.attempt, functools.partial(_capacity, cloud, slug)
        )
        for slug in plan_document.protections(document)
    }


def _capacity(cloud, slug):
    return plugins.protection(slug).capacity(cloud)


def errors(rooms):
    return [room for room in rooms.values() if isinstance(room, Exception)]


def lines(document, chosen, verdicts, rooms, now):
    """A Line for each method, and for what a service counts apart.

    ``chosen`` are Selected, ``verdicts`` those on the plan's own points,
    ``rooms`` is what ``calls`` gave; a method whose room is an error has
    none.
    """
    have = collections.Counter(map(_made, verdicts))
    parts = collections.defaultdict(list)
    for one in chosen:
        slug = one.entry['protection']
        if not isinstance(rooms[slug], Exception):
            number = have[slug, *key(one)]
            parts[_part(one, rooms[slug])].append((one.resource.size, number))
    for (slug, chain, counted), resources in sorted(parts.items()):
        wanted = capacity_forecast.need(document, resources, chain=chain)
        room = rooms[slug] if counted else None
        found = capacity_forecast.of(document, wanted, room, now)
        yield _line(slug, found)


def key(one):
    """``(type, id)`` of the resource of a Selected."""
    return one.entry['type'], one.entry['id']


def _made(verdict):
    point = verdict.point
    return point.protection, point.resource_type, point.resource_id


def _part(one, room):
    """``(method, points that hang together, whether the room is theirs)``."""
    slug = one.entry['protection']
    chain = plugins.protection(slug).chain(one.entry['options'])
    types = room.types if room else ()
    return slug, chain, not types or one.entry['type'] in types


def _line(slug, found):
    method = Words(plugins.protection(slug).name)
    values = {'method': method, 'words': found.words}
    return Line(told(Words(_("%(method)s: %(words)s"), values)), found.fits)
