# SPDX-License-Identifier: Apache-2.0
"""A plan with its schedules: what is wished beside what is armed and ran."""

from collections.abc import Sequence
import dataclasses
import functools

from protection_dashboard.coverage import freshness
from protection_dashboard.coverage import rpo
from protection_dashboard.plans import document as plan_document
from protection_dashboard.schedules import expected_runs
from protection_dashboard.schedules import status as schedule_status

#: states of what should run and will not
TROUBLED = (
    schedule_status.UNREADABLE,
    schedule_status.UNARMED,
    schedule_status.LATE,
)


@dataclasses.dataclass(frozen=True)
class PlanState:
    """A plan with its schedules and its runs, as far as a Look knows them.

    ``runs`` are Briefs, the newest first: all that there are if ``whole``,
    else those since the Look's known_from.
    """

    plan: plan_document.Plan
    schedules: tuple
    runs: Sequence
    whole: bool
    look: expected_runs.Look

    @property
    def id(self):
        return self.plan.id

    @property
    def name(self):
        return self.plan.name

    @property
    def last_run(self):
        """Its newest run, or None."""
        return self.runs[0] if self.runs else None

    @functools.cached_property
    def promise(self):
        """The Promise of how old its newest copies may be."""
        return rpo.of(self.plan.document, self.schedules)

    @functools.cached_property
    def standing(self):
        """Its freshness.Standing."""
        unknown = None if self.whole else self.look.known_from
        return freshness.of_plan(
            self.runs, self.promise, self.look.now, unknown
        )

    @property
    def health(self):
        """The Standing's state, or that of a schedule that will not run.

        'stale', 'unreadable', 'unarmed', 'late', 'never', 'unknown', 'idle'
        or 'fresh'.
        """
        if self.standing.state == freshness.STALE:
            return freshness.STALE
        states = {one.state for one in self.schedules}
        found = next((one for one in TROUBLED if one in states), None)
        return found or self.standing.state

    @property
    def next_run(self):
        """The earliest next run of its schedules, None if there is none."""
        times = [s.next_run for s in self.schedules if s.next_run]
        return min(times, default=None)


def of(plan, triggers, runs, whole, look):
    """The PlanState of a plan; ``triggers`` those of arming.by_schedule."""
    schedules = tuple(
        schedule_status.schedule(
            plan, wish, triggers.get(wish['id'], []), runs, look
        )
        for wish in plan.schedules
    )
    return PlanState(plan, schedules, runs, whole, look)
