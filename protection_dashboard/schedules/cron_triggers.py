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
import secrets
import typing

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral.records import CronTrigger
from protection_dashboard.common import clock
from protection_dashboard.common import json_text
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import schedule_roles
from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence import gate_pattern
from protection_dashboard.recurrence import occurrences
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import validation
from protection_dashboard.workflows import definitions

PREFIX = 'protection.schedule.'
#: how many firings until an end are counted; beyond, only the gate refuses
MAX_COUNTED_FIRINGS = 2000
#: of a user in Keystone
MAX_NAME_LENGTH = 255
#: a first time that is closer is not given: Mistral wants a minute at least
_SOON = datetime.timedelta(minutes=2)


def check_can_run(schedule: Schedule) -> None:
    """Raise Refused, with a sentence, when the schedule could never run.

    Also for one that is paused: it is to be resumed some day.
    """
    validation.check_schedule(schedule)
    _timing(schedule, clock.now())


@dataclasses.dataclass(frozen=True)
class Trigger:
    """A cron trigger that is to be created.

    It starts the plan's workflow, or with ``gate`` the gate. ``pattern`` is
    cron in UTC; ``first`` (aware) is when it fires first, None: as soon as
    the pattern says; ``count`` is how often it fires, None: without end.
    ``input`` and ``env`` are those of the workflow that it starts.
    """

    name: str
    gate: bool
    pattern: str
    input: dict[str, typing.Any]
    env: dict[str, str]
    first: datetime.datetime | None = None
    count: int | None = None

    def arguments(self, workflow_id: str) -> dict[str, typing.Any]:
        """The arguments of ``api.mistral.client.cron_trigger_create``."""
        return {
            'name': self.name,
            'workflow_id': workflow_id,
            'pattern': self.pattern,
            'workflow_input': self.input,
            'env': self.env,
            'first': self.first,
            'count': self.count,
        }


def arm(
    cloud: Cloud,
    plan: plan_document.Plan,
    schedule: Schedule,
    *,
    all_roles: bool = False,
) -> CronTrigger:
    """Start a schedule from now on, under the present user.

    Returns the new trigger, mistralclient's. Older triggers of the schedule
    stay. Refused when it can never run. ``all_roles`` is whether the user has
    confirmed that it runs with all their roles: RolesNotConfirmed if that is
    needed (:mod:`~protection_dashboard.plans.schedule_roles`).
    """
    schedule_roles.check_roles(cloud, confirmed=all_roles)
    trigger = new_trigger(plan, schedule, cloud.user)
    workflow_id = plan.workflow_id
    if trigger.gate:
        workflow_id = definitions.shared_workflow_id(cloud, 'gate')
    return mistral.cron_trigger_create(cloud, **trigger.arguments(workflow_id))


def new_trigger(
    plan: plan_document.Plan, schedule: Schedule, user: str
) -> Trigger:
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
    arming, first, count = _timing(schedule, now)
    given: dict[str, typing.Any] = {
        'schedule': schedule.id,
        'name': plan.name,
    }
    if arming.gate:
        given |= _gate_input(plan, schedule, now)
    return Trigger(
        name=f'{PREFIX}{schedule.id}.{secrets.token_hex(4)}',
        gate=arming.gate,
        pattern=arming.pattern,
        input=given,
        env={'armed_by': user, 'workflow_id': plan.workflow_id},
        first=first,
        count=count,
    )


def _gate_input(
    plan: plan_document.Plan, schedule: Schedule, now: datetime.datetime
) -> dict[str, str | None]:
    """The input of the gate, beside what it hands on to the plan."""
    return {
        'workflow': definitions.plan_workflow_name(plan.id),
        'pattern': schedule.pattern,
        'zone': schedule.zone,
        'armed': now.isoformat(timespec='seconds'),
        'end': schedule.end,
    }


def _timing(
    schedule: Schedule, now: datetime.datetime
) -> tuple[gate_pattern.TriggerPattern, datetime.datetime | None, int | None]:
    """``(TriggerPattern, first moment or None, count or None)``."""
    has_end = schedule.end is not None
    try:
        arming = gate_pattern.trigger_pattern(
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
    count = _count(schedule, arming, start)
    return arming, first if later else None, count


def _count(
    schedule: Schedule,
    arming: gate_pattern.TriggerPattern,
    start: datetime.datetime,
) -> int | None:
    """How often the gate fires until the end; it refuses the last time."""
    end = gate_pattern.limit_moment(schedule, 'end')
    if end is None:
        return None
    firings = cron.parse(arming.pattern).local_times_from(
        start.replace(tzinfo=None)
    )
    before = itertools.takewhile(
        lambda moment: moment <= end.replace(tzinfo=None), firings
    )
    count = sum(1 for _one in itertools.islice(before, MAX_COUNTED_FIRINGS))
    return count + 1 if count < MAX_COUNTED_FIRINGS else None


def disarm(
    cloud: Cloud, plan_id: str, schedule_id: str, *, but: str = ''
) -> None:
    """Delete the triggers of a schedule, except that with the id ``but``."""
    found = mistral.cron_trigger_list(cloud, name=f'has:{schedule_id}')
    for trigger in triggers_of_schedule(found, plan_id, schedule_id, but=but):
        _delete(cloud, trigger)


def triggers_of_schedule(
    triggers: collections.abc.Iterable[CronTrigger],
    plan_id: str,
    schedule_id: str,
    *,
    but: str = '',
) -> list[CronTrigger]:
    """Those of a schedule, the newest first, without the id ``but``."""
    found = triggers_by_schedule(triggers).get(schedule_id, ())
    own = triggers_of_plan(found, plan_id)
    return [trigger for trigger in own if trigger.id != but]


def triggers_of_plan(
    triggers: collections.abc.Iterable[CronTrigger], plan_id: str
) -> list[CronTrigger]:
    """Those that start a plan: another one may have the same schedule ids.

    So does the copy of a plan that somebody made through Mistral.
    """
    name = definitions.plan_workflow_name(plan_id)
    return [one for one in triggers if started_workflow_name(one) == name]


def disarm_plan(
    cloud: Cloud, plan: plan_document.Plan | plan_document.UnreadablePlan
) -> None:
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
        in (
            trigger.workflow_id,
            trigger_environment(trigger).get('workflow_id'),
        )
    ]


def _delete(cloud: Cloud, trigger: CronTrigger) -> None:
    # Mistral deletes one that has a count with its last firing
    with contextlib.suppress(exceptions.NotFound):
        mistral.cron_trigger_delete(cloud, trigger.id)


def triggers_by_schedule(
    triggers: collections.abc.Iterable[CronTrigger],
) -> dict[str, list[CronTrigger]]:
    """``{schedule id: its triggers, the newest first}`` of cron triggers."""
    found: dict[str, list[CronTrigger]] = {}
    for trigger in sorted(triggers, key=lambda t: t.created_at, reverse=True):
        if trigger.name.startswith(PREFIX):
            # up to version 0.1.0 nothing followed the schedule's id
            schedule_id = trigger.name.removeprefix(PREFIX).partition('.')[0]
            found.setdefault(schedule_id, []).append(trigger)
    return found


def armed_since(
    triggers: collections.abc.Iterable[CronTrigger],
) -> datetime.datetime | None:
    """Since when (aware) a schedule is armed as it is now, None without any.

    ``triggers`` are those of the schedule. The newest counts: an older one
    beside it is left over from before the schedule was edited or re-armed,
    and may have had another pattern, or no trust any more.
    """
    made = [clock.parse_utc(trigger.created_at) for trigger in triggers]
    return max(made, default=None)


def trigger_environment(trigger: CronTrigger) -> dict[str, typing.Any]:
    """The environment that a trigger gives to the workflow it starts."""
    env = _json(trigger.workflow_params).get('env')
    return env if isinstance(env, dict) else {}


def armed_by(trigger: CronTrigger) -> str:
    """Who armed a schedule, as its trigger tells it; '' if unknown.

    Whoever made the trigger may have written any name, so it is shown, but
    nothing is concluded from it alone. It has at most 255 characters.
    """
    name = trigger_environment(trigger).get('armed_by')
    return name[:MAX_NAME_LENGTH] if isinstance(name, str) else ''


def is_gated(trigger: CronTrigger) -> bool:
    """Whether a trigger of a schedule starts the gate."""
    return _json(trigger.workflow_input).get('workflow') is not None


def triggered_schedule(trigger: CronTrigger) -> Schedule | None:
    """The schedule that a trigger carries out, without its ``first`` and end.

    The trigger itself has these. It is in UTC where the trigger starts the
    plan directly. None for one that fires only once, and for what no trigger
    of ours has.
    """
    pattern: typing.Any = trigger.pattern
    zone: typing.Any = 'UTC'
    if is_gated(trigger):
        given = _json(trigger.workflow_input)
        pattern, zone = given.get('pattern'), given.get('zone')
    if not (isinstance(pattern, str) and isinstance(zone, str)):
        return None
    return Schedule('', pattern, zone)


def started_workflow_name(trigger: CronTrigger) -> str:
    """The name of the plan's workflow that a trigger of a schedule starts.

    Directly or through the gate.
    """
    name = _json(trigger.workflow_input).get('workflow')
    return name if isinstance(name, str) else trigger.workflow_name


# triggers are read more often than they change; callers change no result
_json = functools.lru_cache(maxsize=1024)(json_text.object_or_empty)
