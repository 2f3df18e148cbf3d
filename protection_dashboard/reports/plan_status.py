# SPDX-License-Identifier: Apache-2.0
"""The status of one plan: its schedules, their triggers, its executions."""

from collections.abc import Mapping
from collections.abc import Sequence
import dataclasses
import datetime
import functools
from typing import Any

from protection_dashboard.coverage import freshness
from protection_dashboard.coverage.freshness import PlanFreshness
from protection_dashboard.coverage.freshness import Rpo
from protection_dashboard.executions import log as execution_log
from protection_dashboard.plans import document as plan_document
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.schedules import expected_runs
from protection_dashboard.schedules import status as schedule_status

#: states of schedules that should run and will not, the worst first
TROUBLED_STATES = (
    schedule_status.UNREADABLE,
    schedule_status.UNARMED,
    schedule_status.LATE,
)


@dataclasses.dataclass(frozen=True)
class PlanState:
    """A plan with its schedules and its executions, as far as these are known.

    ``runs`` are the executions, newest first: all of them if ``is_complete``,
    else those since ``window.known_from``.
    """

    plan: plan_document.Plan
    schedules: tuple[schedule_status.ScheduleStatus, ...]
    runs: Sequence[execution_log.LogEntry]
    is_complete: bool
    window: expected_runs.RunWindow

    @property
    def id(self) -> str:
        return self.plan.id

    @property
    def name(self) -> str:
        return self.plan.name

    @property
    def last_run(self) -> execution_log.LogEntry | None:
        """Its newest execution, or None."""
        return self.runs[0] if self.runs else None

    @functools.cached_property
    def rpo(self) -> Rpo:
        """Its RPO: how old its newest copies may be."""
        return freshness.rpo_of_plan(self.plan.document, self.schedules)

    @functools.cached_property
    def freshness(self) -> PlanFreshness:
        """Its last good execution against its RPO."""
        unknown = None if self.is_complete else self.window.known_from
        return freshness.plan_freshness(
            self.runs, self.rpo, self.window.now, unknown
        )

    @property
    def health(self) -> str:
        """The state of its freshness, or of a schedule that will not run.

        'stale', 'unreadable', 'unarmed', 'late', 'never', 'unknown', 'idle'
        or 'fresh'.
        """
        if self.freshness.state == freshness.STALE:
            return freshness.STALE
        states = {one.state for one in self.schedules}
        found = next((one for one in TROUBLED_STATES if one in states), None)
        return found or self.freshness.state

    @property
    def next_run(self) -> datetime.datetime | None:
        """The earliest next occurrence (aware) of its schedules, or None."""
        times = [s.next_run for s in self.schedules if s.next_run]
        return min(times, default=None)


def plan_state_of(
    plan: plan_document.Plan,
    triggers: Mapping[str, list[Any]],
    runs: Sequence[execution_log.LogEntry],
    window: expected_runs.RunWindow,
    *,
    is_complete: bool,
    forgotten: Mapping[str, datetime.datetime] | None = None,
) -> PlanState:
    """The PlanState of a plan.

    ``triggers`` are Mistral's cron triggers by the id of their schedule, the
    newest first; ``runs``, ``window`` and ``is_complete`` are those of
    PlanState; ``forgotten`` is what ``recovery_points.forgotten_runs`` found.
    """
    schedules = tuple(
        schedule_status.status_of_schedule(
            plan,
            schedule,
            cron_triggers.triggers_of_plan(
                triggers.get(schedule.id, ()), plan.id
            ),
            runs,
            window,
            (forgotten or {}).get(schedule.id),
        )
        for schedule in plan.schedules
    )
    return PlanState(plan, schedules, runs, is_complete, window)
