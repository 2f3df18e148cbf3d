# SPDX-License-Identifier: Apache-2.0
"""The plans and schedules of a project, and whether they run.

A schedule is a part of the plan's document; Mistral has the cron trigger that
makes it run. A schedule without its trigger never runs.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
import dataclasses
import datetime
import functools
import itertools
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency
from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import service as plan_service
from protection_dashboard.plans.document import Plan
from protection_dashboard.plans.document import UnreadablePlan
from protection_dashboard.recovery_points import forgotten_runs
from protection_dashboard.reports import plan_status
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.schedules import expected_runs
from protection_dashboard.schedules import status as schedule_status
from protection_dashboard.schedules import trove_client_schedules
from protection_dashboard.workflows import definitions

#: how far back it is checked whether executions began when they were due
LOOK_BACK = datetime.timedelta(days=42)
_PAGES = 3
_OF_A_PAGE = 300
_NAMES_A_CALL = 50
#: plans of which a run seems missed, and whose points are asked, at most
_MAX_ASKED = 20

ScheduleStatus = schedule_status.ScheduleStatus
PlanState = plan_status.PlanState
plan_state_of = plan_status.plan_state_of
#: of a plan, or made by the database client
AnySchedule = ScheduleStatus | trove_client_schedules.TroveScheduleStatus
_Log = execution_log.ExecutionLog


@dataclasses.dataclass(frozen=True)
class ProjectStatus:
    """All plans and schedules of a project, and their executions.

    ``states`` are the plans that can be read, by name, ``unreadable`` the
    others; ``client_schedules`` are the schedules of the database client.
    ``runs`` are executions of plans, the newest first, and ``client_runs``
    those of the client's schedules. ``window`` says since when they are known
    (if ``is_complete``, there are no older ones), and ``errors`` what is
    missing. ``other_runs`` are what ``executions.service.recent_other_runs``
    gives, with ``others_from`` since when they are known, None for all.
    """

    states: list[PlanState]
    client_schedules: list[trove_client_schedules.TroveScheduleStatus]
    runs: tuple[execution_log.LogEntry, ...]
    client_runs: tuple[execution_log.LogEntry, ...]
    window: expected_runs.RunWindow
    errors: list[exceptions.ProtectionError]
    is_complete: bool = True
    unreadable: tuple[UnreadablePlan, ...] = ()
    other_runs: tuple[execution_records.Execution, ...] = ()
    others_from: datetime.datetime | None = None

    @property
    def once_runs(self) -> list[execution_records.Execution]:
        """Those of ``other_runs`` that made backups: Protect Now."""
        backup = execution_records.Purpose.BACKUP
        return [run for run in self.other_runs if run.purpose == backup]

    @property
    def known_from(self) -> datetime.datetime | None:
        """Since when all ``runs`` and ``other_runs`` are known."""
        known = (self.window.known_from, self.others_from)
        return max(filter(None, known), default=None)

    @property
    def schedules(self) -> list[AnySchedule]:
        """All of them, the next to run first."""
        ours: list[AnySchedule] = [
            one for state in self.states for one in state.schedules
        ]
        return sorted([*ours, *self.client_schedules], key=_urgency)


def plan_states(cloud: Cloud) -> list[PlanState]:
    """A PlanState for every plan of the project that can be read."""
    states, _unreadable = states_and_unreadable(cloud)
    return states


def states_and_unreadable(
    cloud: Cloud,
) -> tuple[list[PlanState], list[UnreadablePlan]]:
    """All plans of the project, apart by whether they can be read.

    At most four calls of Mistral.
    """
    found = _read(cloud)
    more = _older(cloud, found['plans'], found['runs'])
    log = found['runs'].with_older(more)
    states = _states(cloud, found, log, _run_window(found))
    return states, found['unreadable']


def _read(cloud: Cloud, pages: int = 1) -> dict[str, Any]:
    """All plans and triggers, and the newest executions as an ExecutionLog.

    By the keys ``plans``, ``unreadable``, ``triggers`` and ``runs``.
    """
    since = clock.now() - LOOK_BACK
    found, _errors = concurrency.gather(
        {
            'plans': lambda: plan_service.plans_and_unreadable(cloud),
            'triggers': lambda: mistral.cron_trigger_list(cloud),
            'runs': lambda: execution_log.read_log(cloud, pages, since),
        }
    )
    found['plans'], found['unreadable'] = found['plans']
    return found


def _run_window(found: dict[str, Any]) -> expected_runs.RunWindow:
    now, log = clock.now(), found['runs']
    known_from = log.known_from(found.get('oldest'))
    since = (
        now - LOOK_BACK
        if log.is_complete
        else max(now - LOOK_BACK, known_from)
    )
    return expected_runs.RunWindow(now, since, known_from)


def _older(cloud: Cloud, found: Sequence[Plan], log: _Log) -> _Log:
    """Older executions of plans without a good one in ``log``: one call."""
    rare = [] if log.is_complete else [p.id for p in found if _is_rare(p, log)]
    if not rare:
        return execution_log.ExecutionLog()
    return execution_log.read_log_of_plans(
        cloud, rare[:_NAMES_A_CALL], _OF_A_PAGE
    )


def _is_rare(plan: Plan, log: _Log) -> bool:
    """Whether none of the known executions of a plan was good."""
    runs = log.by_plan.get(plan.id, ())
    return not any(run.state == execution_records.SUCCESS for run in runs)


def _states(
    cloud: Cloud,
    found: dict[str, Any],
    log: _Log,
    window: expected_runs.RunWindow,
) -> list[PlanState]:
    """The PlanStates of what ``_read`` gave, in its order.

    Where a run seems to be missed the plan's recovery points are asked, too:
    Mistral may have forgotten a run that made one.
    """
    triggers = cron_triggers.triggers_by_schedule(found['triggers'])

    def state_of(plan: Plan, **facts: Any) -> PlanState:
        return plan_state_of(
            plan,
            triggers,
            log.by_plan.get(plan.id, []),
            window,
            is_complete=log.is_complete,
            **facts,
        )

    states = [state_of(plan) for plan in found['plans']]
    forgotten = _forgotten_runs(
        cloud, [one for state in states for one in state.schedules], log
    )
    return [
        state_of(one.plan, forgotten=forgotten[one.id])
        if one.id in forgotten
        else one
        for one in states
    ]


def _forgotten_runs(
    cloud: Cloud, schedules: Iterable[ScheduleStatus], log: _Log
) -> dict[str, dict[str, datetime.datetime]]:
    """``{plan id: {schedule id: time}}`` as of forgotten_runs.

    Only plans with a missed run are asked for, at most so many. A service
    that does not answer tells nothing.
    """
    missed: dict[str, list[datetime.datetime]] = {}
    plans: dict[str, Plan] = {}
    for one in schedules:
        if one.missed:
            plans[one.plan.id] = one.plan
            due = [each.due for each in one.expected if not each.run]
            missed.setdefault(one.plan.id, []).extend(due)
    calls = {
        plan_id: functools.partial(
            forgotten_runs.newest_forgotten_runs,
            cloud,
            plan.document,
            min(missed[plan_id]),
            {run.id for run in log.by_plan.get(plan_id, ())},
        )
        for plan_id, plan in itertools.islice(plans.items(), _MAX_ASKED)
    }
    none: dict[str, dict[str, datetime.datetime]] = {one: {} for one in calls}
    found, _errors = concurrency.gather(calls, none) if calls else ({}, [])
    return {plan_id: times for plan_id, times in found.items() if times}


def status_for_overview(cloud: Cloud) -> ProjectStatus:
    """The ProjectStatus, as far back as LOOK_BACK where that is known.

    From at most 3000 executions, 1000 more of those that failed before, and
    1000 that are of no plan.
    """
    found = _read(cloud, _PAGES)
    log, since = found['runs'], clock.now() - LOOK_BACK
    return _project_status(
        cloud,
        found,
        older=lambda: _older(cloud, found['plans'], log),
        failed=lambda: _failed(cloud, log),
        others=lambda: execution_service.recent_other_runs(cloud, since),
    )


def status_of_project(cloud: Cloud) -> ProjectStatus:
    """The ProjectStatus, as far back as 1000 executions reach."""
    return _project_status(cloud, _read(cloud))


def _project_status(
    cloud: Cloud,
    found: dict[str, Any],
    older: Callable[[], _Log] = _Log,
    failed: Callable[[], _Log] = _Log,
    others: Callable[[], execution_service.OtherRuns] = lambda: ((), None),
) -> ProjectStatus:
    """The ProjectStatus of what ``_read`` gave and of further reads."""
    log, window = found['runs'], _run_window(found)
    calls = {
        'older': older,
        'failed': failed,
        'others': others,
        'clients': lambda: trove_client_schedules.statuses_of_triggers(
            cloud, found['triggers'], window
        ),
    }
    more, _errors = concurrency.gather(calls)
    client_schedules, client_runs, errors = more['clients']
    other_runs, others_from = more['others']
    return ProjectStatus(
        states=_states(cloud, found, log.with_older(more['older']), window),
        client_schedules=client_schedules,
        runs=log.with_older(more['failed']).entries,
        client_runs=client_runs,
        window=window,
        errors=errors,
        is_complete=log.is_complete,
        unreadable=tuple(found['unreadable']),
        other_runs=other_runs,
        others_from=others_from,
    )


def _failed(cloud: Cloud, log: _Log) -> _Log:
    """The executions that failed, also those before the ones in ``log``."""
    if log.is_complete:
        return execution_log.ExecutionLog()
    return execution_log.read_log(
        cloud, tags=definitions.PLAN_TAG, state=execution_records.ERROR
    )


def with_last_week(
    cloud: Cloud, status: ProjectStatus, shown: Sequence[AnySchedule]
) -> Sequence[AnySchedule]:
    """Schedules with their last executions and all of the last 7 days.

    ``status`` is the one that they are from: if it does not know as much,
    this takes one more call.
    """
    window = status.window
    since = window.now - expected_runs.WEEK
    is_known = status.is_complete or (
        window.known_from is not None
        and window.known_from <= since
        and all(one.last_run for one in shown)
    )
    ids = {one.plan.id for one in shown if isinstance(one, ScheduleStatus)}
    if is_known or not ids:
        return shown
    log = execution_log.read_log_of_plans(cloud, sorted(ids), _OF_A_PAGE)
    both = (window.known_from, log.known_from())
    known_from = min(filter(None, both), default=None)
    wider = expected_runs.RunWindow(
        window.now, min(window.since, since), known_from
    )
    completed = [_completed(one, log, wider) for one in shown]
    forgotten = _forgotten_runs(
        cloud, [s for s in completed if isinstance(s, ScheduleStatus)], log
    )
    if not forgotten:
        return completed
    return [_completed(one, log, wider, forgotten) for one in shown]


def _completed(
    one: AnySchedule,
    log: _Log,
    window: expected_runs.RunWindow,
    forgotten: Mapping[str, Mapping[str, datetime.datetime]] | None = None,
) -> AnySchedule:
    if not isinstance(one, ScheduleStatus):
        return one
    return schedule_status.status_with_more_runs(
        one,
        log.by_plan.get(one.plan.id, ()),
        window,
        (forgotten or {}).get(one.plan.id, {}).get(one.id),
    )


def _urgency(
    one: AnySchedule,
) -> tuple[bool, datetime.datetime, str]:
    """A sort key: first what should run and will not, last what is paused."""
    never = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    rest = one.state in (schedule_status.PAUSED, schedule_status.ENDED)
    return (rest, one.next_run or never, one.name.lower())


def get_plan_state(cloud: Cloud, plan_id: str) -> PlanState:
    """One PlanState; NotFound when the project has no such plan."""
    found, _errors = concurrency.gather(
        {
            'plan': lambda: plan_service.plan_get(cloud, plan_id),
            'triggers': lambda: mistral.cron_trigger_list(cloud),
            'runs': lambda: execution_log.read_log_of_plans(cloud, [plan_id]),
            'oldest': lambda: execution_log.oldest_start(cloud),
        }
    )
    found['plans'] = [found.pop('plan')]
    (state,) = _states(cloud, found, found['runs'], _run_window(found))
    return state


def get_schedule(
    cloud: Cloud, plan_id: str, schedule_id: str
) -> ScheduleStatus:
    """One ScheduleStatus of one plan; NotFound otherwise."""
    state = get_plan_state(cloud, plan_id)
    state.plan.schedule(schedule_id)
    return next(s for s in state.schedules if s.id == schedule_id)
