# SPDX-License-Identifier: Apache-2.0
"""Lost runs: executions that stand still in Mistral, found and ended.

Mistral continues an execution by messages, executors and engines. When one of
these gets lost the execution stays RUNNING for ever. There is one rule of
liveness: an execution none of whose tasks has changed for the operator's
``lost_after_minutes`` is lost, whatever state Mistral gives it. Only one that
a person paused stands still on purpose.

A lost execution is ended in ERROR, with a reason that says how many of its
resources have their copy. What it made stays and counts.
"""

from collections.abc import Iterable
from collections.abc import Sequence
import contextlib
import dataclasses
import datetime
import functools
import itertools
import time
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import all_projects
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import executions
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency
from protection_dashboard.common import ids
from protection_dashboard.common import plugin_errors
from protection_dashboard.executions import cancellation
from protection_dashboard.executions import records
from protection_dashboard.executions import service as execution_service
from protection_dashboard.executions import waits
from protection_dashboard.workflows import definitions
from protection_dashboard.workflows import result_states

#: states in which Mistral has to continue an execution by itself
MOVING = (records.RUNNING, records.IDLE)
#: Mistral's filter ``state`` for these
MOVING_FILTER = f'in:{",".join(MOVING)}'
#: how many executions one look asks about, and how many of them it ends
_MAX_ASKED = 100
_MAX_ENDED = 20
_ENDED_AT_ONCE = 4
# how many of a plan's newest executions are looked at for untold ones
_MAX_LOOKED_BACK = 20
# Seconds after which a second look decides: when Mistral was stopped for long,
# no task has changed, and those that are due go on as soon as it is back.
_SECOND_LOOK = 20
_KINDS_WITH_COPIES = (records.PLAN, 'once')


@dataclasses.dataclass(frozen=True)
class Movement:
    """When an execution moved last.

    ``changes`` is ``{task name: last change}`` of its tasks; all times are
    aware.
    """

    run: records.Execution
    project_id: str
    changes: dict[str, datetime.datetime]

    @property
    def moved(self) -> datetime.datetime:
        """The last change of a task; its start while it has none."""
        return max(self.changes.values(), default=self.run.started)


@dataclasses.dataclass(frozen=True)
class LostRun:
    """An execution that was lost, or is, and when it moved last (aware).

    Once it has been ended, ``run`` has its state, its state_info and what is
    known of its results.
    """

    run: records.Execution
    project_id: str
    moved: datetime.datetime


def is_lost(
    state: str,
    moved: datetime.datetime,
    now: datetime.datetime,
    after: datetime.timedelta,
) -> bool:
    """The rule of liveness, for an execution in one of Mistral's states.

    ``moved`` is when a task of it changed last, ``after`` how long it may
    stand still. The times are aware.
    """
    return state in MOVING and now - moved > after


def end_lost_runs_of_project(cloud: Cloud) -> list[LostRun]:
    """Find the lost executions of the project and end them; those ended."""
    found = movements(cloud, old_runs(cloud))
    return end_lost_runs(cloud, confirmed_as_lost(cloud, found))


def old_runs(cloud: Cloud) -> list[Any]:
    """mistralclient's executions of the project that may be lost.

    They are ours, of any kind, and began long enough ago; the oldest first.
    """
    found = mistral.execution_list(
        cloud, _MAX_ASKED, order='asc', **_filters(cloud)
    )
    return [one for one in found if one.project_id == cloud.project_id]


def old_runs_of_all_projects(cloud: Cloud) -> list[Any]:
    """As ``old_runs``, of all projects: for an administrator."""
    return all_projects.execution_page(
        cloud, _MAX_ASKED, order='asc', **_filters(cloud)
    )


def _filters(cloud: Cloud) -> dict[str, str]:
    latest = clock.now() - _lost_after(cloud)
    return {
        'tags': definitions.TAG,
        'state': MOVING_FILTER,
        'created_at': f'lt:{clock.format_utc(latest)}',
    }


def _lost_after(cloud: Cloud) -> datetime.timedelta:
    return datetime.timedelta(minutes=cloud.settings.lost_after_minutes)


def movements(cloud: Cloud, found: Iterable[Any]) -> list[Movement]:
    """When each of mistralclient's executions moved last: a call for each.

    One that has been deleted meanwhile is left out.
    """
    known = concurrency.map_concurrently(
        functools.partial(_movement, cloud), found
    )
    return [one for one in known if one is not None]


def _movement(cloud: Cloud, execution: Any) -> Movement | None:
    with contextlib.suppress(exceptions.NotFound):
        return Movement(
            records.parse_execution(execution),
            execution.project_id,
            executions.last_changes(cloud, execution.id),
        )
    return None


def lost_now(cloud: Cloud, found: Iterable[Movement]) -> list[LostRun]:
    """Those that are lost by their movements, without a second look.

    When Mistral was down itself until a moment ago, it may be none of them.
    """
    now, after = clock.now(), _lost_after(cloud)
    return [
        LostRun(one.run, one.project_id, one.moved)
        for one in found
        if is_lost(one.run.state, one.moved, now, after)
    ]


def confirmed_as_lost(
    cloud: Cloud, found: Iterable[Movement]
) -> list[LostRun]:
    """Those that are lost, and do not move within another 20 seconds."""
    lost = lost_now(cloud, found)
    if not lost:
        return []
    time.sleep(_SECOND_LOOK)
    return [
        one
        for one in lost
        if max(_changes(cloud, one), default=one.moved) == one.moved
    ]


def _changes(cloud: Cloud, lost: LostRun) -> list[datetime.datetime]:
    with contextlib.suppress(exceptions.NotFound):
        return [*executions.last_changes(cloud, lost.run.id).values()]
    return []


def end_lost_runs(
    cloud: Cloud, lost: Sequence[LostRun], *, asks_services: bool = True
) -> list[LostRun]:
    """End lost executions, at most 20 of them; those that this call ended.

    With ``asks_services`` the reason says how many resources have their copy:
    the services tell only a user of the execution's project. What Mistral
    refuses is left out, and so is what somebody else ended meanwhile.
    """
    ended = concurrency.map_concurrently(
        lambda one: _ended(cloud, one, asks_services=asks_services),
        lost[:_MAX_ENDED],
        _ENDED_AT_ONCE,
    )
    return [one for one in ended if one is not None]


def untold_lost_runs(
    cloud: Cloud, workflow_name: str, execution_id: str
) -> list[LostRun]:
    """The lost executions of a workflow that a person ended, so nobody told.

    They were ended after the one before ``execution_id`` began, which would
    have told of them otherwise. Their ``moved`` is when they were ended.
    """
    found = mistral.execution_list(
        cloud, _MAX_LOOKED_BACK, workflow_name=workflow_name
    )
    runs = [
        records.parse_execution(one)
        for one in found
        if one.project_id == cloud.project_id
    ]
    return [
        LostRun(_with_results(cloud, run), cloud.project_id, run.updated)
        for run in untold(runs, execution_id)
    ]


def untold(
    runs: Iterable[records.Execution], execution_id: str
) -> list[records.Execution]:
    """Those that ``execution_id`` has to tell of; ``runs``: the newest first.

    See ``untold_lost_runs``.
    """
    later = itertools.dropwhile(lambda run: run.id != execution_id, runs)
    older = [*later][1:]
    return [
        run
        for run in older
        if run.is_lost
        and run.updated > older[0].started
        and not _was_ended_by_execution(run)
    ]


def _was_ended_by_execution(run: records.Execution) -> bool:
    by = run.state_info.rpartition(' ')[2].removesuffix('.')
    return bool(ids.uuid_or_empty(by))


def _ended(
    cloud: Cloud, lost: LostRun, *, asks_services: bool
) -> LostRun | None:
    owner = cloud.within(lost.project_id)
    run = dataclasses.replace(
        lost.run, state=records.ERROR, updated=clock.now()
    )
    if asks_services:
        run = _with_results(owner, run)
    reason = lost_reason(lost.moved, run, cloud.execution or cloud.user)
    with contextlib.suppress(exceptions.ProtectionError):
        # two may end it at the same time: the reason says whose it is
        if mistral.execution_fail(owner, run.id, reason) == reason:
            run = dataclasses.replace(
                run,
                state_info=reason,
                reason=records.one_line_reason(reason),
            )
            return dataclasses.replace(lost, run=run)
    return None


def _with_results(cloud: Cloud, run: records.Execution) -> records.Execution:
    """The execution with its results; without any if they are not known."""
    with (
        contextlib.suppress(exceptions.ProtectionError),
        plugin_errors.raising_plugin_errors("The record of a lost run"),
    ):
        details = execution_service.execution_details(cloud, run.id)
        known = dataclasses.replace(run, results=details.results)
        results = cancellation.current_results(cloud, known)
        return dataclasses.replace(run, results=results)
    return run


def lost_reason(
    moved: datetime.datetime, run: records.Execution, ended_by: str
) -> str:
    """Why a lost execution is ended: its state_info.

    ``moved`` (aware, UTC) is its last change. ``run`` has its results as they
    are now. ``ended_by`` is the id of the execution that found it, or the
    name of the user who did.
    """
    parts = [
        f"nothing of this run moved after {moved:%Y-%m-%d %H:%M} UTC.",
        _copies(run),
        f"What had been started goes on in its service. Ended by {ended_by}.",
    ]
    return records.lost_state_info(' '.join(filter(None, parts)))


def _copies(run: records.Execution) -> str:
    """How many resources have their copy, in a sentence, or ''."""
    states = [wait['state'] for wait in run.results if _is_awaited_copy(wait)]
    if run.kind not in _KINDS_WITH_COPIES or not states:
        return ''
    made = states.count(result_states.OK)
    begun = states.count(cancellation.BEGUN)
    more = f", {begun} more had been started" if begun else ''
    return f"{made} of {len(states)} resources have their copy{more}."


def _is_awaited_copy(wait: waits.Wait) -> bool:
    return wait['wait'] == 'point' and wait['state'] != result_states.SKIPPED
