# SPDX-License-Identifier: Apache-2.0
"""Runs of all projects, and whose they are: for an administrator."""

import dataclasses
import itertools
import json

from protection_dashboard import history
from protection_dashboard import run_search
from protection_dashboard.api import mistral_admin

_CHUNK = 200
_FILE = 1000
_MOST_PAGES = 25
#: how many runs are looked through for a page of what Mistral cannot filter
MOST = _CHUNK * _MOST_PAGES


@dataclasses.dataclass(frozen=True)
class Entry:
    """A run, the id of its project, and the user who answers for it.

    ``person`` started it, or armed the schedule that did; empty if unknown.
    """

    run: history.Run
    project_id: str
    person: str

    @property
    def id(self):
        return self.run.id


@dataclasses.dataclass(frozen=True)
class Audit:
    """What is asked for: a run_search.Search, of one project, of a person.

    Empty texts ask for nothing.
    """

    search: run_search.Search = run_search.Search()  # noqa: RUF009  frozen
    project_id: str = ''
    person: str = ''

    @property
    def filters(self):
        """The part that Mistral can tell."""
        if not self.project_id:
            return self.search.filters
        return {**self.search.filters, 'project_id': self.project_id}

    def fits(self, entry):
        """The part that Mistral cannot tell."""
        return self.search.fits(entry.run) and (
            self.person in ('', entry.person)
        )


def entry(execution):
    """The Entry of a mistralclient execution with its params."""
    run = history.run(execution)
    env = json.loads(execution.params or '{}').get('env') or {}
    return Entry(
        run=run,
        project_id=execution.project_id,
        person=run.by or env.get('armed_by') or '',
    )


def get(cloud, run_id):
    """The Entry of one run of any project; NotFound otherwise."""
    return entry(mistral_admin.execution_get(cloud, run_id))


def page(cloud, audit, limit, marker='', order='desc'):
    """``(Entries, cut)``: at most ``limit`` from a place in the list on.

    ``cut``: there may be more, but MOST runs have been looked through.
    """
    size = _CHUNK if audit.person else limit
    found, pages = [], 0
    for some in _walk(cloud, audit, size, marker, order):
        found += some
        pages += 1
        if len(found) >= limit or pages == _MOST_PAGES:
            break
    return found[:limit], pages == _MOST_PAGES and len(found) < limit


def every(cloud, audit):
    """All of them, the newest first, as they are read."""
    return itertools.chain.from_iterable(
        _walk(cloud, audit, _FILE, '', 'desc')
    )


def _walk(cloud, audit, size, marker, order):
    """Those of one page of Mistral's after the other."""
    search = audit.search
    while True:
        rows = mistral_admin.execution_page(
            cloud, size, marker, order, **audit.filters
        )
        found = [entry(row) for row in rows]
        yield [
            one
            for one in found
            if audit.fits(one) and not search.is_past(one.run)
        ]
        over = order == 'desc' and found and search.is_past(found[-1].run)
        if len(rows) < size or over:
            return
        marker = rows[-1].id
