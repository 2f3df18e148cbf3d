# SPDX-License-Identifier: Apache-2.0
"""A plan with its schedules: what is wished beside what is armed and ran."""

import dataclasses

from protection_dashboard import freshness
from protection_dashboard import ledger
from protection_dashboard import plans
from protection_dashboard import promise
from protection_dashboard import standing

#: states of what should run and will not
TROUBLED = (standing.UNARMED, standing.LATE)


@dataclasses.dataclass(frozen=True)
class PlanState:
    """A plan with its schedules, its newest run (or None) and its Standing."""

    plan: plans.Plan
    schedules: tuple
    last_run: ledger.Brief | None
    standing: freshness.Standing
    promise: promise.Promise

    @property
    def id(self):
        return self.plan.id

    @property
    def name(self):
        return self.plan.name

    @property
    def health(self):
        """The Standing's state, or that of a schedule that will not run.

        'stale', 'unarmed', 'late', 'never', 'unknown', 'idle' or 'fresh'.
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
    """The PlanState of a plan.

    ``triggers`` are those of ``arming.by_schedule``, ``runs`` its Briefs,
    the newest first: all that there are if ``whole``, else those since a
    Look's known_from.
    """
    schedules = tuple(
        standing.schedule(plan, wish, triggers.get(wish['id'], []), runs, look)
        for wish in plan.schedules
    )
    promised = promise.of(plan.document, schedules)
    unknown = None if whole else look.known_from
    return PlanState(
        plan=plan,
        schedules=schedules,
        last_run=runs[0] if runs else None,
        standing=freshness.of_plan(runs, promised, look.now, unknown),
        promise=promised,
    )
