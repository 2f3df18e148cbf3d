# SPDX-License-Identifier: Apache-2.0
"""Executions as a person reads them: who, what, when, how it ended."""

from collections.abc import Iterable
from collections.abc import Mapping
import dataclasses
import datetime
import enum
import re
from typing import Any
from typing import NotRequired
from typing import TypedDict
from typing import cast

from protection_dashboard.common import clock
from protection_dashboard.common import ids
from protection_dashboard.common import json_text
from protection_dashboard.executions import failure_reasons
from protection_dashboard.executions import started_by
from protection_dashboard.executions.waits import Wait
from protection_dashboard.recovery_points.removals import Removal
from protection_dashboard.workflows import definitions

SUCCESS = 'SUCCESS'
ERROR = 'ERROR'
CANCELLED = 'CANCELLED'
RUNNING = 'RUNNING'
IDLE = 'IDLE'
PAUSED = 'PAUSED'
SKIPPED = 'SKIPPED'
#: what pages show in place of ERROR for an execution that Mistral had lost
LOST = 'LOST'
#: state of an execution that has ended -> its outcome in one word
OUTCOMES = {
    SUCCESS: 'ok',
    ERROR: 'failed',
    CANCELLED: 'cancelled',
    SKIPPED: 'skipped',
}
FINAL = tuple(OUTCOMES)
#: states of an execution that has not ended
UNFINISHED = (RUNNING, IDLE, PAUSED)
#: states of an execution that has ended and tried to make recovery points
ATTEMPTED = (SUCCESS, ERROR)
PLAN = 'plan'
#: key of a summary: messages that the operator's servers did not take
UNDELIVERED = 'undelivered'


class Purpose(enum.StrEnum):
    """What an execution is for; pages call it its kind."""

    BACKUP = 'backup'
    RESTORE = 'restore'
    DELETION = 'deletion'
    MESSAGE = 'message'


#: kind of an execution's workflow -> what the execution is for
PURPOSES = {
    PLAN: Purpose.BACKUP,
    'once': Purpose.BACKUP,
    'restore': Purpose.RESTORE,
    'delete': Purpose.DELETION,
    'notify': Purpose.MESSAGE,
}
# how the state_info of a skipped execution begins
_SKIPPED = 'Skipped: '
# and that of one whose recovery points another one makes
_COVERED = 'Nothing to do: '
#: value of Mistral's filter ``state_info`` that finds these
SKIPPED_FILTER = f'has:{_SKIPPED}'
# how the state_info of an execution begins that Mistral lost in the middle
_LOST = 'Lost: '
#: value of Mistral's filter ``state_info`` that finds these
LOST_FILTER = f'has:{_LOST}'
_NAME = re.compile(r'protection\.(\w+)\.(.+)')
_MAX_REASON_LENGTH = 300


class PointInput(TypedDict):
    """A recovery point in the input of a restore or a deletion.

    ``after`` are ids of points that are deleted before it.
    """

    protection: str
    id: str
    name: str
    resource_id: str
    resource_type: str
    after: NotRequired[list[str]]


@dataclasses.dataclass(frozen=True)
class Execution:
    """One execution of one of our workflows.

    ``kind`` is plan, once, restore, delete or notify, and empty for somebody
    else's workflow that carries our tag. ``plan_id`` is empty unless it
    executes a plan, ``schedule_id`` unless a schedule started it. ``by`` is
    the person who started it, or ''. ``state`` is Mistral's, or SKIPPED.
    ``reason`` is one line, empty if nothing failed; ``state_info`` is
    Mistral's whole state_info. ``started`` and ``updated`` (of its last
    change) are aware and in UTC.

    ``input`` is that of the workflow. ``points`` are the recovery points in
    it: what is restored or deleted. ``unreadable`` is a sentence about what
    of it is not as our workflows write it, or ''. ``summary`` is empty or
    ``{"ok": n, "failed": n, "skipped": n, "removed": n, "undelivered": n}``,
    the last two
    optional.
    ``results`` are waits, one for each resource; ``removed`` are the removals
    of recovery points; ``notices`` say to whom messages were sent (see
    :mod:`notifications.execution_report`); ``troubles`` are sentences about
    these last two. ``retry_of`` is the id of the execution whose failures this
    one repeats. ``usual_duration`` is the shortest and the longest time that
    such an execution usually takes, or empty if not known.
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
    input: dict[str, Any] = dataclasses.field(default_factory=dict)
    summary: dict[str, Any] = dataclasses.field(default_factory=dict)
    results: tuple[Wait, ...] = ()
    removed: tuple[Removal, ...] = ()
    notices: tuple[dict[str, Any], ...] = ()
    troubles: tuple[str, ...] = ()
    state_info: str = ''
    retry_of: str = ''
    usual_duration: tuple[datetime.timedelta, ...] = ()
    points: tuple[PointInput, ...] = ()
    unreadable: str = ''

    @property
    def ended(self) -> datetime.datetime | None:
        """When it ended, None while it goes on."""
        return self.updated if self.state in FINAL else None

    @property
    def purpose(self) -> Purpose | None:
        """What it is for; None for somebody else's workflow."""
        return PURPOSES.get(self.kind)

    @property
    def is_lost(self) -> bool:
        """Whether it failed as Mistral had lost it."""
        return is_lost(self.state, self.state_info)

    @property
    def shown_state(self) -> str:
        """Its state for people: LOST in place of ERROR where it is lost."""
        return LOST if self.is_lost else self.state

    def duration(self, now: datetime.datetime) -> datetime.timedelta:
        """How long it took, or has taken until ``now`` (aware)."""
        return (self.ended or now) - self.started


def workflow_kind_and_id(workflow_name: str) -> tuple[str, str]:
    """``(kind, id)`` in the name of one of our workflows.

    ``('', '')`` for other workflows. The id is that of the plan, or of the
    project whose workflow it is.
    """
    match = _NAME.fullmatch(workflow_name)
    if not match or match[1] not in PURPOSES:
        return '', ''
    return match[1], match[2]


def parse_execution(execution: Any) -> Execution:
    """The record of a mistralclient execution.

    Anybody in the project may have written its input, and the workflow that
    gave its output: what is of another shape there is left out, and told.
    """
    kind, owner = workflow_kind_and_id(execution.workflow_name)
    given = json_text.object_or_empty(execution.input)
    output = json_text.object_or_empty(getattr(execution, 'output', None))
    name = json_text.text_or_empty(given.get('name'))
    points, summary = _points(given), _counts(output.get('summary'))
    return Execution(
        id=execution.id,
        kind=kind,
        plan_id=ids.uuid_or_empty(owner) if kind == PLAN else '',
        schedule_id=ids.uuid_or_empty(given.get('schedule')),
        name=name or ('' if kind else execution.workflow_name),
        by=json_text.text_or_empty(given.get('by')),
        state=execution_state(execution.state, execution.state_info),
        reason=one_line_reason(execution.state_info),
        started=clock.parse_utc(execution.created_at),
        updated=clock.parse_utc(execution.updated_at),
        input=given,
        summary=summary,
        state_info=execution.state_info or '',
        retry_of=started_by.retried_execution_id(
            getattr(execution, 'description', '')
        ),
        points=points,
        unreadable=_unreadable(given, points, output, summary) if kind else '',
    )


_TEXTS = ('name', 'by', 'schedule')
_POINT_TEXTS = ('protection', 'id', 'name', 'resource_id', 'resource_type')
_COUNTS = ('ok', 'failed', 'skipped', 'removed', UNDELIVERED)


def _points(given: Mapping[str, Any]) -> tuple[PointInput, ...]:
    """The recovery points in an input; none if one of them is unreadable."""
    wanted = [given['point']] if 'point' in given else given.get('points')
    if not isinstance(wanted, list):
        return ()
    found = tuple(map(_point, wanted))
    return tuple(point for point in found if point) if all(found) else ()


def _point(found: object) -> PointInput | None:
    if not isinstance(found, dict):
        return None
    texts = {name: found.get(name) or '' for name in _POINT_TEXTS}
    after = found.get('after') or []
    is_readable = isinstance(after, list) and all(
        isinstance(text, str) for text in (*texts.values(), *after)
    )
    if not (is_readable and texts['protection'] and texts['id']):
        return None
    return cast('PointInput', {**texts, 'after': after})


def _counts(found: object) -> dict[str, int]:
    """An execution's summary; {} for what is none."""
    if not isinstance(found, dict):
        return {}
    counts = {name: found[name] for name in _COUNTS if name in found}
    is_readable = all(type(number) is int for number in counts.values())
    return counts if is_readable else {}


def _unreadable(
    given: Mapping[str, Any],
    points: Iterable[PointInput],
    output: Mapping[str, Any],
    summary: Mapping[str, int],
) -> str:
    """A sentence that names what is of another shape, or ''."""
    wrong = [
        f'input.{name}'
        for name in _TEXTS
        if not isinstance(given.get(name), str | None)
    ]
    if not points:
        wrong += [
            f'input.{name}'
            for name in ('point', 'points')
            if given.get(name) not in (None, [])
        ]
    if output.get('summary') and not summary:
        wrong.append('output.summary')
    if not wrong:
        return ''
    return f"Parts of it cannot be read: {', '.join(wrong)}."


def with_plan_name(run: Execution, names: Mapping[str, str]) -> Execution:
    """The execution with the present name of its plan.

    ``names`` are those of plans by id. In Mistral an execution has the name
    that its plan had when its schedule was armed or a person started it. It
    keeps that one when its plan is not among them.
    """
    name = names.get(run.plan_id)
    return dataclasses.replace(run, name=name) if name else run


def skipped_state_info(
    older: datetime.datetime, now: datetime.datetime
) -> str:
    """The state_info of an execution that is skipped at ``now``.

    An earlier one of its plan, which began at ``older``, is still running.
    Both times are aware and in UTC.
    """
    today = older.date() == now.date()
    began = f'{older:%H:%M}' if today else f'{older:%Y-%m-%d %H:%M}'
    return f"{_SKIPPED}The run of {began} UTC is still going."


def covered_state_info(earlier: datetime.datetime) -> str:
    """The state_info of an execution whose work an earlier one does.

    Their schedules meet; ``earlier`` (aware, UTC) is when that one began.
    """
    return (
        f"{_COVERED}two schedules of the plan meet, and the copy of the run "
        f"of {earlier:%H:%M:%S} UTC counts for both."
    )


def is_covered(state_info: str | None) -> bool:
    """Whether an execution's state_info says so."""
    return (state_info or '').startswith(_COVERED)


def execution_state(mistral_state: str, state_info: str | None) -> str:
    """Mistral's state, or SKIPPED for an execution that did nothing.

    The difference is told by state_info, which every list has; the
    execution's output would cost more.
    """
    is_skipped = mistral_state == SUCCESS and (state_info or '').startswith(
        _SKIPPED
    )
    return SKIPPED if is_skipped else mistral_state


def lost_state_info(words: str) -> str:
    """The state_info of an execution that is ended as lost.

    ``words`` are sentences that say what is known of it.
    """
    return f'{_LOST}{words}'


def is_lost(mistral_state: str, state_info: str | None) -> bool:
    """Whether an execution was ended because Mistral had lost it."""
    return mistral_state == ERROR and (state_info or '').startswith(_LOST)


def execution_outcome(run_state: str) -> str:
    """The outcome of an execution: a word of OUTCOMES, or 'running'."""
    return OUTCOMES.get(run_state, 'running')


def one_line_reason(state_info: str | None) -> str:
    """One line for a person from what Mistral wrote into state_info.

    Empty when nothing failed, cut after 300 characters.
    """
    text = (state_info or '').strip().removeprefix(_SKIPPED)
    line = failure_reasons.plain_text(text)
    return (
        line
        if len(line) <= _MAX_REASON_LENGTH
        else line[:_MAX_REASON_LENGTH] + '…'
    )


def plan_workflows_filter(plan_ids: Iterable[str]) -> str:
    """Mistral's filter ``workflow_name`` for the executions of some plans."""
    return 'in:' + ','.join(
        definitions.plan_workflow_name(one) for one in plan_ids
    )
