# SPDX-License-Identifier: Apache-2.0
"""Plans of all projects and their health, for an administrator.

Plans, triggers and executions are matched within a project only: a workflow
or trigger that is named like one of another project changes nothing there.
"""

import collections
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
import dataclasses
import datetime
import functools
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import all_projects
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency
from protection_dashboard.coverage import freshness
from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import records as execution_records
from protection_dashboard.plans import document as plan_document
from protection_dashboard.reports import project_names
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.schedules import expected_runs
from protection_dashboard.schedules import status as schedule_status
from protection_dashboard.workflows import definitions

MAX_PLANS = 2000
MAX_TRIGGERS = 5000
_PAGES = 3
#: what is wrong with a plan, the worst first
UNREADABLE = 'unreadable'
UNARMED = 'unarmed'
FAILING = 'failing'
MISSED = 'missed'
NEW = 'new'
HEALTH_STATES = (
    UNREADABLE,
    UNARMED,
    freshness.STALE,
    freshness.NEVER,
    FAILING,
    MISSED,
    freshness.UNKNOWN,
    NEW,
    freshness.IDLE,
    freshness.FRESH,
)
#: schedules in these states are not meant to run
_SILENT = (schedule_status.PAUSED, schedule_status.ENDED)


@dataclasses.dataclass(frozen=True)
class ProjectPlan:
    """A plan of a project; ``week`` counts for all its schedules together."""

    project_id: str
    state: project_status.PlanState
    week: expected_runs.RunCounts

    @property
    def id(self) -> str:
        """``project id:plan id``."""
        return f'{self.project_id}:{self.state.id}'

    @property
    def name(self) -> str:
        return self.state.name

    @property
    def person(self) -> str:
        """Who armed its schedules, else who ran it last; '' if unknown."""
        armed = (schedule.by for schedule in self.state.schedules)
        last = self.state.last_run
        return next(filter(None, armed), last.by if last else '')

    @property
    def health(self) -> str:
        """The worst word of HEALTH that is true of it."""
        known = self.state.freshness
        states = {one.state for one in self.state.schedules}
        wrong = {
            UNREADABLE: schedule_status.UNREADABLE in states,
            UNARMED: bool(
                states & {schedule_status.UNARMED, schedule_status.LATE}
            ),
            FAILING: known.failures > 0,
            MISSED: self.week.missed > 0,
        }
        found = [word for word, is_so in wrong.items() if is_so]
        return min([*found, self._freshness], key=HEALTH_STATES.index)

    @property
    def _freshness(self) -> str:
        """That of the plan; never 'never' where no execution was due."""
        known, schedules = self.state.freshness.state, self.state.schedules
        if known != freshness.NEVER:
            return known
        if all(one.state in _SILENT for one in schedules):
            return freshness.IDLE
        return known if any(one.expected for one in schedules) else NEW


@dataclasses.dataclass(frozen=True)
class UnreadableProjectPlan:
    """A plan of a project that cannot be read."""

    project_id: str
    plan: plan_document.UnreadablePlan
    health = UNREADABLE

    @property
    def id(self) -> str:
        """``project id:plan id``."""
        return f'{self.project_id}:{self.plan.id}'

    @property
    def name(self) -> str:
        return self.plan.name

    @property
    def reason(self) -> str:
        return self.plan.reason


@dataclasses.dataclass(frozen=True)
class AllPlans:
    """The plans of all projects, the worst first; unreadable ones by name.

    ``names`` are those of projects. ``runs`` are the executions by
    ``(project id, plan id)``, the newest first, also of plans that are gone.
    ``window`` says since when executions are known; ``is_cut`` that there are
    more plans or triggers than were read. ``errors`` say what is missing.
    """

    entries: list[ProjectPlan]
    names: project_names.ProjectNames
    window: expected_runs.RunWindow
    unreadable: list[UnreadableProjectPlan] = dataclasses.field(
        default_factory=list
    )
    runs: Mapping[tuple[str, str], list[execution_log.LogEntry]] = (
        dataclasses.field(default_factory=dict)
    )
    is_cut: bool = False
    errors: tuple[exceptions.ProtectionError, ...] = ()


def plans_of_all_projects(cloud: Cloud, pages: int = _PAGES) -> AllPlans:
    """The plans of the whole cloud; each list is read once, up to a bound.

    Of executions at most so many ``pages`` of 1000.
    """
    now = clock.now()
    found, errors = _lists(cloud, pages, now)
    rows, is_complete = found['runs']
    log = execution_log.ExecutionLog(
        tuple(map(execution_log.log_entry, rows)), is_complete
    )
    window = expected_runs.RunWindow(
        now, now - project_status.LOOK_BACK, log.known_from()
    )
    triggers, runs = _by_project(found['triggers']), _by_plan(rows, log)
    read = [(flow.project_id, _plan(flow)) for flow in found['plans']]
    entry = functools.partial(_entry, runs, window, is_complete=is_complete)
    entries = [
        entry(project_id, plan, triggers[project_id])
        for project_id, plan in read
        if isinstance(plan, plan_document.Plan)
    ]
    unreadable = [
        UnreadableProjectPlan(project_id, plan)
        for project_id, plan in read
        if isinstance(plan, plan_document.UnreadablePlan)
    ]
    return AllPlans(
        entries=sorted(entries, key=_urgency),
        unreadable=sorted(unreadable, key=lambda one: one.name),
        names=found['names'],
        window=window,
        runs=runs,
        is_cut=len(found['plans']) == MAX_PLANS
        or len(found['triggers']) == MAX_TRIGGERS,
        errors=tuple(errors),
    )


def _lists(
    cloud: Cloud, pages: int, now: datetime.datetime
) -> tuple[dict[str, Any], list[exceptions.ProtectionError]]:
    """What AllPlans is made of, all read in parallel, and errors."""
    return concurrency.gather(
        {
            'plans': lambda: all_projects.workflow_list(
                cloud, MAX_PLANS, tags=definitions.PLAN_TAG
            ),
            'triggers': lambda: all_projects.cron_trigger_list(
                cloud, MAX_TRIGGERS, name=f'has:{cron_triggers.PREFIX}'
            ),
            'runs': lambda: all_projects.execution_rows(
                cloud,
                pages,
                now - project_status.LOOK_BACK,
                tags=definitions.PLAN_TAG,
            ),
            'names': lambda: project_names.all_project_names(cloud),
        },
        {'names': project_names.ProjectNames()},
    )


def _by_project(triggers: Iterable[Any]) -> dict[str, dict[str, list[Any]]]:
    """``{project id: {schedule id: its triggers, the newest first}}``."""
    own = collections.defaultdict(list)
    for trigger in triggers:
        own[trigger.project_id].append(trigger)
    known = {
        key: cron_triggers.triggers_by_schedule(some)
        for key, some in own.items()
    }
    return collections.defaultdict(dict, known)


def _by_plan(
    rows: Iterable[dict[str, Any]], log: execution_log.ExecutionLog
) -> dict[tuple[str, str], list[execution_log.LogEntry]]:
    """Executions by ``(project id, plan id)``, the newest first."""
    found = collections.defaultdict(list)
    for row, entry in zip(rows, log.entries, strict=True):
        found[row['project_id'], entry.plan_id].append(entry)
    return found


def _plan(
    flow: Any,
) -> plan_document.Plan | plan_document.UnreadablePlan | None:
    """The plan that a Mistral workflow is; None when it is no plan."""
    plan: plan_document.Plan | plan_document.UnreadablePlan | None
    plan = plan_document.plan_or_unreadable(flow)
    # anybody may give a workflow our tag, and copy a document into it
    if not plan or execution_records.workflow_kind_and_id(flow.name) != (
        execution_records.PLAN,
        plan.id,
    ):
        return None
    return plan


def _entry(
    runs: Mapping[tuple[str, str], Sequence[execution_log.LogEntry]],
    window: expected_runs.RunWindow,
    project_id: str,
    plan: plan_document.Plan,
    triggers: Mapping[str, list[Any]],
    *,
    is_complete: bool,
) -> ProjectPlan:
    entries = runs.get((project_id, plan.id), [])
    state = project_status.plan_state_of(
        plan, triggers, entries, window, is_complete=is_complete
    )
    expected = [one for each in state.schedules for one in each.expected]
    return ProjectPlan(
        project_id, state, expected_runs.run_counts(expected, window.now)
    )


def _urgency(entry: ProjectPlan) -> tuple[int, str]:
    """A sort key: the worst first, then by name."""
    return HEALTH_STATES.index(entry.health), entry.name.lower()
