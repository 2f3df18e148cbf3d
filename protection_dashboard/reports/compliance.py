# SPDX-License-Identifier: Apache-2.0
"""How well each project is protected, in numbers, for an administrator.

Each service is asked once for all projects. Whether a resource is stale
follows from the executions of the plans that cover it, not from its recovery
points: listing those of all projects would take the services too long.
"""

import collections
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
import dataclasses
import datetime
import functools
from typing import Any

from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import all_projects
from protection_dashboard.api.mistral import trove_schedules
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.coverage import coverage
from protection_dashboard.coverage import exemptions
from protection_dashboard.coverage import freshness
from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import records as execution_records
from protection_dashboard.protectables.base import Resource
from protection_dashboard.reports import all_plans
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import expected_runs
from protection_dashboard.schedules import trove_client_schedules

_PAGES = 50
_STALE = (freshness.STALE, freshness.NEVER)


@dataclasses.dataclass(frozen=True)
class ProjectLine:
    """One project in numbers.

    ``resources`` counts those that can be protected here; each of them is
    ``protected``, ``unprotected`` or ``unneeded`` (exempt). ``stale`` are
    protected ones without a good execution within the RPO. ``ok``,
    ``failed``, ``missed``, ``skipped`` and ``lost`` (among the failed) count
    executions of plans in the span of the report.
    """

    project_id: str
    project: str
    resources: int = 0
    protected: int = 0
    unprotected: int = 0
    unneeded: int = 0
    stale: int = 0
    plans: int = 0
    ok: int = 0
    failed: int = 0
    missed: int = 0
    skipped: int = 0
    lost: int = 0


@dataclasses.dataclass(frozen=True)
class ComplianceReport:
    """A ProjectLine of each project that has anything, sorted by its name.

    ``gaps`` are sentences about what the numbers do not include.
    """

    lines: list[ProjectLine]
    gaps: list[str]


def compliance_report(cloud: Cloud, days: int = 7) -> ComplianceReport:
    """The Report of the last days.

    A service that does not answer is one of its gaps, but not Mistral:
    without it an error is raised.
    """
    calls = {**_lists(cloud), **_others(cloud)}
    fallbacks: dict[str, Any] = {
        **dict.fromkeys(_lists(cloud)),
        'kept': [],
        'clients': [],
    }
    found, errors = concurrency.gather(calls, fallbacks)
    plans = found.pop('plans')
    kept, clients = _kept(found.pop('kept')), _clients(found.pop('clients'))
    owned = _owned(found)
    lines = [
        project_line(one, plans, owned[one], clients[one], kept[one], days)
        for one in {*owned, *(entry.project_id for entry in plans.entries)}
    ]
    return ComplianceReport(
        lines=sorted(lines, key=lambda one: one.project.lower()),
        gaps=[*map(str, [*errors, *plans.errors]), *_gaps(cloud, plans, days)],
    )


def _lists(cloud: Cloud) -> dict[str, Callable[[], Any]]:
    """The calls that list a type in all projects, by its slug."""
    return {
        slug: functools.partial(everywhere, cloud)
        for slug in coverage.protectable_types(cloud)
        if (everywhere := plugins.protectable(slug).everywhere)
    }


def _others(cloud: Cloud) -> dict[str, Callable[[], Any]]:
    """The calls that read what Mistral has of all projects."""
    return {
        'plans': lambda: all_plans.plans_of_all_projects(cloud, _PAGES),
        'kept': lambda: all_projects.environment_list(
            cloud, exemptions.ENVIRONMENT_PREFIX
        ),
        'clients': lambda: all_projects.cron_trigger_list(
            cloud,
            all_plans.MAX_TRIGGERS,
            workflow_name=trove_schedules.WORKFLOW,
        ),
    }


def _kept(
    environments: Iterable[Any],
) -> dict[str, dict[str, exemptions.Exemption]]:
    """Exemptions that Mistral stores, by project id and ``type:id``."""
    found: dict[str, dict[str, exemptions.Exemption]] = (
        collections.defaultdict(dict)
    )
    for one in environments:
        if one.name == exemptions.ENVIRONMENT_PREFIX + one.project_id:
            for key, text in one.variables.items():
                found[one.project_id][key] = exemptions.parse_exemption(text)
    return found


def _clients(
    triggers: Iterable[Any],
) -> dict[str, list[trove_client_schedules.TroveScheduleStatus]]:
    """Schedules that the database client made, by project id."""
    found = collections.defaultdict(list)
    for trigger in triggers:
        for made in trove_schedules.schedules_of_triggers([trigger]):
            schedule = trove_client_schedules.TroveScheduleStatus(made=made)
            found[trigger.project_id].append(schedule)
    return found


def _owned(
    found: Mapping[str, Iterable[tuple[str, Resource]] | None],
) -> dict[str, list[Resource]]:
    """Resources that can be protected, by project id.

    ``found`` are pairs of a project id and a Resource, by type; None where
    a service did not answer.
    """
    owned: dict[str, list[Resource]] = collections.defaultdict(list)
    for listed in found.values():
        for project_id, resource in listed or ():
            owned[project_id].append(resource)
    for project_id, resources in owned.items():
        out = set(
            map(
                ResourceRef.of_resource,
                coverage.unprotectable_resources(resources),
            )
        )
        owned[project_id] = [
            one for one in resources if ResourceRef.of_resource(one) not in out
        ]
    return owned


def project_line(
    project_id: str,
    plans: all_plans.AllPlans,
    resources: Sequence[Resource],
    clients: Iterable[trove_client_schedules.TroveScheduleStatus],
    kept: Mapping[str, exemptions.Exemption],
    days: int,
) -> ProjectLine:
    """The ProjectLine of a project; ``plans`` are those of all projects.

    ``clients`` are the schedules that the database client made, ``kept`` the
    exemptions that Mistral stores, by ``type:id``.
    """
    span = datetime.timedelta(days=days)
    states = [
        entry.state
        for entry in plans.entries
        if entry.project_id == project_id
    ]
    covers = coverage.resource_coverages(resources, states, clients, kept)
    of_state = collections.Counter(cover.state for cover in covers)
    runs = _runs(project_id, plans, span)
    ended = collections.Counter(run.state for run in runs)
    return ProjectLine(
        project_id=project_id,
        project=plans.names[project_id],
        resources=len(covers),
        protected=of_state[coverage.PROTECTED],
        unprotected=of_state[coverage.UNPROTECTED],
        unneeded=of_state[coverage.EXEMPT],
        stale=_stale_resources(covers, states),
        plans=len(states),
        ok=ended[execution_records.SUCCESS],
        failed=ended[execution_records.ERROR],
        missed=_missed(states, plans.window.now, span),
        skipped=ended[execution_records.SKIPPED],
        lost=sum(run.is_lost for run in runs),
    )


def _stale_resources(
    covers: Iterable[coverage.ResourceCoverage],
    states: Iterable[project_status.PlanState],
) -> int:
    """How many resources are protected by plans that are not fresh."""
    by_id = {
        state.id: state.freshness.state
        for state in states
        if _has_been_due(state)
    }
    return sum(_is_stale(cover, by_id) for cover in covers)


def _missed(
    states: Iterable[project_status.PlanState],
    now: datetime.datetime,
    span: datetime.timedelta,
) -> int:
    """How many executions of plans should have begun in a span and did not."""
    expected = [
        one
        for state in states
        for schedule in state.schedules
        for one in schedule.expected
    ]
    return expected_runs.run_counts(expected, now, span).missed


def _has_been_due(state: project_status.PlanState) -> bool:
    """Whether a plan has a good execution, or one was due."""
    return state.freshness.state != freshness.NEVER or any(
        one.expected for one in state.schedules
    )


def _is_stale(
    cover: coverage.ResourceCoverage, freshness_states: Mapping[str, str]
) -> bool:
    """Whether no plan that protects it had a good execution in time.

    ``freshness_states`` is the state of freshness of each plan that has been
    due, by id.
    """
    found = [
        freshness_states[plan_id]
        for plan_id in cover.plans
        if plan_id in freshness_states
    ]
    return bool(found) and all(state in _STALE for state in found)


def _runs(
    project_id: str, plans: all_plans.AllPlans, span: datetime.timedelta
) -> list[execution_log.LogEntry]:
    """The executions of a project's plans in the last span."""
    since = plans.window.now - span
    return [
        run
        for (owner, _plan_id), runs in plans.runs.items()
        if owner == project_id
        for run in runs
        if run.started > since
    ]


def _gaps(cloud: Cloud, plans: all_plans.AllPlans, days: int) -> Iterator[str]:
    """Sentences about what the numbers do not include."""
    for slug in coverage.protectable_types(cloud):
        kind = plugins.protectable(slug)
        if not kind.everywhere:
            yield f"{kind.name}: cannot be listed for all projects."
    if plans.is_cut:
        yield (
            f"More than {all_plans.MAX_PLANS} plans or "
            f"{all_plans.MAX_TRIGGERS} schedules: the others are missing."
        )
    for one in plans.unreadable:
        yield (
            f"A plan of {plans.names[one.project_id]} cannot be read: "
            f"{one.name}: {one.plan.reason}"
        )
    known_from = plans.window.known_from
    if known_from and known_from > plans.window.now - datetime.timedelta(days):
        yield f"Runs before {known_from:%Y-%m-%d %H:%M} UTC are not known."
    yield (
        "Stale is told by the runs of plans; schedules of the database "
        "client count as protection, and their runs are not counted."
    )
