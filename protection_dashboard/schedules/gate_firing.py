# SPDX-License-Identifier: Apache-2.0
"""One firing of a schedule's gate: whether it starts a run."""

import contextlib
import datetime
import json

from protection_dashboard import exceptions
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.recurrence import gate_pattern
from protection_dashboard.recurrence import local_time

_LOOK_BACK = 200
_MOST_FORGOTTEN = 5
_ODD = "The trigger does not tell what a schedule needs: choose Re-arm."


def opens(cloud, execution, schedule, pattern, zone, armed, fired, end=None):
    """Whether the gate's firing at ``fired`` starts a run of the schedule.

    ``execution`` is Mistral's own of this firing. Times are text: ``armed``
    as ISO 8601 with its offset, ``fired`` as Mistral tells it, ``end`` local.
    Refused when the trigger gives something else.
    """
    since = _armed(armed)
    if not all(isinstance(one, str) for one in (pattern, zone, end or '')):
        raise exceptions.Refused(_ODD)
    fired = clock.utc(fired)
    before = _before(cloud, execution, schedule, fired)
    _forget(cloud, before[1:])
    return gate_pattern.due(
        pattern,
        zone,
        fired,
        since,
        last=clock.utc(before[0].created_at) if before else None,
        end=local_time.read(end) if end else None,
    )


def _armed(text):
    try:
        armed = datetime.datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise exceptions.Refused(_ODD) from error
    if not local_time.is_in_range(armed):
        raise exceptions.Refused(_ODD)
    return armed


def _before(cloud, execution, schedule, fired):
    """Earlier firings for the schedule that are known, the newest first."""
    # Mistral tells whole seconds: of two in one second one is the earlier
    own = (fired.replace(microsecond=0), execution.workflow_execution_id)
    found = mistral.execution_list(
        cloud,
        _LOOK_BACK,
        more=('output',),
        workflow_name=execution.workflow_name,
    )
    return [
        one
        for one in found
        if one.project_id == cloud.project_id
        and json.loads(one.input or '{}').get('schedule') == schedule
        and (clock.utc(one.created_at), one.id) < own
    ]


def _forget(cloud, firings):
    """Delete some that were in vain: nobody asks for them any more."""
    vain = [
        one
        for one in firings
        if one.state == 'SUCCESS'
        and json.loads(one.output or '{}').get('due') is False
    ]
    for one in vain[-_MOST_FORGOTTEN:]:
        with contextlib.suppress(exceptions.ProtectionError):
            mistral.execution_delete(cloud, one.id)
