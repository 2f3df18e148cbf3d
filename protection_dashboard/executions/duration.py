# SPDX-License-Identifier: Apache-2.0
"""How long an execution of a plan usually takes, by the successful ones."""

import collections
from collections.abc import Iterable
from collections.abc import Sequence
import contextlib
import dataclasses
import datetime
import statistics
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.executions import log
from protection_dashboard.executions import records
from protection_dashboard.executions import service as execution_service

#: how many executions of each plan count, and how many are read in all
_MAX_OF_PLAN = 20
_MAX_READ = 200
#: with fewer than these nobody knows what is usual
_FEWEST = 3


def with_usual_durations(
    cloud: Cloud, runs: Sequence[records.Execution]
) -> Sequence[records.Execution]:
    """The same executions; ``usual_duration`` is set in those still running.

    Only executions of plans have a usual duration. There is one call to
    Mistral for all of them together, and none if none is running. Without an
    answer the durations stay unknown.
    """
    plan_ids = {run.plan_id for run in runs if run.plan_id and not run.ended}
    if not plan_ids:
        return runs
    known: dict[str, tuple[datetime.timedelta, datetime.timedelta]] = {}
    with contextlib.suppress(exceptions.ProtectionError):
        known = usual_durations(_successful(cloud, plan_ids))
    return [
        run
        if run.ended
        else dataclasses.replace(
            run, usual_duration=known.get(run.plan_id, ())
        )
        for run in runs
    ]


def _successful(cloud: Cloud, plan_ids: set[str]) -> list[records.Execution]:
    return execution_service.list_executions(
        cloud,
        min(_MAX_OF_PLAN * len(plan_ids), _MAX_READ),
        workflow_name=records.plan_workflows_filter(sorted(plan_ids)),
        state=records.SUCCESS,
    )


def usual_durations(
    runs: Iterable[records.Execution | log.LogEntry],
) -> dict[str, tuple[datetime.timedelta, datetime.timedelta]]:
    """``{plan id: (shortest, longest)}``: the usual durations.

    They are the first and the third quartile of the durations of the plan's
    successful executions; ``_durations`` says which ones count. A plan with
    too few of them is left out.
    """
    return {
        plan_id: _quartiles(durations)
        for plan_id, durations in _durations(runs).items()
    }


def median_duration(
    runs: Iterable[records.Execution | log.LogEntry],
) -> datetime.timedelta | None:
    """How long an execution of one plan usually takes, None if not known.

    ``runs`` are executions of one plan. The same ones count as for
    ``usual_durations``: the median lies between the two durations there, and
    is None for a plan that is left out there.
    """
    for durations in _durations(runs).values():
        # the functions of statistics take a timedelta, but do not declare it
        numbers: list[Any] = [*durations]
        middle: datetime.timedelta = statistics.median(numbers)
        return middle
    return None


def _durations(
    runs: Iterable[records.Execution | log.LogEntry],
) -> dict[str, list[datetime.timedelta]]:
    """``{plan id: durations of its newest successful executions}``.

    There are at least 3 and at most 20 for each plan, the newest first, as
    ``runs`` are. An execution that was skipped does not count, and neither
    does one that repeats the failures of another: it does only part of the
    work.
    """
    taken = collections.defaultdict(list)
    for run in runs:
        if run.state == records.SUCCESS and not run.retry_of:
            taken[run.plan_id].append(run.updated - run.started)
    return {
        plan_id: durations[:_MAX_OF_PLAN]
        for plan_id, durations in taken.items()
        if len(durations) >= _FEWEST
    }


def _quartiles(
    durations: list[datetime.timedelta],
) -> tuple[datetime.timedelta, datetime.timedelta]:
    numbers: list[Any] = [*durations]
    low, _median, high = statistics.quantiles(numbers, n=4)
    return low, high
