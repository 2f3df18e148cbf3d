# SPDX-License-Identifier: Apache-2.0
"""Executions of all projects, and whose they are, for an administrator."""

from collections.abc import Iterator
import dataclasses
import functools
import json
from typing import Any

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import all_projects
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import search as execution_search


@dataclasses.dataclass(frozen=True)
class Entry:
    """An execution, the id of its project, and the user who caused it.

    ``person`` is the name of the user who started it, or who armed the
    schedule that did; empty if unknown.
    """

    run: execution_records.Run
    project_id: str
    person: str

    @property
    def id(self) -> str:
        return self.run.id


@dataclasses.dataclass(frozen=True)
class Audit:
    """What to search for: a Search, of one project, of one person.

    An empty ``project_id`` or ``person`` stands for all.
    """

    search: execution_search.Search = execution_search.Search()  # noqa: RUF009  frozen
    project_id: str = ''
    person: str = ''

    @property
    def filters(self) -> dict[str, str]:
        """The conditions that Mistral can check, as its API's filters."""
        if not self.project_id:
            return self.search.filters
        return {**self.search.filters, 'project_id': self.project_id}

    def fits(self, found: Entry) -> bool:
        """The conditions that Mistral cannot check."""
        return self.search.fits(found.run) and (
            self.person in ('', found.person)
        )

    def is_past(self, found: Entry) -> bool:
        """Whether it began too early, and so all older ones did."""
        return self.search.is_past(found.run)


def entry(execution: Any) -> Entry:
    """The ProjectExecution of a mistralclient execution with its params."""
    run = execution_records.run(execution)
    env = json.loads(execution.params or '{}').get('env') or {}
    return Entry(
        run=run,
        project_id=execution.project_id,
        person=run.by or env.get('armed_by') or '',
    )


def get(cloud: Cloud, run_id: str) -> Entry:
    """One execution of any project; NotFound otherwise."""
    return entry(all_projects.execution_get(cloud, run_id))


def page(
    cloud: Cloud,
    audit: Audit,
    limit: int,
    marker: str = '',
    order: str = 'desc',
) -> tuple[list[Entry], bool]:
    """``(found, cut)``: at most ``limit``, after the one with id ``marker``.

    ``cut``: there may be more, but ``executions.search.MOST`` were read.
    """
    size = execution_search.CHUNK if audit.person else limit
    read = functools.partial(_read, cloud, audit)
    found = execution_search.walk(read, audit, size, marker, order)
    entries, cut = execution_search.some(found, limit)
    return entries, cut


def every(cloud: Cloud, audit: Audit) -> Iterator[Entry]:
    """All that match, the newest first, read page by page as needed."""
    found: Iterator[Entry] = execution_search.walk_all(
        functools.partial(_read, cloud, audit), audit
    )
    return found


def _read(
    cloud: Cloud, audit: Audit, size: int, marker: str, order: str
) -> list[Entry]:
    found = all_projects.execution_page(
        cloud, size, marker, order, **audit.filters
    )
    return [entry(one) for one in found]
