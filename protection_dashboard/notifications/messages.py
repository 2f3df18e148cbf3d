# SPDX-License-Identifier: Apache-2.0
"""The messages about a plan's runs: the JSON of a webhook, and an email.

The JSON is documented for operators in doc/source/admin/index.rst.
"""

from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any
from typing import TypedDict
from typing import cast

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import clock

FAILURE = 'failure'
SUCCESS = 'success'
MISSED = 'missed'
TEST = 'test'
_STATES = {FAILURE: 'ERROR', SUCCESS: 'SUCCESS', MISSED: 'MISSED'}
_TITLES = {
    FAILURE: "{plan_name}: the run failed",
    SUCCESS: "{plan_name}: the run succeeded",
    MISSED: "{plan_name}: a run was missed",
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

    ``event`` is FAILURE, SUCCESS, MISSED or TEST, ``state`` 'ERROR',
    'SUCCESS', 'MISSED' or ''. ``results`` are about resources, ``removed``
    about the recovery points that retention removes.

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


def email_subject(message: Message) -> str:
    """The subject of an email."""
    return _TITLES[message['event']].format(**message)


def email_text(message: Message) -> str:
    """The text of an email."""
    lines = [
        email_subject(message) + '.',
        message['reason'],
        '',
        *_facts(message),
        '',
        *map(_line, message['results'][:_MAX_LINES]),
        *map(_line, message['removed'][:_MAX_LINES]),
    ]
    return '\n'.join(lines).strip() + '\n'


def _facts(message: Message) -> list[str]:
    facts = {
        "Started": message['started'],
        "Ended": message['ended'],
        "Project": message['project_id'],
        "Execution": message['execution_id'],
    }
    return [f"{name}: {fact}" for name, fact in facts.items() if fact]


def _line(outcome: Outcome) -> str:
    line = f"- {outcome['name']}: {outcome['state']}"
    return f"{line}. {outcome['reason']}" if outcome['reason'] else line
