# SPDX-License-Identifier: Apache-2.0
"""The last step of a run: the messages that its plan wants sent."""

from collections.abc import Sequence
import dataclasses
import datetime
from typing import Any
from typing import TypedDict

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.executions import log as execution_log
from protection_dashboard.notifications import delivery
from protection_dashboard.notifications import messages
from protection_dashboard.notifications.delivery import Guard
from protection_dashboard.notifications.delivery import Notice
from protection_dashboard.notifications.messages import Message
from protection_dashboard.plans.schema import NotificationDocument
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.recurrence import occurrences
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import missed_runs

# how many of the plan's newest runs are searched for those of a schedule
_MAX_RUNS = 200


@dataclasses.dataclass(frozen=True)
class EndedExecution:
    """A run that is about to end.

    ``failure`` is one line or None; ``schedule`` is the id of the schedule
    that started it, '' when a person did; ``started`` is aware. ``waits`` and
    ``removals`` are what executions/waits.py and recovery_points/removals.py
    describe.
    """

    document: PlanDocument
    workflow_name: str
    schedule: str
    started: datetime.datetime
    failure: str | None
    waits: Sequence[Any]
    removals: Sequence[Any]

    @property
    def event(self) -> str:
        return messages.FAILURE if self.failure else messages.SUCCESS

    @property
    def plan_schedule(self) -> Schedule | None:
        """Its schedule as the plan knows it, None if it does not."""
        known = map(Schedule.from_document, self.document['schedules'])
        return next((one for one in known if one.id == self.schedule), None)


class Report(TypedDict):
    """What became of the messages of a run: stored in its result.

    ``troubles`` are sentences about what could not be found out.
    """

    notices: list[Notice]
    troubles: list[str]


class TestMessageReport(Report):
    """A Report and why a test message did not get to all targets, or None."""

    failure: str | None


def report_execution(
    cloud: Cloud, ended: EndedExecution, guard: Guard
) -> Report:
    """Send the messages that the plan of a run wants sent."""
    notification = ended.document.get('notification', _NO_NOTIFICATION)
    events = notification['on']
    found: list[Message] = []
    troubles = []
    if messages.MISSED in events and ended.plan_schedule:
        try:
            found += _missed_run_messages(cloud, ended)
        except exceptions.ProtectionError as error:
            troubles.append(f"Missed runs were not looked for: {error}")
    if ended.event in events:
        found.append(_run_message(cloud, ended))
    return {
        'notices': [
            notice
            for message in found
            for notice in delivery.deliver_message(
                notification, message, cloud.settings, guard
            )
        ],
        'troubles': troubles,
    }


_NO_NOTIFICATION = NotificationDocument(on=[])


def _missed_run_messages(cloud: Cloud, ended: EndedExecution) -> list[Message]:
    """At most one message: about the run before, if it never began."""
    due = _missed_before(cloud, ended)
    if due is None:
        return []
    reason = f"The run of {due:%Y-%m-%d %H:%M} UTC did not begin."
    return [_message(cloud, ended, messages.MISSED, due, reason=reason)]


def _missed_before(
    cloud: Cloud, ended: EndedExecution
) -> datetime.datetime | None:
    """When the run before was due, if it never began; None otherwise."""
    schedule, started = ended.plan_schedule, ended.started
    if schedule is None:
        return None
    armed = _armed(cloud, schedule.id)
    due = missed_runs.previous_occurrence(schedule, started, armed)
    if due is None:
        return None
    others = _others_since(cloud, ended, due - occurrences.EARLY)
    missed = missed_runs.is_missed(schedule, due, started, others)
    return due if missed else None


def _armed(cloud: Cloud, schedule_id: str) -> datetime.datetime | None:
    """Since when Mistral has a cron trigger for a schedule, or None."""
    found = mistral.cron_trigger_list(cloud, name=f'has:{schedule_id}')
    made = [clock.parse_utc(trigger.created_at) for trigger in found]
    return max(made, default=None)


def _others_since(
    cloud: Cloud, ended: EndedExecution, since: datetime.datetime
) -> list[execution_log.LogEntry]:
    """Other runs of a run's schedule that began at a time or later."""
    found = execution_log.read_log(
        cloud,
        limit=_MAX_RUNS,
        workflow_name=ended.workflow_name,
        created_at=f'gte:{clock.format_utc(since)}',
    )
    return [
        run
        for run in found.runs
        if run.schedule_id == ended.schedule and run.id != cloud.execution
    ]


def _run_message(cloud: Cloud, ended: EndedExecution) -> Message:
    return _message(
        cloud,
        ended,
        ended.event,
        ended.started,
        reason=ended.failure or '',
        results=messages.resource_outcomes(ended.waits),
        removed=messages.removal_outcomes(ended.removals),
    )


def _message(
    cloud: Cloud,
    ended: EndedExecution,
    event: str,
    started: datetime.datetime,
    **facts: Any,
) -> Message:
    return messages.new_message(
        event,
        cloud,
        ended.document['id'],
        ended.document['name'],
        started=started.isoformat(timespec='seconds'),
        **facts,
    )


def send_test_message(
    cloud: Cloud, notification: NotificationDocument, name: str, guard: Guard
) -> TestMessageReport:
    """Send a test message to each target of a notification.

    ``name`` is that of the plan whose form asks for it.
    """
    message = messages.new_message(
        messages.TEST, cloud, '', name, reason="This is only a test."
    )
    notices = delivery.deliver_message(
        notification, message, cloud.settings, guard
    )
    failure = delivery.delivery_failure(notices)
    return {'notices': notices, 'troubles': [], 'failure': failure}
