# SPDX-License-Identifier: Apache-2.0
"""One firing of a schedule's gate: whether it starts a run."""

import contextlib
import datetime
import typing

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.common import json_text
from protection_dashboard.executions import lost_runs
from protection_dashboard.executions import records
from protection_dashboard.recurrence import gate_pattern
from protection_dashboard.recurrence import local_time

#: among so many executions earlier firings are looked for
_LOOK_BACK = 200
#: so many firings without a run are deleted at a time, at most
_MAX_DELETED = 5
_ODD = "The trigger does not tell what a schedule needs: choose Re-arm."


class ActionContext(typing.Protocol):
    """The context of an action in Mistral, as far as it is read here."""

    workflow_execution_id: str
    workflow_name: str


def starts_run(
    cloud: Cloud,
    execution: ActionContext,
    schedule: str,
    pattern: str,
    zone: str,
    armed: str,
    fired: str,
    end: str | None = None,
) -> bool:
    """Whether the gate's firing at ``fired`` starts a run of the schedule.

    Earlier firings that nobody needs any more are deleted, and those that
    Mistral lost are ended.

    ``execution`` is that of this firing, ``schedule`` the schedule's id. Times
    are text: ``armed`` as ISO 8601 with its offset, ``fired`` as Mistral
    writes it, ``end`` local. Refused when the trigger's input is not
    of that shape.
    """
    since = _armed_at(armed)
    if not all(isinstance(one, str) for one in (pattern, zone, end or '')):
        raise exceptions.Refused(_ODD)
    at = clock.parse_utc(fired)
    before = _earlier_firings(cloud, execution, schedule, at)
    _delete_without_run(cloud, before[1:])
    _end_lost(cloud, before)
    return gate_pattern.is_due(
        pattern,
        zone,
        at,
        since,
        last=clock.parse_utc(before[0].created_at) if before else None,
        end=local_time.parse_local_time(end) if end else None,
    )


def _armed_at(text: str) -> datetime.datetime:
    """When the trigger was made, aware; Refused when nobody can read it."""
    try:
        armed = datetime.datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise exceptions.Refused(_ODD) from error
    if not local_time.is_in_range(armed):
        raise exceptions.Refused(_ODD)
    return armed


def _earlier_firings(
    cloud: Cloud,
    execution: ActionContext,
    schedule_id: str,
    fired: datetime.datetime,
) -> list[typing.Any]:
    """Earlier firings for the schedule that are known, the newest first.

    They are mistralclient's executions of the gate.
    """
    # Mistral tells whole seconds: of two in one second one is the earlier
    own = (fired.replace(microsecond=0), execution.workflow_execution_id)
    found = mistral.execution_list(
        cloud,
        _LOOK_BACK,
        more=('output',),
        workflow_name=execution.workflow_name,
    )
    inputs = {one.id: json_text.object_or_empty(one.input) for one in found}
    # two plans may have schedules of the same id
    own_input = inputs.get(execution.workflow_execution_id, {})
    same = {'schedule': schedule_id}
    if 'workflow' in own_input:
        same['workflow'] = own_input['workflow']
    return [
        one
        for one in found
        if one.project_id == cloud.project_id
        and {key: inputs[one.id].get(key) for key in same} == same
        and (clock.parse_utc(one.created_at), one.id) < own
    ]


def _delete_without_run(cloud: Cloud, firings: list[typing.Any]) -> None:
    """Delete the oldest that started no run: nobody needs them any more."""
    vain = [
        one
        for one in firings
        if one.state == 'SUCCESS'
        and json_text.object_or_empty(one.output).get('due') is False
    ]
    for one in vain[-_MAX_DELETED:]:
        with contextlib.suppress(exceptions.ProtectionError):
            mistral.execution_delete(cloud, one.id)


def _end_lost(cloud: Cloud, firings: list[typing.Any]) -> None:
    """End those that Mistral lost, see lost_runs; they have no run of ours.

    It takes 20 seconds if any seems to be lost.
    """
    with contextlib.suppress(exceptions.ProtectionError):
        found = [
            one
            for one in firings
            if one.state in lost_runs.MOVING and not _has_run(cloud, one.id)
        ]
        moved = lost_runs.movements(cloud, found)
        lost = lost_runs.confirmed_as_lost(cloud, moved)
        lost_runs.end_lost_runs(cloud, lost, asks_services=False)


def _has_run(cloud: Cloud, firing_id: str) -> bool:
    """Whether a run that a firing started has not ended."""
    state = f'in:{",".join(records.UNFINISHED)}'
    runs = mistral.execution_list(
        cloud, 1, root_execution_id=firing_id, state=state
    )
    return bool(runs)
