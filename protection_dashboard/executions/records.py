# SPDX-License-Identifier: Apache-2.0
"""Executions as a person reads them: who, what, when, how it ended."""

import dataclasses
import datetime
import json
import re

from protection_dashboard.common import clock
from protection_dashboard.common import ids
from protection_dashboard.executions import started_by
from protection_dashboard.workflows import definitions

SUCCESS = 'SUCCESS'
ERROR = 'ERROR'
CANCELLED = 'CANCELLED'
RUNNING = 'RUNNING'
IDLE = 'IDLE'
PAUSED = 'PAUSED'
SKIPPED = 'SKIPPED'
#: state of a run that has ended -> what became of it, in one word
OUTCOMES = {
    SUCCESS: 'ok',
    ERROR: 'failed',
    CANCELLED: 'cancelled',
    SKIPPED: 'skipped',
}
FINAL = tuple(OUTCOMES)
#: states of a run that goes on
OPEN = (RUNNING, IDLE, PAUSED)
#: states of a run that ended after it had tried to make points
TRIED = (SUCCESS, ERROR)
PLAN = 'plan'
_KINDS = (PLAN, 'once', 'restore', 'delete', 'notify')
# how the state_info of a run begins that had nothing to do
_SKIPPED = 'Skipped: '
#: Mistral's filter of state_info for these
IS_SKIPPED = f'has:{_SKIPPED}'
_NAME = re.compile(r'protection\.(\w+)\.(.+)')
_WRAPPED = re.compile(r"msg='(?P<text>.*?)'\]", re.DOTALL)
_TASK = re.compile(r'-> (?P<text>.+)')
_LONGEST = 300


@dataclasses.dataclass(frozen=True)
class Run:
    """One execution of Mistral that is ours.

    ``kind`` is plan, once, restore, delete or notify, and empty for somebody
    else's workflow that carries our tag; ``plan_id`` is empty unless it
    ran a plan; ``schedule_id`` is empty unless a schedule started it. Times
    are aware and in UTC. ``state`` is Mistral's, or SKIPPED. ``reason`` is
    one line, empty if nothing failed; ``raw`` is all that Mistral says.
    ``results`` are waits, ``removed`` removals, ``notices`` are told in
    deliveries.py; ``troubles`` are sentences about these last two.
    ``retry_of`` is the id of the run whose failures it repeats. ``usual``
    are two timedeltas between which such a run usually takes, if known.
    """

    id: str
    kind: str
    plan_id: str
    schedule_id: str
    name: str
    by: str
    state: str
    reason: str
    started: datetime.datetime
    updated: datetime.datetime
    input: dict = dataclasses.field(default_factory=dict)
    summary: dict = dataclasses.field(default_factory=dict)
    results: tuple = ()
    removed: tuple = ()
    notices: tuple = ()
    troubles: tuple = ()
    raw: str = ''
    retry_of: str = ''
    usual: tuple = ()

    @property
    def ended(self):
        """When it ended, None while it goes on."""
        return self.updated if self.state in FINAL else None

    def duration(self, now):
        """How long it took, or has taken until ``now``."""
        return (self.ended or now) - self.started


def kind_of(workflow_name):
    """``(kind, id)`` of one of our workflows; ``('', '')`` for others."""
    match = _NAME.fullmatch(workflow_name)
    if not match or match[1] not in _KINDS:
        return '', ''
    return match[1], match[2]


def run(execution):
    """The Run of a mistralclient execution."""
    kind, owner = kind_of(execution.workflow_name)
    given = json.loads(execution.input or '{}')
    output = json.loads(getattr(execution, 'output', None) or '{}')
    return Run(
        id=execution.id,
        kind=kind,
        plan_id=ids.uuid_or_empty(owner) if kind == PLAN else '',
        schedule_id=ids.uuid_or_empty(given.get('schedule')),
        name=given.get('name') or ('' if kind else execution.workflow_name),
        by=given.get('by') or '',
        state=state(execution.state, execution.state_info),
        reason=reason(execution.state_info),
        started=clock.utc(execution.created_at),
        updated=clock.utc(execution.updated_at),
        input=given,
        summary=output.get('summary') or {},
        raw=execution.state_info or '',
        retry_of=started_by.retry_of(getattr(execution, 'description', '')),
    )


def skipped(older, now):
    """The state_info of a run while one that began at ``older`` goes on.

    Both times are aware and in UTC.
    """
    today = older.date() == now.date()
    told = f'{older:%H:%M}' if today else f'{older:%Y-%m-%d %H:%M}'
    return f"{_SKIPPED}The run of {told} UTC is still going."


def state(told, state_info):
    """Mistral's state, or SKIPPED.

    Told apart by what a list gives anyway: its output would cost more.
    """
    is_skipped = told == SUCCESS and (state_info or '').startswith(_SKIPPED)
    return SKIPPED if is_skipped else told


def outcome(run_state: str) -> str:
    """What became of a run in a state: a word of OUTCOMES, or 'running'."""
    return OUTCOMES.get(run_state, 'running')


def reason(state_info):
    """One line for a person out of what Mistral wrote into state_info."""
    text = (state_info or '').strip().removeprefix(_SKIPPED)
    wrapped = _WRAPPED.search(text) or _TASK.search(text)
    text = wrapped['text'].strip() if wrapped else text
    line = text.splitlines()[0] if text else ''
    return line if len(line) <= _LONGEST else line[:_LONGEST] + '…'


def plan_names(plan_ids):
    """Mistral's filter for the executions of some plans."""
    return 'in:' + ','.join(definitions.workflow_name(one) for one in plan_ids)
