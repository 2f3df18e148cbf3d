# SPDX-License-Identifier: Apache-2.0
"""Plans with their schedules: what is wished beside what is armed.

The wish stands in the plan's document, the cron trigger that makes it come
true in Mistral; a wish without its trigger never runs.
"""

import dataclasses
import datetime

from protection_dashboard import history
from protection_dashboard import operations
from protection_dashboard import parallel
from protection_dashboard import plans
from protection_dashboard import times
from protection_dashboard import trove_schedules
from protection_dashboard.api import mistral

_LOOK_BACK = 200
_NAMES_A_CALL = 50


@dataclasses.dataclass(frozen=True)
class Schedule:
    """A schedule's wish beside the cron trigger that makes it come true.

    ``trigger_id`` is empty and ``next_run`` None while it is not armed.
    ``utc_pattern`` is what Mistral counts by. ``last_run`` is a Run or None.
    """

    id: str
    plan: plans.Plan
    pattern: str
    zone: str
    utc_pattern: str = ''
    trigger_id: str = ''
    next_run: datetime.datetime | None = None
    last_run: history.Run | None = None

    @property
    def name(self):
        return self.plan.name

    def covers(self, resource_type, resource_id):
        """Whether it protects this resource."""
        wanted = (resource_type, resource_id)
        return wanted in [(e['type'], e['id']) for e in self.plan.resources]

    @property
    def state(self):
        """'armed', or 'unarmed' when nothing will start it."""
        return 'armed' if self.trigger_id else 'unarmed'


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
    if len(runs) == _LOOK_BACK:
        runs = runs + _older(cloud, found['plans'], runs)
    triggers = _ours(found['triggers'])
    states = [_state(plan, triggers, runs) for plan in found['plans']]
    return states, found['triggers']


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


def _state(plan, triggers, runs):
    mine = [run for run in runs if run.plan_id == plan.id]
    last = history.last_runs(mine)
    return PlanState(
        plan=plan,
        schedules=tuple(
            _schedule(plan, wish, triggers, last) for wish in plan.schedules
        ),
        last_run=mine[0] if mine else None,
    )


def _ours(triggers):
    """``{schedule id: cron trigger}`` of the triggers of plans."""
    return {
        trigger.name.removeprefix(operations.TRIGGER): trigger
        for trigger in triggers
        if trigger.name.startswith(operations.TRIGGER)
    }


def _schedule(plan, wish, triggers, last):
    trigger = triggers.get(wish['id'])
    return Schedule(
        id=wish['id'],
        plan=plan,
        pattern=wish['pattern'],
        zone=wish['zone'],
        utc_pattern=trigger.pattern if trigger else '',
        trigger_id=trigger.id if trigger else '',
        next_run=times.utc(trigger and trigger.next_execution_time),
        last_run=last.get(wish['id']),
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
    """What is not armed comes first: nothing else will tell of it."""
    never = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    return (schedule.next_run or never, schedule.name.lower())


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
    triggers = _ours(found['triggers'])
    return _state(found['plan'], triggers, found['runs'])


def schedule(cloud, plan_id, schedule_id):
    """One Schedule of one plan; NotFound otherwise."""
    state = plan_state(cloud, plan_id)
    state.plan.schedule(schedule_id)
    return next(s for s in state.schedules if s.id == schedule_id)


def schedule_delete(cloud, schedule):
    """Stop a schedule, then forget its wish; the plan stays."""
    if schedule.trigger_id:
        mistral.cron_trigger_delete(cloud, schedule.trigger_id)
    document = dict(schedule.plan.document)
    document['schedules'] = [
        wish for wish in document['schedules'] if wish['id'] != schedule.id
    ]
    mistral.workflow_update(
        cloud, schedule.plan.workflow_id, plans.definition(document)
    )
