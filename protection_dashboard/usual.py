# SPDX-License-Identifier: Apache-2.0
"""How long a run of a plan usually takes: the middle half of good ones."""

import contextlib
import dataclasses
import statistics

from protection_dashboard import exceptions
from protection_dashboard import history
from protection_dashboard import operations

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
    return operations.run_page(
        cloud,
        min(_LOOK_BACK * len(plan_ids), _MOST),
        workflow_name=history.plan_names(sorted(plan_ids)),
        state='SUCCESS',
    )


def spans(runs):
    """``{plan id: (shortest, longest)}`` of usual runs, as timedeltas.

    ``runs`` are ended ones, newest first; a plan with a few is left out.
    """
    taken = {}
    for run in runs:
        if run.state == 'SUCCESS' and not run.retry_of:
            taken.setdefault(run.plan_id, []).append(run.duration(run.updated))
    return {
        plan_id: _quartiles(durations[:_LOOK_BACK])
        for plan_id, durations in taken.items()
        if len(durations) >= _FEWEST
    }


def _quartiles(durations):
    low, _median, high = statistics.quantiles(durations, n=4)
    return low, high
