# SPDX-License-Identifier: Apache-2.0
"""The report of a run: its messages, and their delivery.

At the end of a run ``report_execution`` makes the messages that the plan asks
for (the run succeeded or failed, an earlier one was missed), sends each by
email and to webhooks, and returns what became of that as notices.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
import dataclasses
import datetime
import itertools
from typing import Any
from typing import NamedTuple
from typing import TypedDict
from typing import cast

from protection_dashboard import exceptions
from protection_dashboard.api import smtp
from protection_dashboard.api import webhook
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.executions import log as execution_log
from protection_dashboard.notifications import targets
from protection_dashboard.plans.schema import MAX_NAME_LENGTH
from protection_dashboard.plans.schema import NOTIFICATION_SCHEMA
from protection_dashboard.plans.schema import NotificationDocument
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.recovery_points import forgotten_runs
from protection_dashboard.recurrence import occurrences
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.schedules import missed_runs
from protection_dashboard.schemas import validation as schema_validation
from protection_dashboard.settings import Settings

FAILURE = 'failure'
SUCCESS = 'success'
MISSED = 'missed'
SKIPPED = 'skipped'
TEST = 'test'
_STATES = {
    FAILURE: 'ERROR',
    SUCCESS: 'SUCCESS',
    MISSED: 'MISSED',
    SKIPPED: 'SKIPPED',
}
_TITLES = {
    FAILURE: "{plan_name}: the run failed",
    SUCCESS: "{plan_name}: the run succeeded",
    MISSED: "{plan_name}: a run was missed",
    SKIPPED: "{plan_name}: a run was skipped",
    TEST: "{plan_name}: a test message",
}
#: results, and removals, that an email lists
_MAX_LINES = 100


class Outcome(TypedDict):
    """What became of one resource, or of one recovery point.

    ``type`` is the slug of the resource's type, ``reason`` one line or ''.
    """

    type: str
    id: str
    name: str
    state: str
    reason: str


class Message(TypedDict):
    """The JSON that a webhook gets; times are ISO 8601 in UTC, or ''.

    ``event`` is FAILURE, SUCCESS, MISSED, SKIPPED or TEST, ``state`` 'ERROR',
    'SUCCESS', 'MISSED', 'SKIPPED' or ''. ``results`` are about resources,
    ``removed`` about the recovery points that retention removes.

    The ``execution_id`` of a missed run is that of the run that noticed it,
    its ``started`` is when the missed run was due.
    """

    event: str
    plan_id: str
    plan_name: str
    project_id: str
    execution_id: str
    started: str
    ended: str
    state: str
    reason: str
    results: list[Outcome]
    removed: list[Outcome]


class Sender(NamedTuple):
    """Names, as Keystone has them, of the project and the person who sends.

    The person is who started the run, or armed its schedule.
    """

    project: str
    user: str


def new_message(
    event: str, cloud: Cloud, plan_id: str, plan_name: str, **facts: Any
) -> Message:
    """The message about an event; ``facts`` are further keys of it."""
    message = {
        'event': event,
        'plan_id': plan_id,
        'plan_name': plan_name,
        'project_id': cloud.project_id,
        'execution_id': cloud.execution,
        'started': '',
        'ended': clock.now().isoformat(timespec='seconds'),
        'state': _STATES.get(event, ''),
        'reason': '',
        'results': [],
        'removed': [],
        **facts,
    }
    return cast(Message, message)


def resource_outcomes(waits: Iterable[Mapping[str, Any]]) -> list[Outcome]:
    """The outcomes of what a run waited for (executions/waits.py)."""
    return [
        {
            'type': wait['type'],
            'id': wait['resource_id'],
            'name': wait['name'],
            'state': wait['state'],
            'reason': wait['reason'],
        }
        for wait in waits
    ]


def removal_outcomes(removals: Iterable[Mapping[str, Any]]) -> list[Outcome]:
    """The outcomes of a run's removals (recovery_points/removals.py)."""
    return [
        {
            'type': removal['type'],
            'id': removal['id'],
            'name': removal['name'],
            'state': removal['state'],
            'reason': removal['why'] or removal['reason'],
        }
        for removal in removals
    ]


#: what a tenant cannot change: everybody knows whose email it is
SUBJECT_PREFIX = "[Protection] "


def email_subject(message: Message) -> str:
    """The subject of an email."""
    return SUBJECT_PREFIX + _title(message)


def _title(message: Message) -> str:
    return _TITLES[message['event']].format(**message)


def email_text(message: Message, sender: Sender) -> str:
    """The text of an email."""
    lines = [
        _title(message) + '.',
        message['reason'],
        '',
        *_facts(message, sender),
        '',
        *map(_line, message['results'][:_MAX_LINES]),
        *map(_line, message['removed'][:_MAX_LINES]),
    ]
    return '\n'.join(lines).strip() + '\n'


def _facts(message: Message, sender: Sender) -> list[str]:
    facts = {
        "Started": message['started'],
        "Ended": message['ended'],
        "Project": f"{sender.project} ({message['project_id']})",
        "In the name of": sender.user,
        "Execution": message['execution_id'],
    }
    return [f"{name}: {fact}" for name, fact in facts.items() if fact]


def _line(outcome: Outcome) -> str:
    line = f"- {outcome['name']}: {outcome['state']}"
    return f"{line}. {outcome['reason']}" if outcome['reason'] else line


#: gives why the cloud lets no request out to a URL, or ''
Guard = Callable[[str], str]

SENT = 'sent'
REFUSED = 'refused'
FAILED = 'failed'


class Notice(TypedDict):
    """How a message got to one target; stored in the result of a run.

    ``target`` is what the plan names, never a channel's URL. ``state`` is
    SENT, REFUSED (not allowed) or FAILED, ``reason`` one line or ''.
    """

    event: str
    target: str
    state: str
    reason: str


def deliver_message(
    notification: NotificationDocument,
    message: Message,
    cloud: Cloud,
    guard: Guard,
) -> list[Notice]:
    """Send a message to each target of a plan's notification.

    Nothing is raised: a message that fails must not fail a run. Whoever runs
    a workflow may write any notification: one that no plan can have is
    refused as a whole.
    """
    problem = _shape_problem(notification)
    if problem:
        return [_notice(message, "notification", REFUSED, problem)]
    sent = []
    target = notification.get('webhook')
    if target:
        sent.append((target, *_post(target, message, cloud.settings, guard)))
    sent += _send_emails(notification.get('emails', []), message, cloud)
    return [_notice(message, *one) for one in sent]


def _notice(message: Message, target: str, state: str, reason: str) -> Notice:
    return Notice(
        event=message['event'], target=target, state=state, reason=reason
    )


def _shape_problem(notification: object) -> str:
    """Why it is no notification of a plan, in one sentence, or ''."""
    found = schema_validation.located_errors(NOTIFICATION_SCHEMA, notification)
    return next((f"{path}: {words}" for path, words in found), '')


def _post(
    target: str, message: Message, settings: Settings, guard: Guard
) -> tuple[str, str]:
    """Send a message to a webhook; ``(state, reason)``."""
    problem = targets.webhook_problem(target, settings)
    url = settings.channel_url(target) or target
    reason = str(problem) if problem else guard(url)
    if reason:
        return REFUSED, reason
    try:
        webhook.post_message(url, message)
    except exceptions.ProtectionError as error:
        return FAILED, str(error)
    return SENT, ''


def _send_emails(
    addresses: Sequence[str], message: Message, cloud: Cloud
) -> list[tuple[str, str, str]]:
    """Send a message to addresses; ``[(address, state, reason)]``."""
    known = targets.known_addresses(cloud) if addresses else ()
    problems = {
        one: targets.email_problem(one, cloud.settings, known)
        for one in addresses
    }
    refused = [
        (address, REFUSED, str(problem))
        for address, problem in problems.items()
        if problem
    ]
    allowed = [address for address, problem in problems.items() if not problem]
    return refused + (_send(allowed, message, cloud) if allowed else [])


def _send(
    addresses: list[str], message: Message, cloud: Cloud
) -> list[tuple[str, str, str]]:
    text = email_text(message, Sender(cloud.project_name, cloud.user))
    answers = smtp.send_email(
        cloud.settings, addresses, email_subject(message), text
    )
    return [
        (address, FAILED if reason else SENT, reason)
        for address, reason in answers.items()
    ]


def undelivered(notices: Iterable[Notice], settings: Settings) -> int:
    """How many messages the operator's own servers did not take.

    These are the mail server and the channels; that a tenant's address or
    webhook does not work is no fault of theirs.
    """
    return sum(
        notice['state'] == FAILED
        and (
            notice['reason'] == smtp.DEAD
            or notice['target'] in settings.channels
        )
        for notice in notices
    )


def delivery_failure(notices: list[Notice]) -> str | None:
    """Why a test message did not get to all targets, in one line, or None."""
    unsent = [notice for notice in notices if notice['state'] != SENT]
    if unsent:
        return f"{unsent[0]['target']}: {unsent[0]['reason']}"
    return None if notices else "There is no address to send a message to."


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
        return FAILURE if self.failure else SUCCESS

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
    if MISSED in events and ended.plan_schedule:
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
            for notice in deliver_message(notification, message, cloud, guard)
        ],
        'troubles': troubles,
    }


_NO_NOTIFICATION = NotificationDocument(on=[])


def _missed_run_messages(cloud: Cloud, ended: EndedExecution) -> list[Message]:
    """At most one message: about the run before, if it never began."""
    due = _missed_occurrence(cloud, ended)
    if due is None:
        return []
    reason = f"The run of {due:%Y-%m-%d %H:%M} UTC did not begin."
    return [_message(cloud, ended, MISSED, due, reason=reason)]


def _missed_occurrence(
    cloud: Cloud, ended: EndedExecution
) -> datetime.datetime | None:
    """When the run before was due, if it never began; None otherwise."""
    schedule, started = ended.plan_schedule, ended.started
    if schedule is None:
        return None
    triggers = mistral.cron_trigger_list(cloud, name=f'has:{schedule.id}')
    armed = cron_triggers.armed_since(triggers)
    due = missed_runs.previous_occurrence(schedule, started, armed)
    if due is None:
        return None
    others, again = itertools.tee(
        _others_since(cloud, ended, due - occurrences.EARLY)
    )
    if not missed_runs.is_missed(due, started, others, cloud.execution):
        return None
    known = {cloud.execution, *(run.id for run in again)}
    return None if _may_be_forgotten(cloud, ended, due, known) else due


def _others_since(
    cloud: Cloud, ended: EndedExecution, since: datetime.datetime
) -> Iterator[execution_log.LogEntry]:
    """Other runs of a run's schedule that began at a time or later.

    The oldest come first, and are read from Mistral as they are needed: other
    schedules of the plan may have started thousands since.
    """
    found = execution_log.entries_from(
        cloud, since, workflow_name=ended.workflow_name
    )
    for run in found:
        if run.schedule_id == ended.schedule and run.id != cloud.execution:
            yield run


def _may_be_forgotten(
    cloud: Cloud,
    ended: EndedExecution,
    due: datetime.datetime,
    known: set[str],
) -> bool:
    """Whether a run of ``due`` may have begun that Mistral no longer has.

    Mistral expires its oldest executions; a person may have deleted one, and
    then its recovery points tell of it. ``known`` are the ids of the runs of
    the schedule since ``due``.
    """
    oldest = execution_log.oldest_start(cloud)
    if oldest and oldest > due:
        return True
    found = forgotten_runs.newest_forgotten_runs(
        cloud, ended.document, due, known
    )
    return ended.schedule in found


def _run_message(cloud: Cloud, ended: EndedExecution) -> Message:
    return _message(
        cloud,
        ended,
        ended.event,
        ended.started,
        reason=ended.failure or '',
        results=resource_outcomes(ended.waits),
        removed=removal_outcomes(ended.removals),
    )


def _message(
    cloud: Cloud,
    ended: EndedExecution,
    event: str,
    started: datetime.datetime,
    **facts: Any,
) -> Message:
    return new_message(
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
    message = new_message(
        TEST, cloud, '', _short_name(name), reason="This is only a test."
    )
    notices = deliver_message(notification, message, cloud, guard)
    failure = delivery_failure(notices)
    return {'notices': notices, 'troubles': [], 'failure': failure}


def _short_name(name: object) -> str:
    """A name as a plan can have it: whoever runs the workflow may write any.

    What makes it an email of its own is cut off.
    """
    return ' '.join(str(name).split())[:MAX_NAME_LENGTH]
