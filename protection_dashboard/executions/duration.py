# SPDX-License-Identifier: Apache-2.0
"""How long a run of a plan usually takes: the middle half of good ones."""

import collections
from collections.abc import Iterable
import contextlib
import dataclasses
import datetime
import statistics

from protection_dashboard import exceptions
from protection_dashboard.executions import log
from protection_dashboard.executions import records
from protection_dashboard.executions import service as execution_service

_LOOK_BACK = 20
_MOST = 200
_FEWEST = 3


def told(cloud, runs):
    """Runs as they are; those of plans that go on know what is usual.

    One call for all of them together, none if there are none.
    """
    wanted = {run.plan_id for run in runs if run.plan_id and not run.ended}
    if not wanted:
        return runs
    known = {}
    with contextlib.suppress(exceptions.ProtectionError):
        known = spans(_good(cloud, wanted))
    return [
        run
        if run.ended
        else dataclasses.replace(run, usual=known.get(run.plan_id, ()))
        for run in runs
    ]


def _good(cloud, plan_ids):
    return execution_service.run_page(
        cloud,
        min(_LOOK_BACK * len(plan_ids), _MOST),
        workflow_name=records.plan_names(sorted(plan_ids)),
        state=records.SUCCESS,
    )


def spans(
    runs: Iterable[records.Run | log.Brief],
) -> dict[str, tuple[datetime.timedelta, datetime.timedelta]]:
    """``{plan id: (shortest, longest)}`` of usual runs.

    The first and the third quartile of what the plan's good runs took; see
    ``_durations`` for which ones count. A plan with too few of them is left
    out.
    """
    return {
        plan_id: _quartiles(durations)
        for plan_id, durations in _durations(runs).items()
    }


def median(
    runs: Iterable[records.Run | log.Brief],
) -> datetime.timedelta | None:
    """How long a run of one plan usually takes, None when nobody knows.

    Of the same runs as ``spans``: it lies between these two, and is None
    for a plan that these leave out.
    """
    found = _durations(runs).values()
    return next((statistics.median(durations) for durations in found), None)


def _durations(
    runs: Iterable[records.Run | log.Brief],
) -> dict[str, list[datetime.timedelta]]:
    """``{plan id: what its newest good runs took}``, the newest first.

    At least 3 and at most 20 of each plan: those of ``runs`` (the newest
    first) that succeeded and had something to do. One that repeats another
    run does not count: it does only what had failed there.
    """
    taken = collections.defaultdict(list)
    for run in runs:
        if run.state == records.SUCCESS and not run.retry_of:
            taken[run.plan_id].append(run.updated - run.started)
    return {
        plan_id: durations[:_LOOK_BACK]
        for plan_id, durations in taken.items()
        if len(durations) >= _FEWEST
    }


def _quartiles(
    durations: list[datetime.timedelta],
) -> tuple[datetime.timedelta, datetime.timedelta]:
    low, _median, high = statistics.quantiles(durations, n=4)
    return low, high
