# SPDX-License-Identifier: Apache-2.0
"""Plans of all projects and how each stands: for an administrator.

What belongs together is matched within a project only: whoever names a
workflow or a trigger of theirs like somebody else's changes nothing there.
"""

import collections
import dataclasses

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

MOST_PLANS = 2000
MOST_TRIGGERS = 5000
_PAGES = 3
#: what is wrong with a plan, the worst first
UNREADABLE = 'unreadable'
UNARMED = 'unarmed'
FAILING = 'failing'
MISSED = 'missed'
NEW = 'new'
HEALTH = (
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
_SILENT = (schedule_status.PAUSED, schedule_status.ENDED)


@dataclasses.dataclass(frozen=True)
class Entry:
    """A plan of a project; ``week`` is of all its schedules."""

    project_id: str
    state: project_status.PlanState
    week: expected_runs.Week

    @property
    def id(self):
        return f'{self.project_id}:{self.state.id}'

    @property
    def name(self):
        return self.state.name

    @property
    def person(self):
        """Who armed its schedules, else who ran it last; '' if unknown."""
        armed = (schedule.by for schedule in self.state.schedules)
        last = self.state.last_run
        return next(filter(None, armed), last.by if last else '')

    @property
    def health(self):
        """One word of HEALTH: the worst that can be said of it."""
        known = self.state.standing
        states = {one.state for one in self.state.schedules}
        wrong = {
            UNREADABLE: schedule_status.UNREADABLE in states,
            UNARMED: bool(
                states & {schedule_status.UNARMED, schedule_status.LATE}
            ),
            FAILING: known.failures > 0,
            MISSED: self.week.missed > 0,
        }
        said = [word for word, is_so in wrong.items() if is_so]
        return min([*said, self._standing], key=HEALTH.index)

    @property
    def _standing(self):
        """As the plan's, but no run is missing where none was due."""
        known, schedules = self.state.standing.state, self.state.schedules
        if known != freshness.NEVER:
            return known
        if all(one.state in _SILENT for one in schedules):
            return freshness.IDLE
        return known if any(one.expected for one in schedules) else NEW


@dataclasses.dataclass(frozen=True)
class Unreadable:
    """A plans.Unreadable of a project."""

    project_id: str
    plan: plan_document.Unreadable
    health = UNREADABLE

    @property
    def id(self):
        return f'{self.project_id}:{self.plan.id}'

    @property
    def name(self):
        return self.plan.name

    @property
    def reason(self):
        return self.plan.reason


@dataclasses.dataclass(frozen=True)
class Fleet:
    """Entries, the worst first, and Unreadables, by name.

    ``runs`` are ``{(project id, plan id): Briefs}``, the newest first, also
    of plans that are gone. ``look`` says since when runs are known; ``cut``
    that there are more plans or triggers than were read. ``errors`` are of
    what is missing.
    """

    entries: list
    names: project_names.Names
    look: expected_runs.Look
    unreadable: list = dataclasses.field(default_factory=list)
    runs: dict = dataclasses.field(default_factory=dict)
    cut: bool = False
    errors: tuple = ()


def of(cloud, pages=_PAGES):
    """The Fleet of the whole cloud: one bounded walk of each list.

    ``pages`` of 1000 runs at most.
    """
    now = clock.now()
    found, errors = _lists(cloud, pages, now)
    rows, whole = found['runs']
    book = execution_log.Ledger(tuple(map(execution_log.brief, rows)), whole)
    look = expected_runs.Look(
        now, now - project_status.BACK, book.known_from(now)
    )
    triggers, runs = _by_project(found['triggers']), _by_plan(rows, book)
    read = [(flow.project_id, _plan(flow)) for flow in found['plans']]
    entries = [
        _entry(project_id, plan, triggers[project_id], runs, whole, look)
        for project_id, plan in read
        if isinstance(plan, plan_document.Plan)
    ]
    unreadable = [
        Unreadable(project_id, plan)
        for project_id, plan in read
        if isinstance(plan, plan_document.Unreadable)
    ]
    return Fleet(
        entries=sorted(entries, key=_urgency),
        unreadable=sorted(unreadable, key=lambda one: one.name),
        names=found['names'],
        look=look,
        runs=runs,
        cut=len(found['plans']) == MOST_PLANS
        or len(found['triggers']) == MOST_TRIGGERS,
        errors=tuple(errors),
    )


def _lists(cloud, pages, now):
    """``(found, errors)`` of what a Fleet is made of, all read at once."""
    return concurrency.gather(
        {
            'plans': lambda: all_projects.workflow_walk(
                cloud, MOST_PLANS, tags=definitions.PLAN_TAG
            ),
            'triggers': lambda: all_projects.cron_trigger_walk(
                cloud, MOST_TRIGGERS, name=f'has:{cron_triggers.PREFIX}'
            ),
            'runs': lambda: all_projects.run_rows(
                cloud,
                pages,
                now - project_status.BACK,
                tags=definitions.PLAN_TAG,
            ),
            'names': lambda: project_names.names(cloud),
        },
        {'names': project_names.Names()},
    )


def _by_project(triggers):
    """``{project id: {schedule id: its triggers, the newest first}}``."""
    own = collections.defaultdict(list)
    for trigger in triggers:
        own[trigger.project_id].append(trigger)
    known = {key: cron_triggers.by_schedule(some) for key, some in own.items()}
    return collections.defaultdict(dict, known)


def _by_plan(rows, book):
    """``{(project id, plan id): its Briefs}``, the newest first."""
    found = collections.defaultdict(list)
    for row, brief in zip(rows, book.runs, strict=True):
        found[row['project_id'], brief.plan_id].append(brief)
    return found


def _plan(flow):
    """The Plan or Unreadable of a workflow; None when it is no plan."""
    plan = plan_document.of_workflow(flow)
    # somebody else may tag a workflow, and copy a document into it
    if not plan or execution_records.kind_of(flow.name) != (
        execution_records.PLAN,
        plan.id,
    ):
        return None
    return plan


def _entry(project_id, plan, triggers, runs, whole, look):
    briefs = runs.get((project_id, plan.id), [])
    state = project_status.state_of(plan, triggers, briefs, whole, look)
    expected = [one for each in state.schedules for one in each.expected]
    return Entry(project_id, state, expected_runs.week(expected, look.now))


def _urgency(entry):
    return HEALTH.index(entry.health), entry.name.lower()
