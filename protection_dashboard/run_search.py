# SPDX-License-Identifier: Apache-2.0
"""Runs of a project, found by what a person asks for.

Mistral takes one filter per column. What it cannot tell is told of the runs
that it gives, which are walked page by page, up to a bound.
"""

import dataclasses
import datetime
import itertools

from protection_dashboard import history
from protection_dashboard import operations
from protection_dashboard import plans
from protection_dashboard import starters

SCHEDULE = 'schedule'
HAND = 'hand'
#: what a person calls a state -> (Mistral's filter, those of a Run)
STATES = {
    'success': ({'state': 'SUCCESS'}, ('SUCCESS',)),
    'failed': ({'state': 'ERROR'}, ('ERROR',)),
    'running': ({'state': 'in:RUNNING,IDLE,PAUSED'}, ()),
    'cancelled': ({'state': 'CANCELLED'}, ()),
    'skipped': ({'state': 'SUCCESS', 'state_info': history.IS_SKIPPED}, ()),
}
_STARTED = {SCHEDULE: starters.BY_SCHEDULE, HAND: starters.BY_HAND}
# a row tells how many went well
_COUNTS = ('output',)
_CHUNK = 200
_FILE = 1000
_MOST_PAGES = 25
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
            named['description'] = _STARTED.get(self.by) or starters.by(
                self.by
            )
        if self.until:
            named['created_at'] = f'lt:{_said(self.until)}'
        elif self.since:
            named['created_at'] = f'gte:{_said(self.since)}'
        return named

    def _names(self):
        if self.plans is None or len(self.plans) > _NAMES:
            return {'tags': plans.TAG}
        return {'workflow_name': history.plan_names(self.plans)}

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


def _said(moment):
    """A time as Mistral's database compares it, SQLite as text."""
    return f'{moment.astimezone(datetime.UTC):%Y-%m-%d %H:%M:%S}'


def page(cloud, search, limit, marker='', order='desc'):
    """At most ``limit`` runs from a place in the list on."""
    size = _CHUNK if search.sifts else limit
    found = _walk(cloud, search, size, marker, order)
    chunks = itertools.islice(found, _MOST_PAGES)
    return list(itertools.islice(itertools.chain.from_iterable(chunks), limit))


def every(cloud, search):
    """All of them, the newest first, as they are read."""
    found = _walk(cloud, search, _FILE, '', 'desc')
    return itertools.chain.from_iterable(found)


def _walk(cloud, search, size, marker, order):
    """Those of one page of Mistral's after the other."""
    if search.plans == ():
        return
    while True:
        runs = operations.run_page(
            cloud, size, marker, order, more=_COUNTS, **search.filters
        )
        yield [
            run for run in runs if search.fits(run) and not search.is_past(run)
        ]
        over = order == 'desc' and runs and search.is_past(runs[-1])
        if len(runs) < size or over:
            return
        marker = runs[-1].id
