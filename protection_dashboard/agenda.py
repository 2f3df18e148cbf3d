# SPDX-License-Identifier: Apache-2.0
"""Plans with their schedules: what is wished beside what is armed.

The wish stands in the plan's document, the cron trigger that makes it come
true in Mistral; a wish without its trigger never runs.
"""

import dataclasses
import datetime

from protection_dashboard import arming
from protection_dashboard import history
from protection_dashboard import operations
from protection_dashboard import parallel
from protection_dashboard import plans
from protection_dashboard import standing
from protection_dashboard import trove_schedules
from protection_dashboard import wishes
from protection_dashboard.api import mistral

_LOOK_BACK = 200
_NAMES_A_CALL = 50
_MOST_PAGES = 25


Schedule = standing.Schedule


@dataclasses.dataclass(frozen=True)
class PlanState:
    """A plan with its schedules and its newest run (None if unknown)."""

    plan: plans.Plan
    schedules: tuple
    last_run: history.Run | None = None

    @property
    def id(self):
        return self.plan.id

    @property
    def name(self):
        return self.plan.name

    @property
    def next_run(self):
        """The earliest next run of its schedules, None if there is none."""
        times = [s.next_run for s in self.schedules if s.next_run]
        return min(times, default=None)


def plan_states(cloud):
    """A PlanState for every plan of the project: four calls at most."""
    return _look(cloud)[0]


def _look(cloud):
    """``(PlanStates, cron triggers)`` of the project."""
    found, _errors = parallel.gather(
        {
            'plans': lambda: operations.plan_list(cloud),
            'triggers': lambda: mistral.cron_trigger_list(cloud),
            'runs': lambda: _runs(cloud, tags=plans.PLAN_TAG),
        }
    )
    runs = found['runs']
    known_from = _known_from(runs)
    if known_from:
        runs = runs + _older(cloud, found['plans'], runs)
    triggers = arming.by_schedule(found['triggers'])
    states = [
        _state(plan, triggers, runs, known_from) for plan in found['plans']
    ]
    return states, found['triggers']


def _known_from(runs):
    """Since when all runs are known; None when there are no older ones."""
    return runs[-1].started if len(runs) == _LOOK_BACK else None


def _runs(cloud, **filters):
    return operations.run_page(cloud, _LOOK_BACK, **filters)


def _older(cloud, found, runs):
    """Runs of what ran last before the newest: one call, however many."""
    known = {run.schedule_id for run in runs}
    rare = [
        plan.id
        for plan in found
        if not known.issuperset(wish['id'] for wish in plan.schedules)
    ]
    if not rare:
        return []
    names = history.plan_names(rare[:_NAMES_A_CALL])
    return _runs(cloud, workflow_name=names)


def _state(plan, triggers, runs, known_from):
    mine = [run for run in runs if run.plan_id == plan.id]
    last, now = history.last_runs(mine), datetime.datetime.now(datetime.UTC)
    return PlanState(
        plan=plan,
        schedules=tuple(
            standing.schedule(
                plan,
                wish,
                triggers.get(wish['id'], []),
                last.get(wish['id']),
                known_from,
                now,
            )
            for wish in plan.schedules
        ),
        last_run=mine[0] if mine else None,
    )


def every_schedule(cloud):
    """``(schedules, errors)``, the next to run first.

    Those of plans, and those that the database client made.
    """
    states, triggers = _look(cloud)
    ours = [schedule for state in states for schedule in state.schedules]
    others, errors = trove_schedules.known(cloud, triggers)
    return sorted([*ours, *others], key=_urgency), errors


def _urgency(schedule):
    """What will not run and should comes first, what need not last."""
    never = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    rest = schedule.state in (standing.PAUSED, standing.ENDED)
    return (rest, schedule.next_run or never, schedule.name.lower())


def plan_state(cloud, plan_id):
    """One PlanState; NotFound when the project has no such plan."""
    found, _errors = parallel.gather(
        {
            'plan': lambda: operations.plan_get(cloud, plan_id),
            'triggers': lambda: mistral.cron_trigger_list(cloud),
            'runs': lambda: _runs(
                cloud, workflow_name=plans.workflow_name(plan_id)
            ),
        }
    )
    triggers = arming.by_schedule(found['triggers'])
    runs = found['runs']
    return _state(found['plan'], triggers, runs, _known_from(runs))


def schedule(cloud, plan_id, schedule_id):
    """One Schedule of one plan; NotFound otherwise."""
    state = plan_state(cloud, plan_id)
    state.plan.schedule(schedule_id)
    return next(s for s in state.schedules if s.id == schedule_id)


def run_page(cloud, plan_id, schedule_id, limit, marker='', order='desc'):
    """One page of all runs of a schedule, as operations.run_page gives it.

    Those by hand and those of triggers that are gone are among them, so no
    filter of Mistral finds them: the plan's runs are looked through.
    """
    found = []
    for _page in range(_MOST_PAGES):
        runs = operations.run_page(
            cloud,
            _LOOK_BACK,
            marker,
            order,
            workflow_name=plans.workflow_name(plan_id),
        )
        found += [run for run in runs if run.schedule_id == schedule_id]
        if len(found) >= limit or len(runs) < _LOOK_BACK:
            break
        marker = runs[-1].id
    return found[:limit]


def schedule_delete(cloud, schedule):
    """Stop a schedule, then forget its wish; the plan stays."""
    wishes.schedule_delete(cloud, schedule.plan, schedule.id)
