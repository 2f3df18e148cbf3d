# SPDX-License-Identifier: Apache-2.0
"""Runs of a project, found by what a person asks for.

Mistral takes one filter per column. What it cannot tell is told of the runs
that it gives, which are walked page by page, up to a bound.
"""

import dataclasses
import datetime
import functools
import itertools

from protection_dashboard.common import clock
from protection_dashboard.executions import records
from protection_dashboard.executions import service as execution_service
from protection_dashboard.executions import started_by
from protection_dashboard.workflows import definitions

SCHEDULE = 'schedule'
HAND = 'hand'
#: what a person calls a state -> (Mistral's filter, those of a Run)
STATES = {
    'success': ({'state': records.SUCCESS}, (records.SUCCESS,)),
    'failed': ({'state': records.ERROR}, (records.ERROR,)),
    'running': ({'state': f'in:{",".join(records.OPEN)}'}, ()),
    'cancelled': ({'state': records.CANCELLED}, ()),
    'skipped': (
        {'state': records.SUCCESS, 'state_info': records.IS_SKIPPED},
        (),
    ),
}
_STARTED = {SCHEDULE: started_by.BY_SCHEDULE, HAND: started_by.BY_HAND}
# a row tells how many went well
_COUNTS = ('output',)
#: runs a page that are looked through when Mistral cannot tell them apart
CHUNK = 200
_FILE = 1000
_MOST_PAGES = 25
#: how many are looked through in all for one page
MOST = CHUNK * _MOST_PAGES
#: as many names as an address can carry
_NAMES = 50


@dataclasses.dataclass(frozen=True)
class Search:
    """What is asked for; empty fields ask for nothing.

    ``plans`` are ids, None for any; ``state`` is one of STATES; ``by`` is
    'schedule', 'hand' or a user's name. Runs began at ``since`` or later
    and before ``until``, aware times.
    """

    plans: tuple | None = None
    schedule: str = ''
    state: str = ''
    by: str = ''
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None

    @property
    def filters(self):
        """The part that Mistral can tell."""
        state, _states = STATES.get(self.state, ({}, ()))
        named = {**self._names(), **state}
        if self.by:
            named['description'] = _STARTED.get(self.by) or started_by.by(
                self.by
            )
        if self.until:
            named['created_at'] = f'lt:{clock.text(self.until)}'
        elif self.since:
            named['created_at'] = f'gte:{clock.text(self.since)}'
        return named

    def _names(self):
        if self.plans is None or len(self.plans) > _NAMES:
            return {'tags': definitions.TAG}
        return {'workflow_name': records.plan_names(self.plans)}

    @property
    def sifts(self):
        """Whether many of what Mistral gives may not fit."""
        return bool(self.schedule) or len(self.plans or ()) > _NAMES

    def fits(self, run):
        """The part that Mistral cannot tell."""
        _filters, states = STATES.get(self.state, ({}, ()))
        return (
            (self.plans is None or run.plan_id in self.plans)
            and self.schedule in ('', run.schedule_id)
            and (not states or run.state in states)
            and (not self.by or self._started(run))
        )

    def _started(self, run):
        if self.by in _STARTED:
            return bool(run.by) == (self.by == HAND)
        return run.by == self.by

    def is_past(self, run):
        """Whether a run, and all that are older, began too early."""
        return bool(self.since) and run.started < self.since


def of_schedule(schedule):
    """The Search for the runs of an agenda's Schedule.

    Those by hand, and those of triggers that are gone, are among them: no
    filter of Mistral finds these.
    """
    return Search(plans=(schedule.plan.id,), schedule=schedule.id)


def page(cloud, search, limit, marker='', order='desc'):
    """At most ``limit`` runs from a place in the list on."""
    size = CHUNK if search.sifts else limit
    read = functools.partial(_read, cloud, search)
    return some(walk(read, search, size, marker, order), limit)[0]


def every(cloud, search):
    """All of them, the newest first, as they are read."""
    return walk_all(functools.partial(_read, cloud, search), search)


def _read(cloud, search, size, marker, order):
    if search.plans == ():
        return []
    return execution_service.run_page(
        cloud, size, marker, order, more=_COUNTS, **search.filters
    )


def walk(read, search, size, marker='', order='desc'):
    """What fits of one page after the other: a list for each.

    ``read(size, marker, order)`` gives a page, of whatever has an ``id``
    and is what ``search.fits`` and ``search.is_past`` can be asked about.
    """
    while True:
        found = read(size, marker, order)
        yield [
            one
            for one in found
            if search.fits(one) and not search.is_past(one)
        ]
        over = order == 'desc' and found and search.is_past(found[-1])
        if len(found) < size or over:
            return
        marker = found[-1].id


def walk_all(read, search):
    """What fits of all that there is, the newest first, as it is read."""
    return itertools.chain.from_iterable(walk(read, search, _FILE))


def some(lists, limit):
    """``(found, cut)``: at most ``limit`` of what a walk gives.

    ``cut``: there may be more, but so much has been looked through.
    """
    found, pages = [], 0
    for fitting in lists:
        found += fitting
        pages += 1
        if len(found) >= limit or pages == _MOST_PAGES:
            break
    return found[:limit], pages == _MOST_PAGES and len(found) < limit
