# SPDX-License-Identifier: Apache-2.0
"""The task ``notify`` of a plan's execution: it removes, and tells people."""

from collections.abc import Callable

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.executions.slices import progress
from protection_dashboard.executions.slices.time_slice import TimeSlice
from protection_dashboard.executions.slices.time_slice import growing_pauses
from protection_dashboard.mistral_actions.own_execution import OwnExecution
from protection_dashboard.notifications import execution_report
from protection_dashboard.recovery_points import pruning
from protection_dashboard.recovery_points import removals

Guard = Callable[[str], str]
# seconds until the next slice, when a service that all needs does not answer
_PAUSE = 10
_CROWDED_PAUSE = 15


def work(
    cloud: Cloud,
    own: OwnExecution,
    time_slice: TimeSlice,
    failure: str | None,
    guard: Guard,
) -> progress.EndResult:
    """Remove what retention does not keep; after that send the messages."""
    before = progress.read_progress(cloud, own.id)
    if not own.plan_id:
        return {**_end_result(removals.removal_status([])), 'removed': {}}
    if own.has_ended():
        return _end_result(removals.removal_status([*before.early_removals]))
    if before.end and before.end['reported']:
        return before.end
    status = _removed(cloud, own, time_slice, before)
    result = _end_result(status)
    if status['pending']:
        pause = _CROWDED_PAUSE if time_slice.crowded else 0
        return {**result, 'pause': pause}
    return _reported(cloud, own, before, failure, result, guard)


def _removed(
    cloud: Cloud,
    own: OwnExecution,
    time_slice: TimeSlice,
    before: progress.Progress,
) -> removals.RemovalStatus:
    """The state of the execution's removals after this slice."""
    troubles = before.end['troubles'] if before.end else []
    if before.end is None:
        status = pruning.start_pruning(cloud, own.plan_id, before.results)
        troubles = status['troubles']
        status = removals.removal_status(
            [*before.early_removals, *status['removals']]
        )
    else:
        status = removals.removal_status(before.end['removals'])
    pauses = growing_pauses(0.5, 5)
    while status['pending'] and not own.has_ended():
        if not time_slice.sleep(next(pauses)):
            break
        status = removals.continue_removals(
            cloud, own.plan_id, status['removals']
        )
    return {**status, 'troubles': troubles}


def _end_result(status: removals.RemovalStatus) -> progress.EndResult:
    return {
        'pending': status['pending'],
        'pause': 0,
        'changed': True,
        'removals': status['removals'],
        'removed': {'removed': status['removed']['removed']},
        'notices': [],
        'troubles': status['troubles'],
        'reported': False,
    }


def _reported(
    cloud: Cloud,
    own: OwnExecution,
    before: progress.Progress,
    failure: str | None,
    result: progress.EndResult,
    guard: Guard,
) -> progress.EndResult:
    """The result after the messages were sent."""
    if own.document is None:
        return {**result, 'reported': True}
    ended = execution_report.EndedExecution(
        document=own.document,
        workflow_name=own.workflow_name,
        # only a schedule's own executions report missed ones
        schedule='' if own.input.get('by') else own.schedule_id,
        started=own.started,
        failure=failure,
        waits=before.results,
        removals=result['removals'],
    )
    told = execution_report.report_execution(cloud, ended, guard)
    return {
        **result,
        'notices': told['notices'],
        'troubles': [*result['troubles'], *told['troubles']],
        'reported': True,
    }


def held_up() -> progress.EndResult:
    """The result of a slice in which nothing could be asked for."""
    return {
        **_end_result(removals.removal_status([])),
        'pending': 1,
        'pause': _PAUSE,
        'changed': False,
    }
