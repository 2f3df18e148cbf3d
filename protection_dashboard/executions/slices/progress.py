# SPDX-License-Identifier: Apache-2.0
"""How far an execution of a plan has got, from the results of its tasks.

The task ``resolve`` tells once what the execution protects. Each action of
the task ``protect`` works for a while, and tells the state of all in a short
form, a row for each resource: ``[number in steps, state, id, reason]``. What
has not begun, and nothing holds up, has no row. If ``resolve`` got lost, the
first action of ``protect`` tells its result as well.

Mistral keeps all results, and refuses those above a megabyte: therefore only
an action that has changed something tells rows, and names and methods stand
in the steps alone.
"""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
import dataclasses
from typing import Any
from typing import NotRequired
from typing import TypedDict
from typing import cast

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import executions as mistral_executions
from protection_dashboard.api.mistral.executions import TaskRow
from protection_dashboard.common import concurrency
from protection_dashboard.executions import waits
from protection_dashboard.executions.waits import Wait
from protection_dashboard.recovery_points import removals
from protection_dashboard.workflows import result_states

#: variables that a task publishes, when its result tells steps or rows
RESOLVED = 'resolved'
SKIPPED = 'skipped'
CHANGED = 'changed'
# more resources than this make names a matter of megabytes
_MANY = 200
_MAX_NAME = 60

#: ``[number in steps, state, id, reason]``
Row = list[Any]


class CompactStep(TypedDict):
    """A resource to protect: ``protection``, ``type``, ``id``, ``name``."""

    resource: dict[str, str]


class Resolution(TypedDict):
    """What an execution of a plan does.

    ``steps`` are the resources to protect, ``known`` the results for those
    that it does not protect. ``mark`` are the ids that its recovery points
    carry, ``at`` the time (ISO text, aware) in their names, ``hours`` its
    limit.
    """

    steps: list[CompactStep]
    known: list[Wait]
    mark: dict[str, str]
    at: str
    hours: int


class ProtectResult(TypedDict):
    """The result of an action of the task ``protect``.

    ``pending`` is how many resources are to be asked about again, ``pause``
    how many seconds to wait before that. ``summary`` counts the results, if
    they are known; ``failure`` is one line or None. ``rows`` is only there
    when something changed, ``resolution`` when it was made here, ``trust``
    when one was; ``report`` tells of messages about executions that were lost
    or skipped.
    """

    pending: int
    pause: int
    changed: bool
    resolved: bool
    skipped: str | None
    failure: str | None
    summary: NotRequired[waits.ResultCounts]
    rows: NotRequired[list[Row]]
    resolution: NotRequired[Resolution]
    trust: NotRequired[str]
    report: NotRequired[Mapping[str, object]]
    removals: NotRequired[list[removals.Removal]]


class EndResult(TypedDict):
    """The result of an action of the task ``notify``.

    ``pending`` is how many removals are pending, ``removals`` are all of the
    execution, and ``removed`` counts them (empty without a plan), and in
    ``records.UNDELIVERED`` the messages that were lost, if any. ``notices``
    say to whom messages were sent, ``troubles`` are sentences about both.
    ``reported`` is whether the messages were sent.
    """

    pending: int
    pause: int
    changed: bool
    removals: list[removals.Removal]
    removed: dict[str, int]
    notices: Sequence[Mapping[str, object]]
    troubles: list[str]
    reported: bool


def compact_step(entry: Mapping[str, Any], count: int) -> CompactStep:
    """The step for a plan's resource entry in an execution of ``count``."""
    facts = cast('dict[str, str]', {**result_states.resource_facts(entry)})
    name = facts['name']
    if count > _MANY and len(name) > _MAX_NAME:
        name = name[: _MAX_NAME - 1] + '…'
    return {
        'resource': {
            'protection': facts['protection'],
            'type': facts['type'],
            'id': facts['resource_id'],
            'name': name,
        }
    }


def rows_of_waits(found: Sequence[Wait]) -> list[Row]:
    """The short form of the waits for steps, in the steps' order."""
    return [
        [number, wait['state'], wait['id'], wait['reason']]
        for number, wait in enumerate(found)
        if wait['id']
        or wait['reason']
        or wait['state'] != result_states.PENDING
    ]


def waits_of_rows(
    steps: Sequence[CompactStep], rows: Iterable[Row]
) -> list[Wait]:
    """The wait for each step, in the state that the rows tell."""
    found = [waits.new_wait('point', step['resource']) for step in steps]
    for number, state, point_id, reason in rows:
        found[number] = {
            **found[number],
            'state': state,
            'id': point_id,
            'reason': reason,
        }
    return found


@dataclasses.dataclass(frozen=True)
class Progress:
    """What the tasks of an execution have told so far.

    ``resolution`` is None before that is known. ``rows`` are the newest;
    ``slices`` is how many actions of the task ``protect`` began. ``end`` is
    the newest result of the task ``notify``, None before the first.
    ``report`` tells of messages about executions that were lost or skipped.
    ``early_removals`` made room before the recovery points.
    """

    resolution: Resolution | None = None
    rows: tuple[Row, ...] = ()
    slices: int = 0
    early_removals: tuple[removals.Removal, ...] = ()
    end: 'EndResult | None' = None
    report: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def waits(self) -> list[Wait]:
        """The wait for each step, in the steps' order."""
        if self.resolution is None:
            return []
        return waits_of_rows(self.resolution['steps'], self.rows)

    @property
    def results(self) -> list[Wait]:
        """All results: also of what the execution does not protect."""
        known = self.resolution['known'] if self.resolution else []
        return [*known, *self.waits]


def read_progress(cloud: Cloud, execution_id: str) -> Progress:
    """How far an execution has got; at most five calls to Mistral."""
    tasks = mistral_executions.task_rows(cloud, execution_id)
    return progress_of_tasks(
        tasks, told_results(cloud, telling_tasks(tasks).values())
    )


def telling_tasks(tasks: Sequence[TaskRow]) -> dict[str, TaskRow]:
    """The tasks whose results tell the progress, by what they tell.

    ``tasks`` are in the order in which they ended; of each kind the newest
    counts. The keys are 'resolution', 'rows' and 'end'.
    """
    found = {}
    for task in tasks:
        if task.published.get(RESOLVED) or task.published.get(SKIPPED):
            found['resolution'] = task
        if task.name == 'protect' and task.published.get(CHANGED):
            found['rows'] = task
        if task.name == 'notify' and task.published.get(CHANGED):
            found['end'] = task
    return found


def told_results(
    cloud: Cloud, tasks: Iterable[TaskRow]
) -> dict[str, dict[str, Any]]:
    """``{task id: result}`` of some tasks, asked for concurrently."""
    task_ids = list(dict.fromkeys(task.id for task in tasks))
    found = concurrency.map_concurrently(
        lambda one: mistral_executions.task_result(cloud, one), task_ids
    )
    return dict(zip(task_ids, found, strict=True))


def progress_of_tasks(
    tasks: Sequence[TaskRow], results: Mapping[str, Mapping[str, Any]]
) -> Progress:
    """The progress that tasks tell; ``results`` as of ``told_results``."""
    telling = telling_tasks(tasks)
    resolution, rows, end = (
        results[telling[kind].id] if kind in telling else {}
        for kind in ('resolution', 'rows', 'end')
    )
    found = resolution.get('resolution')
    return Progress(
        resolution=cast('Resolution | None', found),
        rows=tuple(rows.get('rows', ())),
        slices=sum(task.name == 'protect' for task in tasks),
        early_removals=tuple(rows.get('removals', ())),
        report=resolution.get('report') or {},
        end=cast('EndResult', end) if 'end' in telling else None,
    )


def is_told(tasks: Iterable[TaskRow]) -> bool:
    """Whether the tasks tell a progress at all.

    Those of the workflows before version 0.2.0 do not: see results.py.
    """
    return any(RESOLVED in task.published for task in tasks)
