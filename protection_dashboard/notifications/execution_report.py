# SPDX-License-Identifier: Apache-2.0
"""The last step of a run: tell people of it, as their plan wants."""

import dataclasses
import datetime

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.executions import log as execution_log
from protection_dashboard.notifications import delivery
from protection_dashboard.notifications import messages
from protection_dashboard.recurrence import occurrences
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import missed_runs

# so many of the plan's newest runs are looked through
_LOOK = 200


@dataclasses.dataclass(frozen=True)
class Ended:
    """A run that is about to end.

    ``failure`` is one line or None; ``schedule`` is the id of the schedule
    that started it by itself, or empty; ``started`` is aware.
    """

    document: dict
    workflow_name: str
    schedule: str
    started: datetime.datetime
    failure: str | None
    waits: list
    removals: list

    @property
    def event(self):
        return messages.FAILURE if self.failure else messages.SUCCESS

    @property
    def plan_schedule(self) -> Schedule | None:
        """Its schedule as the plan knows it, None if it does not."""
        known = map(Schedule.from_document, self.document['schedules'])
        return next((one for one in known if one.id == self.schedule), None)


def of_run(cloud, ended, guard):
    """``{"notices": [...], "troubles": [sentence]}``; see deliveries.py."""
    notification = ended.document.get('notification') or {}
    wanted = notification.get('on', [])
    told, troubles = [], []
    if messages.MISSED in wanted and ended.plan_schedule:
        try:
            told += _of_missed(cloud, ended)
        except exceptions.ProtectionError as error:
            troubles.append(f"Missed runs were not looked for: {error}")
    if ended.event in wanted:
        told.append(_of_this(cloud, ended))
    return {
        'notices': [
            notice
            for message in told
            for notice in delivery.deliver(
                notification, message, cloud.settings, guard
            )
        ],
        'troubles': troubles,
    }


def _of_missed(cloud, ended):
    due = _missed_before(cloud, ended)
    if due is None:
        return []
    reason = f"The run of {due:%Y-%m-%d %H:%M} UTC did not begin."
    return [_message(cloud, ended, messages.MISSED, due, reason=reason)]


def _missed_before(cloud: Cloud, ended: Ended) -> datetime.datetime | None:
    """When the run before was due, if it never began; None otherwise."""
    schedule, started = ended.plan_schedule, ended.started
    if schedule is None:
        return None
    armed = _armed(cloud, schedule.id)
    due = missed_runs.due_before(schedule, started, armed)
    if due is None:
        return None
    others = _others_since(cloud, ended, due - occurrences.EARLY)
    missed = missed_runs.is_missed(schedule, due, started, others)
    return due if missed else None


def _armed(cloud: Cloud, schedule_id: str) -> datetime.datetime | None:
    """Since when Mistral has a cron trigger for a schedule, or None."""
    found = mistral.cron_trigger_list(cloud, name=f'has:{schedule_id}')
    made = [clock.utc(trigger.created_at) for trigger in found]
    return max(made, default=None)


def _others_since(
    cloud: Cloud, ended: Ended, since: datetime.datetime
) -> list[execution_log.Brief]:
    """Other runs of a run's schedule that began at a time or later."""
    found = execution_log.read(
        cloud,
        limit=_LOOK,
        workflow_name=ended.workflow_name,
        created_at=f'gte:{clock.text(since)}',
    )
    return [
        run
        for run in found.runs
        if run.schedule_id == ended.schedule and run.id != cloud.execution
    ]


def _of_this(cloud, ended):
    return _message(
        cloud,
        ended,
        ended.event,
        ended.started,
        reason=ended.failure or '',
        results=messages.results(ended.waits),
        removed=messages.removed(ended.removals),
    )


def _message(cloud, ended, event, started, **facts):
    return messages.of(
        event,
        cloud,
        ended.document['id'],
        ended.document['name'],
        started=started.isoformat(timespec='seconds'),
        **facts,
    )


def test(cloud, notification, name, guard):
    """As ``of_run``, with ``failure``: why it did not arrive, or None."""
    message = messages.of(
        messages.TEST, cloud, '', name, reason="This is only a test."
    )
    found = delivery.deliver(notification, message, cloud.settings, guard)
    failure = delivery.failure(found)
    return {'notices': found, 'troubles': [], 'failure': failure}
