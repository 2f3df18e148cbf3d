# SPDX-License-Identifier: Apache-2.0
"""How well each project is protected: for an administrator's report.

Each service is asked once for all projects. Whether a copy is stale is told
by the runs of the plans that cover its resource, not by the copies: no
service lists those of all projects at a bearable price.
"""

import collections
import dataclasses
import datetime
import functools

from protection_dashboard import plugins
from protection_dashboard.api.mistral import all_projects
from protection_dashboard.api.mistral import trove_schedules
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.coverage import coverage
from protection_dashboard.coverage import exemptions
from protection_dashboard.coverage import freshness
from protection_dashboard.executions import records as execution_records
from protection_dashboard.reports import all_plans
from protection_dashboard.schedules import expected_runs
from protection_dashboard.schedules import trove_client_schedules

_PAGES = 50
_STALE = (freshness.STALE, freshness.NEVER)


@dataclasses.dataclass(frozen=True)
class Line:
    """One project in numbers.

    ``resources`` are those that can be protected here; each is either
    ``protected``, ``unprotected`` or ``unneeded``. ``stale`` are protected
    ones without a good run in time. ``ok``, ``failed`` and ``missed`` count
    runs of plans in the span.
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


@dataclasses.dataclass(frozen=True)
class Report:
    """A Line of each project that has anything, and what is not in them."""

    lines: list
    gaps: list


def report(cloud, days=7):
    """The Report of the last days; Mistral down is an error."""
    calls = {**_lists(cloud), **_others(cloud)}
    fallbacks = {**dict.fromkeys(_lists(cloud)), 'kept': [], 'clients': []}
    found, errors = concurrency.gather(calls, fallbacks)
    plans = found.pop('fleet')
    kept, clients = _kept(found.pop('kept')), _clients(found.pop('clients'))
    owned = _owned(found)
    lines = [
        line(one, plans, owned[one], clients[one], kept[one], days)
        for one in {*owned, *(entry.project_id for entry in plans.entries)}
    ]
    return Report(
        lines=sorted(lines, key=lambda line: line.project.lower()),
        gaps=[*map(str, [*errors, *plans.errors]), *_gaps(cloud, plans, days)],
    )


def _lists(cloud):
    """``{slug: call}`` of the types that can be listed everywhere."""
    return {
        slug: functools.partial(plugins.protectable(slug).everywhere, cloud)
        for slug in coverage.types(cloud)
        if plugins.protectable(slug).everywhere
    }


def _others(cloud):
    return {
        'fleet': lambda: all_plans.of(cloud, _PAGES),
        'kept': lambda: all_projects.environment_list(
            cloud, exemptions.ENVIRONMENT
        ),
        'clients': lambda: all_projects.cron_trigger_walk(
            cloud,
            all_plans.MOST_TRIGGERS,
            workflow_name=trove_schedules.WORKFLOW,
        ),
    }


def _kept(environments):
    """``{project id: {key: Note}}`` of what needs no protection."""
    found = collections.defaultdict(dict)
    for one in environments:
        if one.name == exemptions.ENVIRONMENT + one.project_id:
            for key, text in one.variables.items():
                found[one.project_id][key] = exemptions.read(text)
    return found


def _clients(triggers):
    """``{project id: [Schedule]}`` of those of the database client."""
    found = collections.defaultdict(list)
    for trigger in triggers:
        for made in trove_schedules.schedules_of_triggers([trigger]):
            schedule = trove_client_schedules.Schedule(made=made)
            found[trigger.project_id].append(schedule)
    return found


def _owned(found):
    """``{project id: Resources that can be protected}``."""
    owned = collections.defaultdict(list)
    for listed in found.values():
        for project_id, resource in listed or ():
            owned[project_id].append(resource)
    for project_id, resources in owned.items():
        out = set(map(ResourceRef.of_resource, coverage.impossible(resources)))
        owned[project_id] = [
            one for one in resources if ResourceRef.of_resource(one) not in out
        ]
    return owned


def line(project_id, plans, resources, clients, kept, days):
    """The Line of a project; ``plans`` is the Fleet of all.

    ``clients`` are Schedules of the database client, ``kept`` is what
    coverage.of takes.
    """
    span = datetime.timedelta(days=days)
    states = [
        entry.state
        for entry in plans.entries
        if entry.project_id == project_id
    ]
    covers = coverage.of(resources, states, clients, kept)
    of_state = collections.Counter(cover.state for cover in covers)
    by_id = {state.id: state.standing.state for state in states}
    expected = [
        one
        for state in states
        for schedule in state.schedules
        for one in schedule.expected
    ]
    ended = _ended(project_id, plans, span)
    return Line(
        project_id=project_id,
        project=plans.names[project_id],
        resources=len(covers),
        protected=of_state[coverage.PROTECTED],
        unprotected=of_state[coverage.OPEN],
        unneeded=of_state[coverage.UNNEEDED],
        stale=sum(_is_stale(cover, by_id) for cover in covers),
        plans=len(states),
        ok=ended[execution_records.SUCCESS],
        failed=ended[execution_records.ERROR],
        missed=expected_runs.week(expected, plans.look.now, span).missed,
    )


def _is_stale(cover, standings):
    """Whether no plan that protects a resource had a good run in time."""
    found = [standings[plan_id] for plan_id in cover.plans]
    return bool(found) and all(state in _STALE for state in found)


def _ended(project_id, plans, span):
    """``{state: how many}`` of the runs of a span, of all plans."""
    since = plans.look.now - span
    return collections.Counter(
        run.state
        for (owner, _plan_id), runs in plans.runs.items()
        if owner == project_id
        for run in runs
        if run.started > since
    )


def _gaps(cloud, plans, days):
    """Sentences about what the numbers do not hold."""
    for slug in coverage.types(cloud):
        kind = plugins.protectable(slug)
        if not kind.everywhere:
            yield f"{kind.name}: cannot be listed for all projects."
    if plans.cut:
        yield (
            f"More than {all_plans.MOST_PLANS} plans or "
            f"{all_plans.MOST_TRIGGERS} schedules: the others are missing."
        )
    for one in plans.unreadable:
        yield (
            f"A plan of {plans.names[one.project_id]} cannot be read: "
            f"{one.name}: {one.plan.reason}"
        )
    known_from = plans.look.known_from
    if known_from and known_from > plans.look.now - datetime.timedelta(days):
        yield f"Runs before {known_from:%Y-%m-%d %H:%M} UTC are not known."
    yield (
        "Stale is told by the runs of plans; schedules of the database "
        "client count as protection, and their runs are not counted."
    )
