# SPDX-License-Identifier: Apache-2.0
"""The overlap guard: an execution is skipped while its plan has another one.

An execution stays RUNNING for ever when Mistral has lost what would have
continued it (a message, an executor, an engine). Therefore only one whose
tasks still change counts as running: one whose tasks have not changed for
``LOST_AFTER`` is ended with that reason, and the next execution goes on.

Of several executions the oldest one goes on, and of those created in the same
second the one with the smallest id, so that it is exactly one of two that
start together. An execution looks for others two seconds after it was created
(``wait-before`` in plan.yaml): Mistral may keep times in whole seconds, and
another one of the same second has to exist by then.
"""

import contextlib
import datetime
import itertools
import time
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import executions
from protection_dashboard.common import clock
from protection_dashboard.executions import records

LOST_AFTER = datetime.timedelta(minutes=15)
# Seconds after which a second look decides: when Mistral was stopped for long,
# no task has changed. The tasks of an execution that waits change every five
# seconds.
_SECOND_LOOK = 20
_MAX_EXECUTIONS = 20
# Beyond its time limit and this, an execution stops no other one, even if its
# tasks still change.
_GRACE = datetime.timedelta(hours=1)


def older_execution_start(
    cloud: Cloud, workflow_name: str, execution_id: str, hours: int
) -> datetime.datetime | None:
    """When (aware) the oldest running execution of a workflow began, or None.

    Only those that are older than ``execution_id`` and within their limit of
    ``hours`` count. Executions that Mistral has lost are ended.
    """
    before = _running_before(cloud, workflow_name, execution_id)
    lost = _lost(cloud, before)
    for run_id, moved in lost.items():
        # another execution may be ending it at the same time
        with contextlib.suppress(exceptions.Refused, exceptions.NotFound):
            mistral.execution_fail(cloud, run_id, lost_reason(moved))
    since = clock.now() - datetime.timedelta(hours=hours) - _GRACE
    begun = (
        clock.parse_utc(one.created_at) for one in before if one.id not in lost
    )
    return next((begin for begin in begun if begin >= since), None)


def lost_reason(moved: datetime.datetime) -> str:
    """Why a lost execution is ended; ``moved`` (aware, UTC): last change."""
    return (
        f"Lost: nothing of this run moved after {moved:%Y-%m-%d %H:%M} UTC, "
        "so the next run of its plan ended it. What had been started goes on "
        "in its service."
    )


def _running_before(
    cloud: Cloud, workflow_name: str, execution_id: str
) -> list[Any]:
    """The running executions older than ``execution_id``, oldest first."""
    found = mistral.execution_list(
        cloud,
        _MAX_EXECUTIONS,
        order='asc',
        workflow_name=workflow_name,
        state=records.RUNNING,
    )
    mine = (one for one in found if one.project_id == cloud.project_id)
    return [*itertools.takewhile(lambda one: one.id != execution_id, mine)]


def _lost(cloud: Cloud, running: list[Any]) -> dict[str, datetime.datetime]:
    """``{id: time of its last change}`` of those that Mistral has lost."""
    still = _unchanged(
        cloud, {one.id: clock.parse_utc(one.created_at) for one in running}
    )
    if not still:
        return {}
    time.sleep(_SECOND_LOOK)
    again = _unchanged(cloud, still)
    return {one: moved for one, moved in again.items() if moved == still[one]}


def _unchanged(
    cloud: Cloud, begun: dict[str, datetime.datetime]
) -> dict[str, datetime.datetime]:
    """``{id: time of its last change}`` of those unchanged for LOST_AFTER.

    ``begun`` is ``{execution id: time}``; the time stands for the last change
    of one that has no task yet. All times are aware.
    """
    moved = {
        one: executions.last_task_change(cloud, one) or begin
        for one, begin in begun.items()
    }
    late = clock.now() - LOST_AFTER
    return {one: when for one, when in moved.items() if when < late}
