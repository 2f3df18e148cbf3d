# SPDX-License-Identifier: Apache-2.0
"""The tasks of a plan's execution: ``resolve``, ``protect``, ``notify``."""

import contextlib
import dataclasses
import datetime
import functools
import time
from typing import NotRequired
from typing import TypedDict

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import clock
from protection_dashboard.executions import lost_runs
from protection_dashboard.executions import overlap_guard
from protection_dashboard.executions import records
from protection_dashboard.executions import steps
from protection_dashboard.executions import waits
from protection_dashboard.executions.slices import progress
from protection_dashboard.executions.slices import resolution
from protection_dashboard.executions.slices import resource_protection
from protection_dashboard.executions.slices import time_slice as time_slices
from protection_dashboard.executions.slices.time_slice import TimeSlice
from protection_dashboard.executions.slices.time_slice import growing_pauses
from protection_dashboard.mistral_actions import plan_room
from protection_dashboard.mistral_actions import run_coincidence
from protection_dashboard.mistral_actions.own_execution import OwnExecution
from protection_dashboard.notifications import early_ends
from protection_dashboard.notifications import execution_report
from protection_dashboard.notifications.execution_report import Guard
from protection_dashboard.notifications.execution_report import Report
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.recovery_points import pruning
from protection_dashboard.recovery_points import removals
from protection_dashboard.schedules.coincidence import Coincidence

# seconds between the start of an execution and its look for others
_OTHERS_EXIST_AFTER = 2
# seconds until the next slice, when a service that all needs does not answer
_PAUSE = 10
_PLAN_GONE = "The plan was deleted before its run began."


class ResolveResult(TypedDict):
    """The result of the task ``resolve``.

    ``resolved`` is whether there is a ``resolution``. ``skipped`` is the line
    that says why the execution does nothing, ``failure`` the one that says
    why it cannot, or None. ``report`` tells of messages about executions that
    were lost or skipped.
    """

    resolved: bool
    skipped: str | None
    failure: str | None
    report: Report
    resolution: NotRequired[progress.Resolution]


def unresolved(failure: str | None = None) -> ResolveResult:
    """The result without a resolution: the task ``protect`` makes it."""
    return {
        'resolved': False,
        'skipped': None,
        'failure': failure,
        'report': {'notices': [], 'troubles': []},
    }


def resolve(cloud: Cloud, own: OwnExecution, guard: Guard) -> ResolveResult:
    """What the execution protects, or why it does nothing."""
    document = own.document
    if document is None:
        return unresolved(_PLAN_GONE)
    now = clock.now()
    meeting = run_coincidence.coincidence_of_run(cloud, own, document)
    resolved = resolution.resolve_execution(
        cloud,
        document,
        dataclasses.replace(own.mark, also=meeting.schedules[1:]),
        now,
        own.input.get('only'),
        functools.partial(_is_final, own.started),
    )
    skipped, report = _why_nothing_is_done(
        cloud, own, document, meeting, guard
    )
    if skipped:
        return {**unresolved(), 'skipped': skipped, 'report': report}
    steps.sweep_protections(cloud, plan_document.protection_slugs(document))
    return {
        **unresolved(),
        'resolved': True,
        'resolution': resolved,
        'report': report,
    }


def _is_final(
    started: datetime.datetime, error: exceptions.ProtectionError
) -> bool:
    return not resource_protection.may_work_later(error, started)


def _why_nothing_is_done(
    cloud: Cloud,
    own: OwnExecution,
    document: PlanDocument,
    meeting: Coincidence,
    guard: Guard,
) -> tuple[str | None, Report]:
    """The line with which the execution ends at once, or None.

    None also when Mistral's API does not answer: two recovery points are
    better than none. The Report is that of lost executions that were found,
    and of the execution itself if it is skipped.
    """
    report: Report = {'notices': [], 'troubles': []}
    with contextlib.suppress(exceptions.ProtectionError):
        if not own.plan_id:
            lost = lost_runs.end_lost_runs_of_project(cloud)
            return None, early_ends.report_lost_runs(cloud, lost, guard)
        _wait_for_others(own)
        covering = run_coincidence.covering_start(
            cloud, own, document, meeting
        )
        if covering:
            return records.covered_state_info(covering), report
        overlap = overlap_guard.find_overlap(
            cloud, own.workflow_name, own.id, own.limit_hours
        )
        report = early_ends.report_lost_runs(cloud, overlap.lost, guard)
        if overlap.since:
            return _skipped(cloud, own, document, overlap.since, report, guard)
    return None, report


def _wait_for_others(own: OwnExecution) -> None:
    """Wait until those exist that began in the same second."""
    since = (clock.now() - own.started).total_seconds()
    time.sleep(min(max(0, _OTHERS_EXIST_AFTER - since), _OTHERS_EXIST_AFTER))


def _skipped(
    cloud: Cloud,
    own: OwnExecution,
    document: PlanDocument,
    since: datetime.datetime,
    report: Report,
    guard: Guard,
) -> tuple[str, Report]:
    """The line of a skipped execution, and its messages besides others."""
    skipped = records.skipped_state_info(since, clock.now())
    told = early_ends.report_skipped_run(
        cloud, document, own.started, skipped, guard
    )
    return skipped, {
        'notices': [*report['notices'], *told['notices']],
        'troubles': [*report['troubles'], *told['troubles']],
    }


def protect(
    cloud: Cloud, own: OwnExecution, time_slice: TimeSlice, guard: Guard
) -> progress.ProtectResult:
    """Make the recovery points, as far as the slice allows."""
    before = progress.read_progress(cloud, own.id)
    time_slice.shorten(time_slices.slice_seconds(before.slices - 1))
    found = before.resolution
    if found is None:
        resolved = resolve(cloud, own, guard)
        if not resolved['resolved']:
            return {
                **ended_by(resolved['failure']),
                'skipped': resolved['skipped'],
                'report': resolved['report'],
            }
        found = resolved['resolution']
    work = resource_protection.ResourceProtection(
        cloud=cloud,
        document=own.document,
        resolution=found,
        found=progress.waits_of_rows(found['steps'], before.rows),
        started=own.started,
        time_slice=time_slice,
        has_ended=own.has_ended,
    )
    work.work()
    early = plan_room.make_room(own, work, before)
    result = _protect_result(work, before)
    if early:
        result = {**result, 'removals': early}
    if before.resolution is None:
        result = {
            **result,
            'resolved': True,
            'resolution': found,
            'report': resolved['report'],
        }
    return result


def _protect_result(
    work: resource_protection.ResourceProtection, before: progress.Progress
) -> progress.ProtectResult:
    told = waits.poll_result(
        [*work.resolution['known'], *work.found], work.limit
    )
    rows = progress.rows_of_waits(work.found)
    changed = rows != [list(row) for row in before.rows]
    result: progress.ProtectResult = {
        'pending': told['pending'],
        'pause': work.pause,
        'changed': changed,
        'resolved': False,
        'skipped': None,
        'failure': told['failure'],
        'summary': told['summary'],
    }
    if changed:
        result = {**result, 'rows': rows}
        if before.early_removals:
            result = {**result, 'removals': list(before.early_removals)}
    return result


def held_up() -> progress.ProtectResult:
    """The result of a slice in which nothing could be asked for."""
    return {**ended_by(None), 'pending': 1, 'pause': _PAUSE}


def ended_by(failure: str | None) -> progress.ProtectResult:
    """The result that ends the execution's work with a failure."""
    return {
        'pending': 0,
        'pause': 0,
        'changed': False,
        'resolved': False,
        'skipped': None,
        'failure': failure,
    }


def end(
    cloud: Cloud,
    own: OwnExecution,
    time_slice: TimeSlice,
    failure: str | None,
    guard: Guard,
) -> progress.EndResult:
    """Remove what retention does not keep; after that send the messages."""
    if not own.plan_id:
        return {**_end_result(removals.removal_status([])), 'removed': {}}
    before = progress.read_progress(cloud, own.id)
    if own.has_ended():
        return _end_result(removals.removal_status([*before.early_removals]))
    if before.end and before.end['reported']:
        return before.end
    status = _removed(cloud, own, time_slice, before)
    result = _end_result(status)
    if status['pending']:
        return {**result, 'pause': time_slice.next_pause}
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
    lost = execution_report.undelivered(told['notices'], cloud.settings)
    return {
        **result,
        'removed': {
            **result['removed'],
            **({records.UNDELIVERED: lost} if lost else {}),
        },
        'notices': told['notices'],
        'troubles': [*result['troubles'], *told['troubles']],
        'reported': True,
    }


def end_held_up() -> progress.EndResult:
    """The result of a slice in which nothing could be asked for."""
    return {
        **_end_result(removals.removal_status([])),
        'pending': 1,
        'pause': _PAUSE,
        'changed': False,
    }
