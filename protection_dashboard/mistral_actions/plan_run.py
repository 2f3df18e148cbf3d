# SPDX-License-Identifier: Apache-2.0
"""The tasks ``resolve`` and ``protect`` of a plan's execution."""

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
from protection_dashboard.executions import overlap_guard
from protection_dashboard.executions import progress
from protection_dashboard.executions import records
from protection_dashboard.executions import resolution
from protection_dashboard.executions import resource_protection
from protection_dashboard.executions import steps
from protection_dashboard.executions import time_slice as time_slices
from protection_dashboard.executions import waits
from protection_dashboard.executions.time_slice import TimeSlice
from protection_dashboard.mistral_actions import plan_room
from protection_dashboard.mistral_actions import run_coincidence
from protection_dashboard.mistral_actions.own_execution import OwnExecution
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.schedules.coincidence import Coincidence

# seconds between the start of an execution and its look for others
_OTHERS_EXIST_AFTER = 2
# seconds until the next slice, when a service that all needs does not answer
_PAUSE = 10
_NO_COUNTS: waits.ResultCounts = {'ok': 0, 'failed': 0, 'skipped': 0}
_PLAN_GONE = "The plan was deleted before its run began."


class ResolveResult(TypedDict):
    """The result of the task ``resolve``.

    ``resolved`` is whether there is a ``resolution``. ``skipped`` is the line
    that says why the execution does nothing, ``failure`` the one that says
    why it cannot, or None.
    """

    resolved: bool
    skipped: str | None
    failure: str | None
    resolution: NotRequired[progress.Resolution]


def unresolved(failure: str | None = None) -> ResolveResult:
    """The result without a resolution: the task ``protect`` makes it."""
    return {
        'resolved': False,
        'skipped': None,
        'failure': failure,
    }


def resolve(cloud: Cloud, own: OwnExecution) -> ResolveResult:
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
    skipped = _why_nothing_is_done(
        cloud, own, document, meeting, resolved['hours']
    )
    if skipped:
        return {**unresolved(), 'skipped': skipped}
    steps.sweep_protections(cloud, plan_document.protection_slugs(document))
    return {**unresolved(), 'resolved': True, 'resolution': resolved}


def _is_final(
    started: datetime.datetime, error: exceptions.ProtectionError
) -> bool:
    return not resource_protection.may_work_later(error, started)


def _why_nothing_is_done(
    cloud: Cloud,
    own: OwnExecution,
    document: PlanDocument,
    meeting: Coincidence,
    hours: int,
) -> str | None:
    """The line with which the execution ends at once, or None.

    None also when Mistral's API does not answer: two recovery points are
    better than none.
    """
    if not own.plan_id:
        return None
    since = (clock.now() - own.started).total_seconds()
    time.sleep(min(max(0, _OTHERS_EXIST_AFTER - since), _OTHERS_EXIST_AFTER))
    with contextlib.suppress(exceptions.ProtectionError):
        covering = run_coincidence.covering_start(
            cloud, own, document, meeting
        )
        if covering:
            return records.covered_state_info(covering)
        older = overlap_guard.older_execution_start(
            cloud, own.workflow_name, own.id, hours
        )
        if older:
            return records.skipped_state_info(older, clock.now())
    return None


def protect(
    cloud: Cloud, own: OwnExecution, time_slice: TimeSlice
) -> progress.ProtectResult:
    """Make the recovery points, as far as the slice allows."""
    before = progress.read_progress(cloud, own.id)
    time_slice.shorten(time_slices.slice_seconds(before.slices - 1))
    found = before.resolution
    if found is None:
        resolved = resolve(cloud, own)
        if not resolved['resolved']:
            return {
                **ended_by(resolved['failure']),
                'skipped': resolved['skipped'],
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
        result = {**result, 'resolved': True, 'resolution': found}
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
        'summary': _NO_COUNTS,
    }
