# SPDX-License-Identifier: Apache-2.0
"""Plans with their schedules: what is wished beside what is armed.

The wish stands in the plan's document, the cron trigger that makes it come
true in Mistral; a wish without its trigger never runs.
"""

import dataclasses
import datetime

from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency
from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import records as execution_records
from protection_dashboard.plans import service as plan_service
from protection_dashboard.reports import plan_status
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.schedules import expected_runs
from protection_dashboard.schedules import status as schedule_status
from protection_dashboard.schedules import trove_client_schedules
from protection_dashboard.workflows import definitions

#: so far back runs are expected
BACK = datetime.timedelta(days=42)
_PAGES = 3
_OF_A_PAGE = 300
_NAMES_A_CALL = 50

Schedule = schedule_status.Schedule
PlanState = plan_status.PlanState
state_of = plan_status.of


@dataclasses.dataclass(frozen=True)
class Agenda:
    """All plans and schedules of a project, and what became of their runs.

    ``states`` are PlanStates by name, ``clients`` schedules of the database
    client, ``runs`` Briefs of the plans, the newest first; ``requests``
    those of the clients' schedules. ``look`` says since when they are known
    (``whole``: there are no older ones) and ``errors`` what is missing.
    ``unreadable`` are the plans that cannot be read.
    """

    states: list
    clients: list
    runs: tuple
    requests: tuple
    look: expected_runs.Look
    errors: list
    whole: bool = True
    unreadable: tuple = ()

    @property
    def schedules(self):
        """All of them, the next to run first."""
        ours = [one for state in self.states for one in state.schedules]
        return sorted([*ours, *self.clients], key=_urgency)


def plan_states(cloud):
    """A PlanState for every plan of the project that can be read."""
    states, _unreadable = states_and_unreadable(cloud)
    return states


def states_and_unreadable(cloud):
    """``([PlanState], [plans.Unreadable])``, every plan of the project.

    Four calls at most.
    """
    found = _read(cloud)
    more = _older(cloud, found['plans'], found['runs'])
    states = _states(found, found['runs'].with_older(more), _look(found))
    return states, found['unreadable']


def _read(cloud, pages=1):
    """All plans and triggers, and the newest runs in a Ledger."""
    since = clock.now() - BACK
    found, _errors = concurrency.gather(
        {
            'plans': lambda: plan_service.plans_and_unreadable(cloud),
            'triggers': lambda: mistral.cron_trigger_list(cloud),
            'runs': lambda: execution_log.read(cloud, pages, since),
        }
    )
    found['plans'], found['unreadable'] = found['plans']
    return found


def _look(found):
    now, book = clock.now(), found['runs']
    known_from = book.known_from(now, found.get('oldest'))
    since = now - BACK if book.whole else max(now - BACK, known_from)
    return expected_runs.Look(now, since, known_from)


def _older(cloud, found, book):
    """Of plans that ran well last before the newest: one call for all."""
    rare = [] if book.whole else [p.id for p in found if _is_rare(p, book)]
    if not rare:
        return execution_log.Ledger()
    return execution_log.read_plans(cloud, rare[:_NAMES_A_CALL], _OF_A_PAGE)


def _is_rare(plan, book):
    runs = book.by_plan.get(plan.id, ())
    return not any(run.state == execution_records.SUCCESS for run in runs)


def _states(found, book, look):
    triggers = cron_triggers.by_schedule(found['triggers'])
    return [
        state_of(
            plan, triggers, book.by_plan.get(plan.id, []), book.whole, look
        )
        for plan in found['plans']
    ]


def overview(cloud):
    """The Agenda of the project, as far back as BACK where that is known.

    Of 3000 runs at most; of what failed before them, 1000 more.
    """
    found = _read(cloud, _PAGES)
    book = found['runs']
    return _agenda(
        cloud,
        found,
        older=lambda: _older(cloud, found['plans'], book),
        failed=lambda: _failed(cloud, book),
    )


def of_project(cloud):
    """The Agenda of the project, as far back as 1000 runs reach."""
    return _agenda(cloud, _read(cloud))


def _agenda(
    cloud, found, older=execution_log.Ledger, failed=execution_log.Ledger
):
    book, look = found['runs'], _look(found)
    calls = {
        'older': older,
        'failed': failed,
        'clients': lambda: trove_client_schedules.known(
            cloud, found['triggers'], look
        ),
    }
    more, _errors = concurrency.gather(calls)
    clients, requests, errors = more['clients']
    return Agenda(
        states=_states(found, book.with_older(more['older']), look),
        clients=clients,
        runs=book.with_older(more['failed']).runs,
        requests=requests,
        look=look,
        errors=errors,
        whole=book.whole,
        unreadable=tuple(found['unreadable']),
    )


def _failed(cloud, book):
    """What failed before the newest runs."""
    if book.whole:
        return execution_log.Ledger()
    return execution_log.read(
        cloud, tags=definitions.PLAN_TAG, state=execution_records.ERROR
    )


def in_full(cloud, agenda, shown):
    """Some schedules with their last runs and all of their last 7 days.

    One more call, unless the Agenda that they are of knows that already.
    """
    look = agenda.look
    since = look.now - expected_runs.WEEK
    is_known = agenda.whole or (
        look.known_from <= since and all(one.last_run for one in shown)
    )
    ids = {one.plan.id for one in shown if isinstance(one, Schedule)}
    if is_known or not ids:
        return shown
    book = execution_log.read_plans(cloud, sorted(ids), _OF_A_PAGE)
    known_from = book.known_from(look.now) or look.known_from
    known_from = min(look.known_from, known_from)
    wider = expected_runs.Look(look.now, min(look.since, since), known_from)
    return [_again(one, book, wider) for one in shown]


def _again(one, book, look):
    if not isinstance(one, Schedule):
        return one
    return schedule_status.again(one, book.by_plan.get(one.plan.id, ()), look)


def _urgency(schedule):
    """What will not run and should comes first, what need not last."""
    never = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    rest = schedule.state in (schedule_status.PAUSED, schedule_status.ENDED)
    return (rest, schedule.next_run or never, schedule.name.lower())


def plan_state(cloud, plan_id):
    """One PlanState; NotFound when the project has no such plan."""
    found, _errors = concurrency.gather(
        {
            'plan': lambda: plan_service.plan_get(cloud, plan_id),
            'triggers': lambda: mistral.cron_trigger_list(cloud),
            'runs': lambda: execution_log.read_plans(cloud, [plan_id]),
            'oldest': lambda: execution_log.oldest(cloud),
        }
    )
    triggers = cron_triggers.by_schedule(found['triggers'])
    book = found['runs']
    runs = book.by_plan.get(plan_id, [])
    return state_of(found['plan'], triggers, runs, book.whole, _look(found))


def schedule(cloud, plan_id, schedule_id):
    """One Schedule of one plan; NotFound otherwise."""
    state = plan_state(cloud, plan_id)
    state.plan.schedule(schedule_id)
    return next(s for s in state.schedules if s.id == schedule_id)
