# SPDX-License-Identifier: Apache-2.0
"""What a plan tells of its runs: the JSON of a webhook, and an email.

The JSON, documented in doc/source/admin/index.rst (times as ISO 8601 in UTC)::

    {"event": "failure" | "success" | "missed" | "test",
     "plan_id": ..., "plan_name": ..., "project_id": ...,
     "execution_id": ..., "started": ..., "ended": ...,
     "state": "SUCCESS" | "ERROR", "reason": one line or "",
     "results": [{"type", "id", "name", "state", "reason"}],
     "removed": [{"type", "id", "name", "state", "reason"}]}

Of a missed run ``execution_id`` is that of the run that found it, and
``started`` is when the missed one was due.
"""

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
_MOST = 100  # results in an email


def of(event, cloud, plan_id, plan_name, **facts):
    """The JSON of an event, ``facts`` are those of its keys that are known."""
    return {
        'event': event,
        'plan_id': plan_id,
        'plan_name': plan_name,
        'project_id': cloud.project_id,
        'execution_id': cloud.execution,
        'started': '',
        'ended': _now(),
        'state': _STATES.get(event, ''),
        'reason': '',
        'results': [],
        'removed': [],
        **facts,
    }


def _now():
    return clock.now().isoformat(timespec='seconds')


def results(waits):
    """What became of each resource, for the JSON."""
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


def removed(removals):
    """What became of each recovery point that retention does not keep."""
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


def subject(message):
    """The subject of an email."""
    return _TITLES[message['event']].format(**message)


def text(message):
    """The text of an email."""
    lines = [
        subject(message) + '.',
        message['reason'],
        '',
        *_facts(message),
        '',
        *map(_line, message['results'][:_MOST]),
        *map(_line, message['removed'][:_MOST]),
    ]
    return '\n'.join(lines).strip() + '\n'


def _facts(message):
    named = {
        'started': "Started",
        'ended': "Ended",
        'project_id': "Project",
        'execution_id': "Execution",
    }
    return [
        f"{name}: {message[key]}"
        for key, name in named.items()
        if message[key]
    ]


def _line(result):
    told = f"- {result['name']}: {result['state']}"
    return f"{told}. {result['reason']}" if result['reason'] else told
