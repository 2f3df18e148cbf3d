# SPDX-License-Identifier: Apache-2.0
"""Runs of all projects, and whose they are: for an administrator."""

import dataclasses
import functools
import json

from protection_dashboard.api.mistral import all_projects
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import search as execution_search


@dataclasses.dataclass(frozen=True)
class Entry:
    """A run, the id of its project, and the user who answers for it.

    ``person`` started it, or armed the schedule that did; empty if unknown.
    """

    run: execution_records.Run
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

    search: execution_search.Search = execution_search.Search()  # noqa: RUF009  frozen
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

    def is_past(self, entry):
        """Whether it, and all that are older, began too early."""
        return self.search.is_past(entry.run)


def entry(execution):
    """The Entry of a mistralclient execution with its params."""
    run = execution_records.run(execution)
    env = json.loads(execution.params or '{}').get('env') or {}
    return Entry(
        run=run,
        project_id=execution.project_id,
        person=run.by or env.get('armed_by') or '',
    )


def get(cloud, run_id):
    """The Entry of one run of any project; NotFound otherwise."""
    return entry(all_projects.execution_get(cloud, run_id))


def page(cloud, audit, limit, marker='', order='desc'):
    """``(Entries, cut)``: at most ``limit`` from a place in the list on.

    ``cut``: there may be more, but run_search.MOST have been looked through.
    """
    size = execution_search.CHUNK if audit.person else limit
    read = functools.partial(_read, cloud, audit)
    found = execution_search.walk(read, audit, size, marker, order)
    return execution_search.some(found, limit)


def every(cloud, audit):
    """All of them, the newest first, as they are read."""
    return execution_search.walk_all(
        functools.partial(_read, cloud, audit), audit
    )


def _read(cloud, audit, size, marker, order):
    found = all_projects.execution_page(
        cloud, size, marker, order, **audit.filters
    )
    return [entry(one) for one in found]
