# SPDX-License-Identifier: Apache-2.0
"""The overlap guard: an execution is skipped while its plan has another one.

Mistral's RUNNING alone stops nobody: an execution that is lost (see
:mod:`lost_runs`) is ended, and the next one goes on. Neither does one that has
made its copies and only removes old ones or sends messages: the guard is
about making copies.

Of several executions the oldest one goes on, and of those created in the same
second the one with the smallest id, so that it is exactly one of two that
start together. An execution looks for others two seconds after it was created
(``mistral_actions/plan_run.py``): Mistral may keep times in whole seconds, and
another one of the same second has to exist by then.
"""

from collections.abc import Iterable
import dataclasses
import datetime
import itertools
from typing import Any

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.executions import lost_runs

_MAX_EXECUTIONS = 20
#: tasks of a plan's workflow that begin once the copies are made
_AFTER_COPIES = frozenset({'prune', 'notify'})
# Beyond its time limit and this, an execution stops no other one, even if its
# tasks still change.
_GRACE = datetime.timedelta(hours=1)


@dataclasses.dataclass(frozen=True)
class Overlap:
    """What an execution of a plan finds when it begins.

    ``since`` is when (aware) the oldest other execution of the plan began
    that is still making copies, None if there is none: then this one goes on.
    ``lost`` are the lost executions of which somebody has to be told: those
    of the project, of any workflow, that this look has ended, and those of
    the plan that a person ended since its last execution began.
    """

    since: datetime.datetime | None = None
    lost: tuple[lost_runs.LostRun, ...] = ()


def find_overlap(
    cloud: Cloud, workflow_name: str, execution_id: str, hours: int
) -> Overlap:
    """The Overlap of an execution, with which lost ones of its project end.

    Only executions of the workflow count that are older than
    ``execution_id`` and within their limit of ``hours``. It takes 20 seconds
    longer if any execution seems to be lost.
    """
    before = _unfinished_before(cloud, workflow_name, execution_id)
    known = {execution_id, *(one.id for one in before)}
    others = [one for one in lost_runs.old_runs(cloud) if one.id not in known]
    found = lost_runs.movements(cloud, [*before, *others])
    lost = lost_runs.confirmed_as_lost(cloud, found)
    ended = lost_runs.end_lost_runs(cloud, lost)
    older = {one.id for one in before} - {one.run.id for one in lost}
    mine = [one for one in found if one.run.id in older]
    untold = lost_runs.untold_lost_runs(cloud, workflow_name, execution_id)
    return Overlap(_oldest_start(mine, hours), (*untold, *ended))


def _unfinished_before(
    cloud: Cloud, workflow_name: str, execution_id: str
) -> list[Any]:
    """The unfinished executions older than ``execution_id``, oldest first."""
    found = mistral.execution_list(
        cloud,
        _MAX_EXECUTIONS,
        order='asc',
        workflow_name=workflow_name,
        state=lost_runs.MOVING_FILTER,
    )
    mine = (one for one in found if one.project_id == cloud.project_id)
    return [*itertools.takewhile(lambda one: one.id != execution_id, mine)]


def _oldest_start(
    found: Iterable[lost_runs.Movement], hours: int
) -> datetime.datetime | None:
    """When (aware) the oldest one began that is still making copies."""
    since = clock.now() - datetime.timedelta(hours=hours) - _GRACE
    starts = (one.run.started for one in found if makes_copies(one.changes))
    return next((start for start in starts if start >= since), None)


def makes_copies(tasks: Iterable[str]) -> bool:
    """Whether an execution with these tasks, by name, still makes copies."""
    return _AFTER_COPIES.isdisjoint(tasks)
