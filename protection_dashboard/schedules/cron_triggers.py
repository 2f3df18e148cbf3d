# SPDX-License-Identifier: Apache-2.0
"""Cron triggers of Mistral: what starts the runs of a plan's schedules.

Where a cron pattern in UTC can express a schedule, its trigger starts the
plan's workflow directly, else the project's gate
(:mod:`~protection_dashboard.recurrence.gate_pattern`). A trigger runs under
the trust of the user who makes it; its environment says who that was.
"""

import collections.abc
import contextlib
import dataclasses
import datetime
import functools
import itertools
import json
import secrets
import typing

from protection_dashboard import exceptions
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.plans import document as plan_document
from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence import gate_pattern
from protection_dashboard.recurrence import occurrences
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import validation
from protection_dashboard.workflows import definitions
from protection_dashboard.workflows import shared_workflows

PREFIX = 'protection.schedule.'
#: firings until an end that are counted; beyond, the gate alone refuses
MOST_COUNTED = 2000
#: Mistral takes no first time closer than a minute
_SOON = datetime.timedelta(minutes=2)


def check(schedule: Schedule) -> None:
    """Refused, in a sentence, when nothing could ever start a schedule.

    Also for one that is paused: it is to be resumed some day.
    """
    validation.check(schedule)
    _timing(schedule, clock.now())


@dataclasses.dataclass(frozen=True)
class Trigger:
    """What a cron trigger is made of; with ``gate`` it starts the gate.

    ``first`` is when it fires first and ``count`` how often, None: at once,
    for ever. ``env`` goes to what it starts.
    """

    name: str
    gate: bool
    pattern: str
    input: dict
    env: dict
    first: datetime.datetime | None = None
    count: int | None = None

    def arguments(self, workflow_id: str) -> dict[str, typing.Any]:
        """What ``mistral.cron_trigger_create`` makes it of."""
        return {
            'name': self.name,
            'workflow_id': workflow_id,
            'pattern': self.pattern,
            'workflow_input': self.input,
            'env': self.env,
            'first': self.first,
            'count': self.count,
        }


class CronTrigger(typing.Protocol):
    """What is read of mistralclient's cron triggers; all of it is text."""

    id: str
    name: str
    created_at: str
    workflow_id: str
    workflow_input: str | None
    workflow_params: str | None


def arm(cloud, plan, schedule):
    """Start a schedule from now on, under the present user; the new trigger.

    Older triggers of the schedule stay. Refused when it can never run.
    """
    one = wanted(plan, schedule, cloud.user)
    workflow_id = plan.workflow_id
    if one.gate:
        workflow_id = shared_workflows.workflow(cloud, 'gate')
    return mistral.cron_trigger_create(cloud, **one.arguments(workflow_id))


def wanted(plan, schedule, user):
    """The Trigger that starts a schedule from now on; Refused as ``arm``."""
    return trigger_at(plan, schedule, user, clock.now())


def trigger_at(
    plan: plan_document.Plan,
    schedule: Schedule,
    user: str,
    now: datetime.datetime,
) -> Trigger:
    """The Trigger that starts a schedule when a user arms it at ``now``.

    ``now`` is aware.

    Refused when it can never run.
    """
    armed, first, count = _timing(schedule, now)
    given = {'schedule': schedule.id, 'name': plan.name}
    if armed.gate:
        given |= _gated(plan, schedule, now)
    return Trigger(
        name=f'{PREFIX}{schedule.id}.{secrets.token_hex(4)}',
        gate=armed.gate,
        pattern=armed.pattern,
        input=given,
        env={'armed_by': user, 'workflow_id': plan.workflow_id},
        first=first,
        count=count,
    )


def _gated(plan, schedule, now):
    """What the gate needs to know beside what it hands on."""
    return {
        'workflow': definitions.workflow_name(plan.id),
        'pattern': schedule.pattern,
        'zone': schedule.zone,
        'armed': now.isoformat(timespec='seconds'),
        'end': schedule.end,
    }


def _timing(schedule, now):
    """``(Arming, first moment or None, count or None)`` of a schedule."""
    has_end = schedule.end is not None
    try:
        armed = gate_pattern.arming(
            schedule.pattern, schedule.zone, now, end=has_end
        )
        first = occurrences.next_occurrence(schedule, now)
    except ValueError as error:  # InvalidSchedule is one
        raise exceptions.Refused(str(error)) from error
    if first is None:
        raise exceptions.Refused(
            "The schedule has no run before its end: choose a later end."
        )
    later = schedule.first is not None and first - now > _SOON
    start = first if later else now
    return armed, first if later else None, _count(schedule, armed, start)


def _count(schedule, armed, start):
    """How often the gate fires until the end; it refuses the last time."""
    end = gate_pattern.local(schedule, 'end')
    if end is None:
        return None
    firings = cron.parse(armed.pattern).walk(start.replace(tzinfo=None))
    before = itertools.takewhile(
        lambda moment: moment <= end.replace(tzinfo=None), firings
    )
    count = sum(1 for _one in itertools.islice(before, MOST_COUNTED))
    return count + 1 if count < MOST_COUNTED else None


def disarm(cloud, schedule_id, *, but=''):
    """Delete the triggers of a schedule, except that with the id ``but``."""
    found = mistral.cron_trigger_list(cloud, name=f'has:{schedule_id}')
    for trigger in triggers_of_schedule(found, schedule_id, but=but):
        _delete(cloud, trigger)


def triggers_of_schedule(
    triggers: collections.abc.Iterable[CronTrigger],
    schedule_id: str,
    *,
    but: str = '',
) -> list[CronTrigger]:
    """Those of a schedule, the newest first, without the id ``but``."""
    found = by_schedule(triggers).get(schedule_id, ())
    return [trigger for trigger in found if trigger.id != but]


def disarm_plan(cloud, plan):
    """Delete all triggers that start a plan, directly or through the gate."""
    found = mistral.cron_trigger_list(cloud)
    for trigger in triggers_of_workflow(found, plan.workflow_id):
        _delete(cloud, trigger)


def triggers_of_workflow(
    triggers: collections.abc.Iterable[CronTrigger], workflow_id: str
) -> list[CronTrigger]:
    """Those that start a plan's workflow, directly or through the gate."""
    return [
        trigger
        for trigger in triggers
        if workflow_id
        in (trigger.workflow_id, environment(trigger).get('workflow_id'))
    ]


def _delete(cloud, trigger):
    # the last run of one that is counted takes it away too
    with contextlib.suppress(exceptions.NotFound):
        mistral.cron_trigger_delete(cloud, trigger.id)


def by_schedule(triggers):
    """``{schedule id: its triggers, the newest first}`` of cron triggers."""
    found = {}
    for trigger in sorted(triggers, key=lambda t: t.created_at, reverse=True):
        if trigger.name.startswith(PREFIX):
            # up to version 0.1.0 nothing followed the schedule's id
            schedule_id = trigger.name.removeprefix(PREFIX).partition('.')[0]
            found.setdefault(schedule_id, []).append(trigger)
    return found


def environment(trigger):
    """The environment that a trigger gives to what it starts."""
    env = _json(trigger.workflow_params).get('env')
    return env if isinstance(env, dict) else {}


def is_gated(trigger):
    return _json(trigger.workflow_input).get('workflow') is not None


# triggers are read more often than they change; nobody changes what this gives
@functools.lru_cache(maxsize=1024)
def _json(text):
    found = json.loads(text or '{}')
    return found if isinstance(found, dict) else {}
