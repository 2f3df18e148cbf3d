# SPDX-License-Identifier: Apache-2.0
"""Executions of all projects, and whose they are, for an administrator."""

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
import dataclasses
import functools
import itertools
import json
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import all_projects
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import search as execution_search
from protection_dashboard.plans.document import plan_or_none
from protection_dashboard.reports import all_plans

# workflow names that the URL of a request can hold
_NAMES_A_CALL = 50
_MAX_NAME = 255


@dataclasses.dataclass(frozen=True)
class ProjectExecution:
    """An execution, the id of its project, and the user who caused it.

    ``person`` is the name of the user who started it, or who armed the
    schedule that did, as the project tells it: neither Mistral nor Keystone
    keeps it. It has at most 255 characters; empty if unknown.
    """

    run: execution_records.Execution
    project_id: str
    person: str

    @property
    def id(self) -> str:
        return self.run.id


@dataclasses.dataclass(frozen=True)
class AllProjectsSearch:
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

    def fits(self, found: ProjectExecution) -> bool:
        """The conditions that Mistral cannot check."""
        return self.search.fits(found.run) and (
            self.person in ('', found.person)
        )

    def is_past(self, found: ProjectExecution) -> bool:
        """Whether it began too early, and so all older ones did."""
        return self.search.is_past(found.run)


def project_execution(execution: Any) -> ProjectExecution:
    """The ProjectExecution of a mistralclient execution with its params."""
    run = execution_records.parse_execution(execution)
    return ProjectExecution(
        run=run,
        project_id=execution.project_id,
        person=_name(run.by) or _name(_armed_by(execution.params)),
    )


def _armed_by(params: str | None) -> object:
    """What the params of an execution tell of it, whatever that is."""
    found = json.loads(params or '{}')
    # an environment may also be the name of one
    env = found.get('env') if isinstance(found, dict) else None
    return env.get('armed_by') if isinstance(env, dict) else None


def _name(told: object) -> str:
    return told[:_MAX_NAME] if isinstance(told, str) else ''


def get_execution(cloud: Cloud, run_id: str) -> ProjectExecution:
    """One execution of any project; NotFound otherwise."""
    found = project_execution(all_projects.execution_get(cloud, run_id))
    (named,) = with_plan_names(cloud, [found])
    return named


def with_plan_names(
    cloud: Cloud, entries: Iterable[ProjectExecution]
) -> Iterator[ProjectExecution]:
    """The same executions with the present names of their plans.

    They are read as needed, and there is at most one call to Mistral for so
    many of them as its request can name. Without an answer the names stay.
    """
    known: dict[tuple[str, str], str] = {}
    left = iter(entries)
    while some := [*itertools.islice(left, _NAMES_A_CALL)]:
        keys = {(one.project_id, one.run.plan_id) for one in some}
        new = {plan_id for project_id, plan_id in keys - known.keys()} - {''}
        if new:
            known |= dict.fromkeys(keys, '') | known
            known |= _plan_names(cloud, new)
        yield from (_named(one, known) for one in some)


def _named(
    entry: ProjectExecution, names: Mapping[tuple[str, str], str]
) -> ProjectExecution:
    own = names.get((entry.project_id, entry.run.plan_id), '')
    run = execution_records.with_plan_name(entry.run, {entry.run.plan_id: own})
    return dataclasses.replace(entry, run=run)


def _plan_names(
    cloud: Cloud, plan_ids: Collection[str]
) -> dict[tuple[str, str], str]:
    """``{(project id, plan id): name}``; projects may share workflow names."""
    try:
        found = all_projects.workflow_list(
            cloud,
            all_plans.MAX_PLANS,
            name=execution_records.plan_workflows_filter(sorted(plan_ids)),
        )
    except exceptions.ProtectionError:
        return {}
    plans = [(flow.project_id, plan_or_none(flow)) for flow in found]
    return {
        (project_id, plan.id): plan.name for project_id, plan in plans if plan
    }


def page_of_executions(
    cloud: Cloud,
    audit: AllProjectsSearch,
    limit: int,
    marker: str = '',
    order: str = 'desc',
) -> tuple[list[ProjectExecution], bool]:
    """``(found, is_cut)``: at most ``limit``, after the id ``marker``.

    ``is_cut``: there may be more, but ``search.MAX_SEARCHED`` were read.
    """
    size = execution_search.CHUNK_SIZE if audit.person else limit
    read = functools.partial(_read, cloud, audit)
    found = execution_search.fitting_pages(read, audit, size, marker, order)
    entries, is_cut = execution_search.first_fitting(found, limit)
    return [*with_plan_names(cloud, entries)], is_cut


def matching_executions(
    cloud: Cloud, audit: AllProjectsSearch
) -> Iterator[ProjectExecution]:
    """All that match, the newest first, read page by page as needed."""
    found: Iterator[ProjectExecution] = execution_search.all_fitting(
        functools.partial(_read, cloud, audit), audit
    )
    return with_plan_names(cloud, found)


def _read(
    cloud: Cloud, audit: AllProjectsSearch, size: int, marker: str, order: str
) -> list[ProjectExecution]:
    found = all_projects.execution_page(
        cloud, size, marker, order, **audit.filters
    )
    return [project_execution(one) for one in found]
